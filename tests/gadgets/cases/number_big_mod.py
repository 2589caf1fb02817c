"""Numbers in limbs modulo another: Python's integers say what is right."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from tests.gadgets.cases.number_big import limbs
from zkctl.dsl import Array, Uint, circuit, private
from zkctl.gadgets.number.big_mod import multiply_mod, power_mod, power_of_reduced, reduce_mod

A, B, M = (
    5**110,
    7**91,
    (1 << 255) - 19,
)  # with limbs that differ: an inverse of 0 may be any number
SMALL = 0xFFFFFFFB


@circuit
def remainder(
    a: Array[Uint] = private("n", bits="w"), m: Array[Uint] = private("n", bits="w"), *, n: int, w: int
) -> Array[Uint]:  # fmt: skip
    return reduce_mod(a, m, bits=w)


@circuit
def product(
    a: Array[Uint] = private("n", bits="w"),
    b: Array[Uint] = private("n", bits="w"),
    m: Array[Uint] = private("n", bits="w"),
    *,
    n: int,
    w: int,
) -> Array[Uint]:
    return multiply_mod(a, b, m, bits=w)


@circuit
def product_modulo_constant(
    a: Array[Uint] = private(4, bits=64), b: Array[Uint] = private(4, bits=64), *, m: int
) -> Array[Uint]:
    return multiply_mod(a, b, Array(limbs(m)), bits=64)


@circuit
def power(
    a: Array[Uint] = private(2, bits=16), m: Array[Uint] = private(2, bits=16), *, e: int
) -> Array[Uint]:
    return power_mod(a, e, m, bits=16)


@circuit
def power_below(
    a: Array[Uint] = private(2, bits=16), m: Array[Uint] = private(2, bits=16), *, e: int
) -> Array[Uint]:
    return power_of_reduced(a, e, m, bits=16)


CASES = [
    GadgetCase(
        gadget=reduce_mod,
        circuit=remainder,
        parameters={"n": 4, "w": 64},
        inputs={"a": limbs(B), "m": limbs(M)},
        outputs=limbs(B % M),
        source="Python's integers",
        constraints=1303,
        input_rows=512,
        refused=[{"a": limbs(B), "m": [0] * 4}],
    ),
    GadgetCase(
        gadget=multiply_mod,
        circuit=product,
        parameters={"n": 4, "w": 64},
        inputs={"a": limbs(A), "b": limbs(B), "m": limbs(M)},
        outputs=limbs(A * B % M),
        source="Python's integers",
        constraints=1961,
        input_rows=768,
        refused=[{"a": limbs(A), "b": limbs(B), "m": [0] * 4}],
    ),
    GadgetCase(
        gadget=multiply_mod,
        circuit=product_modulo_constant,
        parameters={"m": M},
        inputs={"a": limbs(A), "b": limbs(B)},
        outputs=limbs(A * B % M),
        source="Python's integers",
        constraints=989,
        input_rows=512,
    ),
    GadgetCase(
        gadget=power_mod,
        circuit=power,
        parameters={"e": 11},
        inputs={"a": limbs(0xFFFFFFFF, 2, 16), "m": limbs(SMALL, 2, 16)},
        outputs=limbs(pow(0xFFFFFFFF, 11, SMALL), 2, 16),
        source="Python's integers",
        constraints=521,
        input_rows=64,
        refused=[{"a": [1, 1], "m": [0, 0]}],
    ),
    GadgetCase(
        gadget=power_of_reduced,
        circuit=power_below,
        parameters={"e": 5},
        inputs={"a": limbs(12345678, 2, 16), "m": limbs(SMALL, 2, 16)},
        outputs=limbs(pow(12345678, 5, SMALL), 2, 16),
        source="Python's integers",
        constraints=274,
        input_rows=64,
    ),
]
