"""A template leaves constants open where nothing depends on their values; the constraints are those of tracing with the values."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.all_witnesses import sides_of
from zkctl.constraints.free_constants import ValueNeeded
from zkctl.constraints.witness_program import check_program
from zkctl.dsl import (
    Array,
    Bit,
    CompiledCircuit,
    Signal,
    Uint,
    circuit,
    constrain,
    discard,
    dot,
    gadget,
    hint,
    hints,
    private,
    wire,
)
from zkctl.dsl.bounds import OPEN
from zkctl.dsl.stamping import template
from zkctl.errors import CircuitError
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.compare import is_equal, is_zero, less_than, to_uint
from zkctl.gadgets.hash.poseidon import poseidon, poseidon_ex
from zkctl.gadgets.select import mux, select

Body = Callable[[Any, Any, Any], Any]

# (x, y signals of the circuit, k a constant): nothing depends on which constant
SERVES_ALL: dict[str, Body] = {
    "a sum": lambda x, y, k: (x + k) ** 5,
    "a difference": lambda x, y, k: (k - x) * (x - 2 * k + 1),
    "powers": lambda x, y, k: (x + k**5 + 3 * k**2) * y,
    "a product of sums of constants": lambda x, y, k: x * y + (k + 1) * (k - 2) * (k * k),
    "dot": lambda x, y, k: dot([2, 3, 4], [k, x, k * k], 5) * y,
    "a check": lambda x, y, k: (constrain(x * y == k + y), x)[1],
    "a linear check": lambda x, y, k: (constrain(x - k == 0), x)[1],
    "a hint": lambda x, y, k: hint(hints.divide_or_zero, k, x) * x,
    "a wire of a product": lambda x, y, k: wire(x * y + k) * x,
    "a wire of a constant": lambda x, y, k: wire(k * 3) + x,
    "the constant returned": lambda x, y, k: k * k,
    "several returned": lambda x, y, k: [k, x + k, (k * 0, wire(x * x))],
    "multiples": lambda x, y, k: (7 * k + 0 * x + x) ** 2 - k * 0,
    "an array": lambda x, y, k: (Array([x, k, y]) + Array([k, x, 1])).sum() * x,
    "hash": lambda x, y, k: poseidon.__wrapped__(k, x),  # type: ignore[attr-defined]
    "hash from a constant": lambda x, y, k: poseidon_ex.__wrapped__([x, y], k, n_outputs=2),  # type: ignore[attr-defined]
    "hash of three": lambda x, y, k: poseidon.__wrapped__(k, k + 1, x),  # type: ignore[attr-defined]
}  # fmt: skip

# the value, or whether it has a width, decides what is built
ASKS: dict[str, Body] = {
    "its value": lambda x, y, k: x * x if k.known_constant else y * y,
    "whether it is constant": lambda x, y, k: x if k.known_constant is not None else y,
    "its bounds": lambda x, y, k: wire(x * x) + (k.bounds or (0, 7))[1] % 1000,
    "its type": lambda x, y, k: x * x if isinstance(k, Bit) else y * y,
    "a Uint": lambda x, y, k: x if isinstance(k, Uint) else y,
    "a multiple": lambda x, y, k: wire(x * k),
    "a product": lambda x, y, k: x * y * (k + 1),
    "its text": lambda x, y, k: (constrain(x * x == y, f"near {k!r}"), x)[1],
    "bits": lambda x, y, k: to_bits.__wrapped__(k, 254)[0] + x,  # type: ignore[attr-defined]
    "a width": lambda x, y, k: to_uint(k, 250).n_bits + x,
    "a comparison": lambda x, y, k: less_than(to_uint(x, 8), to_uint(k, 250)) + x,
    "is zero": lambda x, y, k: is_zero(k) + x,
    "is equal": lambda x, y, k: is_equal(k, k * k) + x,
    "a choice": lambda x, y, k: select(is_zero(x), k, 5) * y,
    "a table": lambda x, y, k: mux([is_zero(x), is_zero(y)], [1, k, 3, k]),
    "a hint": lambda x, y, k: hint(hints.bits, k, n_bits=3)[0] + x,
    "a linear wire": lambda x, y, k: wire(x + k) * y,
    "logic": lambda x, y, k: (is_zero(x) & (k - (k.known_constant or 0) + 1)) + y,
    "another stamped gadget": lambda x, y, k: poseidon(k, x),
    "a true check": lambda x, y, k: (constrain(k * k - k * k == 0), constrain(2 * k == k + k), x)[2],
}  # fmt: skip

CONSTANTS = [1, 2, 3, 2**200 + 7, -1, 2]


def compiled(body: Body) -> CompiledCircuit:
    @gadget(stamped=True)
    def part(x: Signal, y: Signal, k: Signal) -> Any:
        return body(x, y, k)

    @circuit
    def user(x: Signal = private(), y: Signal = private()) -> Array[Signal]:
        parts = [part(x + k, y, constant) for k, constant in enumerate(CONSTANTS)]
        parts += [part(x, 3 * y, 0), part(5, y, x), part(x * y, 7, 7), part(x, y, x - y)]
        return Array([leaf for result in parts for leaf in flat(result)])

    return user.compile()


def flat(result: Any) -> list[Any]:
    return [leaf for item in result for leaf in flat(item)] if isinstance(result, list | tuple) else [result]  # fmt: skip


@pytest.mark.parametrize("body", [*SERVES_ALL.values(), *ASKS.values()], ids=[*SERVES_ALL, *ASKS])
def test_the_rows_are_those_of_the_values(body: Body, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        ours: Any = compiled(body)
    except CircuitError as problem:
        ours = problem.message
    for module in ("zkctl.dsl.gadget", "zkctl.dsl.stamping.template"):
        monkeypatch.setattr(sys.modules[module], "is_open", lambda leaf, kind: False)
    try:
        theirs = compiled(body)
    except CircuitError as problem:
        assert ours == problem.message
        return
    check_program(ours.program)
    assert [dict(s) for s in sides_of(ours.program)] == [dict(s) for s in sides_of(theirs.program)]
    assert ours.program.targets.tolist() == theirs.program.targets.tolist()
    assert tuple(ours.program.hints) == tuple(theirs.program.hints)


@pytest.mark.parametrize(
    ("body", "n_traces"),
    [*((body, 3) for body in SERVES_ALL.values()), *((body, 4) for body in ASKS.values())],
    ids=[*SERVES_ALL, *ASKS],
)
def test_one_template_serves_all_constants(
    body: Body, n_traces: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three traces, the second and the last to compare; four where the first one asked for the value."""
    traced = []

    def counting(*arguments: Any) -> template.Template:
        traced.append(arguments)
        return trace_template(*arguments)

    trace_template = template.trace_template
    monkeypatch.setattr(template, "trace_template", counting)
    monkeypatch.setattr(sys.modules["zkctl.dsl.gadget"], "trace_template", counting)

    @gadget(stamped=True)
    def part(x: Signal, y: Signal, k: Signal) -> Any:
        return body(x, y, k)

    @circuit
    def user(x: Signal = private(), y: Signal = private()) -> None:
        constants = range(2, 12) if n_traces == 3 else [2] * 10
        for k, constant in enumerate(constants):
            discard(part(x + k, y, constant))

    user.compile()
    ours = [interface for interface, *_ in traced if interface.name == "part"]
    assert len(ours) == n_traces


def test_reading_an_open_interval_asks() -> None:
    for read in (
        lambda: OPEN[0], lambda: list(OPEN), lambda: OPEN == (0, 0), lambda: OPEN < (1, 1), lambda: OPEN[1] + 1,
    ):  # fmt: skip
        with pytest.raises(ValueNeeded):
            read()


def test_a_gadget_that_swallows_the_question_gets_the_value() -> None:
    @gadget(stamped=True)
    def curious(x: Signal, k: Signal) -> Signal:
        try:
            return wire(x * x) + (k.known_constant or 0)
        except BaseException:
            return x

    @circuit
    def user(x: Signal = private()) -> Signal:
        return curious(x, 5) + curious(x, 6)

    assert user.compile().witness(x=3)[1] == 9 + 5 + 9 + 6


def test_a_gadget_that_counts_its_runs_is_refused_at_the_first_question() -> None:
    """The first run ends at the question; the second one would see a later number."""
    numbers = itertools.count()

    @gadget(stamped=True)
    def counting(x: Signal, k: Signal) -> Signal:
        return wire(x * x) * next(numbers) + (k.known_constant or 0)

    @circuit
    def user(x: Signal = private()) -> Signal:
        return counting(x, 5)

    with pytest.raises(CircuitError, match="the stamped gadget counting depends on more than its arguments"):  # fmt: skip
        user.compile()


def test_a_demanded_type_is_decided_by_the_value() -> None:
    @gadget(stamped=True)
    def typed(x: Signal, flag: Bit, width: Uint) -> Signal:
        return wire((x + width) * flag) + width.n_bits

    @circuit
    def user(x: Signal = private()) -> Signal:
        return typed(x, 1, 5) + typed(x, 0, 9) + typed(x, 1, 5)

    assert user.compile().witness(x=3)[1] == (8 + 3) + 4 + (8 + 3)

    @circuit
    def wrong(x: Signal = private()) -> Signal:
        return typed(x, 2, 5)

    with pytest.raises(CircuitError, match="flag of typed must be a Bit"):
        wrong.compile()


def test_an_interval_that_depends_on_the_constant_asks_only_when_it_is_read() -> None:
    @gadget(stamped=True)
    def unread(u: Signal, k: Signal) -> Signal:
        return wire((u + k) ** 2 + k * k)

    @gadget(stamped=True)
    def read(u: Signal, k: Signal) -> Signal:
        return u + k if isinstance(u + k, Uint) else u

    @gadget(stamped=True)
    def returned(u: Signal, k: Signal) -> Signal:
        return u + k

    @gadget(stamped=True)
    def passed_on(u: Signal, k: Signal) -> Signal:
        return wire(read(u + k, u) * u)

    @circuit
    def user(u: Uint = private(bits=8), flag: Bit = private()) -> Array[Signal]:
        parts = [part(u, k) for part in (unread, read, returned, passed_on) for k in (2, 3)]
        sums = [returned(u, 3), returned(flag, 5)]
        assert [each.maximum for each in sums if isinstance(each, Uint)] == [258, 6]
        return Array([*parts, *sums])

    made = user.compile()
    values = made.witness(u=7, flag=1)[1:11]
    assert values == [81 + 4, 100 + 9, 9, 10, 9, 10, 16 * 7, 17 * 7, 10, 6]
