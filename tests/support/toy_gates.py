"""Small PLONK and fflonk parameters whose tau is known, and the keys of snarkjs to compare with."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.support.toy_groth16 import Secrets, circuit, powers_of_tau
from zkctl.constraints.r1cs import R1CS
from zkctl.curve import Curve, G1Array, multiply_base
from zkctl.field import FieldArray, PrimeField
from zkctl.srs.powers_of_tau import PowersOfTau

POWER = 6  # fflonk takes 90 powers of tau for 8 rows


@cache
def toy_powers(curve: Curve) -> PowersOfTau:
    """Prepared powers of tau for 64 rows of PLONK or 8 of fflonk."""
    return powers_of_tau(curve, POWER)


def mixed(field: PrimeField) -> R1CS:
    """A product, a long sum and a constant side; two public signals: 5 rows and an addition of PLONK."""
    system = [
        ([(3, 1)], [(4, 1), (0, 3)], [(1, 1)]),
        ([(0, 1)], [(1, 1), (2, 2), (3, 3), (4, 4)], [(5, 1), (0, 9)]),
    ]
    return circuit(field, system, 6, 1, 1)


def evaluated(curve: Curve, coefficients: FieldArray) -> G1Array:
    """The commitment to a polynomial, by Python integers."""
    tau, r = Secrets().tau, curve.scalar_field.modulus
    value = sum(c * pow(tau, i, r) for i, c in enumerate(coefficients.to_ints())) % r
    g1 = G1Array.generator(curve.g1)
    return multiply_base(g1, FieldArray.from_ints(curve.scalar_field, [value]))[0]


class Golden(NamedTuple):
    """A key of snarkjs: its circuit, powers of tau and SHA-256."""

    r1cs: Path
    ptau: Path
    zkey_digest: str
    vkey_digest: str


def golden(data: Path, system: str) -> list[Golden]:
    """All cases of a system in the table of golden keys."""
    folder = data / "plonk-golden"
    with (folder / "table.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        Golden(
            folder / row["case"] / row["curve"] / "main.r1cs",
            folder / f"{row['curve']}_final.ptau",
            row["zkey sha256"],
            row["vkey sha256"],
        )
        for row in rows
        if row["system"] == system
    ]
