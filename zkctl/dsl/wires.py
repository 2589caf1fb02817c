"""Control over wires: long sums in one step, and values turned into wires."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.constraints.linear import Terms, scaled
from zkctl.dsl.bounds import Bounds, sum_bounds
from zkctl.dsl.integers import as_integer, not_a_number
from zkctl.dsl.numbers.linear_value import check_current, same_circuit
from zkctl.dsl.signal import Operand, Signal, make_signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.stamping.known_values import Product
from zkctl.dsl.statements.uses import Use, joined
from zkctl.dsl.trace import Tracer

_MAX_NAME = 64


def dot(coefficients: Sequence[int], signals: Sequence[Operand], constant: int = 0) -> Signal:
    """Return the sum of coefficients[k] * signals[k], plus a constant, in one step; free but for lazy products after the first.

    The interval of the result is the sum of the intervals, so a sum of Uints is a Uint while it cannot reach p.
    Raises: CircuitError if the lengths differ or there is no signal.
    """
    tracer = next((s.tracer for s in signals if isinstance(s, Signal)), None)
    if tracer is None or len(coefficients) != len(signals):
        raise circuit_error(
            f"dot got {len(coefficients)} coefficients for {len(signals)} values, one at least a signal"
        )
    p = tracer.modulus
    factors = [
        c if type(c) is int and -p < c < p else _number(c, tracer, "a coefficient of dot")
        for c in coefficients
    ]
    shift = _number(constant, tracer, "the constant of dot")
    total = {0: shift}  # reduced at the end, once per wire
    lazy: Product | None = None
    lazy_factor = 0
    use: Use | None = None
    bounds: Bounds | None = (shift, shift)
    for coefficient, operand in zip(factors, signals, strict=True):
        if not isinstance(operand, Signal):
            number = _number(operand, tracer, "a value of dot")
            total[0] += coefficient * number
            bounds = bounds and sum_bounds(bounds, (number, number), coefficient)
            continue
        if operand.tracer is not tracer:
            same_circuit(operand, make_signal(tracer, {}, None))
        if operand.use is not None:
            use = joined(use, operand.use)
        if bounds is not None:
            bounds = sum_bounds(bounds, operand.bounds, coefficient)
        product, factor, terms = operand.resolve()
        if product is not None and lazy is not None and product is not lazy:
            terms, product = operand.linear_terms(), None
        if product is not None:
            lazy, lazy_factor = product, (lazy_factor + coefficient * factor) % tracer.modulus
        for wire_number, value in terms.items():
            total[wire_number] = total.get(wire_number, 0) + coefficient * value
    reduced = scaled(total, 1, tracer.modulus)
    made = make_signal(tracer, reduced, bounds, lazy if lazy_factor else None, lazy_factor)
    made.use = use
    return made


def _number(value: object, tracer: Tracer, what: str) -> int:
    number = None if isinstance(value, Signal) else as_integer(value, tracer.field, what)
    if number is None:
        raise not_a_number(value, what)
    return number


def proven(x: Signal, bounds: Bounds | None) -> Signal:
    """Return the same signal with an interval that the caller has proven; no promise of the author, as `assumed` is."""
    product, factor, terms = x.resolve()
    made = make_signal(x.tracer, terms, bounds, product, factor)
    made.use = x.use
    return made


def wire(x: Signal, name: str = "") -> Signal:
    """Return the value as a single wire, created now; a name stands for it in messages and in the .sym file.

    Inside a stamped gadget the name is gadget[2].name; equal names are numbered: name[0], name[1] ...  An input or constant keeps its name.

    Cost: a lazy product costs its one constraint, whatever is added to it; a linear combination of several wires costs one linear
    constraint, and keeps what is built on it short; a wire or a constant costs nothing.
    """
    if not isinstance(x, Signal):
        raise circuit_error(
            f"wire needs a single signal, got a {type(x).__name__}",
            hint="make the wires of a structure or an array one by one: wire(p.x)",
        )
    check_current(x)
    if x.is_open_constant:
        return x
    terms = x.linear_terms()
    free = x.tracer.free
    if free.wires and terms.keys() & free.wires and list(free.others(terms).values()) == [1]:
        free.ask()  # x + 0 would be a wire already
    if len(terms) > 1 or (0 not in terms and 1 not in terms.values() and terms):
        terms = x.tracer.shared_linear(terms)
    if name:
        _name_wire(x.tracer, terms, name)
    made = make_signal(x.tracer, terms, x.bounds)
    made.use = x.use  # a wire that nothing mentions is no use
    return made


def _name_wire(tracer: Tracer, terms: Terms, name: str) -> None:
    if not name.isidentifier() or len(name) > _MAX_NAME or name.removeprefix("w").isdigit():
        raise circuit_error(
            f"the name of a wire must be an identifier other than w0, w1 ..., got {name[:80]!r}",
            hint="write wire(x, 'carry')",
        )
    number = next(iter(terms), 0)
    if number > tracer.builder.n_ports and not tracer.eager:
        tracer.names.setdefault(number, name)
        tracer.builder.name_wire(number, name)
