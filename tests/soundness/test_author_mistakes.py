"""Mistakes that authors of circuits make: each is refused at their line with a remedy, or warned of, and none is accepted in silence.

The first table holds those that a review of the language found accepted or badly explained, the second one more of each kind.
"""

from __future__ import annotations

import fractions
import math
import operator
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from zkctl.dsl import (
    Array,
    Bit,
    Signal,
    Uint,
    assume_bit,
    assume_uint,
    bit,
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
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.bits import from_bits, to_bits
from zkctl.gadgets.compare import is_equal, is_zero, less_than, to_uint
from zkctl.gadgets.divide import div_mod
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.inverse import divide, inverse
from zkctl.gadgets.select import mux, select, swap_if
from zkctl.toolchain.lint.quick import quick_warnings

Body = Callable[[Uint, Uint, Array[Uint], Array[Uint], Bit], Any]

P = 21888242871839275222246405745257275088548364400416034343698204186575808495617


def two(x: int) -> tuple[int, int]:
    return x, x + 1


def changed(a: Any, index: int, value: Any) -> None:
    a[index] = value


def text_of(x: int) -> str:
    return str(x)


@gadget(stamped=True)
def stamped_and_forgetful(x: Signal) -> Signal:
    is_zero(x)
    return x * x


@gadget
def forgetful(x: Signal) -> Signal:
    less_than(to_uint(x, 8), 5)
    return x * x


def only_true(values: Iterator[Any]) -> bool:
    return all(values)


# Each entry: the program, the message of the error, its remedy.
REVIEWED: dict[str, tuple[Body, str, str]] = {
    "less_than as a statement": (lambda x, y, a, b, f: less_than(x, y),
        "the result of less_than is never used", r"constrain\(less_than\(x, y\) == 1\)"),
    "poseidon as a statement": (lambda x, y, a, b, f: poseidon(x), "the result of poseidon is never used", r"discard\(...\)"),
    "zip with nothing left": (lambda x, y, a, b, f: constrain(u == v for u, v in zip(a[3:], b, strict=False)),
        "constrain got nothing to enforce", r"a.zip\(b\)"),
    "a shorter zip": (lambda x, y, a, b, f: constrain(u == v for u, v in a[1:].zip(b)),
        "only arrays of one length are zipped: expected 2 elements each, got 3", r"a\[:3\].zip"),
    "element assigned": (lambda x, y, a, b, f: changed(a, 0, x), "an Array cannot be changed", r"v = list\(a\)"),
    "append": (lambda x, y, a, b, f: a.append(x), "an Array cannot be changed", r"v = list\(a\)"),
    "half": (lambda x, y, a, b, f: x * 0.5, "a float", r"divide\(x, y\)"),
    "pow with a modulus": (lambda x, y, a, b, f: pow(x, -1, P), "the exponent of a signal must be", r"inverse\(x\)"),
    "abs": (lambda x, y, a, b, f: abs(x - y), "cannot have an absolute value", "select"),
    "round": (lambda x, y, a, b, f: round(x), "cannot be rounded", "div_mod"),
    "equal to a text": (lambda x, y, a, b, f: constrain(x == "hello"), "a str", "int.from_bytes"),
    "1 / 0": (lambda x, y, a, b, f: constrain(inverse(0) * x == 1), "this constraint can never hold: division by zero", ""),
    "unpacking one hint": (lambda x, y, a, b, f: list(hint(two, x)),
        "measured, indexed or iterated|two must return 1 integers, it returned 2", r"hint\(f, x, n_outputs=2\)"),
    "// and %": (lambda x, y, a, b, f: x // y, "cannot be divided with //", r"constrain\(r < y\)"),
    "%": (lambda x, y, a, b, f: x % 10, "cannot be reduced with %", r"div_mod\(x, y\).* below p"),
    "inverse as a statement": (lambda x, y, a, b, f: inverse(x), "the result of inverse is never used", "discard"),
    "an array hashed": (lambda x, y, a, b, f: constrain(poseidon(a) == x), "must be a single Signal, got an Array of", ""),
    "a short reason": (lambda x, y, a, b, f: assume_bit(x, because="trust me"),
        "the reason of an assumption says too little: expected 10 letters or more, 5 of them different", "name the constraints"),
    "a full stop as reason": (lambda x, y, a, b, f: assume_uint(x - y, 8, because="."),
        "the reason of an assumption says too little", "name the constraints"),
    "if": (lambda x, y, a, b, f: 1 if x < y else 0, "the comparison x < y is neither true nor false", r"select\(bit, a, b\)"),
    "contradiction": (lambda x, y, a, b, f: constrain(x - x == 1), "this constraint can never hold", ""),
}  # fmt: skip

OTHERS: dict[str, tuple[Body, str, str]] = {
    "max": (lambda x, y, a, b, f: max(x, y), "neither true nor false", r"select\(bit\(x < y\), y, x\)"),
    "min of an array": (lambda x, y, a, b, f: min(a), "neither true nor false", "bit"),
    "sorted": (lambda x, y, a, b, f: sorted(a), "neither true nor false", "bit"),
    "a chain": (lambda x, y, a, b, f: constrain(x < y < 9), "neither true nor false", "two constraints"),
    "a chain of equations": (lambda x, y, a, b, f: constrain(x == y == 9), "neither true nor false", "two constraints"),
    "and": (lambda x, y, a, b, f: constrain(x < y < 9), "neither true nor false", "bit"),
    "not": (lambda x, y, a, b, f: constrain(not x < y), "neither true nor false", "bit"),
    "all": (lambda x, y, a, b, f: only_true(v < x for v in a), "neither true nor false", "bit"),
    "in": (lambda x, y, a, b, f: x in a, "neither true nor false", "is_equal"),
    "a comparison inverted": (lambda x, y, a, b, f: constrain(~(x < y)), "is not a value to compute with", "bit"),
    "comparisons joined": (lambda x, y, a, b, f: constrain((x < y) & (y < 9)), "is not a value to compute with", "bit"),
    "comparisons added": (lambda x, y, a, b, f: sum([x < y, y < 9]), "is not a value to compute with", "bit"),
    "a Bit and a comparison": (lambda x, y, a, b, f: f & (x < y), "& . . need two Bits", "bit"),
    "a comparison == 1": (lambda x, y, a, b, f: constrain((x < y) == 1), "a comparison cannot be compared again", "bit"),
    "a comparison as condition": (lambda x, y, a, b, f: select(x < y, x, y), "must be a single Bit, got a Comparison", "bit"),
    "an equation hashed": (lambda x, y, a, b, f: poseidon(x == y), "got an Equation", "is_equal"),
    "a comparison as advice": (lambda x, y, a, b, f: hint(hints.inverse_or_zero, x < y),
        "the inputs of a hint are signals, got a Comparison", "bit"),
    "an unused comparison": (lambda x, y, a, b, f: x <= y, "the comparison x <= y is never used", "constrain"),
    "an unused equation in an array": (lambda x, y, a, b, f: a == b, "the equation .* is never used", "constrain"),
    "an unused Bit": (lambda x, y, a, b, f: bit(x < y), "the result of bit is never used", "constrain"),
    "a plain difference compared": (lambda x, y, a, b, f: constrain(x - y < 3), "a signal cannot be compared with <", "to_uint"),
    "refuted by the widths": (lambda x, y, a, b, f: constrain(x > 255), "this comparison can never hold", "larger or smaller range"),
    "a number as statement": (lambda x, y, a, b, f: constrain(x), "a comparison or a Bit, got a Uint of 8 bits", "constrain"),
    "a sum of Bits as statement": (lambda x, y, a, b, f: constrain(f + f), "got a Uint of 2 bits", "constrain"),
    "a negative Bit": (lambda x, y, a, b, f: constrain(-f), "a comparison or a Bit, got a Signal", "constrain"),
    "an empty list": (lambda x, y, a, b, f: constrain([]), "constrain got nothing to enforce", "strict=True"),
    "an empty part": (lambda x, y, a, b, f: constrain(a[3:] == b[3:]), "constrain got nothing to enforce", "strict=True"),
    "lists of nothing": (lambda x, y, a, b, f: constrain([[], [x == y]]), "constrain got nothing to enforce", "strict=True"),
    "bits that nothing uses": (lambda x, y, a, b, f: to_bits(x, 8), "the result of to_bits is never used", "discard"),
    "a choice that nothing uses": (lambda x, y, a, b, f: swap_if(f, x, y), "the result of swap_if is never used", "discard"),
    "a used result only assumed": (lambda x, y, a, b, f: assume_bit(is_zero(x) + f, because="a lie, for this test"),
        "the result of is_zero is never used", "discard"),
    "a wire of a result": (lambda x, y, a, b, f: wire(is_equal(x, y) * 3), "the result of is_equal is never used", "discard"),
    "a result lost in a sum": (lambda x, y, a, b, f: dot([1, 2], [divide(x, 3), y]), "the result of divide is never used", "discard"),
    "a result lost inside": (lambda x, y, a, b, f: constrain(forgetful(x) == 9), "the result of less_than is never used", "discard"),
    "a result lost in a template": (lambda x, y, a, b, f: constrain(stamped_and_forgetful(x) == 9),
        "the result of is_zero is never used", "discard"),
    "an equation discarded": (lambda x, y, a, b, f: discard(x == y), "enforces nothing when it is discarded", "constrain"),
    "bytes added": (lambda x, y, a, b, f: x + b"ab", "a bytes", "int.from_bytes"),
    "a Decimal": (lambda x, y, a, b, f: x * Decimal("1.5"), "a Decimal", "divide"),
    "a Fraction": (lambda x, y, a, b, f: x == fractions.Fraction(1, 2), "a Fraction", "divide"),
    "less than a float": (lambda x, y, a, b, f: x < 1.5, "a float", "divide"),
    "None": (lambda x, y, a, b, f: operator.eq(x, None), "None", ""),
    "a square root": (lambda x, y, a, b, f: math.sqrt(x), "cannot become a Python number", "call the circuit with integers"),
    "a format": (lambda x, y, a, b, f: f"{x:08b}", "a signal cannot be written in a format", "call the circuit with integers"),
    "floor": (lambda x, y, a, b, f: math.floor(x), "cannot be rounded", "div_mod"),
    "an array divided": (lambda x, y, a, b, f: a / 2, "cannot be divided with /", "divide"),
    "an array as condition": (lambda x, y, a, b, f: 1 if a == b else 0, "an array is neither true nor false", r"constrain\(a == b\)"),
    "an array sorted in place": (lambda x, y, a, b, f: a.sort(), "an Array cannot be changed", r"v = list\(a\)"),
    "division by a constant 0": (lambda x, y, a, b, f: div_mod(x, 0), "div_mod cannot divide by the constant 0", ""),
    "300 in 8 bits": (lambda x, y, a, b, f: discard(to_bits(300, 8)),
        "this constraint can never hold: value 300 needs more than 8 bits", ""),
    "a constant too wide": (lambda x, y, a, b, f: discard(to_uint(x - x + 300, 8)),
        "this constraint can never hold: value 300 does not fit in 8 bits", ""),
    "a reason of one letter": (lambda x, y, a, b, f: assume_bit(x, because="x" * 40), "the reason of an assumption says too little", ""),
    "a false constant": (lambda x, y, a, b, f: assume_bit(x - x + 2, because="a lie, for this test"),
        "the constant 2 is not in the range 0 to 1", ""),
    "bit of a number": (lambda x, y, a, b, f: bit(x),
        "bit needs a comparison, an equation or a Bit: expected x < y or x == y, got a Uint", "to_bits"),
    "an index by a signal": (lambda x, y, a, b, f: a[x], "a signal cannot be an index", "mux"),
    "a wrong number of values": (lambda x, y, a, b, f: mux(to_bits(x, 8)[:2], [1, 2, 3]),
        "mux with 2 bits selects from 4 values, got 3", ""),
}  # fmt: skip


def example_of(body: Body) -> Any:
    @circuit
    def example(
        x: Uint = private(bits=8),
        y: Uint = private(bits=8),
        a: Array[Uint] = private(3, bits=8),
        b: Array[Uint] = private(3, bits=8),
        f: Bit = private(),
    ) -> None:
        body(x, y, a, b, f)

    return example


@pytest.mark.parametrize("name", [*REVIEWED, *OTHERS])
def test_a_mistake_is_refused_at_its_line(name: str) -> None:
    body, message, hint_text = {**REVIEWED, **OTHERS}[name]
    with pytest.raises(CircuitError, match=message) as caught:
        example_of(body).compile()
    assert re.search(hint_text, caught.value.hint), caught.value.hint
    assert caught.value.where.startswith("test_author_mistakes.py:"), caught.value.where


@pytest.mark.parametrize("name", [*REVIEWED, *OTHERS])
def test_eager_mode_refuses_it_too(name: str) -> None:
    body, message, _ = {**REVIEWED, **OTHERS}[name]
    eager = re.sub(r"\bx (<=?|==) y\b", r".* \1 .*", message)
    with pytest.raises(CircuitError, match=eager):
        example_of(body)(3, 7, [1, 2, 3], [1, 2, 3], 1)


# -- what is right now


def test_a_bit_is_constrained() -> None:
    example = example_of(
        lambda x, y, a, b, f: [
            constrain(less_than(x, 10), "ten or more"),
            constrain(~f),
            constrain(a == b),
            constrain(y < 256),
        ]
    )
    compiled = example.compile()
    good = {"y": 0, "a": [1, 2, 3], "b": [1, 2, 3]}
    compiled.witness(x=9, f=0, **good)
    for run in (compiled.witness, example):
        with pytest.raises(UnsatisfiedError, match="ten or more"):
            run(x=10, f=0, **good)
        with pytest.raises(UnsatisfiedError):
            run(x=9, f=1, **good)


def test_parts_of_results_are_enough() -> None:
    example_of(
        lambda x, y, a, b, f: [
            constrain(to_bits(x, 8)[3] == 0),
            constrain(swap_if(f, x, y)[1] == x),
            constrain(from_bits(to_bits(y, 8)[:3]) == 1),
            constrain(select(f, a, b)[2] == 5),
            discard(inverse(y)),
        ]
    ).compile()


def test_unused_inputs_are_warned_of() -> None:
    found = quick_warnings(example_of(lambda x, y, a, b, f: constrain(x == a[1])).compile())
    own = "is only in its own range check: any value of its type is accepted"
    assert found == [
        f"L004: private input {name} {own}" for name in ("y", "a (2 of 3)", "b (3 of 3)", "f")
    ]


def test_an_output_that_is_only_a_hint_is_warned_of() -> None:
    @circuit
    def advised(x: Signal = private()) -> Signal:
        return hint(hints.inverse_or_zero, x)

    warning = "L001: output out is in no constraint: any value is accepted"
    assert warning in quick_warnings(advised.compile())


def test_a_hint_that_returns_a_text() -> None:
    compiled = example_of(lambda x, y, a, b, f: constrain(hint(text_of, x) == y)).compile()
    with pytest.raises(CircuitError, match="the hint text_of must return integers: expected 1, got a str"):  # fmt: skip
        compiled.witness(x=1, y=2, a=[1, 2, 3], b=[1, 2, 3], f=0)


def test_a_number_too_wide_is_shown_with_the_authors_line_first() -> None:
    @circuit
    def narrow(x: Signal = private()) -> Array[Bit]:
        return to_bits(x, 8)

    with pytest.raises(
        UnsatisfiedError, match=r"^(?s:.)*value 300 needs more than 8 bits"
    ) as caught:
        narrow.compile().witness(x=300)
    lines = caught.value.where.splitlines()
    assert lines[0].startswith("test_author_mistakes.py:")
    assert "return to_bits(x, 8)" in lines[1]
    assert any(line.startswith("inside zkctl/gadgets/bits.py:") for line in lines)
    with pytest.raises(UnsatisfiedError, match="value 300 needs more than 8 bits"):
        narrow(300)


def test_an_input_too_wide_shows_its_value() -> None:
    example = example_of(lambda x, y, a, b, f: constrain(a == b))
    with pytest.raises(UnsatisfiedError, match=r"input x does not fit in 8 bits \(it is 65280\)"):
        example.compile().witness(x=65280, y=0, a=[1, 2, 3], b=[1, 2, 3], f=0)
