"""Arrays of field elements: numpy storage, element-wise operators, exact conversions.

`FieldArray.data` is uint64, shape (..., n_words), little-endian words of x * R mod p with R = 2^(64 n_words), always fully reduced; so
equal elements have equal bytes and a section of a ptau or zkey file is a valid `data` without copying.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import prod
from typing import TYPE_CHECKING, Self

from zkctl.errors import EncodingError, ShapeError
from zkctl.field.backend import field_kernels
from zkctl.field.kernels.interface import power_rows
from zkctl.field.prime import PrimeField
from zkctl.field.stored import StoredWords
from zkctl.field.words import (
    INTEGERS_UP_TO_ROWS,
    Words,
    bytes_from_ints,
    first_not_below,
    ints_from_bytes,
    ints_from_words,
    words_from_ints,
)
from zkctl.runtime.arrays import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FieldArray", "powers"]

INTEGERS_FROM_BITS = (
    33  # bits of an exponent from which Python integers are quicker for so few rows
)
NEGATED_AS_INTEGERS = 16  # Python integers negate so few elements as quickly as a kernel


class FieldArray(StoredWords):
    """An immutable-by-convention array of elements of one prime field.

    Operators `+ - *` are element-wise and broadcast a single element or a Python integer; `**` takes an integer; `==` compares whole
    arrays element by element and returns a bool array.
    """

    __slots__ = ("field",)
    __hash__ = None  # type: ignore[assignment]  # mutable storage: not hashable

    def __init__(self, field: PrimeField, data: Words) -> None:
        if data.shape[-1] != field.n_words or data.dtype != np.uint64:
            raise ShapeError(
                f"words do not fit {field.name}: expected (..., {field.n_words}) uint64, got {data.shape} {data.dtype}"
            )
        self.field = field
        self._held, self._raw = data, None

    # -- construction and conversion

    @classmethod
    def _of_bytes(cls, field: PrimeField, raw: bytes, shape: tuple[int, ...]) -> Self:
        """Return elements held as bytes, `shape` with the words.  Assumes: the bytes fill it."""
        made = cls.__new__(cls)
        made.field, made._raw, made._held = field, raw, shape
        return made

    @classmethod
    def from_ints(cls, field: PrimeField, values: Iterable[int]) -> Self:
        """Return elements from any Python integers (reduced modulo p).  Shapes: n -> (n,)."""
        p, r = field.modulus, field.montgomery_r
        raw = bytes_from_ints((value % p * r % p for value in values), field.n_words)
        return cls._of_bytes(field, raw, (len(raw) // field.n_bytes, field.n_words))

    @classmethod
    def from_words(cls, field: PrimeField, words: Words) -> Self:
        """Return elements from plain (not Montgomery) words.  Raises EncodingError for a row that is not below p."""
        bad = first_not_below(words.reshape(-1, field.n_words), field.modulus)
        if bad is not None:
            raise EncodingError(f"element {bad} is not below the modulus of {field.name}")
        return cls.from_canonical_words(field, words)

    @classmethod
    def from_canonical_words(cls, field: PrimeField, words: Words) -> Self:
        """Return elements from plain words below p.  Assumes: the caller has compared them with p."""
        r_squared = words_from_ints([field.montgomery_r**2 % field.modulus], field.n_words)[0]
        return cls(field, field_kernels(field).scale(_rows(words), r_squared).reshape(words.shape))

    @classmethod
    def zeros(cls, field: PrimeField, *shape: int) -> Self:
        """Return the zero element, repeated."""
        return cls(field, np.zeros((*shape, field.n_words), np.uint64))

    def to_words(self) -> Words:
        """Return plain canonical words (the form of wtns and r1cs files).  Shapes: (...,) -> (..., n_words)."""
        one = words_from_ints([1], self.field.n_words)[0]
        return field_kernels(self.field).scale(_rows(self.data), one).reshape(self.data.shape)

    def to_ints(self) -> list[int]:
        """Return canonical Python integers, flattened in C order."""
        p, factor = self.field.modulus, self.field.montgomery_r_inverse
        rows = ints_from_bytes(self.to_bytes(), self.field.n_words)
        return [value * factor % p for value in rows]

    def first_not_reduced(self) -> int | None:
        """Return the index of the first element whose words are not below the modulus, or None."""
        if self.is_bytes and self.size <= INTEGERS_UP_TO_ROWS:
            p, rows = self.field.modulus, ints_from_bytes(self.to_bytes(), self.field.n_words)
            return next((k for k, value in enumerate(rows) if value >= p), None)
        return first_not_below(_rows(self.data), self.field.modulus)

    def __int__(self) -> int:
        if self.size != 1:
            raise ShapeError(f"array is not a single element: expected 1, got {self.size}")
        return self.to_ints()[0]

    # -- shape

    @property
    def size(self) -> int:
        """Number of elements."""
        return prod(self.shape)

    def __getitem__(self, index: int | slice | NDArray[np.intp] | NDArray[np.uint32]) -> Self:
        part = self._part(index)
        if part is not None:
            return self._of_bytes(self.field, *part)
        return type(self)(self.field, self.data[index])

    def __iter__(self) -> Iterator[Self]:
        return (self[k] for k in range(len(self)))

    def __repr__(self) -> str:
        return f"FieldArray({self.field.name}, shape={self.shape})"  # never the values: they may be a witness

    # -- arithmetic

    def _operand(self, other: FieldArray | int) -> Words:
        if isinstance(other, int):
            other = FieldArray.from_ints(self.field, [other])[0]
        if other.field != self.field:
            raise ShapeError(
                f"operand is over another field: expected {self.field.name}, got {other.field.name}"
            )
        return other.data

    def _binary(self, operation: Callable[[Words, Words], Words], x: Words, y: Words) -> Self:
        x, y = np.broadcast_arrays(x, y)
        return type(self)(self.field, operation(_rows(x), _rows(y)).reshape(x.shape))

    def __add__(self, other: FieldArray | int) -> Self:
        return self._binary(field_kernels(self.field).add, self.data, self._operand(other))

    def __sub__(self, other: FieldArray | int) -> Self:
        return self._binary(field_kernels(self.field).subtract, self.data, self._operand(other))

    def __rsub__(self, other: int) -> Self:
        return self._binary(field_kernels(self.field).subtract, self._operand(other), self.data)

    def __mul__(self, other: FieldArray | int) -> Self:
        x, y, kernels = self.data, self._operand(other), field_kernels(self.field)
        if y.ndim == 1 and x.ndim > 1:
            return type(self)(self.field, kernels.scale(_rows(x), y).reshape(x.shape))
        return self._binary(kernels.multiply, x, y)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Self:
        if self.size <= NEGATED_AS_INTEGERS:
            p, rows = self.field.modulus, ints_from_words(_rows(self.data))
            few = words_from_ints([value and p - value for value in rows], self.field.n_words)
            return type(self)(self.field, few.reshape(self.data.shape))
        zero = np.zeros_like(self.data)
        return self._binary(field_kernels(self.field).subtract, zero, self.data)

    def __pow__(self, exponent: int) -> Self:
        """Return the power by a non-negative public integer, element by element."""
        if self.size <= INTEGERS_UP_TO_ROWS and exponent.bit_length() >= INTEGERS_FROM_BITS:
            p = self.field.modulus
            few = self.from_ints(self.field, [pow(value, exponent, p) for value in self.to_ints()])
            return type(self)(self.field, few.data.reshape(self.data.shape))
        result = self * 0 + 1
        for bit in bin(exponent)[2:]:
            result = result * result
            if bit == "1":
                result = result * self
        return result

    def inverse(self) -> Self:
        """Return the inverse, element by element; zero stays zero."""
        return type(self)(
            self.field, field_kernels(self.field).inverse(_rows(self.data)).reshape(self.data.shape)
        )

    def sum(self) -> Self:
        """Return the sum of all elements.  Shapes: (n,) -> ()."""
        return self.segment_sums(np.array([0, self.size], np.int64))[0]

    def segment_sums(self, starts: NDArray[np.int64]) -> Self:
        """Return sums over consecutive segments: out[k] = sum of self[starts[k] : starts[k + 1]].  Shapes: (n,), (m + 1,) -> (m,)."""
        return type(self)(
            self.field, field_kernels(self.field).segment_sums(_rows(self.data), starts)
        )

    def is_zero(self) -> NDArray[np.bool_]:
        """Return whether each element is zero."""
        return np.asarray(~self.data.any(axis=-1))

    def __eq__(self, other: object) -> NDArray[np.bool_]:  # type: ignore[override]  # element-wise, as in numpy
        if not isinstance(other, FieldArray | int):
            return NotImplemented
        return np.asarray((self.data == self._operand(other)).all(axis=-1))


def _rows(words: Words) -> Words:
    """Return the same words as a contiguous (n, n_words) array."""
    return np.ascontiguousarray(words).reshape(-1, words.shape[-1])


def powers(base: int, n: int, field: PrimeField, first: int = 1) -> FieldArray:
    """Return first * base^k for k = 0 .. n-1, by doubling: log2(n) vector multiplications.  Shapes: -> (n,)."""
    return FieldArray(field, power_rows(field_kernels(field), base, n, first))
