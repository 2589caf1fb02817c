"""Counting PLONK and FFLONK rows against real keys and against the definition."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.toy_groth16 import circuit
from zkctl.constraints.plonk.count import count_fflonk_rows, count_plonk_rows
from zkctl.curve import BN254
from zkctl.formats.binary.r1cs import read_r1cs
from zkctl.toolchain.inspect.info import describe

P = BN254.scalar_field.modulus
Row = Sequence[tuple[int, int]]


@pytest.mark.parametrize("name", ["multiplier2", "sum_arrays", "kyc/bn254", "kyc/bls12"])
def test_real_keys_have_so_many_rows(data: Path, name: str) -> None:
    folder = data / "co-snarks-examples" / "plonk" / "test_vectors" / name
    stem = name.partition("/")[0]
    n_rows = count_plonk_rows(read_r1cs(folder / f"{stem}.r1cs"))
    assert n_rows == describe(folder / f"{stem}.zkey")["constraints"]


def rows_of(a: Row, b: Row, c: Row, *, drop_zeros: bool) -> int:
    """The definition for one constraint: docs/reference/formats.md, "Rows of PLONK and FFLONK"."""
    sides = [{w: v for w, v in dict(row).items() if v or not drop_zeros} for row in (a, b, c)]
    left, right, output = sides
    wires = [set(side) - {0} for side in sides]
    if not left or not right:
        return max(len(wires[2]) - 3, 0) + 1
    for constant, other in ((0, 1), (1, 0)):
        if not wires[constant]:
            k, x = sides[constant][0], sides[other]
            total = {w: (k * x.get(w, 0) - output.get(w, 0)) % P for w in set(x) | set(output)}
            n = sum(1 for w, v in total.items() if w and (v or not drop_zeros))
            return max(n - 3, 0) + 1
    return 1 + sum(max(len(side) - 1, 0) for side in wires)


@pytest.mark.parametrize("seed", range(6))
def test_random_systems(seed: int) -> None:
    rng = random.Random(seed)

    def side() -> Row:
        n = rng.choice((0, 1, 1, 2, 3, 5))
        return [(rng.choice((0, 0, 1, 2, 3, 4, 5)), rng.choice((0, 1, 2, P - 1))) for _ in range(n)]

    system = [(side(), side(), side()) for _ in range(60)]
    built = circuit(BN254.scalar_field, system, 6, 1, 1)
    for count, drop_zeros in ((count_plonk_rows, False), (count_fflonk_rows, True)):
        assert count(built) == 2 + sum(rows_of(*row, drop_zeros=drop_zeros) for row in system)


def test_zero_terms_count_in_plonk_only() -> None:
    """0 * w = w + 0 * v: a sum of one wire; kept zeros make A a wire and the row a product."""
    system = [([(1, 0)], [(2, 1)], [(3, 1), (4, 0), (5, 1), (1, 0), (2, 1)])]
    built = circuit(BN254.scalar_field, system, 6, 0, 0)
    assert (count_plonk_rows(built), count_fflonk_rows(built)) == (5, 1)
