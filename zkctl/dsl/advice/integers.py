"""The integers and arrays that an advice function computes with while it is traced."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, SupportsIndex

from zkctl.constraints.advice.instructions import Op
from zkctl.dsl.advice.builder import Builder
from zkctl.dsl.spans import circuit_error


class Integer:
    """An integer of an advice function, any size and sign; comparisons make 0 or 1."""

    __slots__ = ("builder", "cell", "scope")

    def __init__(self, builder: Builder, cell: int, scope: int | None = None) -> None:
        self.builder = builder
        self.cell = cell
        self.scope = builder.scopes[-1] if scope is None else scope

    def __repr__(self) -> str:
        return "<integer of an advice function>"

    def bit_length(self) -> Integer:
        """Return the number of bits of the absolute value."""
        return compute(self.builder, Op.BIT_LENGTH, self)

    def __divmod__(self, other: Any) -> tuple[Integer, Integer]:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> tuple[Integer, Integer]:
        return other // self, other % self

    def __pow__(self, exponent: Any, modulus: Any = None) -> Integer:
        if modulus is None:
            return compute(self.builder, Op.POWER, self, exponent)
        return compute(self.builder, Op.POWER_MODULO, self, exponent, modulus)

    def __rpow__(self, base: Any) -> Integer:
        return compute(self.builder, Op.POWER, base, self)

    def __pos__(self) -> Integer:
        return self

    # made by _add_operators
    __add__: Callable[[Integer, Any], Integer]
    __radd__: Callable[[Integer, Any], Integer]
    __sub__: Callable[[Integer, Any], Integer]
    __rsub__: Callable[[Integer, Any], Integer]
    __mul__: Callable[[Integer, Any], Integer]
    __rmul__: Callable[[Integer, Any], Integer]
    __floordiv__: Callable[[Integer, Any], Integer]
    __rfloordiv__: Callable[[Integer, Any], Integer]
    __mod__: Callable[[Integer, Any], Integer]
    __rmod__: Callable[[Integer, Any], Integer]
    __lshift__: Callable[[Integer, Any], Integer]
    __rlshift__: Callable[[Integer, Any], Integer]
    __rshift__: Callable[[Integer, Any], Integer]
    __rrshift__: Callable[[Integer, Any], Integer]
    __and__: Callable[[Integer, Any], Integer]
    __rand__: Callable[[Integer, Any], Integer]
    __or__: Callable[[Integer, Any], Integer]
    __ror__: Callable[[Integer, Any], Integer]
    __xor__: Callable[[Integer, Any], Integer]
    __rxor__: Callable[[Integer, Any], Integer]
    __lt__: Callable[[Integer, Any], Integer]
    __le__: Callable[[Integer, Any], Integer]
    __gt__: Callable[[Integer, Any], Integer]
    __ge__: Callable[[Integer, Any], Integer]
    __neg__: Callable[[Integer], Integer]
    __invert__: Callable[[Integer], Integer]
    __abs__: Callable[[Integer], Integer]


_BINARY = (
    ("add", Op.ADD),
    ("sub", Op.SUBTRACT),
    ("mul", Op.MULTIPLY),
    ("floordiv", Op.QUOTIENT),
    ("mod", Op.REMAINDER),
    ("lshift", Op.SHIFT_LEFT),
    ("rshift", Op.SHIFT_RIGHT),
    ("and", Op.AND),
    ("or", Op.OR),
    ("xor", Op.XOR),
)
_COMPARING = (("eq", Op.EQUAL), ("ne", Op.UNEQUAL), ("lt", Op.LESS), ("le", Op.LESS_EQUAL))
_UNARY = (("neg", Op.NEGATE), ("invert", Op.INVERT), ("abs", Op.ABSOLUTE))

_CHOICE = "select(condition, a, b) chooses between values, minimum and maximum too; check(condition, message) asserts; repeat loops"
_TEXT = "log(...) in the circuit prints values; the message of a check is the same for every input"
_REFUSED = (
    ("decide an if, while, and, or, not", _CHOICE, ("__bool__",)),
    ("be an index of a Python list or the end of a range", "copy(list)[i] takes it; repeat(n, step, state) is a loop", ("__index__",)),
    ("be a dictionary key or a member of a set", "keep integers in lists or Ints", ("__hash__",)),
    ("become a Python number", "it has no value while the advice is traced", ("__int__", "__float__")),
    ("become text", _TEXT, ("__str__", "__format__")),
    ("be divided with /", "x // y is the integer quotient; inverse(y, m) the inverse modulo m", ("__truediv__", "__rtruediv__")),
    ("be measured, indexed or iterated", "declare the parameter Ints, or take split(x, bits, n)", ("__len__", "__iter__", "__getitem__")),
)  # fmt: skip


def _add_operators() -> None:
    def binary(op: Op, *, swapped: bool = False) -> Callable[[Integer, Any], Integer]:
        def method(self: Integer, other: Any) -> Integer:
            x, y = (other, self) if swapped else (self, other)
            return compute(self.builder, op, x, y)

        return method

    def unary(op: Op) -> Callable[[Integer], Integer]:
        return lambda self: compute(self.builder, op, self)

    def refusal(action: str, hint: str) -> Callable[..., Any]:
        def refuse(_self: object, *_operands: object) -> Any:
            raise circuit_error(f"an integer of an advice function cannot {action}", hint=hint)

        return refuse

    for name, op in _BINARY:
        setattr(Integer, f"__{name}__", binary(op))
        setattr(Integer, f"__r{name}__", binary(op, swapped=True))
    for name, op in _COMPARING:
        setattr(Integer, f"__{name}__", binary(op))
    Integer.__gt__ = binary(Op.LESS, swapped=True)
    Integer.__ge__ = binary(Op.LESS_EQUAL, swapped=True)
    for name, op in _UNARY:
        setattr(Integer, f"__{name}__", unary(op))
    for action, hint, methods in _REFUSED:
        for method in methods:
            setattr(Integer, method, refusal(action, hint))


_add_operators()


def compute(builder: Builder, op: Op, *operands: Any) -> Integer:
    """Write an operation on numbers; returns its result."""
    cells = [cell_of(builder, value) for value in operands]
    target = builder.new_cells()
    builder.emit(op, target, *cells)
    return Integer(builder, target)


def cell_of(builder: Builder, value: object) -> int:
    """Return the cell of a number or constant.  Raises: CircuitError for anything else, or a number of another function or loop."""
    if isinstance(value, Integer):
        _check_open(builder, value)
        return value.cell
    if isinstance(value, SupportsIndex) and not hasattr(value, "tracer"):
        return builder.constant(operator.index(value))
    raise circuit_error(
        f"an advice function computes with integers, got a {type(value).__name__}",
        hint="what it needs of the circuit are its parameters: Int for a signal, Ints for an array",
    )


def _check_open(builder: Builder, value: Integer | Ints) -> None:
    if value.builder is not builder:
        raise circuit_error(
            "a number of another advice function is used",
            hint="pass it as an argument",
        )
    if value.scope not in builder.scopes:
        raise circuit_error(
            "a number made in the body of repeat is used after the loop",
            hint="make it part of the state: x = repeat(n, step, x), where step returns the new x",
        )


Int = Integer  # its name in signatures


class Ints:
    """An array of integers of an advice function; elements can be replaced, an index may be computed.

    In a signature `Ints[4]` is an array of four, `Ints` one of any length.
    """

    __slots__ = ("base", "builder", "is_parameter", "length", "scope")
    size: int | None = None

    def __init__(
        self, builder: Builder, base: int, length: int, *, is_parameter: bool = False
    ) -> None:
        self.builder = builder
        self.base = base
        self.length = length
        self.is_parameter = is_parameter
        self.scope = builder.scopes[-1]

    def __class_getitem__(cls, size: object) -> type[Ints]:
        return _sized(size)

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[Integer]:
        return (self[k] for k in range(self.length))

    def __getitem__(self, index: Any) -> Any:
        builder = self.builder
        _check_open(builder, self)
        if isinstance(index, slice):
            return [self[k] for k in range(*index.indices(self.length))]
        if isinstance(index, Integer):
            if not self.length:
                raise circuit_error("an empty array has no elements", hint="check its length first")
            target = builder.new_cells()
            builder.emit(Op.LOAD, target, self.base, self.length, cell_of(builder, index))
            return Integer(builder, target)
        cell = self.base + self._position(index)
        if self.is_parameter:
            return Integer(builder, cell)
        return compute(builder, Op.COPY, Integer(builder, cell))

    def __setitem__(self, index: Any, value: Any) -> None:
        builder = self.builder
        _check_open(builder, self)
        if self.is_parameter:
            raise circuit_error(
                "a parameter of an advice function cannot be changed",
                hint="change a copy: copy(a) returns one",
            )
        source = cell_of(builder, value)
        if isinstance(index, Integer):
            builder.emit(Op.STORE, self.base, self.length, cell_of(builder, index), source)
        else:
            builder.emit(Op.COPY, self.base + self._position(index), source)

    def _position(self, index: Any) -> int:
        position = operator.index(index)
        if not -self.length <= position < self.length:
            raise IndexError(f"index {position} is outside an array of {self.length}")
        return position % self.length

    def __eq__(self, other: object) -> Any:
        raise circuit_error(
            "arrays of an advice function cannot be compared whole",
            hint="compare their elements; sum and minimum combine the results",
        )

    __hash__ = None  # type: ignore[assignment]


@cache
def _sized(size: object) -> type[Ints]:
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise circuit_error(
            f"the length of Ints must be a number, got {size!r}",
            hint="write Ints[4], or Ints for an array of any length",
        )
    return type(f"Ints[{size}]", (Ints,), {"size": size, "__slots__": ()})


Values = Ints | Sequence[Any]


def new_array(builder: Builder, values: Values) -> Ints:
    """Return a new array with a copy of some numbers."""
    array = Ints(builder, builder.new_cells(len(values)), len(values))
    if isinstance(values, Ints) and values.length:
        _check_open(builder, values)
        builder.emit(Op.MOVE, array.base, array.length, values.base, values.length)
        return array
    for k, value in enumerate(values):
        builder.emit(Op.COPY, array.base + k, cell_of(builder, value))
    return array


def as_array(builder: Builder, values: Values) -> Ints:
    """Return an array as it is, a list as a new array."""
    if isinstance(values, Ints):
        _check_open(builder, values)
        return values
    return new_array(builder, values)
