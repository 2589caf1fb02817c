from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from zkctl.constraints.hint_functions import BUILT_IN
from zkctl.dsl import (
    Array,
    Signal,
    circuit,
    constrain,
    eager_field,
    gadget,
    hint,
    hints,
    private,
)
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField
from zkctl.toolchain.lint.quick import quick_warnings

R = BN254_FR.modulus


@circuit
def advised(x: Signal = private(), y: Signal = private()) -> Array[Signal]:
    bits = hint(hints.bits, x, n_bits=3)
    high = hint(hints.bits, x, n_bits=2, first=1)
    quotient, remainder = hint(hints.quotient_remainder, x, y)
    ratio = hint(hints.divide_or_zero, x, y)
    return Array([*bits, *high, quotient, remainder, ratio, hint(hints.inverse_or_zero, x + 1)])


@pytest.mark.parametrize(("x", "y"), [(13, 5), (0, 0), (R - 1, 0), (7, R - 1)])
def test_built_in_hints_answer_on_every_input(x: int, y: int) -> None:
    witness = advised.compile().witness(x=x, y=y)
    bits = [x >> k & 1 for k in range(3)]
    division = list(divmod(x, y)) if y else [0, x]
    ratio = x * pow(y, -1, R) % R if y else 0
    inverse = pow(x + 1, -1, R) if (x + 1) % R else 0
    assert witness[1:10] == [*bits, *bits[1:], *division, ratio, inverse]
    assert list(advised(x, y)) == witness[1:10]


def test_hints_cost_nothing_and_unused_ones_are_reported() -> None:
    @circuit
    def careless(x: Signal = private()) -> None:
        hint(hints.inverse_or_zero, x)

    compiled = careless.compile()
    assert compiled.r1cs.n_constraints == 0
    assert any(
        "a result of hint inverse_or_zero at test_hints.py:" in w for w in quick_warnings(compiled)
    )
    assert any(
        "input x is in no constraint: any value is accepted" in w for w in quick_warnings(compiled)
    )


def split(x: int) -> tuple[int, int]:
    """A user-written hint: a square root of small squares, and what is left."""
    root = int(x**0.5) if x < 1 << 40 else 0
    return root, x - root * root


@circuit
def rooted(x: Signal = private()) -> Signal:
    root, rest = hint(split, x, n_outputs=2)
    constrain(root * root + rest == x, "not a square plus the rest")
    return root


def test_user_written_hints_work_here_and_say_that_they_are_not_portable() -> None:
    compiled = rooted.compile()
    assert compiled.witness(x=26)[1] == 5
    assert rooted(26) == 5
    assert quick_warnings(compiled) == [
        "L018: hint split is Python code: the witness program is not portable, only Python runs it"
    ]
    assert [call.function for call in compiled.program.user_hints] == ["user:0:split"]


@pytest.mark.parametrize(
    ("function", "n_outputs", "message"),
    [
        (lambda x: 1 // 0, 0, "raised ZeroDivisionError: "),
        (lambda x: "7", 0, "must return integers: expected 1, got a str"),
        (lambda x: (x, None), 2, "must return integers: expected 2, got a NoneType"),
        (lambda x: x / 2, 0, "must return integers: expected 1, got a float"),
        (lambda x: (1, 2), 0, "must return 1 integers, it returned 2 values"),
        (lambda x: (1, 2), 3, "must return 3 integers, it returned 2 values"),
    ],
)
def test_bad_user_hints_are_named_with_their_line(
    function: Callable[[int], Any], n_outputs: int, message: str
) -> None:
    @circuit
    def bad(x: Signal = private()) -> None:
        results = hint(function, x, n_outputs=n_outputs)
        constrain((results[0] if n_outputs else results) == x)

    for run in (bad.compile().witness, bad):
        with pytest.raises(CircuitError, match=message) as caught:
            run(x=3)
        assert "the hint " in caught.value.message
        assert "results = hint(function, x, n_outputs=n_outputs)" in caught.value.where


def test_results_of_user_hints_are_reduced() -> None:
    @circuit
    def negative(x: Signal = private()) -> Signal:
        return hint(lambda v: -v, x)

    assert negative.compile().witness(x=3)[1] == R - 3 == negative(3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: hint(hints.bits, x), "hint bits takes n_bits, first; got none"),
        (lambda x: hint(hints.bits, x, n_bits=3, extra=1), "hint bits takes n_bits, first; got n_bits, extra"),
        (lambda x: hint(hints.bits, x, n_bits=300), "hint bits yields at most 254 bits in bn254.fr, not 300"),
        (lambda x: hint(hints.bits, x, n_bits=-1), "a parameter of hint bits is not in 0 .. 65536"),
        (lambda x: hint(hints.inverse_or_zero, x, x), "hint inverse_or_zero takes 1 inputs, got 2"),
        (lambda x: hint(split, x, n=2), "a user-written hint takes signals and n_outputs, not n"),
        (lambda x: hint(5, x), "a user-written hint takes signals and n_outputs, not 5"),
        (lambda x: hint(split, "x"), "the inputs of a hint are signals, got a str"),
    ],
)  # fmt: skip
def test_malformed_calls(call: Callable[[Signal], Any], message: str) -> None:
    @circuit
    def malformed(x: Signal = private()) -> None:
        call(x)

    with pytest.raises(CircuitError) as caught:
        malformed.compile()
    assert message in caught.value.message


def test_outside_a_circuit() -> None:
    with pytest.raises(CircuitError, match="hint is used outside a circuit or gadget"):
        hint(hints.inverse_or_zero, 5)


def test_constants_are_inputs_too() -> None:
    @gadget
    def constants(x: Signal) -> Signal:
        return hint(hints.divide_or_zero, x, 4)

    assert constants(12) == 3


def test_parameters_are_counted() -> None:
    problem = BUILT_IN["bits"].problem(1, (3,), BN254_FR)
    assert problem == "hint bits takes 2 parameters, got 1"


@pytest.mark.parametrize(
    "field", [BN254_FR, BLS12_381_FR, PrimeField("small", 97), PrimeField("tiny", 7)]
)
def test_square_roots(field: PrimeField) -> None:
    p = field.modulus
    numbers = range(p) if p < 100 else [0, 1, 2, 4, 25, p - 1, p - 4, pow(7, 40, p), *range(30)]
    with eager_field(field):
        for x in numbers:
            root = hints.sqrt_or_zero(x)
            is_square = pow(x, (p - 1) // 2, p) <= 1
            assert root * root % p == (x if is_square else 0)
            assert root <= p // 2
            assert root == hints.sqrt_or_zero.python(x)


def test_limbs_and_permutations() -> None:
    a, b = 3**90, 5**30
    limbs = [a >> 64 * k & (1 << 64) - 1 for k in range(4)]
    short = [b >> 64 * k & (1 << 64) - 1 for k in range(2)]
    quotient, remainder = hints.divmod_limbs(limbs, short, bits=64)
    assert sum(x << 64 * k for k, x in enumerate(quotient)) == a // b
    assert sum(x << 64 * k for k, x in enumerate(remainder)) == a % b
    assert hints.divmod_limbs([7, 1], [0], bits=8) == ([0, 0], [7])
    inverse = hints.inverse_limbs(limbs, short, bits=64)
    assert sum(x << 64 * k for k, x in enumerate(inverse)) == pow(a, -1, b)
    assert hints.inverse_limbs([6], [9], bits=8) == [0]
    assert hints.sort_permutation([5, 3, 9, 3]) == ([3, 3, 5, 9], [1, 3, 0, 2])


def test_library_advice_in_a_circuit() -> None:
    @circuit
    def root_of(x: Signal = private()) -> Signal:
        root = hint(hints.sqrt_or_zero, x)
        constrain(root * root == x, "x is not a square")
        return root

    compiled = root_of.compile()
    assert quick_warnings(compiled) == []
    assert compiled.witness(x=49)[1] == root_of(49) == 7
    with pytest.raises(UnsatisfiedError, match="x is not a square"):
        compiled.witness(x=5)
