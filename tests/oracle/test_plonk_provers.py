"""The provers of PLONK and fflonk beside a second implementation: every challenge, commitment and value of a proof."""

from __future__ import annotations

import random
from functools import cache
from typing import NamedTuple

import pytest

from tests.oracle import fflonk as other_fflonk
from tests.oracle import plonk as other_plonk
from tests.oracle.plonk import Rows, Run, Setting
from tests.oracle.plonk_gates import PlainGates, plain_gates
from tests.support.toy_gates import toy_powers
from tests.support.toy_groth16 import Secrets, circuit, powers_of_tau
from zkctl.constraints.r1cs import R1CS
from zkctl.curve import BLS12_381, BN254, Curve, G1Array
from zkctl.fflonk import prove as fflonk_prover
from zkctl.fflonk.challenges import challenges as fflonk_challenges
from zkctl.fflonk.keys import BLINDING_ROWS
from zkctl.fflonk.keys import PROOF_POINTS as FFLONK_POINTS
from zkctl.fflonk.setup import make_key as make_fflonk_key
from zkctl.field import words_from_ints
from zkctl.kzg import proving
from zkctl.kzg.commitments import Committer
from zkctl.plonk import prove as plonk_prover
from zkctl.plonk.challenges import challenges
from zkctl.plonk.keys import PROOF_POINTS, PROOF_SCALARS, Proof
from zkctl.plonk.setup import make_key
from zkctl.runtime.settings import using
from zkctl.srs.powers_of_tau import PowersOfTau

Side = list[tuple[int, int]]


class Case(NamedTuple):
    """A random constraint system and a witness of it."""

    system: list[tuple[Side, Side, Side]]
    witness: list[int]
    n_public: int


def random_case(seed: int, p: int) -> Case:
    """Constraints A * B = new wire, some of them with constants, long sums or an empty side."""
    rng = random.Random(seed)
    n_public = rng.randrange(4)
    witness = [1] + [rng.choice([0, 1, p - 1, rng.randrange(p)]) for _ in range(n_public + 2)]

    def side(n_terms: int) -> Side:
        wires = sorted(rng.sample(range(len(witness)), min(n_terms, len(witness))))
        return [(wire, rng.choice([1, p - 1, rng.randrange(1, p)])) for wire in wires]

    def value(terms: Side) -> int:
        return sum(factor * witness[wire] for wire, factor in terms) % p

    system = []
    for _ in range(rng.randrange(1, 7)):
        a, b = side(rng.choice([1, 1, 2, 5])), side(rng.choice([0, 1, 1, 3]))
        if rng.random() < 0.2:
            b = [(0, rng.randrange(1, p))]
        witness.append(value(a) * value(b) % p)
        system.append((a, b, [(len(witness) - 1, 1)]))
    return Case(system, witness, n_public)


def padded(plain: PlainGates, n: int) -> Rows:
    rows = plain.rows + [(0,) * 8] * (n - len(plain.rows))
    a, b, c, q_m, q_l, q_r, q_o, q_c = (list(column) for column in zip(*rows, strict=True))
    return Rows(q_m, q_l, q_r, q_o, q_c, (a, b, c))


def extended(case: Case, plain: PlainGates) -> list[int]:
    """The witness and the values of the additions."""
    values = list(case.witness)
    for left, right, f, g in plain.additions:
        values.append((f * values[left] + g * values[right]) % plain.p)
    return values


def logarithms(setting: Setting, run: Run) -> dict[str, tuple[int, int] | None]:
    return {name: setting.point(value) for name, value in run.points.items()}


def affine(point: G1Array) -> tuple[int, int] | None:
    (found,) = point.to_ints()
    return None if found is None else (found[0][0], found[1][0])


def constraint_system(case: Case, curve: Curve) -> R1CS:
    return circuit(curve.scalar_field, case.system, len(case.witness), 0, case.n_public)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The random numbers of the prover, in the order in which they are drawn."""
    numbers: list[int] = []
    real = vars(proving)["random_nonzero"]

    def remembered(field):
        numbers.append(real(field))
        return numbers[-1]

    monkeypatch.setattr(proving, "random_nonzero", remembered)
    return numbers


@pytest.mark.parametrize("seed", range(10))
def test_plonk(seed: int, drawn: list[int]) -> None:
    curve = BLS12_381 if seed % 3 == 2 else BN254
    case, setting = (
        random_case(seed, curve.scalar_field.modulus),
        Setting(curve.name, Secrets().tau),
    )
    system, field = constraint_system(case, curve), curve.scalar_field
    plain = plain_gates(
        field.modulus, case.system, len(case.witness), case.n_public, drops_zeros=False
    )
    key = make_key(system, toy_powers(curve))
    assert key.domain_size >= len(plain.rows)
    words = words_from_ints(case.witness, field.n_words)
    with using(threads=1):  # so that the order of the random numbers is known
        proof, public = plonk_prover._prove_unverified(key, Committer(key.tau_g1), words)

    b = [drawn[k] for k in (1, 0, 3, 2, 5, 4, 8, 7, 6, 9, 10)]  # drawn lowest coefficient first
    rows, values = padded(plain, key.domain_size), extended(case, plain)
    run = other_plonk.prove(setting, rows, case.witness[1 : 1 + case.n_public], values, b)
    assert other_plonk.verify(setting, rows, case.witness[1 : 1 + case.n_public], run)
    own = challenges(key.verifying_key, public.to_ints(), proof)
    assert {name: getattr(own, name) for name in run.challenges} == run.challenges
    assert {name: affine(getattr(proof, name)) for name in PROOF_POINTS.values()} == logarithms(
        setting, run
    )
    assert values_of(proof) == run.values


def values_of(proof: Proof) -> dict[str, int]:
    return {name.removeprefix("eval_"): getattr(proof, name) for name in PROOF_SCALARS.values()}


@pytest.mark.parametrize("seed", range(10))
def test_fflonk(seed: int, drawn: list[int]) -> None:
    field, setting = BN254.scalar_field, Setting(BN254.name, Secrets().tau)
    case = random_case(seed, field.modulus)
    plain = plain_gates(
        field.modulus, case.system, len(case.witness), case.n_public, drops_zeros=True
    )
    key = make_fflonk_key(constraint_system(case, BN254), large_powers())
    assert key.domain_size >= len(plain.rows) + BLINDING_ROWS
    words, public = (
        words_from_ints(case.witness, field.n_words),
        case.witness[1 : 1 + case.n_public],
    )
    with using(threads=1):
        proof, _ = fflonk_prover._prove_unverified(key, Committer(key.tau_g1), words)

    hidden, blinding = [drawn[0:2], drawn[2:4], drawn[4:6]], drawn[8:5:-1]
    rows, values = padded(plain, key.domain_size), extended(case, plain)
    run = other_fflonk.prove(setting, rows, public, values, hidden, blinding)
    assert other_fflonk.verify(setting, rows, public, run)
    own = fflonk_challenges(key.verifying_key, public, proof)
    names = {"beta": "beta", "gamma": "gamma", "seed": "xi_seed", "alpha": "alpha", "y": "y"}
    assert {other: getattr(own, name) for other, name in names.items()} == {
        name: run.challenges[name] for name in names
    }
    assert {name: affine(getattr(proof, name)) for name in FFLONK_POINTS.values()} == logarithms(
        setting, run
    )
    assert (
        dict(zip(other_fflonk.EVALUATIONS, proof.evaluations, strict=True)) | {"inv": proof.inv}
        == run.values
    )


@cache
def large_powers() -> PowersOfTau:
    return powers_of_tau(BN254, 8)
