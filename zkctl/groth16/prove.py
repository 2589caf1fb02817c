"""The Groth16 prover (Groth 2016, section 3.2, with snarkjs' odd-coset quotient: qap.py).

    A  = alpha + sum w_i A_i + r delta
    B  = beta  + sum w_i B_i + s delta
    C  = sum_{private i} w_i L_i + sum_j h_j H_j + s A + r B_1 - r s delta

r and s are fresh for every proof and hide the witness: reusing them, or r = s, leaks it.  So
nothing here lets a caller choose them.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import TypeVar

import numpy as np

from zkctl.curve import PointArray, msm_words
from zkctl.errors import EncodingError, ShapeError, UnsatisfiedError
from zkctl.field import FieldArray, PrimeField, words_from_ints
from zkctl.field.array import Words, first_not_below
from zkctl.groth16.keys import Proof, ProvingKey
from zkctl.groth16.qap import evaluations, quotient
from zkctl.groth16.verify import verify
from zkctl.poly.domain import Domain

P = TypeVar("P", bound=PointArray)

PART = 1 << 18  # points per sum: larger ones take more memory and hardly less time


def prove(key: ProvingKey, witness: Words) -> tuple[Proof, FieldArray]:
    """Prove that the witness satisfies the circuit; the proof is verified before it is returned.

    Shapes: witness (n_vars, n_words) plain words, witness[0] = 1 -> the proof, public (n_public,).
    Memory: beside key and witness about eight field elements per domain point, and the working
    memory of one sum after the other.
    Raises: ShapeError, EncodingError for a witness that cannot be one of this key,
    UnsatisfiedError for one that breaks the circuit.
    """
    _check_witness(key, witness)
    proof = _prove_unchecked(key, witness)
    public = FieldArray.from_words(key.curve.scalar_field, witness[1 : key.n_public + 1])
    if not verify(key.verifying_key, public, proof):
        raise UnsatisfiedError(
            "the witness does not satisfy the circuit of this key",
            hint="give the circuit with --r1cs to see which constraint fails",
        )
    return proof, public


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


def _prove_unchecked(key: ProvingKey, witness: Words) -> Proof:
    field = key.curve.scalar_field
    r, s = _random_nonzero(field), _random_nonzero(field)
    a = _sum([(key.a_query, witness)], [(1, key.alpha_g1), (r, key.delta_g1)])
    b = _sum([(key.b_g2_query, witness)], [(1, key.beta_g2), (s, key.delta_g2)])
    b_g1 = _sum([(key.b_g1_query, witness)], [(1, key.beta_g1), (s, key.delta_g1)])
    private = (key.l_query, witness[key.n_public + 1 :])
    h = (key.h_query, _quotient_of(key, witness).to_words())
    c = _sum([private, h], [(s, a), (r, b_g1), (-r * s % field.modulus, key.delta_g1)])
    return Proof(a, b, c)


def _sum(lists: list[tuple[P, Words]], more: list[tuple[int, P]]) -> P:
    """The sum of words[i] points[i] over all lists, and of scalar * point for a few more.

    Shapes: [((n,), (n, n_words))] -> ().  Memory: for `PART` points at a time.
    """
    kind = type(more[0][1])
    scalars = words_from_ints((scalar for scalar, _ in more), lists[0][1].shape[1])
    few = kind.concatenate(point for _, point in more), scalars
    sums = [
        msm_words(kind.concatenate(points), np.concatenate(words))
        for points, words in (zip(*batch, strict=True) for batch in _batches(few, lists))
    ]
    return kind.concatenate(sums).sum()


def _batches(few: tuple[P, Words], lists: list[tuple[P, Words]]) -> Iterator[list[tuple[P, Words]]]:
    """The lists cut into batches of at most `PART` points, the first one with a few more."""
    batch, size = [few], 0
    for points, words in lists:
        for first in range(0, len(words), PART):
            piece = points[first : first + PART], words[first : first + PART]
            if size + len(piece[1]) > PART:
                yield batch
                batch, size = [], 0
            batch.append(piece)
            size += len(piece[1])
    yield batch


def _quotient_of(key: ProvingKey, witness: Words) -> FieldArray:
    domain = Domain(key.curve.scalar_field, key.domain_size.bit_length() - 1)
    a, b = evaluations(key.coefficients, witness, domain)
    return quotient(a, b, domain)


def _random_nonzero(field: PrimeField) -> int:
    """Uniform in 1 .. r - 1, by rejection, from the operating system."""
    return 1 + secrets.randbelow(field.modulus - 1)
