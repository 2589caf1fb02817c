"""Hints: advice from the prover, computed while the witness is made.  A hint proves nothing; constrain its results.

Built-in hints (`hints.inverse_or_zero`, ...) are part of the witness program as data.  Any other function works too, but only in
Python on this machine: the program then says that it is not portable.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zkctl.constraints import hint_functions
from zkctl.constraints.hint_functions import HintFunction
from zkctl.constraints.linear import Terms
from zkctl.dsl.signal import Operand, Signal, as_signal, constant_signal, make_signal, same_circuit
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.statements.uses import mark_used
from zkctl.dsl.trace import Tracer, current_tracer

bits = hint_functions.BITS
divide_or_zero = hint_functions.DIVIDE_OR_ZERO
inverse_or_zero = hint_functions.INVERSE_OR_ZERO
quotient_remainder = hint_functions.QUOTIENT_REMAINDER


def hint(
    function: HintFunction | Callable[..., Any], *signals: Operand, n_outputs: int = 0, **parameters: int
) -> Any:  # fmt: skip
    """Return new signals with the value function(*signals).  The value is not trusted: nothing is enforced.

    A built-in hint takes its parameters by name: hint(hints.bits, x, n_bits=8) -> tuple of 8 signals.  A user-written function gets
    integers in [0, p) and returns an integer, or a tuple of `n_outputs` integers; it must answer on every input.
    Cost: 0 constraints.
    """
    tracer = _tracer_of(signals)
    inputs = [_input_terms(signal, tracer) for signal in signals]
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


def _input_terms(value: Operand, tracer: Tracer) -> Terms:
    signal = as_signal(value, tracer)
    if signal is None:
        raise circuit_error(f"the inputs of a hint are signals, got a {type(value).__name__}")
    if signal.tracer is not tracer:
        same_circuit(signal, constant_signal(tracer, 0))
    mark_used((signal,))
    return signal.linear_terms()
