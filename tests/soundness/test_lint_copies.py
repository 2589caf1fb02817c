"""Proofs that use copies of a body, against the exhaustive judge: ports that break what the body is promised, changed copies.

The body's bounds are promises; a copy under ports without them must serve for nothing.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from tests.support.lint_rows import columns
from tests.support.small_systems import (
    Builder,
    SmallRow,
    SmallSystem,
    Terms,
    TooManyAssignments,
    add_bits,
    add_digits,
    add_division,
    add_is_zero,
    add_one_hot,
    add_select,
    add_square,
    mutant,
    unique_wires,
)
from zkctl.errors import CheckFailed
from zkctl.lint.certificate import proved_outputs
from zkctl.lint.expanding.expand import expanded
from zkctl.lint.prove import prove
from zkctl.lint.system import Copy, Row, System
from zkctl.lint.verdict import Verdict

SEED = 20261128
PRIMES = (5, 7, 11, 13, 17)
PARTS = (add_bits, add_digits, add_division, add_is_zero, add_one_hot, add_select, add_square)


def random_body(random: Random, p: int) -> System:
    """A small body of which some ports are promised a bound, as if by a type."""
    b = Builder(p, random.randint(1, 2), random)
    for _ in range(random.randint(1, 2)):
        random.choice(PARTS)(b)
    ports = range(1, 1 + b.n_inputs)
    results = range(1 + b.n_inputs, b.n_wires)
    rows = [Row(*row) for row in b.rows]
    given = {port: random.choice([1, 1, 2]) for port in ports if random.random() < 0.7}
    return System(p, b.n_wires, columns(rows), frozenset(ports), tuple(results), given=given)


def placed(form: Terms, ports: list[Terms], wires: list[int], p: int) -> dict[int, int]:
    total: dict[int, int] = {}
    for wire, c in form.items():
        image = ports[wire - 1] if 0 < wire <= len(ports) else {wires[wire]: 1}
        for w, d in image.items():
            total[w] = (total.get(w, 0) + c * d) % p
    return {w: c for w, c in total.items() if c}


def random_circuit(random: Random) -> tuple[SmallSystem, System]:
    """One or two copies of a body, whose ports may have no bound, and perhaps a row that gives them one."""
    p = random.choice(PRIMES)
    body = random_body(random, p)
    b = Builder(p, random.randint(1, 2), random)
    copies = []
    for _ in range(random.randint(1, 2)):
        ports: list[Terms] = []
        for _ in body.inputs:
            wire = b.any_wire()
            if random.random() < 0.5:
                b.add({wire: 1}, {wire: 1, 0: -1}, {})
            ports.append(random.choice([{wire: 1}, {wire: 1}, {wire: p - 1, 0: 1}, {wire: 2}]))
        wires = [0] * (1 + len(ports))
        wires += [b.wire() for _ in range(body.n_wires - len(wires))]
        first = len(b.rows)
        b.rows += [SmallRow(*(placed(side, ports, wires, p) for side in row)) for row in body.rows]
        copies.append(Copy(body, first, tuple(ports), np.array(wires, np.int64)))
    small = b.finish(range(1 + b.n_inputs, b.n_wires))
    rows = [Row(*row) for row in small.rows]
    return small, System(
        p, small.n_wires, columns(rows), small.inputs, small.outputs, copies=tuple(copies)
    )


def judge_copies(count: int, seed: int) -> tuple[int, int]:
    """Compare proofs with the judge.  Returns the numbers of outputs proved, and of proofs that use a copy."""
    random = Random(seed)
    n_proved = n_used = 0
    while count:
        small, system = random_circuit(random)
        if random.random() < 0.3 and small.rows:  # the copies may be none any more
            small = mutant(small, random)
            system = replace(system, rows=columns([Row(*row) for row in small.rows]))
        try:
            unique = unique_wires(small, small.outputs)
        except TooManyAssignments:
            continue
        count -= 1
        judgement = prove(system)
        proved = {each.wire for each in judgement.outputs if each.verdict is Verdict.PROVED}
        claimed = accepted(system, judgement.certificate)
        assert proved & claimed <= unique, f"seed {seed}: {proved - unique} of {small} differ"
        n_proved += len(proved & claimed)
        n_used += any(step[0] == "copy" for step in judgement.certificate)
    return n_proved, n_used


def accepted(system: System, certificate: list[list[object]]) -> set[int]:
    """The wires that the checker finds proved; none if rows of a copy were changed, which it notices."""
    try:
        return set(proved_outputs(system, expanded(system, certificate)))
    except CheckFailed:
        return set()


def test_no_output_beside_copies_is_proved_falsely() -> None:
    n_proved, n_used = judge_copies(300, SEED)
    assert n_proved > 100
    assert n_used > 30


@pytest.mark.slow
def test_no_output_beside_many_copies_is_proved_falsely() -> None:
    judge_copies(5000, SEED + 1)
