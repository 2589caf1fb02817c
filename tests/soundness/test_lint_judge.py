"""The linter's proofs against the exhaustive judge: small systems, each second one a mutant; and false certificates.

A certificate is changed in one place.  Either the checker refuses it, or all that it then claims is true, which the judge decides.
"""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import pytest

from tests.support.small_systems import (
    SmallSystem,
    TooManyAssignments,
    judged_systems,
    mutant,
    random_system,
    unique_wires,
)
from zkctl.errors import CheckFailed
from zkctl.lint.certificate import proved_outputs
from zkctl.lint.expanding.expand import expanded
from zkctl.lint.prove import prove
from zkctl.lint.system import Row, System
from zkctl.lint.verdict import Verdict

SEED = 20261128


def as_system(small: SmallSystem) -> System:
    rows = [Row(*row) for row in small.rows]
    return System(small.modulus, small.n_wires, rows, small.inputs, small.outputs)


def judge_proofs(count: int, seed: int) -> tuple[int, int]:
    """Compare verdicts with the judge.  Returns the numbers of outputs that are unique and of those proved."""
    n_unique = n_proved = 0
    for small, unique in judged_systems(Random(seed), count):
        system = as_system(small)
        judgement = prove(system)
        proved = {each.wire for each in judgement.outputs if each.verdict is Verdict.PROVED}
        assert proved <= unique, (
            f"seed {seed}: {sorted(proved - unique)} of {small} have two values"
        )
        claimed = proved_outputs(system, expanded(system, judgement.certificate))
        assert proved <= claimed, f"seed {seed}: no certificate of {sorted(proved)} of {small}"
        n_unique += len(unique)
        n_proved += len(proved)
    return n_unique, n_proved


def test_no_output_with_two_values_is_proved() -> None:
    n_unique, n_proved = judge_proofs(500, SEED)
    assert n_proved > n_unique // 2  # the test would be empty if nothing were proved


@pytest.mark.slow
def test_no_output_of_ten_thousand_systems_is_proved_falsely() -> None:
    judge_proofs(10_000, SEED + 1)


def changed_certificate(certificate: list[Any], random: Random) -> list[Any]:
    """Return a certificate with one step altered, moved, repeated or missing."""
    steps = copy.deepcopy(certificate)
    k = random.randrange(len(steps))
    kind = random.random()
    if kind < 0.15:
        del steps[k]
    elif kind < 0.25:
        other = random.randrange(len(steps))
        steps[k], steps[other] = steps[other], steps[k]
    elif kind < 0.35:
        steps[k][0] = random.choice(steps)[0]
    else:
        change_number(steps[k], random)
    return steps


def change_number(step: list[Any], random: Random) -> None:
    """Change one integer of a step, however deep, or remove or repeat an element of a list."""
    places = list(places_of(step))
    if not places:
        step.append(random.randrange(4))
        return
    inside, k = random.choice(places)
    if isinstance(inside[k], int) and random.random() < 0.8:
        old = inside[k]
        inside[k] = random.choice([old + 1, old - 1, 0, 1, random.randrange(32), *odd_values(old)])
    elif random.random() < 0.5:
        del inside[k]
    else:
        inside.insert(k, inside[k])


def odd_values(value: int) -> list[Any]:
    """Values that JSON may have in place of an integer, some of them equal to it."""
    return [float(value), value == 1, -value, value + 2**70, str(value), [value], None, 1e400]


def places_of(value: list[Any]) -> list[tuple[list[Any], int]]:
    """The places of all elements of nested lists but the name of the step."""
    found = []
    for k, each in enumerate(value):
        if isinstance(each, list):
            found += places_of(each)
        elif not isinstance(each, str):
            found.append((value, k))
    return found


def judge_changed_certificates(count: int, seed: int) -> tuple[int, int]:
    """Check changed certificates.  Returns how many are refused or prove less, and how many are still true."""
    random = Random(seed)
    n_refused = n_true = 0
    while n_refused + n_true < count:
        small = random_system(random)
        if random.random() < 0.3:
            small = mutant(small, random)
        system = as_system(small)
        certificate = expanded(system, prove(system).certificate)
        if not certificate:
            continue
        proved = proved_outputs(system, certificate)
        try:
            unique = unique_wires(small, range(small.n_wires))
        except TooManyAssignments:
            continue
        for _ in range(4):
            changed = changed_certificate(certificate, random)
            if changed == certificate:
                continue
            try:
                claimed = proved_outputs(system, changed)
            except CheckFailed:
                n_refused += 1
                continue
            assert claimed <= unique, f"seed {seed}: {changed} is accepted for {small}"
            n_refused += claimed < proved
            n_true += claimed >= proved
    return n_refused, n_true


def test_a_changed_certificate_is_refused_or_still_true() -> None:
    n_refused, n_true = judge_changed_certificates(300, SEED)
    assert n_refused > n_true


@pytest.mark.slow
def test_five_thousand_changed_certificates_are_refused_or_still_true() -> None:
    n_refused, n_true = judge_changed_certificates(5000, SEED + 1)
    print(f"{n_refused} refused, {n_true} true all the same")
