"""Numbers in limbs: Python's integers say what is right."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Array, Bit, Byte, Uint, circuit, private
from zkctl.gadgets.number.big import (
    big_add,
    big_from_bits,
    big_from_bytes,
    big_less_than,
    big_multiply,
    big_subtract,
    big_to_bits,
    big_to_bytes,
    enforce_big_equal,
)

A, B = (1 << 255) + 977, (1 << 256) - 12345
INPUT_ROWS = 2 * 256
SHAPE = {"n": 4, "w": 64}


def limbs(number: int, n: int = 4, w: int = 64) -> list[int]:
    return [number >> w * k & (1 << w) - 1 for k in range(n)]


@circuit
def big_sum(
    a: Array[Uint] = private("n", bits="w"), b: Array[Uint] = private("n", bits="w"), *, n: int, w: int
) -> Array[Uint]:  # fmt: skip
    return big_add(a, b, bits=w)


@circuit
def big_difference(
    a: Array[Uint] = private("n", bits="w"), b: Array[Uint] = private("n", bits="w"), *, n: int, w: int
) -> Array[Uint]:  # fmt: skip
    return big_subtract(a, b, bits=w)


@circuit
def big_product(
    a: Array[Uint] = private("n", bits="w"), b: Array[Uint] = private("n", bits="w"), *, n: int, w: int
) -> Array[Uint]:  # fmt: skip
    return big_multiply(a, b, bits=w)


@circuit
def big_order(
    a: Array[Uint] = private("n", bits="w"), b: Array[Uint] = private("n", bits="w"), *, n: int, w: int
) -> Bit:  # fmt: skip
    return big_less_than(a, b, bits=w)


@circuit
def big_same(
    a: Array[Uint] = private("n", bits="w"), b: Array[Uint] = private("n", bits="w"), *, n: int, w: int
) -> None:  # fmt: skip
    enforce_big_equal(a, b, bits=w)


@circuit
def of_bits(bits: Array[Bit] = private(10)) -> Array[Uint]:
    return big_from_bits(bits, bits=8)


@circuit
def bits_of(a: Array[Uint] = private(2, bits=3)) -> Array[Bit]:
    return big_to_bits(a, bits=3)


@circuit
def of_bytes(data: Array[Byte] = private(5)) -> Array[Uint]:
    return big_from_bytes(data, bits=32)


@circuit
def bytes_of(a: Array[Uint] = private(2, bits=12)) -> Array[Byte]:
    return big_to_bytes(a, 2, bits=12)


PAIR = {"a": limbs(B), "b": limbs(A)}
TOO_WIDE = {"a": [0, 0, 0, 1 << 64], "b": [0, 0, 0, 0]}
CASES = [
    GadgetCase(
        gadget=big_add,
        circuit=big_sum,
        parameters=SHAPE,
        inputs=PAIR,
        outputs=limbs(A + B, 5),
        source="Python's integers",
        constraints=INPUT_ROWS + 4 * 65,
        input_rows=INPUT_ROWS,
        refused=[TOO_WIDE],
    ),
    GadgetCase(
        gadget=big_subtract,
        circuit=big_difference,
        parameters=SHAPE,
        inputs=PAIR,
        outputs=limbs(B - A),
        source="Python's integers",
        constraints=INPUT_ROWS + 3 * 65 + 64,
        input_rows=INPUT_ROWS,
        refused=[{"a": limbs(A), "b": limbs(B)}, {"a": [0] * 4, "b": [1, 0, 0, 0]}],
    ),
    GadgetCase(
        gadget=big_multiply,
        circuit=big_product,
        parameters=SHAPE,
        inputs=PAIR,
        outputs=limbs(A * B, 8),
        source="Python's integers",
        constraints=INPUT_ROWS + 715,
        input_rows=INPUT_ROWS,
        refused=[TOO_WIDE],
    ),
    GadgetCase(
        gadget=big_less_than,
        circuit=big_order,
        parameters=SHAPE,
        inputs={"a": limbs(A), "b": limbs(B)},
        outputs=[1],
        source="Python's integers",
        constraints=INPUT_ROWS + 77,
        input_rows=INPUT_ROWS,
        refused=[TOO_WIDE],
    ),
    GadgetCase(
        gadget=big_less_than,
        circuit=big_order,
        parameters={"n": 2, "w": 1},
        inputs={"a": [1, 0], "b": [0, 1]},
        outputs=[1],
        source="Python's integers",
        constraints=4 + 6,
        input_rows=4,
        small_fields=True,
    ),
    GadgetCase(
        gadget=enforce_big_equal,
        circuit=big_same,
        parameters=SHAPE,
        inputs={"a": limbs(A), "b": limbs(A)},
        outputs=[],
        source="Python's integers",
        constraints=INPUT_ROWS,
        input_rows=INPUT_ROWS,
        refused=[PAIR, {"a": [0, 1, 0, 0], "b": [1, 0, 0, 0]}],
    ),
    GadgetCase(
        gadget=big_from_bits,
        circuit=of_bits,
        inputs={"bits": [1, 0, 1, 1, 0, 0, 0, 1, 0, 1]},
        outputs=[0b10001101, 0b10],
        source="Python's integers",
        constraints=10,
        input_rows=10,
    ),
    GadgetCase(
        gadget=big_to_bits,
        circuit=bits_of,
        inputs={"a": [5, 3]},
        outputs=[1, 0, 1, 1, 1, 0],
        source="Python's integers",
        constraints=6,
        input_rows=6,
    ),
    GadgetCase(
        gadget=big_from_bytes,
        circuit=of_bytes,
        inputs={"data": [1, 2, 3, 4, 255]},
        outputs=[0x020304FF, 1],
        source="Python's integers",
        constraints=40,
        input_rows=40,
    ),
    GadgetCase(
        gadget=big_to_bytes,
        circuit=bytes_of,
        inputs={"a": [0xABC, 0xD]},
        outputs=[0xDA, 0xBC],
        source="Python's integers",
        constraints=24,
        input_rows=24,
        refused=[{"a": [0, 0x10]}, {"a": [0, 0x800]}],
    ),
]
