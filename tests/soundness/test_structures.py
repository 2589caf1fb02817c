"""A forged field is refused: every value in a structure is bound as it would be alone."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.circuits import check_circuit
from zkctl.dsl import (
    Array,
    Bit,
    Signal,
    Struct,
    Uint,
    circuit,
    constrain,
    gadget,
    private,
    public,
    sized,
)
from zkctl.errors import UnsatisfiedError
from zkctl.gadgets.hash.poseidon import poseidon


class Point(Struct):
    """A point."""

    x: Signal
    y: Signal


class Opening(Struct):
    """A field of a record."""

    value: Uint = sized(bits=8)
    salt: Signal
    flags: Array[Bit] = sized(2)

    @gadget(stamped=True)
    def commitment(self) -> Signal:
        return poseidon(self.value, self.salt, *self.flags)


class Record(Struct):
    """Fields and the key that signs them."""

    openings: Array[Opening] = sized(2)
    key: Point


@gadget
def commitment(record: Record) -> Signal:
    """A hash of all that is in the record."""
    each = [opening.commitment() for opening in record.openings]
    return poseidon(*each, record.key.x, record.key.y)


@circuit
def committed(expected: Signal = public(), key: Point = public(), record: Record = private()) -> Point:  # fmt: skip
    constrain(commitment(record) == expected, "another record")
    constrain(record.key == key, "another key")
    return Point(record.openings[0].value, record.key.x * record.key.y)


RECORD: dict[str, Any] = {
    "openings": [
        {"value": 200, "salt": 3, "flags": [0, 1]},
        {"value": 100, "salt": 4, "flags": [1, 0]},
    ],
    "key": {"x": 5, "y": 6},
}
GOOD: dict[str, Any] = {
    "expected": commitment(Record([Opening(200, 3, [0, 1]), Opening(100, 4, [1, 0])], (5, 6))),
    "key": {"x": 5, "y": 6},
    "record": RECORD,
}


def changed(value: Any) -> Iterator[Any]:
    """The same value with one number changed."""
    if isinstance(value, int):
        yield 1 - value if value in (0, 1) else value + 1
        return
    for key in range(len(value)) if isinstance(value, list) else value:
        for other in changed(value[key]):
            forged = copy.deepcopy(value)
            forged[key] = other
            yield forged


def swapped() -> Iterator[dict[str, Any]]:
    """The record with two parts exchanged."""
    forged = copy.deepcopy(GOOD)
    forged["record"]["openings"].reverse()
    yield forged
    for part in (GOOD["record"]["key"], GOOD["key"]):
        forged = copy.deepcopy(GOOD)
        target = forged["record"]["key"] if part is GOOD["record"]["key"] else forged["key"]
        target.update(x=6, y=5)
        yield forged


FORGED = [*changed(GOOD), *swapped()]


def test_a_forged_field_is_refused() -> None:
    assert len(FORGED) == 1 + 2 + 10 + 3
    compiled = check_circuit(committed, [GOOD], FORGED)
    for forged in FORGED:
        for run in (compiled.witness, committed):
            with pytest.raises(UnsatisfiedError, match=r"another (record|key)"):
                run(**forged)


class Small(Struct):
    """What fits into a small field."""

    bit: Bit
    pair: Array[Signal] = sized(2)


@circuit
def small(a: Small = private(), b: Small = public()) -> Small:
    constrain(a.bit == b.bit)
    return Small(a.bit ^ b.bit, [a.pair[0] * b.pair[1], a.bit * b.pair[0]])


def test_every_witness_has_the_outputs_of_eager_mode() -> None:
    one, two = {"bit": 1, "pair": [2, 3]}, {"bit": 1, "pair": [4, 5]}
    check_circuit(
        small,
        [{"a": one, "b": two}],
        [{"a": {**one, "bit": 2}, "b": two}, {"a": {**one, "bit": 0}, "b": two}],
        all_witnesses=True,
    )
