"""Setup of fflonk: equal to snarkjs' keys byte for byte, and to the definition in the exponent."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.toy_gates import evaluated, golden, mixed, toy_powers
from tests.support.toy_groth16 import circuit, factors, powers_of_tau
from zkctl.curve import BLS12_381, BN254
from zkctl.errors import EnvironmentProblem, InputError, IntegrityError
from zkctl.fflonk.setup import make_key, roots_of_unity
from zkctl.formats.binary.ptau.file import read_ptau
from zkctl.formats.binary.r1cs import read_r1cs
from zkctl.formats.binary.zkey_fflonk import FflonkZkey, write_zkey

FIELD = BN254.scalar_field


def test_keys_of_snarkjs(data: Path) -> None:
    for case in golden(data, "fflonk"):
        key = make_key(read_r1cs(case.r1cs), read_ptau(case.ptau).powers)
        out = io.BytesIO()
        write_zkey(out, FflonkZkey(key))
        assert hashlib.sha256(out.getvalue()).hexdigest() == case.zkey_digest, case.r1cs


def test_the_definition_in_the_exponent() -> None:
    key = make_key(mixed(FIELD), toy_powers(BN254))
    vk = key.verifying_key
    assert (vk.log_n, key.n_constraints, key.n_public, len(key.tau_g1)) == (3, 6, 2, 90)
    assert (vk.c_0 == evaluated(BN254, key.c_0)).all()
    order = ("q_l", "q_r", "q_o", "q_m", "q_c", "sigma_1", "sigma_2", "sigma_3")
    for j, name in enumerate(order):
        assert (key.c_0[j::8] == getattr(key, name).coefficients).all(), name


@pytest.mark.parametrize("log_n", [3, 4, 26, 28])
def test_roots_of_unity(log_n: int) -> None:
    roots, r = roots_of_unity(FIELD, log_n), FIELD.modulus
    for name, order in (("w3", 3), ("w4", 4), ("w8", 8)):
        assert pow(roots[name], order, r) == 1
        assert pow(roots[name], 1 if order == 3 else order // 2, r) != 1
    assert pow(roots["wr"], 3, r) == FIELD.root_of_unity(log_n)


def test_rows_for_blinding_are_counted() -> None:
    """Six rows and two for blinding fill a domain of 8; a seventh needs 16, hence 162 powers of tau."""
    rows = [([(1, 1)], [(1, 1)], [(1, 1)])]
    six, seven = (circuit(FIELD, rows * n, 2, 1, 0) for n in (5, 6))
    assert make_key(six, toy_powers(BN254)).domain_size == 8
    with pytest.raises(EnvironmentProblem, match=r"expected 2\^7 or more, got 2\^6"):
        make_key(seven, toy_powers(BN254))


def test_another_curve() -> None:
    with pytest.raises(InputError) as caught:
        make_key(factors(BLS12_381.scalar_field), powers_of_tau(BLS12_381, 2))
    assert caught.value.message == "fflonk needs another curve: expected bn254, got bls12_381"
    assert caught.value.hint == "use plonk, or compile the circuit for bn254"


def test_powers_that_are_not_prepared() -> None:
    with pytest.raises(EnvironmentProblem, match="not prepared for phase 2"):
        make_key(mixed(FIELD), replace(toy_powers(BN254), lagrange=None))


def test_circuits_that_no_setup_takes() -> None:
    """As tests/unit/kzg/test_row_polynomials.py has them."""
    powers = toy_powers(BN254)
    with pytest.raises(InputError, match="there is nothing to prove"):
        make_key(circuit(FIELD, [], 2, 0, 0), powers)
    with pytest.raises(InputError, match="no proof system here can express"):
        make_key(replace(mixed(FIELD), has_custom_gates=True), powers)
    with pytest.raises(IntegrityError, match=r"the circuit is over bls12_381\.fr"):
        make_key(mixed(BLS12_381.scalar_field), powers)
