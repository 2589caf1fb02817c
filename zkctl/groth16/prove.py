"""The Groth16 prover (Groth 2016, section 3.2, with the quotient on the odd coset: qap.py).

    A  = alpha + sum w_i A_i + r delta
    B  = beta  + sum w_i B_i + s delta
    C  = sum_{private i} w_i L_i + sum_j h_j H_j + s A + r B_1 - r s delta

r and s are fresh for every proof and hide the witness: reusing them, or r = s, leaks it.  So
nothing here lets a caller choose them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from zkctl.curve import G1Array, G2Array, PointArray, msm_lists
from zkctl.curve.group import P
from zkctl.curve.sums.combination import Combination
from zkctl.curve.sums.point_table import PointTable
from zkctl.curve.sums.pools import kept_pools
from zkctl.errors import EncodingError, ShapeError, UnsatisfiedError
from zkctl.field import FieldArray, words_from_ints
from zkctl.field.kernels.uses import PROOFS_BEFORE_COMPILING, is_worth_compiling
from zkctl.field.sampling import random_nonzero
from zkctl.field.words import Words, first_not_below
from zkctl.groth16.keys import Proof, ProvingKey
from zkctl.groth16.qap import evaluations, quotient
from zkctl.groth16.verify import equation_holds, verify
from zkctl.poly.domain import Domain
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.records import record
from zkctl.runtime.settings import thread_count, using

POINTS_AT_ONCE = (
    1 << 18
)  # points summed at a time, in all threads: more take more memory and hardly less time
# Two threads take whole sums: nothing is left to one of them, and they end at about the same time.  Up to four do so
# up to this domain; otherwise each sum is dealt out to all threads.
SIDE_BY_SIDE_UP_TO_ROWS = 1 << 15


@record(eq=False)
class PreparedKey:
    """A key for many proofs: all its points have been checked, and its sums have tables.

    A table, or None where there is no memory for one, covers the points of a sum in this order:
    a, b_g1, b_g2 the query, alpha or beta, delta; c the l_query, the h_query, delta.
    """

    key: ProvingKey
    a: PointTable[G1Array] | None = None
    b_g1: PointTable[G1Array] | None = None
    b_g2: PointTable[G2Array] | None = None
    c: PointTable[G1Array] | None = None

    @classmethod
    def of(cls, key: ProvingKey, max_bytes: int) -> PreparedKey:
        """Make tables while they fit max_bytes.  Assumes: all points have been checked."""
        sums: dict[str, PointArray] = {
            "a": G1Array.concatenate([key.a_query, key.alpha_g1, key.delta_g1]),
            "b_g1": G1Array.concatenate([key.b_g1_query, key.beta_g1, key.delta_g1]),
            "b_g2": G2Array.concatenate([key.b_g2_query, key.beta_g2, key.delta_g2]),
            "c": G1Array.concatenate([key.l_query, key.h_query, key.delta_g1]),
        }
        made: dict[str, Any] = {}
        for name, points in sums.items():
            n_bytes = PointTable.n_bytes(points)
            if n_bytes <= max_bytes:
                made[name] = PointTable(points)
                max_bytes -= n_bytes
        return cls(key, **made)


def prove(key: ProvingKey, witness: Words) -> tuple[Proof, FieldArray]:
    """Prove that the witness satisfies the circuit; the proof is verified before it is returned.

    Shapes: witness (n_vars, n_words) plain words, witness[0] = 1 -> the proof, public (n_public,).
    Memory: beside key and witness about eight field elements per domain point, and in each thread that
    takes whole sums the working memory for `POINTS_AT_ONCE` points.
    Raises: ShapeError, EncodingError for a witness that cannot be one of this key,
    UnsatisfiedError for one that breaks the circuit.
    """
    proof, public = _prove_unverified(PreparedKey(key), witness)
    is_regular = is_worth_compiling("prove", PROOFS_BEFORE_COMPILING)
    with using(compiles=None if is_regular else False):
        _check_verified(verify(key.verifying_key, public, proof))
    return proof, public


def prove_prepared(prepared: PreparedKey, witness: Words) -> tuple[Proof, FieldArray]:
    """Prove as `prove` does; since all points were checked before, only the equation is verified."""
    proof, public = _prove_unverified(prepared, witness)
    _check_verified(equation_holds(prepared.key.verifying_key, public, proof))
    return proof, public


def _check_verified(holds: bool) -> None:
    if not holds:
        raise UnsatisfiedError(
            "the witness does not satisfy the circuit of this key",
            hint="pass `r1cs` to find the constraint that fails",
        )


def _check_witness(key: ProvingKey, witness: Words) -> None:
    field = key.curve.scalar_field
    if witness.shape != (key.n_vars, field.n_words):
        raise ShapeError(
            f"the key has {key.n_vars} wires, the witness {len(witness)}",
            hint="witness and key come from different circuits",
        )
    bad = first_not_below(witness, field.modulus)
    if bad is not None:
        raise EncodingError(f"witness value {bad} is not below the modulus of {field.name}")
    if int(witness[0, 0]) != 1 or witness[0, 1:].any():
        raise EncodingError("witness value 0 must be the constant 1")


def _prove_unverified(prepared: PreparedKey, witness: Words) -> tuple[Proof, FieldArray]:
    key, field = prepared.key, prepared.key.curve.scalar_field
    _check_witness(key, witness)
    side_by_side = _takes_whole_sums(thread_count(), key.domain_size)
    r, s = random_nonzero(field), random_nonzero(field)

    def sum_c() -> G1Array:
        private = (key.l_query, witness[key.n_public + 1 :])
        h = (key.h_query, _quotient_of(key, witness).to_words())
        return _sum(prepared.c, [private, h], [(key.delta_g1, -r * s % field.modulus)])

    def sum_b_g2() -> G2Array:
        with (
            kept_pools()
        ):  # for its batches: twice as large as the others', it would be in the way of the quotient
            few = [(key.beta_g2, 1), (key.delta_g2, s)]
            return _sum(prepared.b_g2, [(key.b_g2_query, witness)], few)

    a_terms = [(key.alpha_g1, 1), (key.delta_g1, r)]
    b_terms = [(key.beta_g1, 1), (key.delta_g1, s)]
    tasks: list[Callable[[], Any]] = [  # longest first
        sum_b_g2,
        sum_c,
        partial(_sum, prepared.a, [(key.a_query, witness)], a_terms),
        partial(_sum, prepared.b_g1, [(key.b_g1_query, witness)], b_terms),
    ]
    with kept_pools():
        b, c, a, b_g1 = in_parallel(tasks) if side_by_side else [task() for task in tasks]
    blinding = Combination(G1Array.concatenate([a, b_g1]))
    c = c + blinding.of([s, r])
    public = FieldArray.from_words(field, witness[1 : key.n_public + 1])
    return Proof(a, b, c), public


def _takes_whole_sums(n_threads: int, domain_size: int) -> bool:
    """Return whether each thread takes whole sums, rather than a share of every sum."""
    return n_threads == 2 or (2 < n_threads <= 4 and domain_size <= SIDE_BY_SIDE_UP_TO_ROWS)


def _sum(table: PointTable[P] | None, lists: list[tuple[P, Words]], few: list[tuple[P, int]]) -> P:
    """Return the sum of words[i] points[i] over all lists, and of a few more points of the key.

    The table, if there is one, covers them all in this order.
    Shapes: [((n,), (n, n_words))] -> ().  Memory: for `POINTS_AT_ONCE` points at a time.
    """
    kind, n_words = type(few[0][0]), lists[0][1].shape[1]
    scalars = words_from_ints((scalar for _, scalar in few), n_words)
    if table is not None:
        return table.msm_words(np.concatenate([*(words for _, words in lists), scalars]))
    together = kind.concatenate(point for point, _ in few), scalars
    return msm_lists([together, *lists], POINTS_AT_ONCE)


def _quotient_of(key: ProvingKey, witness: Words) -> FieldArray:
    domain = Domain(key.curve.scalar_field, key.domain_size.bit_length() - 1)
    a, b = evaluations(key.coefficients, witness, domain)
    return quotient(a, b, domain)
