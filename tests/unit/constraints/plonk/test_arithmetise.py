"""The rows of PLONK and fflonk against a plain loop, and at the edges."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.oracle.plonk_gates import Gate, PlainGates, Row, plain_gates
from tests.support.toy_groth16 import circuit
from zkctl.constraints.plonk.arithmetise import fflonk_gates, plonk_gates
from zkctl.constraints.plonk.gates import Gates
from zkctl.curve import BLS12_381, BN254, Curve
from zkctl.errors import LimitError

P = BN254.scalar_field.modulus
System = list[tuple[Row, Row, Row]]


def rows_of(gates: Gates) -> list[Gate]:
    selectors = (gates.q_m, gates.q_l, gates.q_r, gates.q_o, gates.q_c)
    columns = [*(wires.tolist() for wires in gates.wires), *(q.to_ints() for q in selectors)]
    return list(zip(*columns, strict=True))  # type: ignore[arg-type]


def additions_of(gates: Gates) -> list[tuple[int, int, int, int]]:
    a = gates.additions
    columns = (
        a.left.tolist(),
        a.right.tolist(),
        a.left_factors.to_ints(),
        a.right_factors.to_ints(),
    )
    return list(zip(*columns, strict=True))


def check(system: System, n_wires: int, n_public: int, curve: Curve = BN254) -> None:
    built = circuit(curve.scalar_field, system, n_wires, n_public, 0)
    for make, drops_zeros in ((plonk_gates, False), (fflonk_gates, True)):
        plain: PlainGates = plain_gates(
            curve.scalar_field.modulus, system, n_wires, n_public, drops_zeros=drops_zeros
        )
        gates = make(built)
        assert rows_of(gates) == plain.rows
        assert additions_of(gates) == plain.additions
        assert (gates.n_vars, gates.n_public) == (plain.n_vars, n_public)
        assert gates.wires.dtype == np.uint32


@pytest.mark.parametrize("curve", [BN254, BLS12_381], ids=lambda curve: curve.name)
@pytest.mark.parametrize("seed", range(6))
def test_random_systems(seed: int, curve: Curve) -> None:
    rng, p = random.Random(seed), curve.scalar_field.modulus

    def side() -> Row:
        n = rng.choice((0, 1, 1, 2, 3, 5, 9))
        values = (0, 1, 2, p - 1, rng.randrange(p))
        return [(rng.choice((0, 0, *range(1, 12))), rng.choice(values)) for _ in range(n)]

    system = [(side(), side(), side()) for _ in range(80)]
    check(system, 12, rng.choice((0, 1, 5)), curve)


@pytest.mark.parametrize(
    "system",
    [
        [],
        [([], [], [])],
        [([], [(1, 1)], [(1, 2), (2, 3), (3, 4), (4, 5), (0, 6)])],
        [([(0, 5)], [(0, 7)], [(0, 35)])],
        [([(0, 0)], [(1, 4)], [(1, 1)])],
        [([(1, 0)], [(2, 1)], [(3, 1)])],
        [([(0, 3)], [(1, 2), (2, 1)], [(1, 6), (3, 1)])],
        [([(1, 1), (0, P - 15)], [(1, 1), (0, P - 16)], [])],
        [([(4, 1), (1, 2), (4, 3)], [(2, 1)], [(3, 1), (3, 0)])],
        [([(w, 1) for w in (4, 3, 2, 1)], [(w, w) for w in (1, 2, 3)], [(w, 9) for w in range(5)])],
    ],
    ids=[
        "nothing",
        "zero-times-zero",
        "sum-of-C",
        "constants",
        "zero-constant",
        "zero-factor",
        "cancelled",
        "no-C",
        "repeated",
        "long-sides",
    ],
)
def test_kinds_of_constraints(system: System) -> None:
    for n_public in (0, 1, 4):
        check(system, 5, n_public)


def test_more_wires_than_the_files_can_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zkctl.constraints.plonk.arithmetise._MAX_WIRES", 6)
    built = circuit(BN254.scalar_field, [([(1, 1), (2, 1)], [(3, 1)], [(4, 1)])], 5, 0, 0)
    with pytest.raises(LimitError) as caught:
        plonk_gates(built)
    assert caught.value.message == "the rows have 6 wires, expected less than 2^32"
    assert caught.value.hint == "split the circuit"
