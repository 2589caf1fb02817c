"""The Groth16 prover (Groth 2016, section 3.2, with snarkjs' odd-coset quotient: qap.py).

    A  = alpha + sum w_i A_i + r delta
    B  = beta  + sum w_i B_i + s delta
    C  = sum_{private i} w_i L_i + sum_j h_j H_j + s A + r B_1 - r s delta

r and s are fresh for every proof and hide the witness: reusing them, or r = s, leaks it.  So
nothing here lets a caller choose them.
"""

from __future__ import annotations

import secrets
from typing import TypeVar

import numpy as np

from zkctl.curve import PointArray, msm, msm_words
from zkctl.curve.scale import multiply_base
from zkctl.errors import EncodingError, ShapeError, UnsatisfiedError
from zkctl.field import FieldArray, PrimeField
from zkctl.field.array import Words, first_not_below
from zkctl.groth16.keys import Proof, ProvingKey
from zkctl.groth16.qap import evaluations, quotient
from zkctl.groth16.verify import verify
from zkctl.poly.domain import Domain

P = TypeVar("P", bound=PointArray)


def prove(key: ProvingKey, witness: Words) -> tuple[Proof, FieldArray]:
    """Prove that the witness satisfies the circuit; the proof is verified before it is returned.

    Shapes: witness (n_vars, n_words) plain words, witness[0] = 1 -> the proof, public (n_public,).
    Memory: beside key and witness about eight field elements per domain point; the sections of the
    key are read one after the other.
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
    h = _quotient_of(key, witness)
    c_private = msm_words(key.l_query, witness[key.n_public + 1 :]) + msm(key.h_query, h)
    del h
    field = key.curve.scalar_field
    r, s = FieldArray.from_ints(field, [_random_nonzero(field), _random_nonzero(field)])
    a = key.alpha_g1 + msm_words(key.a_query, witness) + _times(key.delta_g1, r)
    b = key.beta_g2 + msm_words(key.b_g2_query, witness) + _times(key.delta_g2, s)
    b_g1 = key.beta_g1 + msm_words(key.b_g1_query, witness) + _times(key.delta_g1, s)
    c = c_private + _times(a, s) + _times(b_g1, r) - _times(key.delta_g1, r * s)
    return Proof(a, b, c)


def _quotient_of(key: ProvingKey, witness: Words) -> FieldArray:
    domain = Domain(key.curve.scalar_field, key.domain_size.bit_length() - 1)
    a, b = evaluations(key.coefficients, witness, domain)
    return quotient(a, b, domain)


def _times(point: P, scalar: FieldArray) -> P:
    one_scalar = FieldArray(scalar.field, np.atleast_2d(scalar.data))
    return multiply_base(point, one_scalar)[0]


def _random_nonzero(field: PrimeField) -> int:
    """Uniform in 1 .. r - 1, by rejection, from the operating system."""
    return 1 + secrets.randbelow(field.modulus - 1)
