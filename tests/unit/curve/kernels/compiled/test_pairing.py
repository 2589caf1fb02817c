"""The compiled pairing against the same formulas on Python integers, and when it is used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.numbers import boundary_values, random_values
from tests.support.points import strangers
from zkctl.curve import (
    CURVES,
    Curve,
    G1Array,
    G2Array,
    is_in_subgroup,
    multiply_base,
    pairing_product,
    product_is_one_and_members,
)
from zkctl.curve import backend as choice
from zkctl.curve.kernels.compiled.pairing import CompiledPairing
from zkctl.curve.pairing import _pairs as integer_pairs
from zkctl.curve.pairing_formulas import (
    final_power,
    fixed_lines,
    line_follows_square,
    loop_count,
    miller_loop,
)
from zkctl.curve.tower import integer_tower
from zkctl.errors import ShapeError
from zkctl.field import FieldArray
from zkctl.field.backend import uses_compiled_kernels
from zkctl.runtime.settings import using

EACH_CURVE = pytest.mark.parametrize("curve", CURVES, ids=lambda c: c.name)


def points(curve: Curve, n: int) -> tuple[G1Array, G2Array]:
    """n pairs of multiples of the generators, boundary multiples first."""
    field = curve.scalar_field
    values = (boundary_values(field)[1:] + random_values(field, n))[:n]
    p = multiply_base(G1Array.generator(curve.g1), FieldArray.from_ints(field, values))
    q = multiply_base(G2Array.generator(curve.g2), FieldArray.from_ints(field, values[::-1]))
    return p, q


def on_integers(curve: Curve, p: G1Array, q: G2Array) -> tuple[int, ...]:
    tower = integer_tower(curve)
    f = miller_loop(tower, integer_pairs(tower, p, q))
    return tuple(final_power(tower, f).coefficients())


@EACH_CURVE
@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 8, 9, 20])
def test_product_equals_the_one_on_integers(curve: Curve, n: int) -> None:
    p, q = points(curve, n)
    kernels = CompiledPairing(curve)
    product = kernels.product(p.to_bytes(), q.to_bytes())
    assert product.coefficients == on_integers(curve, p, q)
    assert product.members == [True] * n


@EACH_CURVE
@pytest.mark.parametrize(
    "kind", ["on the curve", "torsion", "member plus torsion", "off the curve"]
)
def test_the_loop_knows_members(curve: Curve, kind: str) -> None:
    """Points of every order that divides the cofactor, whose multiples meet equal, opposite and infinite points."""
    inside = points(curve, 3)[1]
    if kind == "off the curve":
        outside = G2Array(curve.g2, points(curve, 200)[1].data ^ np.uint64(1))
    else:
        outside = G2Array.from_ints(curve.g2, strangers(curve.g2)[kind])
    none = G2Array.infinity(curve.g2, 1)
    for q in (
        G2Array.concatenate([inside, outside, none]),
        *(G2Array.concatenate([point, inside[:2]]) for point in outside[:9]),
    ):
        p = multiply_base(
            G1Array.generator(curve.g1), FieldArray.from_ints(curve.scalar_field, range(len(q)))
        )
        found = CompiledPairing(curve).product(p.to_bytes(), q.to_bytes()).members
        assert found == is_in_subgroup(q).tolist()
        assert 0 < sum(found) < len(q)


@EACH_CURVE
def test_a_product_with_a_stranger_is_not_one(curve: Curve) -> None:
    p, q = points(curve, 2)
    both = G1Array.concatenate([p[:1], -p[:1]]), G2Array.concatenate([q[:1], q[:1]])
    assert product_is_one_and_members(curve, *both)[0]
    stranger = G2Array.from_ints(curve.g2, strangers(curve.g2)["torsion"])[:1]
    for compiled in (True, False):
        with using(compiles=compiled):
            holds, members = product_is_one_and_members(
                curve, both[0], G2Array.concatenate([stranger, stranger])
            )
            assert (holds, members) == (False, [False, False])


@EACH_CURVE
def test_infinities_and_order_do_not_matter(curve: Curve) -> None:
    p, q = points(curve, 3)
    none_p, none_q = G1Array.infinity(curve.g1, 1), G2Array.infinity(curve.g2, 1)
    expected = pairing_product(curve, p, q)
    wide_p = G1Array.concatenate([none_p, p[::-1], p[:1]])
    wide_q = G2Array.concatenate([q[:1], q[::-1], none_q])
    assert pairing_product(curve, wide_p, wide_q) == expected
    assert pairing_product(curve, none_p, none_q) == (1, *([0] * 11))


def test_different_lengths_are_refused() -> None:
    p, q = points(CURVES[0], 2)
    with pytest.raises(
        ShapeError, match="points of G2 do not match those of G1: expected 2, got 1"
    ):
        pairing_product(CURVES[0], p, q[:1])


@pytest.mark.skipif(not uses_compiled_kernels(), reason="this run uses the numpy kernels")
@EACH_CURVE
def test_nothing_is_compiled_for_a_few_pairs_if_it_would_be_lost(
    curve: Curve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o777)  # a folder that is not private keeps nothing
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path))
    choice._compiled_pairing.cache_clear()
    try:
        assert choice.pairing_kernels(curve, 4) is None
        assert not list(tmp_path.iterdir())
        p, q = points(curve, 2)
        assert pairing_product(curve, p, q) == on_integers(curve, p, q)
    finally:
        choice._compiled_pairing.cache_clear()


@pytest.mark.skipif(not uses_compiled_kernels(), reason="this run uses the numpy kernels")
@EACH_CURVE
def test_compiled_kernels_are_used_once_they_exist(curve: Curve) -> None:
    assert isinstance(choice.pairing_kernels(curve, 1000), CompiledPairing)
    assert isinstance(choice.pairing_kernels(curve, 1), CompiledPairing)


@EACH_CURVE
def test_products_with_fixed_lines_equal_those_on_integers(curve: Curve) -> None:
    kernels, tower = CompiledPairing(curve), integer_tower(curve)
    p, q = points(curve, 8)
    for k in range(0, 8, 2):
        lines = [
            fixed_lines(tower, pair.q) for pair in integer_pairs(tower, p[k : k + 2], q[k : k + 2])
        ]
        numbers = [n for both in zip(*lines, strict=True) for line in both for n in line.numbers()]
        table = kernels.fixed_table(numbers)
        for other in (p[k : k + 2], p[6 - k : 8 - k]):
            product = kernels.fixed_product(table, other.to_bytes())
            assert product == on_integers(curve, other, q[k : k + 2])


@EACH_CURVE
def test_there_is_a_line_for_every_step(curve: Curve) -> None:
    tower = integer_tower(curve)
    (pair,) = integer_pairs(tower, *points(curve, 1))
    flags = line_follows_square(curve)
    assert len(fixed_lines(tower, pair.q)) == len(flags)
    assert flags[0]
    assert sum(flags) == loop_count(curve).bit_length() - (curve.family != "BN")
