"""Advice in circuits: signals in, signals out, the same numbers compiled, eager and in Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from zkctl.dsl import Array, Int, Ints, Signal, advice, circuit, constrain, gadget, hint, private
from zkctl.dsl.advice import join, repeat, split
from zkctl.errors import CircuitError, InputError, LimitError
from zkctl.field import BN254_FR
from zkctl.toolchain.lint.quick import quick_warnings

R = BN254_FR.modulus


@advice
def divide(a: Ints[4], b: Int, *, bits: int = 8) -> tuple[Ints, Int]:  # type: ignore[type-arg, valid-type]
    q, r = divmod(join(a, bits), b)
    return split(q, bits, 4), r - b


@gadget(stamped=True)
def divided(a: Array[Signal], b: Signal) -> Array[Signal]:
    q, r = hint(divide, a, b)
    total = sum(q[k] * 256**k for k in range(4))
    constrain(total * b + r + b == sum(a[k] * 256**k for k in range(4)), "not the quotient")
    return Array([*q, r])


@circuit
def sample(a: Array[Signal] = private(4), b: Signal = private()) -> Array[Signal]:
    first = divided(a, b)
    return Array([*first, *divided([1, 2, 3, b], first[0])])


def test_compiled_and_eager_agree() -> None:
    compiled = sample.compile()
    assert quick_warnings(compiled) == []
    assert len(compiled.program.advice) == 1
    assert [call.function for call in compiled.program.hints] == ["advice:0", "advice:0"]
    for a, b in (([1, 2, 3, 4], 7), ([255, 255, 255, 255], 1), ([0, 0, 0, 9], 3)):
        outputs = list(sample(a, b))
        assert compiled.witness(a=a, b=b)[1:11] == outputs
        quotient, remainder = divmod(sum(x << 8 * k for k, x in enumerate(a)), b)
        assert outputs[:4] == [quotient >> 8 * k & 255 for k in range(4)]
        assert outputs[4] == (remainder - b) % R


def test_on_integers_the_program_runs() -> None:
    assert divide([1, 2, 0, 0], 7) == ([513 // 7, 0, 0, 0], (513 % 7 - 7) % R)
    assert divide([1, 2, 0, 0], b=7, bits=4) == ([33 // 7, 0, 0, 0], (33 % 7 - 7) % R)
    assert divide.python([1, 2, 0, 0], 7) == ([513 // 7, 0, 0, 0], 513 % 7 - 7)
    assert divide([R + 1, 2, 0, 0], 7) == divide([1, 2, 0, 0], 7)
    assert divide([np.int64(1), 2, 0, 0], np.int64(7)) == divide([1, 2, 0, 0], 7)
    assert repr(divide) == "<advice divide>"


def test_constants_are_computed_when_the_circuit_is_built() -> None:
    @circuit
    def fixed(x: Signal = private()) -> Signal:
        quotient, _ = divide([0, 0, 0, 1], 2)
        assert quotient[2].known_constant == 128
        return x * quotient[2]

    assert tuple(fixed.compile().program.hints) == ()
    assert fixed.compile().witness(x=3)[1] == fixed(3) == 384


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x, a: divide(a[:3], x), "a of the advice divide must be an array of 4, got an array of 3"),
        (lambda x, a: divide(x, x), "a of the advice divide must be an array of 4, got a single value"),
        (lambda x, a: divide(a, a), "b of the advice divide must be a single value, got an array of 4"),
        (lambda x, a: divide(a), "wrong arguments for divide: missing a required argument: 'b'"),
        (lambda x, a: divide(a, x, n=3), "wrong arguments for divide: got an unexpected keyword argument 'n'"),
        (lambda x, a: divide(a, x, bits=[3]), "the keyword parameters of the advice divide must be hashable"),
        (lambda x, a: hint(divide, a, x, n_outputs=2), "the advice divide takes no n_outputs"),
        (lambda x, a: divide(a, "x"), "the inputs of a hint are signals, got a str"),
    ],
)  # fmt: skip
def test_malformed_calls(call: Any, message: str) -> None:
    @circuit
    def malformed(x: Signal = private(), a: Array[Signal] = private(4)) -> None:
        call(x, a)

    with pytest.raises(CircuitError) as caught:
        malformed.compile()
    assert caught.value.message == message


def test_malformed_functions() -> None:
    @advice
    def untyped(x, y: Int) -> Int:  # type: ignore[no-untyped-def]
        return x

    with pytest.raises(CircuitError, match="parameter x of the advice untyped has no type"):
        untyped(1, 2)

    @advice
    def starred(*x: Int) -> Int:
        return x[0]

    with pytest.raises(CircuitError, match="parameter x of the advice starred has no type"):
        starred(1, 2)
    with pytest.raises(CircuitError, match="the length of Ints must be a number, got -1"):
        Ints[-1]
    with pytest.raises(CircuitError, match="advice takes signals or integers, got a str"):
        divide(["a", 1, 2, 3], 3)


def test_signals_of_the_circuit_are_arguments_only() -> None:
    kept: list[Any] = []

    @advice
    def closed(x: Int) -> Int:
        return x + kept[0]

    @circuit
    def capturing(x: Signal = private()) -> Signal:
        kept.append(x)
        return closed(x)

    with pytest.raises(
        CircuitError, match="an advice function computes with integers, got a Signal"
    ):
        capturing.compile()


def test_foreign_signals_are_refused() -> None:
    kept: list[Signal] = []

    @advice
    def same(x: Int, y: Int) -> Int:
        return x + y

    @circuit
    def keeping(x: Signal = private()) -> None:
        kept.append(x)
        constrain(same(x, kept[0]) == x)

    keeping.compile()
    with pytest.raises(CircuitError, match="belong to different circuits or gadget calls"):
        keeping.compile()


def test_limits_and_errors_name_the_line_of_the_call() -> None:
    @advice(steps=100)
    def long(x: Int) -> Int:
        return repeat(x, lambda k, s: s + k, 0)

    @advice
    def indexed(a: Ints, k: Int) -> Int:
        return a[k]

    @circuit
    def limited(x: Signal = private(), a: Array[Signal] = private(2)) -> None:
        constrain(long(x) + indexed(a, x) == 1 + a[0])

    compiled = limited.compile()
    for run in (compiled.witness, limited):
        with pytest.raises(
            LimitError, match="the advice long takes more steps than its limit"
        ) as caught:
            run(x=1000, a=[1, 2])
        assert "constrain(long(x) + indexed(a, x) == 1 + a[0])" in caught.value.where
        with pytest.raises(
            InputError, match="the advice indexed uses an index outside an array of 2"
        ) as found:
            run(x=2, a=[0, 0])
        assert "constrain(long(x) + indexed(a, x) == 1 + a[0])" in found.value.where
    assert compiled.witness(x=1, a=[1, 2]) is not None


def test_results_are_untrusted_signals() -> None:
    @circuit
    def careless(x: Signal = private()) -> None:
        divide([x, x, x, x], x)

    compiled = careless.compile()
    assert compiled.r1cs.n_constraints == 0
    unused, unmentioned = quick_warnings(compiled)
    assert unused.startswith("L001: a result of advice divide at test_decorator.py:")
    assert unmentioned.startswith("L004: private input x is in no constraint")
