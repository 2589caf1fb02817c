"""Arrays of signals: shape, slicing, iteration and element-wise `+ - *`, like a small numpy array."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, SupportsIndex, TypeVar

from zkctl.dsl.signal import Signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.struct_fields import Fields
from zkctl.dsl.wires import dot

T = TypeVar("T")

_CHANGES_OF_LISTS = {"append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"}


class Array(Generic[T]):
    """An immutable array.  Shapes: `shape` has at least one axis; elements are stored row by row.

    A part of an array, such as array[1:], shares the list of its elements and begins at `_start` in it.
    """

    __hash__ = None  # type: ignore[assignment]  # == makes equations
    __array_ufunc__ = None

    def __init__(self, elements: Iterable[Any]) -> None:
        """Stack elements, or equally shaped arrays and lists along a new first axis."""
        items = [Array(e) if isinstance(e, list | tuple) else e for e in elements]
        shapes = {item.shape if isinstance(item, Array) else () for item in items}
        if len(shapes) > 1:
            raise circuit_error(
                f"the elements of an array have different shapes: {_shapes(shapes)}"
            )
        kinds = {type(leaf).__name__: leaf for item in items for leaf in _leaves(item)[:1]}
        if len(kinds) > 1 and any(isinstance(leaf, Fields) for leaf in kinds.values()):
            raise circuit_error(
                f"the elements of an array have different types: {' and '.join(sorted(kinds))}"
            )
        inner = shapes.pop() if shapes else ()
        self.shape: tuple[int, ...] = (len(items), *inner)
        self._start = 0
        self._shared: list[T] = [leaf for item in items for leaf in _leaves(item)]

    @classmethod
    def of_shape(cls, shape: Sequence[int], flat: Sequence[T]) -> Array[T]:
        """Return an array from its elements in row-major order."""
        array = cls([])
        array.shape = tuple(shape)
        array._shared = list(flat)
        assert math.prod(array.shape) == len(array._shared)
        return array

    def _part(self, shape: Sequence[int], offset: int) -> Array[T]:
        """Return the part with this shape that begins at an element, in constant time."""
        part: Array[T] = Array.__new__(Array)
        part.shape, part._shared = tuple(shape), self._shared
        part._start = self._start + offset
        return part

    @property
    def flat(self) -> list[T]:
        """The elements in row-major order."""
        return self._shared[self._start : self._start + math.prod(self.shape)]

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Iterator[T]:
        if len(self.shape) == 1:
            return iter(self.flat)
        return (self[k] for k in range(len(self)))

    def __getitem__(self, index: Any) -> Any:
        """Return an element or a part: an integer or slice, or a tuple with one index per axis."""
        if isinstance(index, tuple):
            return _index_axes(self, index)
        if isinstance(index, slice):
            return self._slice(range(*index.indices(len(self))))
        position = self._position(index)
        if len(self.shape) == 1:
            return self._shared[self._start + position]
        return self._part(self.shape[1:], position * math.prod(self.shape[1:]))

    def _slice(self, chosen: range) -> Array[T]:
        inner = self.shape[1:]
        if chosen.step == 1:
            return self._part((len(chosen), *inner), chosen.start * math.prod(inner))
        return _stack([self[k] for k in chosen], inner)

    def _position(self, index: object) -> int:
        if isinstance(index, Signal):
            raise circuit_error(
                "a signal cannot be an index: the circuit is the same for every witness",
                hint="select(bit, a, b) or mux(bits, values) chooses an element by signals",
            )
        if not isinstance(index, int | SupportsIndex):
            raise circuit_error(f"an array index must be an integer or a slice, got a {type(index).__name__}")  # fmt: skip
        position = operator.index(index)
        if not -len(self) <= position < len(self):
            # IndexError, not CircuitError: Python's own iteration protocol relies on it
            raise IndexError(f"index {position} is outside an array of {len(self)}")
        return position % len(self)

    def __add__(self, other: Any) -> Array[T]:
        return self._elementwise(other, operator.add)

    def __sub__(self, other: Any) -> Array[T]:
        return self._elementwise(other, operator.sub)

    def __rsub__(self, other: Any) -> Array[T]:
        return self._elementwise(other, lambda x, y: y - x)

    def __mul__(self, other: Any) -> Array[T]:
        return self._elementwise(other, operator.mul)

    def __lt__(self, other: Any) -> Array[Any]:
        return self._elementwise(other, operator.lt)

    def __le__(self, other: Any) -> Array[Any]:
        return self._elementwise(other, operator.le)

    def __gt__(self, other: Any) -> Array[Any]:
        return self._elementwise(other, operator.gt)

    def __ge__(self, other: Any) -> Array[Any]:
        return self._elementwise(other, operator.ge)

    def __truediv__(self, other: Any) -> Array[T]:
        return self._elementwise(other, operator.truediv)

    def __floordiv__(self, other: Any) -> Array[T]:
        return self._elementwise(other, operator.floordiv)

    def __mod__(self, other: Any) -> Array[T]:
        return self._elementwise(other, operator.mod)

    def __pow__(self, other: Any) -> Array[T]:
        return self._elementwise(other, operator.pow)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Array[T]:
        return self._elementwise(-1, operator.mul)

    def sum(self) -> Any:
        """Return the sum of all elements in one step; free, and a Uint if the sum of the widths stays below p."""
        flat: list[Any] = self.flat
        if not any(isinstance(element, Signal) for element in flat):
            return sum(flat)
        return dot([1] * len(flat), flat)

    def __eq__(self, other: object) -> Array[Any]:  # type: ignore[override]  # one equation per element
        return self._elementwise(other, operator.eq)

    def zip(self, *others: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return the elements in pairs, or with several others in larger tuples.  Raises: CircuitError for different lengths."""
        lengths = [len(self), *map(len, others)]
        if len(set(lengths)) > 1:
            raise circuit_error(
                f"only arrays of one length are zipped: expected {lengths[0]} elements each, got {', '.join(map(str, lengths[1:]))}",
                hint="take a part, as in a[:3].zip(b)",
            )
        return list(zip(self, *others, strict=True))

    def __setitem__(self, index: object, value: object) -> None:
        raise self._unchangeable()

    def __delitem__(self, index: object) -> None:
        raise self._unchangeable()

    def __getattr__(self, name: str) -> Any:
        if name in _CHANGES_OF_LISTS:
            raise self._unchangeable()
        raise AttributeError(f"an Array has no attribute {name}")

    def _unchangeable(self) -> Exception:
        return circuit_error(
            "an Array cannot be changed",
            hint="make a list, change it and use it like an Array: v = list(a); v[0] = x; v.append(y)",
        )

    def __bool__(self) -> bool:
        raise circuit_error(
            "an array is neither true nor false",
            hint="constrain(a == b) enforces equations; len(array) > 0 asks whether it has elements",
        )

    def __repr__(self) -> str:
        flat = self.flat
        return f"Array(shape={self.shape}, {flat[:4]}{'...' if len(flat) > 4 else ''})"

    def _elementwise(self, other: Any, operation: Callable[[Any, Any], Any]) -> Array[Any]:
        if isinstance(other, list | tuple):
            other = Array(other)
        if not isinstance(other, Array):
            return Array.of_shape(self.shape, [operation(x, other) for x in self.flat])
        if other.shape != self.shape:
            raise circuit_error(f"arrays of shapes {self.shape} and {other.shape} do not combine")
        pairs = zip(self.flat, other.flat, strict=True)
        return Array.of_shape(self.shape, [operation(x, y) for x, y in pairs])


def _leaves(item: Any) -> list[Any]:
    return item.flat if isinstance(item, Array) else [item]


def _stack(items: list[Any], inner: tuple[int, ...]) -> Array[Any]:
    return Array.of_shape((len(items), *inner), [leaf for item in items for leaf in _leaves(item)])


def _index_axes(array: Array[Any], index: tuple[Any, ...]) -> Any:
    if len(index) > len(array.shape):
        raise circuit_error(f"{len(index)} indices for an array of shape {array.shape}")
    first, rest = index[0], index[1:]
    part = array[first]
    if not rest:
        return part
    if isinstance(first, slice):
        inner = [_index_axes(element, rest) for element in part]
        return Array(inner) if inner else part
    return _index_axes(part, rest)


def _shapes(shapes: set[tuple[int, ...]]) -> str:
    return " and ".join(map(str, sorted(shapes)))
