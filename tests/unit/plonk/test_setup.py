"""Setup of PLONK: equal to snarkjs' keys byte for byte, and to the definition in the exponent."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.points import first_curve_points
from tests.support.toy_gates import evaluated, golden, mixed, toy_powers
from tests.support.toy_groth16 import circuit
from zkctl.constraints.plonk.arithmetise import plonk_gates
from zkctl.curve import BLS12_381, BN254, CURVES, Curve, G1Array
from zkctl.errors import EncodingError, EnvironmentProblem, InputError, IntegrityError
from zkctl.formats.binary.ptau.file import read_ptau
from zkctl.formats.binary.r1cs import read_r1cs
from zkctl.formats.binary.zkey_plonk import PlonkZkey, write_zkey
from zkctl.plonk.setup import make_key
from zkctl.poly import Domain


def test_keys_of_snarkjs(data: Path) -> None:
    for case in golden(data, "plonk"):
        key = make_key(read_r1cs(case.r1cs), read_ptau(case.ptau).powers)
        out = io.BytesIO()
        write_zkey(out, PlonkZkey(key))
        assert hashlib.sha256(out.getvalue()).hexdigest() == case.zkey_digest, case.r1cs


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_the_definition_in_the_exponent(curve: Curve) -> None:
    system, powers = mixed(curve.scalar_field), toy_powers(curve)
    key, gates = make_key(system, powers), plonk_gates(system)
    vk, domain = key.verifying_key, Domain(system.field, 3)
    assert (vk.log_n, key.n_constraints, key.n_vars, key.n_public) == (3, 6, 8, 2)
    for name in ("q_m", "q_l", "q_r", "q_o", "q_c", "sigma_1", "sigma_2", "sigma_3"):
        coefficients = getattr(key, name).coefficients
        assert (getattr(vk, name) == evaluated(curve, coefficients)).all(), name
        if name.startswith("q"):
            values = domain.ntt(coefficients)
            assert (values[:6] == getattr(gates, name)).all()
            assert values[6:].is_zero().all()
    assert (vk.x_2 == powers.tau_g2[1]).all()
    assert (key.tau_g1 == powers.tau_g1[:14]).all()
    assert len(key.lagrange) == 2


def test_powers_for_the_domain() -> None:
    curve = CURVES[0]
    small = replace(toy_powers(curve), power=2)
    with pytest.raises(EnvironmentProblem, match=r"expected 2\^3 or more, got 2\^2"):
        make_key(mixed(curve.scalar_field), small)
    with pytest.raises(EnvironmentProblem, match="not prepared for phase 2"):
        make_key(mixed(curve.scalar_field), replace(toy_powers(curve), lagrange=None))


@pytest.mark.parametrize(("where", "index"), [("tau_g1", 13), ("lagrange tau_g1", 14)])
def test_points_outside_their_group(where: str, index: int) -> None:
    powers = toy_powers(BLS12_381)
    assert powers.lagrange is not None
    outside = G1Array.from_ints(BLS12_381.g1, first_curve_points(BLS12_381.g1, 1))
    given = powers.lagrange.tau_g1 if "lagrange" in where else powers.tau_g1
    data = given.data.copy()
    data[index] = outside.data[0]
    changed = G1Array(BLS12_381.g1, data)
    lagrange = replace(powers.lagrange, tau_g1=changed)
    changes = {"lagrange": lagrange} if "lagrange" in where else {"tau_g1": changed}
    powers = replace(powers, **changes)
    with pytest.raises(EncodingError) as caught:
        make_key(mixed(BLS12_381.scalar_field), powers)
    assert caught.value.where == where


def test_circuits_that_no_setup_takes() -> None:
    """As tests/unit/kzg/test_row_polynomials.py has them."""
    powers = toy_powers(BN254)
    with pytest.raises(InputError, match="there is nothing to prove"):
        make_key(circuit(BN254.scalar_field, [], 2, 0, 0), powers)
    with pytest.raises(InputError, match="no proof system here can express"):
        make_key(replace(mixed(BN254.scalar_field), has_custom_gates=True), powers)
    with pytest.raises(IntegrityError, match=r"the circuit is over bls12_381\.fr"):
        make_key(mixed(BLS12_381.scalar_field), powers)
