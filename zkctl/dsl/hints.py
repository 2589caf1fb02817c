"""Hints: advice from the prover, computed while the witness is made.  A hint proves nothing; constrain its results.

Built-in hints (`hints.inverse_or_zero`, ...) and `@advice` functions are part of the witness program as data.  Any other function works
too, but only in Python on this machine: the program then says that it is not portable.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from zkctl.constraints import hint_functions
from zkctl.constraints.hint_functions import HintFunction
from zkctl.dsl.advice import (
    Advice,
    Int,
    Ints,
    advice,
    inverse,
    join,
    minimum,
    modulus,
    order,
    power,
    repeat,
    select,
    split,
)
from zkctl.dsl.advice import (
    sort as sorted_values,
)
from zkctl.dsl.advice.decorator import input_terms
from zkctl.dsl.signal import Operand, Signal, make_signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.trace import Tracer, current_tracer

bits = hint_functions.BITS
divide_or_zero = hint_functions.DIVIDE_OR_ZERO
inverse_or_zero = hint_functions.INVERSE_OR_ZERO
quotient_remainder = hint_functions.QUOTIENT_REMAINDER


def hint(
    function: HintFunction | Callable[..., Any], *signals: Operand, n_outputs: int = 0, **parameters: int
) -> Any:  # fmt: skip
    """Return new signals with the value function(*signals).  The value is not trusted: nothing is enforced.

    A built-in hint takes its parameters by name: hint(hints.bits, x, n_bits=8) -> tuple of 8 signals.  An `@advice` function takes signals
    and Arrays and returns signals and Arrays.  Another function gets integers in [0, p) and returns an integer, or a tuple of
    `n_outputs` integers; it must answer on every input.
    Cost: 0 constraints.
    """
    if isinstance(function, Advice):
        _check_no_count(function, n_outputs)
        return function(*signals, **parameters)
    tracer = _tracer_of(signals)
    inputs = [input_terms(signal, tracer) for signal in signals]
    if isinstance(function, HintFunction):
        values = _parameters(function, parameters)
        problem = function.problem(len(signals), values, tracer.field)
        if problem:
            raise circuit_error(problem)
        count, scalar = function.n_outputs(values), function.scalar
    else:
        if parameters or not callable(function):
            wrong = ", ".join(parameters) or repr(function)
            raise circuit_error(f"a user-written hint takes signals and n_outputs, not {wrong}")
        values, count, scalar = (), max(1, n_outputs), n_outputs == 0
    results = tracer.hint(function, inputs, values, count)
    made = tuple(make_signal(tracer, terms, None) for terms in results)
    return made[0] if scalar else made


def _parameters(function: HintFunction, given: dict[str, int]) -> tuple[int, ...]:
    values = {**dict(function.optional), **given}
    if set(values) != set(function.parameters):
        names = ", ".join(function.parameters) or "no parameters"
        raise circuit_error(f"hint {function.name} takes {names}; got {', '.join(given) or 'none'}")
    return tuple(values[name] for name in function.parameters)


def _tracer_of(signals: tuple[Operand, ...]) -> Tracer:
    tracer = next((s.tracer for s in signals if isinstance(s, Signal)), current_tracer())
    if tracer is None:
        raise circuit_error("hint is used outside a circuit or gadget")
    return tracer


def _check_no_count(function: Advice, n_outputs: int) -> None:
    if n_outputs:
        raise circuit_error(
            f"the advice {function.name} takes no n_outputs",
            hint="its results are those that the function returns",
        )


# -- advice of the library


@advice
def divmod_limbs(a: Ints, b: Ints, *, bits: int) -> tuple[Ints, Ints]:
    """Return quotient and remainder of numbers in limbs, as many limbs as a and b have; 0 and a for b = 0.

    The limbs of a may be longer than `bits`: sums and products of limbs as they are.
    """
    quotient, remainder = divmod(join(a, bits), join(b, bits))
    return split(quotient, bits, len(a)), split(remainder, bits, len(b))


@advice
def inverse_limbs(a: Ints, m: Ints, *, bits: int) -> Ints:
    """Return the inverse of a modulo m, both in limbs; 0 if there is none."""
    return cast(Ints, split(inverse(join(a, bits), join(m, bits)), bits, len(m)))


@advice
def sort_permutation(values: Ints) -> tuple[Ints, Ints]:
    """Return the values in ascending order, and their positions before."""
    return sorted_values(values), order(values)


@advice
def sqrt_or_zero(x: Int) -> Int:
    """Return the smaller square root of a field element, 0 if there is none."""
    p = modulus()
    half = (p - 1) >> 1
    twos = ((p - 1) & (1 - p)).bit_length() - 1
    odd = (p - 1) >> twos

    def next_candidate(_k: Int, z: Int, found: Int) -> tuple[Int, Int]:
        found = found | (power(z, select(found, 0, half), p) == p - 1)
        return select(found, z, z + 1), found

    def halve(k: Int, root: Int, rest: Int, c: Int) -> tuple[Int, Int, Int]:
        is_one = power(rest, 1 << (twos - 2 - k), p) == 1
        square = c * c % p
        return select(is_one, root, root * c % p), select(is_one, rest, rest * square % p), square

    nonresidue, _found = repeat(64, next_candidate, 2, 0)
    start = power(x, (odd + 1) >> 1, p), power(x, odd, p), power(nonresidue, odd, p)
    root, _rest, _c = repeat(twos - 1, halve, *start)
    smaller = minimum(root, p - root)
    return cast(Int, select(smaller * smaller % p == x, smaller, 0))
