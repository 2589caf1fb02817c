"""Signals: linear combinations of wires with operators, and their proven range.

`+`, `-` and `* constant` are free.  `signal * signal` is a lazy product: it costs one constraint when its value is needed, and
no separate one inside `constrain(x * y == z)`, which is that one constraint.  `x == y` makes an Equation, `x < y` on Uints a
Comparison for `constrain`.
"""

from __future__ import annotations

import operator
from functools import cache
from typing import Any, SupportsIndex, TypeAlias, cast

from zkctl.constraints.linear import (
    ONE,
    LongSum,
    Terms,
    add_scaled,
    is_constant,
    scaled,
)
from zkctl.dsl.bounds import OPEN, Bounds, normalised, product_bounds, sum_bounds
from zkctl.dsl.integers import as_integer, refuse_operand
from zkctl.dsl.numbers.bit_operators import BitOperators
from zkctl.dsl.numbers.linear_value import LinearValue, check_current, same_circuit
from zkctl.dsl.refused_operators import forbid_operators, refuse_comparison
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.stamping.known_values import Product
from zkctl.dsl.statements.statement import Comparison, Equation
from zkctl.dsl.statements.uses import Use, joined
from zkctl.dsl.trace import Tracer

Operand: TypeAlias = "Signal | int"


class Signal(LinearValue):  # noqa: PLW1641  # refused_operators.py makes hashing an error with a hint
    """A field element that the prover knows: factor * product + terms.

    `bounds` (lowest, highest), if known, says that the value is congruent to an integer in that interval; a subclass is stricter:
    Uint is in 0 .. highest < p, Bit is 0 or 1.
    """

    __slots__ = ()
    __array_ufunc__ = None  # numpy numbers leave the operators to us

    # -- free operations

    def __add__(self, other: Operand) -> Signal:
        return _combine(self, other, 1)

    def __sub__(self, other: Operand) -> Signal:
        return _combine(self, other, -1)

    def __rsub__(self, other: int) -> Signal:
        return _combine(_scale(self, -1), other, 1)

    def __neg__(self) -> Signal:
        return _scale(self, -1)

    def __pos__(self) -> Signal:
        return self

    __radd__ = __add__

    # -- multiplication

    def __mul__(self, other: Operand) -> Signal:
        if not isinstance(other, Signal):
            number = as_integer(other, self.field)
            return refuse_operand(other) if number is None else _scale(self, number)
        if self.tracer is not other.tracer:
            same_circuit(self, other)
        if other.bounds is OPEN and other.is_open_constant:
            return _times_open(self, other)
        number = other.known_constant
        if number is not None:
            return _scale(self, number, other.use)
        number = self.known_constant
        if number is not None:
            return _scale(other, number, self.use)
        tracer, bounds = self.tracer, None
        if self.bounds is not None and other.bounds is not None:
            bounds = product_bounds(self.bounds, other.bounds)
        lazy = tracer.product(self.linear_terms(), other.linear_terms())
        product = make_signal(tracer, {}, bounds, lazy, 1)
        if self.use is not None or other.use is not None:
            product.use = joined(self.use, other.use)
        return product

    __rmul__ = __mul__

    def __pow__(self, exponent: int, modulus: object = None) -> Signal:
        is_integer = isinstance(exponent, SupportsIndex) and not isinstance(exponent, Signal)
        if modulus is not None or not is_integer or exponent < 0:
            raise circuit_error(
                "the exponent of a signal must be a non-negative integer constant",
                hint="inverse(x) is 1 / x and enforces x != 0; everything is modulo the field's prime, without a third argument",
            )
        result = make_signal(self.tracer, {0: 1}, (1, 1))
        for digit in bin(operator.index(exponent))[2:]:
            result = result * result
            if digit == "1":
                result = result * self
        return result

    # -- equations

    def __eq__(self, other: object) -> Equation:  # type: ignore[override]  # an equation, on purpose
        signal = as_signal(other, self.tracer)
        if signal is None:
            return cast(Equation, refuse_operand(other))
        same_circuit(self, signal)
        check_current(self)
        return Equation(self, signal)

    def __ne__(self, other: object) -> Any:
        raise circuit_error(
            "signals cannot be compared with !=",
            hint="1 - is_equal(x, y) is a Bit that says whether they differ; constrain it to 1 to enforce it",
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.describe()})"


class _Proven(type):
    """The type of Uint and Bit: whether a constant is one depends on its value."""

    def __instancecheck__(cls, value: object) -> bool:
        if getattr(value, "bounds", None) is OPEN and isinstance(value, Signal):
            value.check_interval()
        return super().__instancecheck__(value)


class Uint(BitOperators, Signal, metaclass=_Proven):
    """A signal proven to be an integer in 0 .. maximum, below the field's modulus; Uint[8] in a signature is one of at most 8 bits."""

    __slots__ = ()

    def __class_getitem__(cls, n_bits: object) -> type[Uint]:
        if cls is not Uint or not isinstance(n_bits, int) or n_bits < 1:
            raise circuit_error(
                f"a type of numbers has a width of 1 bit or more: got {cls.__name__}[{n_bits}]",
                hint="write Uint[8]; a width that is a template parameter stands in private(bits='n')",
            )
        return _sized(n_bits)

    @property
    def maximum(self) -> int:
        """The largest value it can have."""
        assert self.bounds is not None
        return self.bounds[1]

    @property
    def n_bits(self) -> int:
        """Bits that are enough for every value."""
        return self.maximum.bit_length()

    def __lt__(self, other: object) -> Comparison:
        return _compare(self, "<", other)

    def __le__(self, other: object) -> Comparison:
        return _compare(self, "<=", other)

    def __gt__(self, other: object) -> Comparison:
        return _compare(self, ">", other)

    def __ge__(self, other: object) -> Comparison:
        return _compare(self, ">=", other)


@cache
def _sized(n_bits: int) -> type[Uint]:
    """Return Uint[n_bits], which only stands in annotations: every number is a Uint."""
    return type(f"Uint[{n_bits}]", (Uint,), {"__slots__": (), "width": n_bits})


class Bit(Uint):
    """A signal proven to be 0 or 1; `~ & | ^` are logic, and cost one constraint except `~`; with a wider Uint they are those of a Uint."""

    __slots__ = ()

    def __invert__(self) -> Bit:
        return _bit(1 - self)

    def __and__(self, other: Uint | int) -> Bit:
        if _is_wide(other):
            return super().__and__(other)  # type: ignore[no-any-return]
        return _logic(self, _logic_operand(self, other), 0, 1)

    def __or__(self, other: Uint | int) -> Bit:
        if _is_wide(other):
            return super().__or__(other)  # type: ignore[no-any-return]
        return _logic(self, _logic_operand(self, other), 1, -1)

    def __xor__(self, other: Uint | int) -> Bit:
        if _is_wide(other):
            return super().__xor__(other)  # type: ignore[no-any-return]
        return _logic(self, _logic_operand(self, other), 1, -2)

    __rand__ = __and__
    __ror__ = __or__
    __rxor__ = __xor__


# -- construction


def make_signal(
    tracer: Tracer, terms: Terms, bounds: Bounds | None, product: Product | None = None, factor: int = 0
) -> Signal:  # fmt: skip
    """Return a Signal, Uint or Bit, whichever the bounds prove; a constant is known exactly."""
    if product is None and is_constant(terms):
        value = terms.get(0, 0)
        return (Bit if value <= 1 else Uint)(tracer, terms, (value, value))
    if tracer.free.wires and product is None and tracer.free.covers(terms):
        return Signal(tracer, terms, OPEN)
    kind: type[Signal] = Signal
    if bounds is not None:
        bounds = normalised(bounds, tracer.modulus)
        if bounds is not None and bounds is not OPEN and bounds[0] >= 0:
            kind = Bit if bounds[1] <= 1 else Uint
    signal = kind(tracer, terms, bounds)
    if product is not None:
        signal._product = product
        signal._factor = factor
    return signal


def constant_signal(tracer: Tracer, value: int) -> Signal:
    """Return a signal that has the same value in every witness."""
    return make_signal(tracer, scaled(ONE, value, tracer.modulus), (value, value))


def as_signal(value: object, tracer: Tracer) -> Signal | None:
    """Return a signal as it is, an integer as a constant signal, anything else None.

    Raises: CircuitError for an integer outside -p < c < p.
    """
    if isinstance(value, Signal):
        return value
    number = as_integer(value, tracer.field)
    return None if number is None else constant_signal(tracer, number)


def assumed(signal: Signal, bounds: Bounds) -> Signal:
    """Return the same signal with bounds that the caller guarantees.  Raises: CircuitError for a constant outside them."""
    value = signal.known_constant
    if value is not None and not bounds[0] <= value <= bounds[1]:
        raise circuit_error(f"the constant {value} is not in the range {bounds[0]} to {bounds[1]}")
    product, factor, terms = signal.resolve()
    claimed = make_signal(signal.tracer, terms, bounds, product, factor)
    claimed.use = signal.use
    return claimed


def _scale(signal: Signal, number: int, use: Use | None = None) -> Signal:
    p = signal.tracer.modulus
    product, factor, terms = signal.resolve()
    bounds = product_bounds(signal.bounds, (number, number)) if number % p else (0, 0)
    if number % p == 0 or (product is None and is_constant(terms)):
        made = make_signal(signal.tracer, scaled(ONE, number * terms.get(0, 0), p), bounds)
    else:
        new_factor = factor * number % p if product is not None else 0
        made = make_signal(signal.tracer, scaled(terms, number, p), bounds, product, new_factor)
    made.use = joined(signal.use, use)
    return made


def _combine(x: Signal, other: Operand, sign: int) -> Signal:
    """Return x + sign * other."""
    if not isinstance(other, Signal):
        p = x.tracer.modulus
        is_small = type(other) is int and -p < other < p
        number = other if is_small else as_integer(other, x.tracer.field)
        if number is None:
            return cast(Signal, refuse_operand(other))
        bounds = x.bounds and sum_bounds(x.bounds, (number, number), sign)
        longer = x._long and x._long.plus({0: number}, sign, p)
        if longer is not None:
            return _long_signal(x.tracer, longer, bounds, x.use)
        product, factor, terms = x.resolve()
        shifted = dict(terms)
        shifted[0] = (terms.get(0, 0) + sign * number) % p
        if not shifted[0]:
            del shifted[0]
        made = make_signal(x.tracer, shifted, bounds, product, factor)
        made.use = x.use
        return made
    same_circuit(x, other)
    return _combine_signals(x, other, sign)


def _combine_signals(x: Signal, y: Signal, sign: int) -> Signal:
    p = x.tracer.modulus
    if x._product is None and y._product is None:
        if sign > 0 and len(y._terms) > len(x._terms):
            x, y = y, x
        longer = x.longer_sum(y, sign)
        if longer is not None:
            use = joined(x.use, y.use)
            return _long_signal(x.tracer, longer, sum_bounds(x.bounds, y.bounds, sign), use)
    first, factor, terms = x.resolve()
    second, second_factor, second_terms = y.resolve()
    if first is not None and second is not None and first is not second:
        terms, first = x.linear_terms(), None  # only one product can stay lazy
    total = add_scaled(terms, second_terms, sign, p)
    product = first or second
    factor = ((factor if first else 0) + (sign * second_factor if second else 0)) % p
    if factor == 0:
        product = None
    made = make_signal(x.tracer, total, sum_bounds(x.bounds, y.bounds, sign), product, factor)
    made.use = joined(x.use, y.use)
    return made


def _compare(x: Uint, symbol: str, other: object) -> Comparison:
    y = as_signal(other, x.tracer)
    if y is None:
        return cast(Comparison, refuse_operand(other))
    same_circuit(x, y)
    if not isinstance(y, Uint):
        refuse_comparison(symbol)
    return Comparison(x, y, symbol)


def _times_open(x: Signal, constant: Signal) -> Signal:
    """Return x * constant for a constant that a template leaves open."""
    free = x.tracer.free
    if x.is_open_constant:
        terms = free.product(x.linear_terms(), constant.linear_terms())
        made = make_signal(x.tracer, terms, OPEN)
        made.use = joined(x.use, constant.use)
        return made
    if x.known_constant is None:
        free.ask()
    return _scale(constant, x.known_constant, x.use)


def _long_signal(tracer: Tracer, total: LongSum, bounds: Bounds | None, use: Use | None) -> Signal:
    entries = total.entries  # of more than one wire, so no constant
    is_plain = bounds is None and not tracer.free.wires
    signal = Signal(tracer, entries) if is_plain else make_signal(tracer, entries, bounds)
    signal.use = use
    signal._long = total
    return signal


def _bit(signal: Signal) -> Bit:
    assert isinstance(signal, Bit), "the bounds of logic on bits are 0 and 1"
    return signal


def _logic(x: Bit, y: Bit, linear: int, factor: int) -> Bit:
    """Return linear * (x + y) + factor * x * y, which is 0 or 1, in one step where both are known to vary."""
    same_circuit(x, y)
    is_open = x.bounds is OPEN or y.bounds is OPEN
    if is_open or x.known_constant is not None or y.known_constant is not None:
        return _bit(assumed(linear * (x + y) + factor * (x * y), (0, 1)))
    tracer, first, second = x.tracer, x.linear_terms(), y.linear_terms()
    made = Bit(tracer, add_scaled(first, second, 1, tracer.modulus) if linear else {}, (0, 1))
    made._product = tracer.product(first, second)
    made._factor = factor % tracer.modulus
    made.use = joined(x.use, y.use)
    return made


def _is_wide(other: object) -> bool:
    """Return whether logic with `other` is that of Uints: a Uint of more than one bit, a constant above 1, or another value."""
    if isinstance(other, Signal):
        return isinstance(other, Uint) and not isinstance(other, Bit)
    return not isinstance(other, int) or other > 1


def _logic_operand(bit: Bit, other: object) -> Bit:
    signal = as_signal(other, bit.tracer)
    if not isinstance(signal, Bit):
        raise circuit_error(
            "& | ^ need two Bits",
            hint=getattr(other, "as_value", "")
            or "make a Bit with to_bits, is_zero, is_equal, an input declared Bit, or assume_bit(x, because=...)",
        )
    return signal


forbid_operators(Signal)
