"""Square roots, signs, and sums with carries."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Array, Bit, Signal, Uint, circuit, private
from zkctl.field import BN254_FR
from zkctl.gadgets.number.sign import is_negative
from zkctl.gadgets.number.square_root import is_square, square_root
from zkctl.gadgets.number.sums import add_with_carry, subtract_with_borrow, sum_bits

P = BN254_FR.modulus
NON_SQUARE = 5  # 5^((p - 1) / 2) = -1 in BN254's scalar field


@circuit
def root(x: Signal = private()) -> Signal:
    return square_root(x)


@circuit
def square(x: Signal = private()) -> Bit:
    return is_square(x)


@circuit
def negative(x: Signal = private()) -> Bit:
    return is_negative(x)


@circuit
def bits_of_sum(x: Array[Uint] = private("k", bits="n"), *, k: int, n: int) -> Array[Bit]:
    return sum_bits(x)


@circuit
def carried(x: Array[Uint] = private("k", bits="n"), *, k: int, n: int) -> Array[Signal]:
    return Array(add_with_carry(x, n))


@circuit
def borrowed(x: Uint = private(bits="n"), y: Uint = private(bits="n"), *, n: int) -> Array[Signal]:
    return Array(subtract_with_borrow(x, y, n))


CASES = [
    GadgetCase(
        gadget=square_root,
        circuit=root,
        inputs={"x": (P - 12345) ** 2 % P},
        outputs=[12345],
        source="Python",
        constraints=254,
        refused=[{"x": NON_SQUARE}, {"x": -NON_SQUARE}],
        small_fields=True,
    ),
    GadgetCase(
        gadget=is_square,
        circuit=square,
        inputs={"x": NON_SQUARE},
        outputs=[0],
        source="Euler's criterion",
        constraints=4,
        free=["main.w1"],
        small_fields=True,
    ),
    GadgetCase(
        gadget=is_square,
        circuit=square,
        inputs={"x": 12345**2},
        outputs=[1],
        source="Python",
        constraints=4,
        free=["main.w1"],
    ),
    GadgetCase(
        gadget=is_negative,
        circuit=negative,
        inputs={"x": P // 2 + 1},
        outputs=[1],
        source="circomlib's tests",
        constraints=256,
        small_fields=True,
        circomlib="sign_test",
        circom=262,
    ),
    GadgetCase(
        gadget=sum_bits,
        circuit=bits_of_sum,
        parameters={"k": 2, "n": 32},
        inputs={"x": [111, 222]},
        outputs=[333 >> k & 1 for k in range(33)],
        source="circomlib's tests",
        constraints=97,
        refused=[{"x": [1 << 32, 0]}],
        circomlib="sum_test",
        circom=97,
    ),
    GadgetCase(
        gadget=add_with_carry,
        circuit=carried,
        parameters={"k": 3, "n": 2},
        inputs={"x": [3, 3, 1]},
        outputs=[3, 1],
        source="Python",
        constraints=10,
        input_rows=6,
        refused=[{"x": [4, 0, 0]}],
    ),
    GadgetCase(
        gadget=add_with_carry,
        circuit=carried,
        parameters={"k": 2, "n": 1},
        inputs={"x": [1, 1]},
        outputs=[0, 1],
        source="Python",
        constraints=4,
        input_rows=2,
        small_fields=True,
    ),
    GadgetCase(
        gadget=subtract_with_borrow,
        circuit=borrowed,
        parameters={"n": 16},
        inputs={"x": 111, "y": 11},
        outputs=[100, 0],
        source="circomlib's tests",
        constraints=49,
        refused=[{"x": 1 << 16, "y": 0}],
        circomlib="binsub_test",
        circom=49,
    ),
    GadgetCase(
        gadget=subtract_with_borrow,
        circuit=borrowed,
        parameters={"n": 1},
        inputs={"x": 0, "y": 1},
        outputs=[1, 1],
        source="Python",
        constraints=4,
        input_rows=2,
        small_fields=True,
    ),
]
