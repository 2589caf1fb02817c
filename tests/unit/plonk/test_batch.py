"""Batch verification: verdicts as those of single verification, whatever fails and wherever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

import zkctl.fflonk.batch
import zkctl.plonk.batch
from tests.support.universal import EACH_PROTOCOL, EACH_SYSTEM, System
from zkctl.curve import G1Array
from zkctl.curve.batches import ONE_BY_ONE_UP_TO_STATEMENTS, random_scalar
from zkctl.errors import EncodingError
from zkctl.field import FieldArray

MANY = ONE_BY_ONE_UP_TO_STATEMENTS + 3  # so many that they are combined
Statements = list[tuple[FieldArray, Any]]


@cache
def three(system: System) -> Statements:
    return [system.prove(x=k + 2, y=5 * k, tag=1000 + k) for k in range(3)]


def good(system: System, n: int) -> Statements:
    return [three(system)[k % 3] for k in range(n)]


def batch(system: System) -> Callable[..., list[bool]]:
    modules = {"plonk": zkctl.plonk.batch, "fflonk": zkctl.fflonk.batch}
    verify: Callable[..., list[bool]] = modules[system.name].verify_batch
    return verify


def false(statement: tuple[FieldArray, Any]) -> tuple[FieldArray, Any]:
    public, proof = statement
    return public + 1, proof


@EACH_PROTOCOL
@pytest.mark.parametrize("n", [0, 1, ONE_BY_ONE_UP_TO_STATEMENTS, MANY])
def test_proofs_that_all_hold(system: System, n: int) -> None:
    assert batch(system)(system.statement()[0], good(system, n)) == [True] * n


@EACH_SYSTEM
@pytest.mark.parametrize(
    "wrong", [{0}, {7}, {MANY - 1}, {0, MANY - 1}, {3, 4, 5}, set(range(MANY))]
)
def test_wrong_ones_are_named(system: System, wrong: set[int]) -> None:
    given = good(system, MANY)
    for k in wrong:
        given[k] = false(given[k])
    assert batch(system)(system.statement()[0], given) == [k not in wrong for k in range(MANY)]


@EACH_PROTOCOL
def test_wrong_among_few(system: System) -> None:
    given = good(system, 3)
    given[1] = false(given[1])
    assert batch(system)(system.statement()[0], given) == [True, False, True]


@EACH_PROTOCOL
@pytest.mark.parametrize("n", [3, MANY])
def test_infinity_in_a_proof_is_just_wrong(system: System, n: int) -> None:
    given = good(system, n)
    public, proof = given[1]
    field = next(iter(system.proof_points.values()))
    infinite = G1Array.infinity(system.curve.g1)
    given[1] = public, replace(proof, **{field: infinite})
    assert batch(system)(system.statement()[0], given) == [k != 1 for k in range(n)]


@EACH_PROTOCOL
def test_every_part_of_a_proof_counts(system: System) -> None:
    names = [*system.proof_points.values(), *system.proof_scalars]
    given = good(system, len(names) + ONE_BY_ONE_UP_TO_STATEMENTS)
    for k, name in enumerate(names):
        public, proof = given[k]
        if name in system.proof_scalars:
            changed = system.with_scalar(proof, name, system.scalar(proof, name) ^ 1)
        else:
            changed = replace(proof, **{name: -getattr(proof, name)})
        given[k] = public, changed
    expected = [k >= len(names) for k in range(len(given))]
    assert batch(system)(system.statement()[0], given) == expected


def cancelling(system: System) -> Statements:
    """Two wrong proofs whose errors cancel in a plain sum: the last quotient W + D and W' - D, both of one proof."""
    given = [three(system)[0]] * MANY
    last = list(system.proof_points.values())[-1]
    error = G1Array.generator(system.curve.g1)
    for k, change in ((2, error), (9, -error)):
        public, proof = given[k]
        given[k] = public, replace(proof, **{last: getattr(proof, last) + change})
    return given


def test_errors_that_would_cancel_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """fflonk: no challenge depends on W2, so that a fixed factor would miss them."""
    from tests.support.universal import FFLONK

    given, vk = cancelling(FFLONK), FFLONK.statement()[0]
    assert batch(FFLONK)(vk, given) == [k not in (2, 9) for k in range(MANY)]
    monkeypatch.setattr("zkctl.kzg.verifier.random_scalar", lambda: 12345)
    assert all(batch(FFLONK)(vk, given))


@EACH_PROTOCOL
def test_every_statement_gets_its_own_factor(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    draw = random_scalar
    monkeypatch.setattr(
        "zkctl.kzg.verifier.random_scalar", lambda: drawn.append(draw()) or drawn[-1]
    )
    for _ in range(2):
        assert all(batch(system)(system.statement()[0], good(system, MANY)))
    assert len(set(drawn)) == 2 * MANY


@EACH_PROTOCOL
def test_what_is_malformed_is_named(system: System) -> None:
    given = good(system, MANY)
    public, proof = given[7]
    name = system.proof_scalars[0]
    given[7] = public, system.with_scalar(proof, name, -1)
    with pytest.raises(EncodingError, match=f"{name} of proof 7 is not reduced"):
        batch(system)(system.statement()[0], given)
