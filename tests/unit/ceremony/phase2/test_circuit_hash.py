"""The circuit hash, against snarkjs 0.7.6 and 0.6: also where snarkjs reads past its section."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.toy_groth16 import circuit, ones, powers_of_tau
from zkctl.ceremony.phase2.circuit_hash import InfinityStyle, circuit_hash, matching_style
from zkctl.constraints.r1cs import R1CS
from zkctl.curve import BLS12_381, BN254, Curve
from zkctl.field import BN254_FR
from zkctl.formats.binary.ptau.file import read_ptau
from zkctl.formats.binary.r1cs import read_r1cs
from zkctl.formats.binary.zkey_groth16 import read_zkey
from zkctl.groth16.setup import initial_key

# csHash of `snarkjs groth16 setup` (0.7.6) for the keys made below; tests/interop repeats one of them
LARGE = {
    ("bn254", 15): (
        "c1533e634a279be23041fcd66de108eb3134604b89097e0da7a21432a1f1b490"
        "ccb94b60b2ffae24f07f9a1fa07e35018942336a43cb9cffd23ab33050d3f425"
    ),
    ("bn254", 16): (
        "151634fc7f879ae01962115b5c0ed52722462ac82f205ee16f60765105023402"
        "b36d33b90acfcaeaeb402b122a5e66641fb51b02892d290bdc4fcfa382315f5b"
    ),
    ("bls12_381", 15): (
        "4a233df0b2feff36f089883b427948f5fd3ec728baaecf9f66cb02dad4615e27"
        "e947a3fda7880f6cb563989b3f0b1184f722dab5a5d5b9d6dbead981b239f109"
    ),
    ("bls12_381", 16): (
        "7f0e9e5dbfa07a7dadaef5070315ab45870b613c8c856680578d9d7dd1db9d13"
        "7763d6abe3c4bf6b14efe033cd35a18cc6ef0b51077203a4cae4d39e1bec3f32"
    ),
}


@pytest.mark.parametrize(
    ("folder", "r1cs", "ptau", "zkey", "style"),
    [
        (
            "golden_bn128",
            "multiplier.r1cs",
            "pot6_final.ptau",
            "multiplier_0000.zkey",
            InfinityStyle.ZEROS,
        ),
        (
            "p0tion",
            "circuit.r1cs",
            "powersOfTau28_hez_final_02.ptau",
            "circuit_0000.zkey",
            InfinityStyle.FLAGGED,
        ),
    ],
)
def test_stored_hashes_are_recognised(
    data: Path, folder: str, r1cs: str, ptau: str, zkey: str, style: InfinityStyle
) -> None:
    powers = read_ptau(data / folder / ptau).powers
    key = initial_key(read_r1cs(data / folder / r1cs), powers)
    stored = read_zkey(data / folder / zkey).circuit_hash
    assert matching_style(stored, key, powers) is style
    assert matching_style(bytes(64), key, powers) is None


@pytest.mark.parametrize("power", [15, pytest.param(16, marks=pytest.mark.slow)])
@pytest.mark.parametrize("curve", [BN254, BLS12_381], ids=str)
def test_hash_of_a_large_domain(data: Path, curve: Curve, power: int) -> None:
    """Domain 2^15: with power 15 the extra point comes from beyond the section, with 16 it is real."""
    powers = ones(curve, power)
    key = initial_key(_large_circuit(data, curve), powers)
    assert circuit_hash(key, powers).hex() == LARGE[curve.name, power]


def _large_circuit(data: Path, curve: Curve) -> R1CS:
    if curve is BN254:
        return read_r1cs(data / "cshash" / "m17000.r1cs")
    return circuit(curve.scalar_field, [([(1, 1)], [(1, 1)], [(2, 1)])] * 17000, 3, 1, 0)


def test_hash_tells_circuits_and_powers_apart() -> None:
    square = circuit(BN254_FR, [([(1, 1)], [(1, 1)], [(2, 1)])], 3, 1, 0)
    product = circuit(BN254_FR, [([(1, 1)], [(2, 1)], [(2, 1)])], 3, 1, 0)
    hashes = {
        circuit_hash(initial_key(r1cs, powers), powers)
        for r1cs in (square, product)
        for powers in (powers_of_tau(BN254, 2), ones(BN254, 2))
    }
    assert len(hashes) == 4
