"""Numbers written as text."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Array, Uint, circuit, private
from zkctl.gadgets.text.numerals import bytes_to_hex, decimal_to_uint, hex_to_bytes


@circuit
def decimal(x: Array[Uint] = private(4, bits=8)) -> Uint:
    return decimal_to_uint(x)


@circuit
def short_decimal(x: Array[Uint] = private(4, bits=8), n: Uint = private(bits=3)) -> Uint:
    return decimal_to_uint(x, n)


@circuit
def from_hex(x: Array[Uint] = private(4, bits=8)) -> Array[Uint]:
    return hex_to_bytes(x)


@circuit
def to_hex(x: Array[Uint] = private(2, bits=8)) -> Array[Uint]:
    return bytes_to_hex(x)


CASES = [
    GadgetCase(
        gadget=decimal_to_uint,
        circuit=decimal,
        inputs={"x": list(b"0729")},
        outputs=[729],
        source="Python's int",
        constraints=36,
        input_rows=32,
        refused=[{"x": list(text)} for text in (b" 729", b"72/9", b"7:29", b"72\x009", b"7\xb729")],
    ),
    GadgetCase(
        gadget=decimal_to_uint,
        circuit=short_decimal,
        inputs={"x": [*b"72", 0, 0], "n": 2},
        outputs=[72],
        source="Python's int",
        constraints=49,
        input_rows=35,
        refused=[
            {"x": list(b"7291"), "n": 3},
            {"x": [*b"72", 0, 0], "n": 3},
            {"x": [0, 0, 0, 0], "n": 0},
            {"x": list(b"7291"), "n": 5},
        ],
    ),
    GadgetCase(
        gadget=hex_to_bytes,
        circuit=from_hex,
        inputs={"x": list(b"0aF9")},
        outputs=[0x0A, 0xF9],
        source="Python's bytes.fromhex",
        constraints=48,
        input_rows=32,
        refused=[{"x": list(text)} for text in (b"0ag9", b"/aF9", b":aF9", b"@aF9", b"`aF9")],
    ),
    GadgetCase(
        gadget=bytes_to_hex,
        circuit=to_hex,
        inputs={"x": [0x0A, 0xF9]},
        outputs=list(b"0af9"),
        source="Python's bytes.hex",
        constraints=24,
        input_rows=16,
    ),
]
