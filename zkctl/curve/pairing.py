"""Products of optimal ate pairings: by the compiled kernels, or by the same formulas on Python integers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zkctl.curve.backend import pairing_kernels
from zkctl.curve.curves.parameters import Curve
from zkctl.curve.group import G1Array, G2Array
from zkctl.curve.subgroup.membership import members_of
from zkctl.curve.tower import Tower, integer_tower
from zkctl.errors import ShapeError

if TYPE_CHECKING:
    from zkctl.curve.pairing_formulas import Pair

_ONE = (1, *([0] * 11))


def _pairs(tower: Tower, p: G1Array, q: G2Array) -> list[Pair]:
    """Return pairs of finite points over Python integers."""
    from zkctl.curve.pairing_formulas import Pair

    return [
        Pair((a[0][0], a[1][0]), (tower.fq2(*b[0]), tower.fq2(*b[1])))
        for a, b in zip(p.to_ints(), q.to_ints(), strict=True)
        if a is not None and b is not None
    ]


def _check_lengths(p: G1Array, q: G2Array) -> None:
    if len(p) != len(q):
        raise ShapeError(f"points of G2 do not match those of G1: expected {len(p)}, got {len(q)}")


def pairing_product(curve: Curve, p: G1Array, q: G2Array) -> tuple[int, ...]:
    """Return the product of e(p[i], q[i]): its twelve coefficients in the order of `Fq12.coefficients`.

    Shapes:  (n,), (n,) -> 12 ints.  n = 0 and pairs with an infinite member count as one.
    Assumes: every point is on its curve and in its group.
    Raises:  ShapeError if the lengths differ.
    """
    _check_lengths(p, q)
    kernels = pairing_kernels(curve, len(p)) if len(p) else None
    if kernels is not None:
        return kernels.product(p.to_bytes(), q.to_bytes()).coefficients
    from zkctl.curve.pairing_formulas import final_power, miller_loop

    tower = integer_tower(curve)
    return tuple(final_power(tower, miller_loop(tower, _pairs(tower, p, q))).coefficients())


def is_pairing_product_one(curve: Curve, p: G1Array, q: G2Array) -> bool:
    """Return whether the product of e(p[i], q[i]) is one.

    Shapes:  (n,), (n,) -> bool.  n = 0 and pairs with an infinite member count as one.
    Assumes: every point is on its curve and in its group.
    """
    return pairing_product(curve, p, q) == _ONE


def product_is_one_and_members(curve: Curve, p: G1Array, q: G2Array) -> tuple[bool, list[bool]]:
    """Return whether the product of e(p[i], q[i]) is one, and which q[i] are in their group.

    Where one is not, the first answer is False.  The compiled pairing knows members by its Miller loop.
    Shapes:  (n,), (n,), n > 0 -> bool, (n,).
    Assumes: every p[i] is in its group, every coordinate is canonical.
    Raises:  ShapeError if the lengths differ.
    """
    _check_lengths(p, q)
    kernels = pairing_kernels(curve, len(p))
    if kernels is not None:
        coefficients, members = kernels.product(p.to_bytes(), q.to_bytes())
        return coefficients == _ONE and all(members), members
    members = members_of(q)
    return all(members) and is_pairing_product_one(curve, p, q), members
