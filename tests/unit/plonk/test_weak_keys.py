"""Weak keys of PLONK (those of every universal setup: tests/unit/kzg/test_weak_keys.py)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.toy_plonk import toy_proof, toy_vk
from tests.support.toy_rows import ROWS, Rows
from zkctl.curve import BN254, CURVES, Curve, G1Array
from zkctl.plonk.verify import verify
from zkctl.plonk.weak_keys import weak_key_findings

ZERO = G1Array.infinity(BN254.g1)
ALL = pytest.mark.parametrize("curve", CURVES, ids=str)


def messages(vk: object) -> list[str]:
    return [str(each) for each in weak_key_findings(vk)]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["q_m", "q_r", "q_o", "q_c"])
def test_one_selector_may_be_zero(name: str) -> None:
    vk = toy_vk(BN254)
    assert messages(replace(vk, **{name: ZERO})) == []
    three = {"q_m": ZERO, "q_r": ZERO, "q_o": ZERO, "q_c": ZERO}
    assert messages(replace(vk, **three)) == []


def test_rows_without_wires_are_found() -> None:
    weak = replace(toy_vk(BN254), q_m=ZERO, q_l=ZERO, q_r=ZERO, q_o=ZERO)
    expected = ["every selector of wires is zero, any values satisfy the rows [VK-SELECTORS]"]
    assert messages(weak) == expected
    assert messages(replace(weak, q_c=ZERO)) == expected


def test_unread_public_signals_are_found() -> None:
    vk = toy_vk(BN254)
    assert messages(replace(vk, q_l=ZERO)) == [
        "public signals are not bound, Ql is zero [VK-PUBLIC]"
    ]
    assert messages(replace(vk, q_l=ZERO, n_public=0)) == []


def test_a_permutation_of_constants_is_found() -> None:
    vk = toy_vk(BN254)
    for field, name in (("sigma_1", "S1"), ("sigma_2", "S2"), ("sigma_3", "S3")):
        for number in (0, 1, -77):
            weak = replace(vk, **{field: Rows(BN254).point(number)})
            expected = f"{name} commits to the number {number}, it binds nothing [VK-SIGMA]"
            assert messages(weak) == [expected]


@pytest.mark.parametrize(("first", "second"), [(1, 2), (1, 3), (2, 3)])
def test_equal_permutations_are_found(first: int, second: int) -> None:
    vk = toy_vk(BN254)
    weak = replace(vk, **{f"sigma_{second}": getattr(vk, f"sigma_{first}")})
    expected = f"S{first} and S{second} are equal, their wires are not distinguished [VK-SIGMA]"
    assert messages(weak) == [expected]


@ALL
def test_the_identity_is_found_and_does_bind_nothing(curve: Curve) -> None:
    rows = Rows(curve, free=8)
    weak = toy_vk(curve, rows)
    expected = "the permutation is the identity, no wire is bound to another [VK-SIGMA]"
    assert messages(weak) == [expected]
    # the product x y = 5 of one row is another wire than the 5 + 5 of the next: any output can be proven
    lie = Rows(curve, free=8, rows=(*ROWS[:3], (7, 0, 1, 1, 0, 0, -1, 5)))
    public, proof = toy_proof(curve, [0, 1000, 99, 6, 7, 42, 13, 995], rows=lie)
    assert verify(toy_vk(curve, lie), public, proof)


@ALL
def test_other_multiples_of_one_permutation_are_no_finding(curve: Curve) -> None:
    """S2 = k1 S1 and S3 = k2 S1 alone may be a permutation of rows."""
    rows, vk = Rows(curve), toy_vk(curve)
    s = 0xABCDEF0123456789
    other = replace(vk, sigma_1=rows.point(s), sigma_2=rows.point(2 * s), sigma_3=rows.point(3 * s))
    assert messages(other) == []
    assert messages(replace(other, sigma_2=rows.point(5 * s))) == []


def test_what_every_universal_setup_has() -> None:
    weak = replace(toy_vk(BN254), x_2=Rows(BN254).x_2(3), k1=1)
    assert [finding.id for finding in weak_key_findings(weak)] == ["VK-TAU", "VK-COSETS"]
