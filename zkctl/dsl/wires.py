"""Control over wires: long sums in one step, and values turned into wires."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.constraints.linear import scaled
from zkctl.dsl.integers import as_integer, not_a_number
from zkctl.dsl.signal import Operand, Signal, make_signal, same_circuit
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.trace import Product, Tracer


def dot(coefficients: Sequence[int], signals: Sequence[Operand], constant: int = 0) -> Signal:
    """Return the sum of coefficients[k] * signals[k], plus a constant, in one step; free but for lazy products after the first.

    Raises: CircuitError if the lengths differ or there is no signal.
    """
    tracer = next((s.tracer for s in signals if isinstance(s, Signal)), None)
    if tracer is None or len(coefficients) != len(signals):
        raise circuit_error(
            f"dot got {len(coefficients)} coefficients for {len(signals)} values, one at least a signal"
        )
    factors = [_number(c, tracer, "a coefficient of dot") for c in coefficients]
    total = {
        0: _number(constant, tracer, "the constant of dot")
    }  # reduced at the end, once per wire
    lazy: Product | None = None
    lazy_factor = 0
    for coefficient, operand in zip(factors, signals, strict=True):
        if not isinstance(operand, Signal):
            total[0] += coefficient * _number(operand, tracer, "a value of dot")
            continue
        if operand.tracer is not tracer:
            same_circuit(operand, make_signal(tracer, {}, None))
        product, factor, terms = operand.resolve()
        if product is not None and lazy is not None and product is not lazy:
            terms, product = operand.linear_terms(), None
        if product is not None:
            lazy, lazy_factor = product, (lazy_factor + coefficient * factor) % tracer.modulus
        for wire_number, value in terms.items():
            total[wire_number] = total.get(wire_number, 0) + coefficient * value
    reduced = scaled(total, 1, tracer.modulus)
    return make_signal(tracer, reduced, None, lazy if lazy_factor else None, lazy_factor)


def _number(value: object, tracer: Tracer, what: str) -> int:
    number = None if isinstance(value, Signal) else as_integer(value, tracer.field, what)
    if number is None:
        raise not_a_number(value, what)
    return number


def wire(x: Signal) -> Signal:
    """Return the value as a single wire, created now.

    Cost: a lazy product costs its one constraint, whatever is added to it; a linear combination of several wires costs one linear
    constraint, and keeps what is built on it short; a wire or a constant costs nothing.
    """
    terms = x.linear_terms()
    if len(terms) > 1 or (0 not in terms and 1 not in terms.values() and terms):
        terms = x.tracer.define_linear(terms)
    return make_signal(x.tracer, terms, x.bounds)
