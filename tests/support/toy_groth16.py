"""Small Groth16 parameters whose secrets are known: circuits, powers of tau, contributions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from zkctl.ceremony.contribution import ContributorKind, Origin, Phase2Contribution
from zkctl.constraints.r1cs import R1CS, SparseMatrix
from zkctl.curve import Curve, G1Array, G2Array, multiply_base, multiply_each
from zkctl.curve.group import P
from zkctl.field import FieldArray, PrimeField, words_from_ints
from zkctl.field.words import Words
from zkctl.formats.binary.r1cs import write_r1cs
from zkctl.formats.binary.wtns import write_wtns
from zkctl.formats.binary.zkey_groth16 import ZkeyFile, write_zkey
from zkctl.groth16.keys import ProvingKey
from zkctl.groth16.setup import initial_key
from zkctl.srs.powers_of_tau import LagrangePowers, PowersOfTau

Row = Sequence[tuple[int, int]]  # (wire, coefficient)
Constraint = tuple[Row, Row, Row]


@dataclass(frozen=True)
class Secrets:
    """The toxic waste of a toy phase 1."""

    tau: int = 0x5EC1DEADBEEF0123456789
    alpha: int = 0xA1FA0123456789ABCDEF
    beta: int = 0xBE7A0123456789ABCDEF


def matrix(field: PrimeField, rows: Sequence[Row]) -> SparseMatrix:
    terms = [term for row in rows for term in row]
    return SparseMatrix(
        field,
        np.cumsum([0, *map(len, rows)], dtype=np.int64),
        np.array([wire for wire, _ in terms], np.uint32),
        words_from_ints((c % field.modulus for _, c in terms), field.n_words),
    )


def circuit(
    field: PrimeField,
    constraints: Sequence[Constraint],
    n_wires: int,
    n_outputs: int,
    n_inputs: int,
) -> R1CS:
    """A constraint system of n_outputs + n_inputs public signals."""
    a, b, c = (matrix(field, [rows[k] for rows in constraints]) for k in range(3))
    labels = np.arange(n_wires, dtype=np.uint64)
    n_private = n_wires - 1 - n_outputs - n_inputs
    return R1CS(field, n_wires, n_outputs, n_inputs, n_private, n_wires, a, b, c, labels)


def factors(field: PrimeField) -> R1CS:
    """product = x * (y + 3), with a public input `tag` (wire 2) that no constraint uses."""
    # wires: 0 one, 1 product, 2 tag, 3 x, 4 y
    return circuit(field, [([(3, 1)], [(4, 1), (0, 3)], [(1, 1)])], 5, 1, 1)


def factors_witness(field: PrimeField, x: int = 5, y: int = 8, tag: int = 77) -> Words:
    return words_from_ints([1, x * (y + 3), tag, x, y], field.n_words)


def lagrange_values(field: PrimeField, log_n: int, tau: int) -> list[int]:
    """L_i(tau) over the domain of size 2^log_n: w^i (tau^n - 1) / (n (tau - w^i))."""
    p, n, w = field.modulus, 1 << log_n, field.root_of_unity(log_n)
    z = (pow(tau, n, p) - 1) * pow(n, -1, p)
    return [pow(w, i, p) * z * pow(tau - pow(w, i, p), -1, p) % p for i in range(n)]


def powers_of_tau(curve: Curve, power: int, secrets: Secrets | None = None) -> PowersOfTau:
    """A prepared phase 1 made from known secrets."""
    s, field, n = secrets or Secrets(), curve.scalar_field, 1 << power
    g1, g2 = G1Array.generator(curve.g1), G2Array.generator(curve.g2)

    def points(base: P, factor: int, values: Sequence[int]) -> P:
        return multiply_base(base, FieldArray.from_ints(field, [factor * v for v in values]))

    tau = [pow(s.tau, i, field.modulus) for i in range(2 * n - 1)]
    blocks = [v for k in range(power + 2) for v in lagrange_values(field, k, s.tau)]
    short = blocks[: 2 * n - 1]
    lagrange = LagrangePowers(
        points(g1, 1, blocks),
        points(g2, 1, short),
        points(g1, s.alpha, short),
        points(g1, s.beta, short),
    )
    return PowersOfTau(
        curve=curve,
        power=power,
        ceremony_power=power,
        tau_g1=points(g1, 1, tau),
        tau_g2=points(g2, 1, tau[:n]),
        alpha_tau_g1=points(g1, s.alpha, tau[:n]),
        beta_tau_g1=points(g1, s.beta, tau[:n]),
        beta_g2=points(g2, s.beta, [1])[0],
        lagrange=lagrange,
    )


def contribute(key: ProvingKey, delta: int) -> ProvingKey:
    """The key after somebody multiplied delta by this number."""
    field = key.curve.scalar_field
    forth = FieldArray.from_ints(field, [delta])
    back = FieldArray.from_ints(field, [pow(delta, -1, field.modulus)])[0]
    return replace(
        key,
        delta_g1=multiply_base(key.delta_g1, forth)[0],
        delta_g2=multiply_base(key.delta_g2, forth)[0],
        l_query=multiply_each(key.l_query, back),
        h_query=multiply_each(key.h_query, back),
    )


def ones(curve: Curve, power: int) -> PowersOfTau:
    """A prepared phase 1 with tau = alpha = beta = 1: quick to make at any size.

    Its Lagrange points are the generator at w^0 and infinity elsewhere.
    """
    n = 1 << power
    g1, g2 = G1Array.generator(curve.g1), G2Array.generator(curve.g2)

    def powers(point: P, count: int) -> P:
        return type(point)(point.group, np.tile(point.data, (count, 1)))

    def blocks(point: P, count: int) -> P:
        out = type(point).infinity(point.group, (1 << count) - 1)
        out.data[[(1 << k) - 1 for k in range(count)]] = point.data
        return out

    lagrange = LagrangePowers(
        blocks(g1, power + 2), blocks(g2, power + 1), blocks(g1, power + 1), blocks(g1, power + 1)
    )
    return PowersOfTau(
        curve=curve,
        power=power,
        ceremony_power=power,
        tau_g1=powers(g1, 2 * n - 1),
        tau_g2=powers(g2, n),
        alpha_tau_g1=powers(g1, n),
        beta_tau_g1=powers(g1, n),
        beta_g2=g2,
        lagrange=lagrange,
    )


def contribution(key: ProvingKey, origin: Origin) -> Phase2Contribution:
    """A record as policy reads it: of this origin; its proof of knowledge is not a real one."""
    g1, g2 = G1Array.generator(key.curve.g1), G2Array.generator(key.curve.g2)
    return Phase2Contribution(key.delta_g1, g1, g1, g2, bytes(64), origin)


SOMEBODY = Origin(ContributorKind.PARTICIPANT, "somebody")
BEACON = Origin(ContributorKind.BEACON, "drand", bytes.fromhex("5eed" * 16), 10)


def save_key(path: Path, key: ProvingKey, *origins: Origin) -> Path:
    """Write a key with records of these origins, one participant unless told otherwise."""
    records = [contribution(key, origin) for origin in origins or (SOMEBODY,)]
    with path.open("wb") as file:
        write_zkey(file, ZkeyFile(key, bytes(64), records))
    return path


def save_witness(path: Path, field: PrimeField, words: Words) -> Path:
    with path.open("wb") as file:
        write_wtns(file, field, words)
    return path


def save_circuit(path: Path, r1cs: R1CS) -> Path:
    with path.open("wb") as file:
        write_r1cs(file, r1cs)
    return path


@cache
def toy_key(curve: Curve) -> ProvingKey:
    """A key for `factors` with one contribution, over secrets that policy cannot see."""
    powers = powers_of_tau(curve, 2)
    return contribute(initial_key(factors(curve.scalar_field), powers), 0xDE17A5EC2E7)
