"""Signals: linear combinations of wires with operators, and their proven range.

`+`, `-` and `* constant` are free.  `signal * signal` is a lazy product: it costs one constraint when its value is needed, and
no separate one inside `constrain(x * y == z)`, which is that one constraint.  `x == y` makes an Equation for `constrain`.
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
    show_element,
)
from zkctl.dsl.bounds import OPEN, Bounds, normalised, product_bounds, sum_bounds
from zkctl.dsl.combination_text import show_combination
from zkctl.dsl.numbers.bit_operators import BitOperators
from zkctl.dsl.numbers.linear_value import LinearValue
from zkctl.dsl.refused_operators import forbid_operators
from zkctl.dsl.spans import Site, capture, circuit_error
from zkctl.dsl.stamping.known_values import Product
from zkctl.dsl.trace import ONLY_ARGUMENTS, Tracer, current_tracer

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
            number = _as_integer(other)
            return NotImplemented if number is None else _scale(self, number)
        same_circuit(self, other)
        bounds = product_bounds(self.bounds, other.bounds)
        if other.bounds is OPEN and other.is_open_constant:
            return _times_open(self, other)
        number = other.constant
        if number is not None:
            product = _scale(self, number)
            return (
                make_signal(self.tracer, product._terms, bounds) if self.tracer.eager else product
            )
        number = self.constant
        if number is not None:
            return _scale(other, number)
        lazy = self.tracer.product(self.linear_terms(), other.linear_terms())
        return make_signal(self.tracer, {}, bounds, lazy, 1)

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> Signal:
        if not isinstance(exponent, int) or exponent < 0:
            raise circuit_error(
                "the exponent of a signal must be a non-negative integer constant",
                hint="for an inverse: y = hint(hints.inverse_or_zero, x); constrain(x * y == 1)",
            )
        result = make_signal(self.tracer, {0: 1}, (1, 1))
        for digit in bin(exponent)[2:]:
            result = result * result
            if digit == "1":
                result = result * self
        return result

    # -- equations

    def __eq__(self, other: object) -> Equation:  # type: ignore[override]  # an equation, on purpose
        signal = as_signal(other, self.tracer)
        if signal is None:
            return NotImplemented
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

    def describe(self) -> str:
        """Return the value (eager) or the linear combination, for messages."""
        if self.constant is not None:
            return show_element(self.constant, self.tracer.modulus)
        return show_combination(self.tracer, *self.resolve())


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
        return _bit(self * _logic_operand(self, other))

    def __or__(self, other: Uint | int) -> Bit:
        if _is_wide(other):
            return super().__or__(other)  # type: ignore[no-any-return]
        y = _logic_operand(self, other)
        return _bit(assumed(self + y - self * y, (0, 1)))

    def __xor__(self, other: Uint | int) -> Bit:
        if _is_wide(other):
            return super().__xor__(other)  # type: ignore[no-any-return]
        y = _logic_operand(self, other)
        return _bit(assumed(self + y - 2 * (self * y), (0, 1)))

    __rand__ = __and__
    __ror__ = __or__
    __rxor__ = __xor__


class Equation:
    """left == right, an argument of `constrain`.  It is not true or false: the circuit is being built."""

    __slots__ = ("left", "right", "sites")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, left: Signal, right: Signal) -> None:
        self.left = left
        self.right = right
        self.sites: list[Site] = capture()
        left.tracer.unused_equations[id(self)] = (self, self.sites)

    def describe(self) -> str:
        """Return both sides, for messages."""
        return f"{self.left.describe()} == {self.right.describe()}"

    def __bool__(self) -> bool:
        raise circuit_error(
            f"the equation {self.describe()} is neither true nor false while the circuit is built",
            hint="constrain(x == y) enforces it; is_equal(x, y) makes a Bit, and select(bit, a, b) chooses with it",
        )

    def __eq__(self, other: object) -> Any:
        raise circuit_error(
            "an equation cannot be compared again",
            hint="write two constraints: constrain(x == y) and constrain(y == z)",
        )


# -- construction


def make_signal(
    tracer: Tracer, terms: Terms, bounds: Bounds | None, product: Product | None = None, factor: int = 0
) -> Signal:  # fmt: skip
    """Return a Signal, Uint or Bit, whichever the bounds prove.

    A constant of a circuit is known exactly.  In eager mode everything is constant, and only what holds for all inputs counts, so that
    a gadget sees the same types as in a circuit.
    """
    if product is None and not tracer.eager and is_constant(terms):
        value = terms.get(0, 0)
        return (Bit if value <= 1 else Uint)(tracer, terms, (value, value))
    if tracer.free.wires and product is None and tracer.free.covers(terms):
        return Signal(tracer, terms, OPEN)
    bounds = normalised(bounds, tracer.modulus)
    kind: type[Signal] = Signal
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
    """Return a signal as it is, an integer as a constant signal, anything else None."""
    if isinstance(value, Signal):
        return value
    number = _as_integer(value)
    return None if number is None else constant_signal(tracer, number)


def assumed(signal: Signal, bounds: Bounds) -> Signal:
    """Return the same signal with bounds that the caller guarantees.  Raises: CircuitError for a constant outside them."""
    value = signal.constant
    if value is not None and not bounds[0] <= value <= bounds[1]:
        raise circuit_error(f"the constant {value} is not in the range {bounds[0]} to {bounds[1]}")
    product, factor, terms = signal.resolve()
    return make_signal(signal.tracer, terms, bounds, product, factor)


def same_circuit(x: Signal, y: Signal) -> None:
    """Check that two signals belong to the same circuit or gadget call."""
    if x.tracer is not y.tracer:
        raise circuit_error(
            f"{x.describe()} and {y.describe()} belong to different circuits or gadget calls",
            hint=ONLY_ARGUMENTS,
        )


def check_current(x: Signal) -> None:
    """Check that a signal belongs to the circuit or gadget call being built."""
    if x.tracer is not current_tracer():
        raise circuit_error(
            f"{x.describe()} belongs to another circuit or gadget call", hint=ONLY_ARGUMENTS
        )


def _as_integer(value: object) -> int | None:
    if isinstance(value, int):
        return value
    if isinstance(value, SupportsIndex) and not isinstance(value, Signal):
        return operator.index(value)
    return None


def _scale(signal: Signal, number: int) -> Signal:
    p = signal.tracer.modulus
    product, factor, terms = signal.resolve()
    bounds = product_bounds(signal.bounds, (number, number)) if number % p else (0, 0)
    if number % p == 0 or (product is None and is_constant(terms)):
        return make_signal(signal.tracer, scaled(ONE, number * terms.get(0, 0), p), bounds)
    new_factor = factor * number % p if product is not None else 0
    return make_signal(signal.tracer, scaled(terms, number, p), bounds, product, new_factor)


def _combine(x: Signal, other: Operand, sign: int) -> Signal:
    """Return x + sign * other."""
    if not isinstance(other, Signal):
        number = _as_integer(other)
        if number is None:
            return cast(Signal, NotImplemented)
        p = x.tracer.modulus
        bounds = sum_bounds(x.bounds, (number, number), sign)
        longer = x._long and x._long.plus({0: number}, sign, p)
        if longer is not None:
            return _long_signal(x.tracer, longer, bounds)
        product, factor, terms = x.resolve()
        shifted = add_scaled(terms, ONE, sign * number, p)
        return make_signal(x.tracer, shifted, bounds, product, factor)
    same_circuit(x, other)
    return _combine_signals(x, other, sign)


def _combine_signals(x: Signal, y: Signal, sign: int) -> Signal:
    p = x.tracer.modulus
    if x._product is None and y._product is None:
        if sign > 0 and len(y._terms) > len(x._terms):
            x, y = y, x
        longer = x.longer_sum(y, sign)
        if longer is not None:
            return _long_signal(x.tracer, longer, sum_bounds(x.bounds, y.bounds, sign))
    first, factor, terms = x.resolve()
    second, second_factor, second_terms = y.resolve()
    if first is not None and second is not None and first is not second:
        terms, first = x.linear_terms(), None  # only one product can stay lazy
    total = add_scaled(terms, second_terms, sign, p)
    product = first or second
    factor = ((factor if first else 0) + (sign * second_factor if second else 0)) % p
    if factor == 0:
        product = None
    return make_signal(x.tracer, total, sum_bounds(x.bounds, y.bounds, sign), product, factor)


def _times_open(x: Signal, constant: Signal) -> Signal:
    """Return x * constant for a constant that a template leaves open."""
    free = x.tracer.free
    if x.is_open_constant:
        terms = free.product(x.linear_terms(), constant.linear_terms())
        return make_signal(x.tracer, terms, OPEN)
    if x.constant is None:
        free.ask()
    return _scale(constant, x.constant)


def _long_signal(tracer: Tracer, total: LongSum, bounds: Bounds | None) -> Signal:
    signal = make_signal(tracer, total.entries, bounds)
    signal._long = total
    return signal


def _bit(signal: Signal) -> Bit:
    assert isinstance(signal, Bit), "the bounds of logic on bits are 0 and 1"
    return signal


def _is_wide(other: object) -> bool:
    """Return whether logic with `other` is that of Uints: a Uint of more than one bit, a constant above 1, or another value."""
    if isinstance(other, Signal):
        return isinstance(other, Uint) and not isinstance(other, Bit)
    return not isinstance(other, int) or other > 1


def _logic_operand(bit: Bit, other: object) -> Signal:
    signal = as_signal(other, bit.tracer)
    if not isinstance(signal, Bit):
        raise circuit_error(
            "& | ^ need two Bits",
            hint="make a Bit with to_bits, is_zero, is_equal, an input declared Bit, or assume_bit(x, because=...)",
        )
    return signal


forbid_operators(Signal)
