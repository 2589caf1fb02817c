"""Many proofs under one key, verified by one product of pairings.

With random r_i the equations of all proofs hold together if and, but for chance, only if

    prod e(r_i A_i, B_i) = e((sum r_i) alpha, beta) e(sum r_i X_i, gamma) e(sum r_i C_i, delta)

X_i being the sum of x_ij IC_j: n + 3 pairings instead of 4 n, and a single final power.  The r_i and
the search for what is wrong are those of curve/batches.py.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from zkctl.curve import G1Array, G2Array, is_pairing_product_one, msm_words, multiply_each
from zkctl.curve.batches import ONE_BY_ONE_UP_TO_STATEMENTS, random_scalar, verdicts
from zkctl.curve.sums.combination import Combination
from zkctl.field import FieldArray, words_from_ints
from zkctl.field.words import Words
from zkctl.groth16.keys import VerifyingKey
from zkctl.groth16.verify import ProofStatement, VerificationEquation, check_statements
from zkctl.runtime.records import record


def verify_batch(vk: VerifyingKey, statements: Sequence[ProofStatement]) -> list[bool]:
    """Return for each statement (public signals, proof) whether its proof holds.

    Raises: as `verify`, naming the statement by its index; nothing is verified then.
    """
    check_statements(vk, statements)
    if len(statements) <= ONE_BY_ONE_UP_TO_STATEMENTS:
        equation = VerificationEquation(vk)
        return [equation.holds(*statement) for statement in statements]
    terms = _combine(vk, statements)
    return verdicts(len(statements), terms.holds, lambda k: terms.equation.holds(*statements[k]))


@record(eq=False)
class _Combination:
    """The terms of the equation, to be added up over any range of statements.

    Shapes: a (n,) r_i A_i; b (n,) B_i; c (n,) C_i; scalars (n, n_words) plain r_i; weights
    (n_public + 1, n): r_i and then r_i x_ij.
    """

    equation: VerificationEquation
    a: G1Array
    b: G2Array
    c: G1Array
    scalars: Words
    weights: FieldArray

    def holds(self, first: int, last: int) -> bool:
        """Return whether the combined equation of the statements first .. last - 1 holds."""
        vk, part = self.equation.vk, slice(first, last)
        weights = FieldArray(self.weights.field, self.weights.data[:, part])
        weights = weights.segment_sums(np.arange(vk.n_public + 2) * (last - first))
        sums = weights.to_ints()
        alpha = Combination(G1Array.concatenate([vk.alpha_g1])).of(sums[:1])
        x = self.equation.combination.of(sums)
        c = msm_words(self.c[part], self.scalars[part])
        return is_pairing_product_one(
            vk.curve,
            G1Array.concatenate([self.a[part], alpha, x, c]),
            G2Array.concatenate([self.b[part], self.equation.key_g2]),
        )


def _combine(vk: VerifyingKey, statements: Sequence[ProofStatement]) -> _Combination:
    field = vk.curve.scalar_field
    scalars = words_from_ints((random_scalar() for _ in statements), field.n_words)
    r = FieldArray.from_canonical_words(field, scalars)
    public = FieldArray(field, np.stack([public.data for public, _ in statements], axis=1))
    proofs = [proof for _, proof in statements]
    return _Combination(
        VerificationEquation(vk),
        a=multiply_each(G1Array.concatenate(proof.a for proof in proofs), r, members=True),
        b=G2Array.concatenate(proof.b for proof in proofs),
        c=G1Array.concatenate(proof.c for proof in proofs),
        scalars=scalars,
        weights=FieldArray(field, np.concatenate([r.data[None], (public * r).data])),
    )
