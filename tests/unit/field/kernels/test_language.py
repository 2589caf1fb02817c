"""The kernel language: what it emits computes what it says, and bounds are refused while building."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from zkctl.field import PrimeField
from zkctl.field.kernels.cache import _load
from zkctl.field.kernels.compiled.memory import address
from zkctl.field.kernels.compiler import compile_program
from zkctl.field.kernels.lanes import BoundError, Lanes, lanes
from zkctl.field.kernels.language import (
    I64,
    POINTER,
    Int,
    Pointer,
    Program,
    Variable,
    loop,
    repeat_while,
    scratch,
    select,
    when,
)
from zkctl.field.kernels.limbs import KernelField
from zkctl.field.prime import BLS12_381_FQ, BN254_FQ


def run(emit: Any, kinds: Any, *arguments: Any, returns: Any = True):
    program = _load(compile_program("test", emit), from_cache=False)
    return program.function("f", *kinds, returns=returns)(*arguments)


def test_loop_variable_and_when() -> None:
    def emit(program: Program) -> None:
        @program.kernel("f", I64, returns=I64)
        def f(n: Int) -> Int:
            total = Variable(0)
            for i in loop(n):
                with when((i & 1).compare("!=", 0)):
                    total.set(total.get() + i)
            return total.get()

    assert run(emit, "i", 10) == 1 + 3 + 5 + 7 + 9
    assert run(emit, "i", 0) == 0


def test_nested_loops_and_steps() -> None:
    def emit(program: Program) -> None:
        @program.kernel("f", I64, returns=I64)
        def f(n: Int) -> Int:
            total = Variable(0)
            for i in loop(n, start=1, step=2):
                for j in loop(i):
                    total.set(total.get() + i * j)
            return total.get()

    assert run(emit, "i", 9) == sum(i * j for i in range(1, 9, 2) for j in range(i))


def test_while_and_select_collatz() -> None:
    def emit(program: Program) -> None:
        @program.kernel("f", I64, returns=I64)
        def f(n: Int) -> Int:
            x, steps = Variable(n), Variable(0)
            with repeat_while(lambda: x.get().compare(">", 1)):
                odd = (x.get() & 1).compare("!=", 0)
                x.set(select(odd, x.get() * 3 + 1, x.get() >> 1))
                steps.set(steps.get() + 1)
            return steps.get()

    assert run(emit, "i", 27) == 111


def test_32_bit_memory_is_sign_extended() -> None:
    def emit(program: Program) -> None:
        @program.kernel("f", POINTER, returns=I64)
        def f(data: Pointer) -> Int:
            room = scratch(1)
            room.store(data.load_i32(1))
            return room.load()

    assert run(emit, "p", address(np.array([5, -7], np.int32))) == -7


def building(body: Any) -> None:
    def emit(program: Program) -> None:
        @program.kernel("f", POINTER)
        def f(data: Pointer) -> None:
            body(Lanes(data.load_lanes(8), 0, (1 << 32) - 1))

    compile_program("test", emit)


@pytest.mark.parametrize(
    "body",
    [
        lambda x: (x * x) + lanes(1 << 63) + lanes(1 << 63),
        lambda x: (x + 1) * x,
        lambda x: (x - 1) * x,
        lambda x: x << 33,
        lambda x: lanes(-(1 << 63)) - x,
    ],
    ids=["sum", "wide factor", "negative factor", "shift", "difference"],
)
def test_an_operation_that_could_wrap_is_refused_while_building(body: Any) -> None:
    with pytest.raises(BoundError):
        building(body)


def test_the_widest_allowed_operations_build() -> None:
    building(lambda x: (x * x) + ((1 << 33) - 2))
    building(lambda x: x << 31)


@pytest.mark.parametrize("field", [BN254_FQ, BLS12_381_FQ], ids=str)
def test_too_lazy_operands_are_refused(field: PrimeField) -> None:
    def emit(program: Program) -> None:
        f = KernelField(program, field)

        @program.kernel("f", POINTER)
        def body(data: Pointer) -> None:
            x = f.tight(data, f.stored_high)
            f.mul(x, x)
            with pytest.raises(BoundError, match="limb may reach"):
                loose = f.store(f.minus(x.load(), x.load()))
                f.mul(loose, loose)
            with pytest.raises(BoundError, match="product may reach"):
                huge = f.tight(data, (1 << f.plan.radix_bits) - 1)
                f.mul(huge, huge)
            with pytest.raises(BoundError, match="cannot pack"):
                f.pack(f.tight(data, 1 << (64 * field.n_words)).load())
            with pytest.raises(BoundError, match="negative"):
                f.store(x.load() - x.load())
            with pytest.raises(BoundError, match="cannot normalise"):
                (x.load() - x.load()).carry()
            with pytest.raises(BoundError, match="more than"):
                x.within(f.p)

    compile_program("test", emit)
