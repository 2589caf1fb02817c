"""Programs that would have a meaning other than the one that is written: each is refused when it is compiled.

REVIEWED holds the holes that a review of the language found, OTHERS more of their kind: state that a template would freeze, signals of
another circuit, arguments and results of another type, integers beyond the field, Python's own operations on signals.
"""

from __future__ import annotations

import contextlib
import copy
import itertools
import operator
import random
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest

from zkctl.dsl import (
    Array,
    Bit,
    Byte,
    Signal,
    Struct,
    Uint,
    assume_bit,
    assume_uint,
    bit,
    circuit,
    constrain,
    dot,
    gadget,
    hint,
    hints,
    log,
    private,
    sized,
    wire,
)
from zkctl.errors import CircuitError
from zkctl.field import BLS12_381_FR
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.compare import less_than, to_uint
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.select import mux, select

Body = Callable[[Uint, Uint, Array[Uint], Bit], Any]

P = 21888242871839275222246405745257275088548364400416034343698204186575808495617
CELL: list[Any] = []
NUMBERS, CALLS = itertools.count(), itertools.count()


def keep(*values: Any) -> None:
    CELL[:] = values


# -- stamped gadgets that depend on more than their arguments


@gadget(stamped=True)
def constrains_the_cell(d: Signal) -> Signal:
    constrain(CELL[0] == 0)
    return d * d


@gadget(stamped=True)
def returns_the_cell(d: Signal) -> Signal:
    return CELL[0]  # type: ignore[no-any-return]


@gadget(stamped=True)
def multiplies_the_cell(d: Signal) -> Signal:
    return CELL[0] * d  # type: ignore[no-any-return]


@gadget(stamped=True)
def advises_with_the_cell(d: Signal) -> Signal:
    return hint(hints.inverse_or_zero, CELL[0]) + d * d


@gadget(stamped=True)
def hashes_the_cell(d: Signal) -> Signal:
    return poseidon(CELL[0], d)


@gadget(stamped=True)
def compares_the_cell(d: Signal) -> Signal:
    constrain(CELL[0] < 9)
    return d * d


@gadget(stamped=True)
def takes_the_next(d: Signal) -> Signal:
    return d * d + next(NUMBERS)


@gadget(stamped=True)
def is_random(d: Signal) -> Signal:
    return d * d + random.randrange(1 << 60)


@gadget(stamped=True)
def constrains_every_second_time(d: Signal) -> Signal:
    if next(CALLS) % 2:
        constrain(d == 3)
    return d * d


class Sponge:
    """A state that Python's authors change in place."""

    def __init__(self) -> None:
        self.position = 0


@gadget(stamped=True)
def absorbs(d: Signal, *, sponge: Sponge) -> Signal:
    sponge.position += 1
    return d * d + sponge.position


@gadget(stamped=True)
def looks_up(d: Signal, *, name: str) -> Signal:
    constrain(d == 3)
    return d * {"one": 1}[name]


# -- errors that the author's own try statement swallows


def tried(action: Callable[[], Any]) -> None:
    with contextlib.suppress(Exception):
        action()


def in_a_thread_alone(action: Callable[[], Any]) -> None:
    thread = threading.Thread(target=lambda: tried(action))
    thread.start()
    thread.join()


# -- types


class Pair(Struct):
    flag: Bit
    n: Uint = sized(bits=8)


class BytePair(Pair):
    """A pair of a Bit and a byte."""

    n: Byte


class WidePair(BytePair):
    """A subclass that promises less about a field."""

    n: Uint  # type: ignore[assignment]


class LoosePair(BytePair):
    """A subclass that promises nothing about a field."""

    flag: Signal  # type: ignore[assignment]


@gadget
def of_pair(pair: BytePair) -> Signal:
    return pair.flag * pair.n


@gadget
def by_keyword(x: Signal, *, flag: Bit) -> Signal:
    return flag * x


@gadget
def of_tuple(pair: tuple[Signal, Bit]) -> Signal:
    return pair[0] * pair[1]


@gadget
def of_flags(flags: Array[Bit]) -> Signal:
    return flags[0] * flags[1]


@gadget
def of_number_or_bit(x: Bit | Uint) -> Signal:
    return x * x


@gadget
def no_bit(x: Signal) -> Bit:
    return x  # type: ignore[return-value]


@gadget
def too_wide(x: Byte) -> Byte:
    return x + 1  # type: ignore[return-value]


@gadget
def no_array(x: Signal) -> Array[Signal]:
    return x  # type: ignore[return-value]


@circuit
def inside(x: Uint = private(bits=8), f: Bit = private()) -> Signal:
    return x * f


@circuit
def elsewhere(x: Signal = private()) -> Signal:
    return x * x


@circuit
def earlier(x: Signal = private(), y: Uint = private(bits=8)) -> Signal:
    equation, comparison = y == 3, y < 9
    constrain([equation, comparison])
    keep(x, y, x * y, equation, comparison)
    return x * x


def twice(function: Any, x: Signal, y: Signal, **more: Any) -> None:
    constrain(function(x, **more) + function(y, **more) == 1)


def with_cell(function: Any, kept: Signal, x: Signal) -> None:
    keep(kept)
    constrain(function(x) == 1)


def in_a_thread(x: Signal) -> None:
    caught: list[BaseException] = []

    def run() -> None:
        try:
            constrain(x == 1)
        except CircuitError as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    raise caught[0]


FOREIGN = (
    "belongs? to (another|different) circuits? or gadget calls?|of another circuit or gadget call"
)
IMPURE = "depends on more than its arguments: traced twice, it differs"
BEYOND = r"outside bn254.fr: expected -p < c < p"
UNTRUE = (
    "neither true nor false while the circuit is built|cannot decide an if, while, and, or, not"
)
SWALLOWED = "the circuit went on after an error, which a try or with statement swallowed: "
NO_STATEMENT = "constrain needs an equation of signals, a comparison or a Bit, got"

REVIEWED: dict[str, tuple[Body, str]] = {
    "a signal by closure, constrained": (lambda x, y, a, f: with_cell(constrains_the_cell, x, y), FOREIGN),
    "an iterator of constants": (lambda x, y, a, f: twice(takes_the_next, x, y), IMPURE),
    "a state changed in place": (lambda x, y, a, f: twice(absorbs, x, y, sponge=Sponge()), "changes its parameters"),
    "a keyword-only Bit": (lambda x, y, a, f: constrain(by_keyword(x, flag=7) == 1), "flag of by_keyword must be a Bit"),
    "the second kind of a tuple": (lambda x, y, a, f: constrain(of_tuple((x, y)) == 1), "element 1 of pair of of_tuple must be a Bit"),
    "a result that is no Bit": (lambda x, y, a, f: constrain(no_bit(x) == 1), "the result of no_bit must be a Bit"),
    "300 for an input of 8 bits": (lambda x, y, a, f: constrain(inside(300, f) == x), "input x needs 8 bits"),
    "an old signal constrained": (lambda x, y, a, f: constrain(CELL[0] == 5), FOREIGN),
    "an old product constrained": (lambda x, y, a, f: constrain(CELL[2] == 5), FOREIGN),
    "a circuit of another field": (lambda x, y, a, f: constrain(elsewhere.over(BLS12_381_FR)(x) == 4),
        "is over another field: expected bn254.fr, got bls12_381.fr"),
    "less_than p + 3": (lambda x, y, a, f: constrain(less_than(x, P + 3) == 1), BEYOND),
    "== 2^256": (lambda x, y, a, f: constrain(x == 2**256), BEYOND),
    "an assumption without reason": (lambda x, y, a, f: constrain(assume_bit(x, because=".") == 1), "says too little"),
}  # fmt: skip

OTHERS: dict[str, tuple[Body, str]] = {
    "a signal by closure, returned": (lambda x, y, a, f: with_cell(returns_the_cell, x, y), FOREIGN),
    "a signal by closure, multiplied": (lambda x, y, a, f: with_cell(multiplies_the_cell, x, y), FOREIGN),
    "a signal by closure, in advice": (lambda x, y, a, f: with_cell(advises_with_the_cell, x, y), FOREIGN),
    "a signal by closure, hashed": (lambda x, y, a, f: with_cell(hashes_the_cell, x, y), FOREIGN),
    "a signal by closure, compared": (lambda x, y, a, f: with_cell(compares_the_cell, x, y), FOREIGN),
    "a random constant": (lambda x, y, a, f: twice(is_random, x, y), IMPURE),
    "a constraint at every second call": (lambda x, y, a, f: twice(constrains_every_second_time, x, y), IMPURE),
    "an old signal times a new one": (lambda x, y, a, f: constrain(CELL[0] * x == 5), FOREIGN),
    "an old signal in a sum": (lambda x, y, a, f: constrain(CELL[0] + x == 5), FOREIGN),
    "an old signal in dot": (lambda x, y, a, f: constrain(dot([1, 2], [x, CELL[0]]) == 1), FOREIGN),
    "an old signal in an Array": (lambda x, y, a, f: constrain(Array([CELL[0], x]) == [1, 2]), FOREIGN),
    "an old equation": (lambda x, y, a, f: constrain(CELL[3]), FOREIGN),
    "an old comparison": (lambda x, y, a, f: constrain(CELL[4]), FOREIGN),
    "the Bit of an old comparison": (lambda x, y, a, f: constrain(bit(CELL[4]) == f), FOREIGN),
    "the Bit of an old equation": (lambda x, y, a, f: constrain(bit(CELL[3]) == f), FOREIGN),
    "an old signal in advice": (lambda x, y, a, f: constrain(hint(hints.inverse_or_zero, CELL[0]) == x), FOREIGN),
    "a wire of an old product": (lambda x, y, a, f: constrain(wire(CELL[2]) == x), FOREIGN),
    "the bits of an old number": (lambda x, y, a, f: constrain(CELL[1].bits[0] == f), FOREIGN),
    "bits of an old number, by gadget": (lambda x, y, a, f: constrain(to_bits(CELL[1], 8)[0] == f), FOREIGN),
    "an old signal chosen": (lambda x, y, a, f: constrain(select(f, CELL[0], x) == 1), FOREIGN),
    "an old signal assumed": (lambda x, y, a, f: constrain(assume_uint(CELL[0], 9, because="a lie, for this test") == x), FOREIGN),
    "an old signal in the log": (lambda x, y, a, f: [log("old", CELL[0]), constrain(x == 1)], FOREIGN),
    "a copy of a signal": (lambda x, y, a, f: constrain(copy.deepcopy(x) == 1), FOREIGN),
    "another thread": (lambda x, y, a, f: in_a_thread(x), FOREIGN),
    "an Array of Bits": (lambda x, y, a, f: constrain(of_flags(Array([f, x])) == 1), "must be a Bit"),
    "a result too wide": (lambda x, y, a, f: constrain(too_wide(x) == 1), "the result of too_wide must have at most 8 bits"),
    "a result of another shape": (lambda x, y, a, f: constrain(no_array(x)[0] == 1), "the result of no_array must hold several values"),
    "a field of another type": (lambda x, y, a, f: constrain(Pair(x, y).flag == 1), "flag of Pair must be a Bit"),
    "2 for a Bit of a circuit": (lambda x, y, a, f: constrain(inside(x, 2) == x), "f of inside must be a Bit"),
    "-1 for a number of a circuit": (lambda x, y, a, f: constrain(inside(-1, f) == x), "input x needs 8 bits"),
    "nine bits for eight": (lambda x, y, a, f: constrain(inside(x + y, f) == x), "input x needs 8 bits"),
    "< p + 3": (lambda x, y, a, f: constrain(x < P + 3), BEYOND),
    "+ p": (lambda x, y, a, f: constrain(x + P == 1), BEYOND),
    "* -p": (lambda x, y, a, f: constrain(x * -P == 1), BEYOND),
    "a choice of p": (lambda x, y, a, f: constrain(select(f, P, x) == 1), BEYOND),
    "a table with p": (lambda x, y, a, f: constrain(mux([f], [P, 1]) == 1), BEYOND),
    "a coefficient p": (lambda x, y, a, f: constrain(dot([P], [x]) == 1), BEYOND),
    "an array equal to p": (lambda x, y, a, f: constrain(a == [P, 0, 0]), BEYOND),
    "!=": (lambda x, y, a, f: constrain(x != y), "signals cannot be compared with !="),
    "is": (lambda x, y, a, f: constrain(operator.is_(x, y)), NO_STATEMENT),
    "== of tuples": (lambda x, y, a, f: constrain((x, y) == (x, y)), NO_STATEMENT),
    "in a list": (lambda x, y, a, f: constrain(x in [x, y]), NO_STATEMENT),
    "== of lists": (lambda x, y, a, f: constrain([x] == [y]), UNTRUE),
    "the count of a list": (lambda x, y, a, f: [x, y].count(y), UNTRUE),
    "a key of a dictionary": (lambda x, y, a, f: {x: 1}, "a signal cannot be a dictionary key or a member of a set"),
    "2 ** x": (lambda x, y, a, f: 2**x, "a signal cannot be an exponent"),
    "1 << x": (lambda x, y, a, f: 1 << x, "a signal cannot be shifted"),
    "x << y": (lambda x, y, a, f: x << y, "a shift of a Uint needs a constant"),
    "a slice up to a signal": (lambda x, y, a, f: a[:x], "a signal cannot be an index or a number of rounds"),
    "a range up to a signal": (lambda x, y, a, f: range(x), "a signal cannot be an index or a number of rounds"),
    "f and x": (lambda x, y, a, f: constrain((f and x) == 1), UNTRUE),
    "f or x": (lambda x, y, a, f: constrain(f or x), UNTRUE),
    "not f": (lambda x, y, a, f: constrain(not f), UNTRUE),
    "if f": (lambda x, y, a, f: constrain(x == 1) if f else None, UNTRUE),
    "a number of equations": (lambda x, y, a, f: constrain(sum(v == 0 for v in a) == 3), "is not a value to compute with"),
    "a difference compared": (lambda x, y, a, f: constrain(less_than(x - y, 5) == 1), "x of less_than must be a Uint"),
    "a negative number compared": (lambda x, y, a, f: constrain(-x < 5), "a signal cannot be compared with <"),
    "a width of -1": (lambda x, y, a, f: constrain(to_uint(x, -1) == x), "to_uint proves widths of 1 to 253 bits"),
    "arrays of two lengths": (lambda x, y, a, f: constrain(a == [1, 2]), "do not combine"),
    "True": (lambda x, y, a, f: constrain([True]), NO_STATEMENT),
    "a second Bit in place of the message": (lambda x, y, a, f: constrain(f, f), "the message of constrain must be a text, got a Bit"),
    "a number in place of the message": (lambda x, y, a, f: constrain([x == y], 5), "the message of constrain must be a text, got a int"),
    "a field of a subclass that is wider": (lambda x, y, a, f: constrain(of_pair(WidePair(f, x * y)) == 1),
        "n of pair of of_pair must have at most 8 bits"),
    "a field of a subclass that is no Bit": (lambda x, y, a, f: constrain(of_pair(LoosePair(x, 3)) == 1),
        "flag of pair of of_pair must be a Bit, got a Uint"),
    "a mistake that is swallowed": (lambda x, y, a, f: tried(lambda: constrain(less_than(x - y, 5) == 1)), SWALLOWED),
    "a contradiction that is swallowed": (lambda x, y, a, f: tried(lambda: constrain(x - x == 1)), SWALLOWED),
    "an if that is swallowed": (lambda x, y, a, f: tried(lambda: bool(f)), SWALLOWED),
    "an old signal that is swallowed": (lambda x, y, a, f: tried(lambda: constrain(CELL[0] == 1)), SWALLOWED),
    "a type among several that is swallowed": (lambda x, y, a, f: tried(lambda: of_number_or_bit(x - y)), SWALLOWED),
    "another thread that ends with an error": (lambda x, y, a, f: in_a_thread_alone(lambda: constrain(x == 1)), SWALLOWED),
    "a gadget that was not finished": (lambda x, y, a, f: tried(lambda: looks_up(x, name="two")),
        "the stamped gadget looks_up raised KeyError"),
}  # fmt: skip


@pytest.mark.parametrize("name", [*REVIEWED, *OTHERS])
def test_the_program_is_refused(name: str) -> None:
    body, message = {**REVIEWED, **OTHERS}[name]

    @circuit
    def example(
        x: Uint = private(bits=8),
        y: Uint = private(bits=8),
        a: Array[Uint] = private(3, bits=8),
        f: Bit = private(),
    ) -> None:
        body(x, y, a, f)

    earlier.compile()
    with pytest.raises(CircuitError) as caught:
        example.compile()
    assert re.search(message, caught.value.message), caught.value.message
    assert caught.value.where.startswith("test_language_holes.py:"), caught.value.where
