"""Parts of a text at a place that is known only to the prover."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Array, Bit, Uint, circuit, private
from zkctl.gadgets.text.substring import byte_at, contains_at, substring

TEXT = list(b"from:alice@example.com;")


@circuit
def part(
    x: Array[Uint] = private("n", bits=8), start: Uint = private(bits="width"), *, n: int, width: int, size: int
) -> Array[Uint]:  # fmt: skip
    return substring(x, start, size=size)


@circuit
def short_part(
    x: Array[Uint] = private(23, bits=8),
    start: Uint = private(bits=5),
    length: Uint = private(bits=4),
) -> Array[Uint]:
    return substring(x, start, size=8, length=length)


@circuit
def contained(
    x: Array[Uint] = private(23, bits=8),
    pattern: Array[Uint] = private(7, bits=8),
    start: Uint = private(bits=5),
) -> Bit:
    return contains_at(x, pattern, start)


@circuit
def short_contained(
    x: Array[Uint] = private(23, bits=8),
    pattern: Array[Uint] = private(7, bits=8),
    start: Uint = private(bits=5),
    length: Uint = private(bits=3),
) -> Bit:
    return contains_at(x, pattern, start, length=length)


@circuit
def one_byte(x: Array[Uint] = private(23, bits=8), index: Uint = private(bits=5)) -> Uint:
    return byte_at(x, index)


CASES = [
    GadgetCase(
        gadget=substring,
        circuit=part,
        parameters={"n": 23, "width": 5, "size": 5},
        inputs={"x": TEXT, "start": 5},
        outputs=list(b"alice"),
        source="Python's slices",
        constraints=232,
        input_rows=189,
        refused=[{"x": TEXT, "start": 19}, {"x": TEXT, "start": 31}],
    ),
    GadgetCase(
        gadget=substring,
        circuit=part,
        parameters={"n": 3, "width": 2, "size": 2},
        inputs={"x": [5, 6, 7], "start": 1},
        outputs=[6, 7],
        source="Python's slices",
        constraints=27,
        input_rows=26,
        refused=[{"x": [5, 6, 7], "start": 2}, {"x": [5, 6, 7], "start": 3}],
    ),
    GadgetCase(
        gadget=substring,
        circuit=short_part,
        inputs={"x": TEXT, "start": 5, "length": 5},
        outputs=[*b"alice", 0, 0, 0],
        source="Python's slices",
        constraints=278,
        input_rows=193,
        refused=[
            {"x": TEXT, "start": 19, "length": 5},
            {"x": TEXT, "start": 5, "length": 9},
            {"x": TEXT, "start": 24, "length": 0},
        ],
    ),
    GadgetCase(
        gadget=contains_at,
        circuit=contained,
        inputs={"x": TEXT, "pattern": list(b"example"), "start": 10},
        outputs=[0],
        source="Python's bytes.startswith",
        constraints=298,
        input_rows=245,
        refused=[{"x": TEXT, "pattern": list(b"example"), "start": 17}],
    ),
    GadgetCase(
        gadget=contains_at,
        circuit=short_contained,
        inputs={"x": TEXT, "pattern": [*b"com", 0, 0, 0, 0], "start": 18, "length": 3},
        outputs=[0],
        source="Python's bytes.startswith",
        constraints=343,
        input_rows=248,
        refused=[
            {"x": TEXT, "pattern": [*b"com", 0, 0, 0, 0], "start": 19, "length": 5},
            {"x": TEXT, "pattern": [*b"comm", 0, 0, 0], "start": 19, "length": 3},
        ],
    ),
    GadgetCase(
        gadget=byte_at,
        circuit=one_byte,
        inputs={"x": TEXT, "index": 22},
        outputs=[ord(";")],
        source="Python's bytes",
        constraints=216,
        input_rows=189,
        refused=[{"x": TEXT, "index": 23}, {"x": TEXT, "index": 31}],
    ),
]
