"""Circuits with stamped gadgets are proved by their bodies, and the checker agrees."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zkctl.dsl import Array, Bit, Circuit, Signal, circuit, gadget, private, public, wire
from zkctl.errors import CheckFailed
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.lint.certificate import proved_outputs
from zkctl.lint.compiled import system_of
from zkctl.lint.copies import Bodies, copies_in, open_rows
from zkctl.lint.expanding.expand import expanded
from zkctl.lint.prove import prove
from zkctl.lint.system import Row
from zkctl.lint.verdict import Judgement, Verdict


@gadget(stamped=True)
def square(x: Signal) -> Signal:
    """Return x * x."""
    return wire(x * x)


@gadget(stamped=True)
def chosen(flag: Bit, x: Signal, y: Signal) -> Signal:
    """Return the square of x or of y."""
    return square(wire(flag * (x - y) + y))


@gadget(stamped=True)
def low_bits(x: Signal) -> Array[Bit]:
    """Return the bits of a number of 4 bits."""
    return Array(list(to_bits(x, 4)))


@circuit
def choices(x: Signal = public(), flag: Bit = private()) -> Signal:
    return chosen(flag, chosen(flag, x, x + 1), square(x))


@circuit
def digits(x: Signal = private()) -> Array[Signal]:
    """The last bit of low_bits is a sum, and goes into copies as a bit."""
    return Array([chosen(bit, x, 3) for bit in low_bits(x)])


def judged(circuit: Circuit) -> Judgement:
    system = system_of(circuit.compile())
    judgement = prove(system)
    assert set(system.outputs) <= proved_outputs(system, expanded(system, judgement.certificate))
    return judgement


def names(judgement: Judgement) -> list[str]:
    return [step[0] for step in judgement.certificate]


def test_a_body_is_proved_once() -> None:
    judgement = judged(choices)
    assert judgement.verdict is Verdict.PROVED
    assert names(judgement).count("template") == 2
    assert names(judgement).count("copy") == 3


def test_a_sum_that_is_a_bit_goes_into_a_copy() -> None:
    judgement = judged(digits)
    assert judgement.verdict is Verdict.PROVED
    assert sum(bool(step[2]) for step in judgement.certificate if step[0] == "copy") > 0


def test_copies_in_cases_are_found() -> None:
    steps = [["copy", 2, []], ["zero_or_not", [[1, 1]], [["copy", 5, []]], []], ["solve", 0]]
    assert list(copies_in(steps)) == [2, 5]


def test_rows_of_used_copies_are_left_out() -> None:
    system = system_of(choices.compile())
    used = Bodies(lambda body, _: prove(body)).usable(system)
    rows = open_rows(system, used)
    copied = sum(len(copy.body.rows) for copy in system.copies)
    assert len(rows.numbers()) == len(system.rows) - copied
    assert rows[system.copies[0].first_row] == Row({}, {}, {})
    rows.append(Row({1: 1}, {}, {}))
    assert rows[len(system.rows)] == Row({1: 1}, {}, {})
    assert rows.pop() == Row({1: 1}, {}, {})
    assert len(rows) == len(system.rows)


@circuit
def chain(start: Signal = private(), *, n: int = 20) -> Signal:
    """Poseidon n times."""
    for _ in range(n):
        start = poseidon(start, start)
    return start


@pytest.mark.parametrize("n", [20, pytest.param(4369, marks=pytest.mark.slow)])
def test_a_chain_is_one_proof_and_a_step_for_each_link(n: int) -> None:
    """4369 links have 1,048,560 constraints."""
    system = system_of(chain.compile(n=n))
    judgement = prove(system)
    assert judgement.verdict is Verdict.PROVED
    assert names(judgement) == ["template", *["copy"] * n]
    assert set(system.outputs) <= proved_outputs(system, expanded(system, judgement.certificate))


def test_a_copy_that_reaches_beyond_the_rows_of_a_changed_system() -> None:
    """The last bit of low_bits is a row that stays in view; the changed system ends before it."""
    system = system_of(digits.compile())
    judgement = prove(system)
    used = Bodies(lambda body, _: prove(body)).usable(system)
    end = next(k for each in used for k in each.open_rows)
    shorter = replace(system, rows=system.rows[:end])
    assert max(open_rows(shorter, used).numbers(), default=0) < end
    assert prove(shorter).verdict is Verdict.UNKNOWN
    with pytest.raises(CheckFailed):
        proved_outputs(shorter, expanded(system, judgement.certificate))
