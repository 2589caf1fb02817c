"""Functions for the bodies of advice functions; with plain integers and lists they compute in Python.

All are total: a missing inverse is 0, the square root of a negative number 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from zkctl.constraints.advice.instructions import MAX_TEXT, Op
from zkctl.constraints.advice.run import failed_assertion
from zkctl.dsl.advice.builder import Builder, current_builder
from zkctl.dsl.advice.integers import Int, Ints, Values, as_array, cell_of, compute, new_array
from zkctl.dsl.spans import capture_whole, circuit_error, place_text
from zkctl.dsl.struct_fields import Fields, of_values, values_of
from zkctl.dsl.trace import field_in_use

_LONGEST_MESSAGE = 200  # characters


def check(condition: Any, message: str) -> None:
    """Stop the computation of the witness with the message and this place if the condition is 0.

    It says early and in the author's words why there is no witness.  It constrains nothing: a dishonest prover leaves it out.
    """
    if not isinstance(message, str) or not 0 < len(message) <= _LONGEST_MESSAGE:
        found = f"{len(message)} characters" if isinstance(message, str) else type(message).__name__
        raise circuit_error(
            f"the message of a check is wrong: expected a text of 1 to {_LONGEST_MESSAGE} characters, got {found}",
            hint='write check(x < y, "x is not below y")',
        )
    builder, place = current_builder(), capture_whole()[0]
    text = f"{message} ({place_text(place)})"[:MAX_TEXT]
    if builder is None:
        if not condition:
            raise failed_assertion(place.code.co_name, text)
        return
    cell = cell_of(builder, condition)
    if isinstance(condition, Int):
        builder.emit(Op.ASSERT, cell, builder.text(text))
    elif not condition:
        raise circuit_error(
            f"a check of the advice {builder.name} fails on every input: {message}",
            hint="its condition is a constant: correct it, or the arguments of the call",
        )


def select(condition: Any, a: Any, b: Any) -> Any:
    """Return a if the condition is not 0, else b; arrays of one length and structures part by part."""
    if isinstance(a, Fields) and type(a) is type(b):
        pairs = zip(values_of(a).values(), values_of(b).values(), strict=True)
        return of_values(type(a), [select(condition, x, y) for x, y in pairs])
    if isinstance(a, Ints | list | tuple):
        return [select(condition, x, y) for x, y in zip(a, b, strict=True)]
    builder = current_builder()
    if builder is None:
        return a if condition else b
    return compute(builder, Op.SELECT, condition, a, b)


def minimum(x: Any, y: Any) -> Any:
    """Return the smaller number."""
    builder = current_builder()
    return min(x, y) if builder is None else compute(builder, Op.MINIMUM, x, y)


def maximum(x: Any, y: Any) -> Any:
    """Return the larger number."""
    builder = current_builder()
    return max(x, y) if builder is None else compute(builder, Op.MAXIMUM, x, y)


def isqrt(x: Any) -> Any:
    """Return the integer square root, rounded down."""
    builder = current_builder()
    if builder is None:
        return math.isqrt(max(x, 0))
    return compute(builder, Op.SQUARE_ROOT, x)


def inverse(x: Any, m: Any) -> Any:
    """Return the inverse modulo m, 0 if there is none."""
    builder = current_builder()
    if builder is not None:
        return compute(builder, Op.INVERSE, x, m)
    return pow(x, -1, m) if m > 0 and math.gcd(x, m) == 1 else 0


def power(x: Any, exponent: Any, m: Any) -> Any:
    """Return a power modulo m: as pow(x, exponent, m), whichever of them are constants."""
    builder = current_builder()
    return pow(x, exponent, m) if builder is None else compute(builder, Op.POWER_MODULO, x, exponent, m)  # fmt: skip


def modulus() -> Any:
    """Return the modulus p of the circuit's field."""
    builder = current_builder()
    return field_in_use().modulus if builder is None else compute(builder, Op.MODULUS)


def split(x: Any, bits: int, n: int) -> Any:
    """Return the n lowest limbs of a number, lowest first; of a negative one those of its two's complement.  Units: bits of a limb."""
    builder = current_builder()
    if builder is None:
        return [x >> bits * k & (1 << bits) - 1 for k in range(n)]
    array = Ints(builder, builder.new_cells(n), n)
    if n:
        builder.emit(Op.SPLIT, array.base, n, cell_of(builder, x), bits)
    return array


def join(limbs: Values, bits: int) -> Any:
    """Return the number with these limbs, lowest first.  Units: bits of a limb."""
    builder = current_builder()
    if builder is None:
        return sum(limb << bits * k for k, limb in enumerate(limbs))
    if not len(limbs):
        return 0
    array, target = as_array(builder, limbs), builder.new_cells()
    builder.emit(Op.JOIN, target, array.base, array.length, bits)
    return Int(builder, target)


def sort(values: Values) -> Any:
    """Return the numbers in ascending order."""
    builder = current_builder()
    if builder is None:
        return sorted(values)
    array = new_array(builder, values)
    if array.length:
        builder.emit(Op.SORT, array.base, array.length)
    return array


def order(values: Values) -> Any:
    """Return the positions at which the numbers in ascending order stand; equal ones in their order."""
    builder = current_builder()
    if builder is None:
        return sorted(range(len(values)), key=values.__getitem__)
    source = as_array(builder, values)
    array = Ints(builder, builder.new_cells(source.length), source.length)
    if array.length:
        builder.emit(Op.ORDER, array.base, array.length, source.base, source.length)
    return array


def copy(values: Values) -> Any:
    """Return an array with the same numbers, which can be changed and indexed by numbers."""
    builder = current_builder()
    return list(values) if builder is None else new_array(builder, values)


def zeros(n: int) -> Any:
    """Return an array of n zeros, which can be changed."""
    return copy([0] * n)


def repeat(count: Any, step: Callable[..., Any], *state: Any) -> Any:
    """Return the state after `count` rounds of state = step(k, *state), k = 0, 1, ...

    The state is numbers and arrays; `step` returns as many.  It is traced once: the loop stays a loop.
    """
    builder = current_builder()
    if builder is not None:
        return _repeat(builder, cell_of(builder, count), step, state)
    values: Sequence[Any] = [list(v) if isinstance(v, list | tuple) else v for v in state]
    for k in range(count):
        values = _states(step(k, *values), len(state))
    return values[0] if len(state) == 1 else tuple(values) or None


def _states(result: Any, n_states: int) -> Sequence[Any]:
    """Return what a step returned, as a sequence of states."""
    found: Sequence[Any] = result if n_states > 1 and isinstance(result, tuple) else (result,)
    if n_states == 0 and result is None:
        return ()
    if len(found) != n_states or result is None:
        raise circuit_error(
            f"the step of repeat returns {0 if result is None else len(found)} values, its state has {n_states}",
            hint="return the new state: repeat(n, lambda k, x, y: (y, x + y), x, y)",
        )
    return found


def _repeat(builder: Builder, count: int, step: Callable[..., Any], state: Sequence[Any]) -> Any:
    variables = [_variable(builder, value) for value in state]
    index = builder.new_cells()
    builder.emit(Op.REPEAT, index, count)
    with builder.scope():
        results = _states(step(Int(builder, index), *variables), len(state))
        cells = {variable.cell for variable in variables if isinstance(variable, Int)}
        _assign(builder, variables, [_kept(builder, result, cells) for result in results])
    builder.emit(Op.END)
    return variables[0] if len(state) == 1 else tuple(variables) or None


def _variable(builder: Builder, value: Any) -> Int | Ints:
    """Return a copy of a number or array that a loop may overwrite."""
    if isinstance(value, Ints | list | tuple):
        return new_array(builder, value)
    return compute(builder, Op.COPY, value)


def _kept(builder: Builder, value: Any, cells: set[int]) -> Any:
    """Return a new state, copied if it is a variable itself: the assignments happen at once."""
    if isinstance(value, Int) and value.cell in cells:
        return compute(builder, Op.COPY, value)
    return new_array(builder, value) if isinstance(value, list | tuple) else value


def _assign(builder: Builder, variables: Sequence[Int | Ints], values: Sequence[Any]) -> None:
    several = sum(isinstance(variable, Ints) for variable in variables) > 1
    for variable, value in zip(
        variables, [_apart(builder, v, several) for v in values], strict=True
    ):
        if isinstance(variable, Int):
            builder.emit(Op.COPY, variable.cell, cell_of(builder, value))
            continue
        length = len(value) if isinstance(value, Ints) else None
        if length != variable.length:
            found = "a number" if length is None else f"an array of {length}"
            raise circuit_error(
                f"the step of repeat returns {found} for an array of {variable.length}",
                hint="an array keeps its length in a loop",
            )
        if length and value.base != variable.base:
            builder.emit(Op.MOVE, variable.base, length, value.base, length)


def _apart(builder: Builder, value: Any, several: bool) -> Any:
    """Return an array apart from the variables, if there are several arrays that could be exchanged."""
    return new_array(builder, value) if several and isinstance(value, Ints) else value
