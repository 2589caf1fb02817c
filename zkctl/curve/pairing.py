"""Products of optimal ate pairings: by the compiled kernels, or by the same formulas on Python integers."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from zkctl.curve.backend import fixed_pairing_kernels, pairing_kernels
from zkctl.curve.curves.parameters import Curve
from zkctl.curve.group import G1Array, G2Array
from zkctl.curve.subgroup.membership import members_of
from zkctl.curve.tower import Tower, integer_tower
from zkctl.errors import ShapeError

if TYPE_CHECKING:
    from zkctl.curve.pairing_formulas import Pair
    from zkctl.field.kernels.compiled.memory import Room

PRODUCTS_BEFORE_LINES = 16  # their lines take as long on integers as so many products
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


class FixedPairing:
    """Products of two pairings with two points of G2 that stay: after some products their lines are computed, once.

    Many keys share theirs: those of a universal setup have one [tau]_2.
    """

    def __init__(self, curve: Curve, q: G2Array) -> None:
        """Shapes: q (2,).  Assumes: canonical, not infinity."""
        self.curve, self.q = curve, q
        self._are_members, self._products = False, 0

    def is_one(self, p: G1Array) -> bool:
        """As `is_pairing_product_one`.  Shapes: (2,).  Assumes: every point is in its group."""
        self._products += 1
        if self._products > PRODUCTS_BEFORE_LINES and len(p) == 2 and not p.has_infinity():
            kernels = fixed_pairing_kernels(self.curve)
            if kernels is not None:
                return kernels.fixed_product(self._table, p.to_bytes()) == _ONE
        return is_pairing_product_one(self.curve, p, self.q)

    def product_is_one_and_members(self, p: G1Array) -> tuple[bool, list[bool]]:
        """As `product_is_one_and_members`: the answer on the points of G2 is found once.  Shapes: (2,) -> bool, (2,)."""
        if self._are_members:
            return self.is_one(p), [True] * len(self.q)
        answer, members = product_is_one_and_members(self.curve, p, self.q)
        self._are_members = all(members)
        return answer, members

    @cached_property
    def _table(self) -> Room:
        from zkctl.curve.pairing_formulas import fixed_lines

        kernels, tower = fixed_pairing_kernels(self.curve), integer_tower(self.curve)
        assert kernels is not None
        points = [each for each in self.q.to_ints() if each is not None]
        lines = [fixed_lines(tower, (tower.fq2(*x), tower.fq2(*y))) for x, y in points]
        return kernels.fixed_table(
            [n for pair in zip(*lines, strict=True) for one in pair for n in one.numbers()]
        )


@lru_cache(maxsize=8)
def fixed_pairing(curve: Curve, q: bytes) -> FixedPairing:
    """Return the products with these points of G2, the same object for the same points.  Shapes: q of two points.

    Assumes: canonical, not infinity.
    """
    return FixedPairing(curve, G2Array.from_bytes(curve.g2, q))
