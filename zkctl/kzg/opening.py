"""The last equation of a verifier with polynomial commitments: two sums of points, one of them times tau.

    tau (sum l_i P_i) = sum r_i P_i + sum f_j K_j

P_i are points of the proof, K_j of the key; it is evaluated as e(sum l_i P_i, [tau]_2) e(right side, -[1]_2) = 1.
Source: Kate, Zaverucha, Goldberg, "Constant-size commitments to polynomials", Asiacrypt 2010.
"""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.curve import (
    Curve,
    G1Array,
    G2Array,
    msm_words,
)
from zkctl.curve.pairing import fixed_pairing
from zkctl.curve.sums.combination import Combination
from zkctl.errors import EncodingError
from zkctl.field import words_from_ints
from zkctl.runtime.records import record

FEW_TERMS = 64  # up to so many, a table of the points' images under the endomorphism is quicker than buckets


@record(eq=False)
class CombinedOpening:
    """The equation of one proof.

    Shapes: points (n,), left and right n scalars; fixed one scalar for each point of the key.
    Units: scalars in 0 .. r - 1.
    """

    points: G1Array
    left: Sequence[int]
    right: Sequence[int]
    fixed: Sequence[int]


class OpeningEquation:
    """The common part of the equations of all proofs under one key.  Assumes: the points have been checked."""

    def __init__(self, curve: Curve, x_2: G2Array, fixed: G1Array) -> None:
        self.curve, self.fixed = curve, fixed
        g2 = x_2.to_bytes() + (-G2Array.generator(curve.g2)).to_bytes()
        self.pairing = fixed_pairing(curve, g2)

    def holds(self, opening: CombinedOpening) -> bool:
        """Return whether one equation holds."""
        return self.pairing.is_one(self._g1([opening]))

    def holds_for_members(self, opening: CombinedOpening) -> bool:
        """Return whether one equation holds, and check on the way that [tau]_2 is in its group.

        Raises: EncodingError if it is not.
        """
        holds, members = self.pairing.product_is_one_and_members(self._g1([opening]))
        if not all(members):
            raise EncodingError(
                f"X_2 of the verification key is not a point of {self.curve.g2.name}"
            )
        return holds

    def all_hold(self, openings: Sequence[CombinedOpening], factors: Sequence[int]) -> bool:
        """Return whether the sum of the equations, each times its factor, holds."""
        r = self.curve.scalar_field.modulus
        scaled = [
            CombinedOpening(
                each.points,
                *(
                    [factor * scalar % r for scalar in scalars]
                    for scalars in (each.left, each.right, each.fixed)
                ),
            )
            for each, factor in zip(openings, factors, strict=True)
        ]
        return self.pairing.is_one(self._g1(scaled))

    def _g1(self, openings: Sequence[CombinedOpening]) -> G1Array:
        """Return both sides of the sum of the equations.  Shapes: n -> (2,)."""
        group, r = self.curve.g1, self.curve.scalar_field.modulus
        points = b"".join([each.points.to_bytes() for each in openings])
        scalars = [scalar for each in openings for scalar in each.left]
        left = _sum(G1Array.from_bytes(group, points), scalars)
        scalars = [scalar for each in openings for scalar in each.right]
        scalars += [
            sum(column) % r for column in zip(*(each.fixed for each in openings), strict=True)
        ]
        right = _sum(G1Array.from_bytes(group, points + self.fixed.to_bytes()), scalars)
        return G1Array.from_bytes(group, left.to_bytes() + right.to_bytes())


def _sum(points: G1Array, scalars: Sequence[int]) -> G1Array:
    """Return the sum of the points times these scalars.  Shapes: (n,), n -> ()."""
    used = [k for k, scalar in enumerate(scalars) if scalar]
    rows = points.rows()
    chosen = G1Array.from_bytes(points.group, b"".join([rows[k] for k in used]))
    kept = [scalars[k] for k in used]
    if kept == [1]:
        return chosen[0]
    if len(kept) <= FEW_TERMS:
        return Combination(chosen).of(kept)
    return msm_words(chosen, words_from_ints(kept, points.group.scalar_field.n_words))
