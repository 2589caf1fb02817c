"""Regular expressions."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Array, Bit, Uint, circuit, private
from zkctl.gadgets.text.byte_sets import membership
from zkctl.gadgets.text.pattern import enforce_match, extract, matches

DIGITS = sum(1 << value for value in b"0123456789")
LETTERS = sum(1 << value for value in b"abcdefghijklmnopqrstuvwxyz")


@circuit
def sets(x: Uint = private(bits=8)) -> Array[Bit]:
    return membership(x.bits, sets=(DIGITS, LETTERS, DIGITS | LETTERS), named=())


@circuit
def matching(x: Array[Uint] = private("n", bits=8), *, n: int) -> Bit:
    return matches(x, "[a-z]+[0-9]{2}")


@circuit
def front_matching(x: Array[Uint] = private(8, bits=8), n: Uint = private(bits=4)) -> Bit:
    return matches(x, "[a-c]{2,4}([0-9][a-c])*", length=n)


@circuit
def enforced(x: Array[Uint] = private(6, bits=8)) -> None:
    enforce_match(x, "[0-5][0-9]([:;][0-5][0-9])?.?")


@circuit
def extracted(
    x: Array[Uint] = private(9, bits=8),
    start: Uint = private(bits=4),
    length: Uint = private(bits=3),
) -> Array[Uint]:
    return extract(x, "[0-9]+([a-z]+)[0-9].*", start, length, size=4)


CASES = [
    GadgetCase(
        gadget=membership,
        circuit=sets,
        inputs={"x": ord("q")},
        outputs=[0, 1, 1],
        source="Python's re",
        constraints=25,
        input_rows=8,
    ),
    GadgetCase(
        gadget=matches,
        circuit=matching,
        parameters={"n": 6},
        inputs={"x": list(b"wxyz39")},
        outputs=[1],
        source="Python's re",
        constraints=105,
        input_rows=48,
    ),
    GadgetCase(
        gadget=matches,
        circuit=front_matching,
        inputs={"x": list(b"abca0b99"), "n": 6},
        outputs=[1],
        source="Python's re",
        constraints=182,
        input_rows=68,
        refused=[{"x": list(b"abca0b99"), "n": 9}],
    ),
    GadgetCase(
        gadget=enforce_match,
        circuit=enforced,
        inputs={"x": list(b"23:59\xff")},
        outputs=[],
        source="Python's re",
        constraints=85,
        input_rows=48,
        refused=[{"x": list(text)} for text in (b"23:60a", b"23:59\n", b"23-59a", b"\x0023:59")],
    ),
    GadgetCase(
        gadget=extract,
        circuit=extracted,
        inputs={"x": list(b"47abc9 xy"), "start": 2, "length": 3},
        outputs=[*b"abc", 0],
        source="Python's re",
        constraints=321,
        input_rows=79,
        refused=[
            {"x": list(b"47abc9 xy"), "start": start, "length": length}
            for start, length in ((2, 2), (3, 2), (1, 4), (2, 5), (0, 0), (9, 0))
        ],
    ),
]
