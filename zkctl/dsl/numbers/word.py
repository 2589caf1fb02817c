"""Words: unsigned numbers of a fixed width with the arithmetic of processors, for hash functions.

`Word[32](x)` is made of a Uint, an integer, bits or bytes.  Rotations, shifts and `~` are free, `& | ^` cost one constraint a bit (free
with constants).  `+` and `-` are modulo 2^width and lazy: a sum of several words is reduced once, when its bits are needed, and costs its
width and the carry then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal, SupportsIndex, TypeAlias, cast

from zkctl.dsl.array import Array
from zkctl.dsl.nested_values import Compound, shown
from zkctl.dsl.numbers.bit_operators import BY_NAME
from zkctl.dsl.numbers.spelled import constant_number, spelled
from zkctl.dsl.numbers.word_bits import AND, OR, XOR, BitOrInt, inverted
from zkctl.dsl.signal import Bit, Signal, Uint, constant_signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.trace import at_one_place, current_tracer

ByteOrder = Literal["big", "little"]


class Word(Compound):  # noqa: PLW1641  # hashing is refused below, with a hint
    """A number of exactly `width` bits.

    Either its bits are known, or a number that is congruent to it modulo 2^width (a sum not reduced yet), or both.
    """

    __slots__ = ("_bits", "_total")
    width: ClassVar[int] = 0

    def __class_getitem__(cls, width: object) -> type[Word]:
        if cls is not Word or not isinstance(width, int) or width < 1:
            raise circuit_error(
                f"a word has a width of 1 bit or more: got {cls.__name__}[{width}]",
                hint="write Word[32]",
            )
        return _sized(width)

    def __init__(self, value: Any) -> None:
        """Make a word of a Uint or integer that fits, of `width` bits (lowest first), or of bytes (big-endian).

        Raises: CircuitError for a value that may be wider.
        """
        self._bits: tuple[BitOrInt, ...] | None = None
        self._total: Uint | int | None = None
        if not self.width:
            raise circuit_error("a word needs a width", hint="write Word[32](x)")
        if isinstance(value, Word):
            self._check_width(value)
            self._bits, self._total = value._bits, value._total
        elif isinstance(value, bytes):
            self._check_count(8 * len(value), "bits in bytes")
            self._total = int.from_bytes(value, "big")
        elif isinstance(value, Array | list | tuple):
            self._bits = self._checked_bits(list(value))
        else:
            self._total = self._checked_number(value)

    @classmethod
    def from_bytes(cls, values: Sequence[Uint | int], byteorder: ByteOrder = "big") -> Word:
        """Return the word that bytes spell, each a Uint of at most 8 bits or an integer."""
        ordered = list(values)[:: -1 if byteorder == "big" else 1]
        bits: list[BitOrInt] = []
        for value in ordered:
            bits.extend(Word[8](value).bit_list())  # type: ignore[misc]  # numbers in types
        return cls(bits)

    # -- contents

    def bit_list(self) -> list[BitOrInt]:
        """Return the bits, lowest first; constant bits of a word without signals are integers.  Reduces a sum."""
        if self._bits is None:
            total = self._total
            if isinstance(total, Signal):
                if total.n_bits > self.width:
                    found = BY_NAME["bits of a sum"](
                        total, total.n_bits, "a sum is wider than proven"
                    )[: self.width]
                else:
                    found = total.bits.flat
                self._bits = (*found, *([0] * (self.width - len(found))))
                if total.n_bits > self.width:
                    self._total = None
            else:
                self._bits = tuple((total or 0) >> k & 1 for k in range(self.width))
                self._total = (total or 0) % (1 << self.width)
        return list(self._bits)

    @property
    def bits(self) -> Array[Bit]:
        """The bits, lowest first.  A sum that is not reduced yet costs its width and carries now."""
        return Array(
            [bit if isinstance(bit, Signal) else _constant(bit) for bit in self.bit_list()]
        )

    @property
    def value(self) -> Uint:
        """The number, free but for the reduction of a sum."""
        number = self._number(reduced=True)
        return number if isinstance(number, Signal) else cast(Uint, _constant(number))

    def to_bytes(self, byteorder: ByteOrder = "big") -> Array[Uint]:
        """Return the bytes as Uints.  Raises: CircuitError for a width that is no multiple of 8."""
        if self.width % 8:
            raise circuit_error(f"a {type(self).__name__} is no whole number of bytes")
        parts = [self.bits[k : k + 8].flat for k in range(0, self.width, 8)]
        numbers = [spelled(part[0], part, 255) for part in parts]
        return Array(numbers[:: -1 if byteorder == "big" else 1])

    def _number(self, *, reduced: bool = False) -> Uint | int:
        """Return a number congruent to the word modulo 2^width; `reduced`: the word itself."""
        limit = (1 << self.width) - 1
        total = self._total
        if total is None or (reduced and _highest(total) > limit):
            bits = self.bit_list()
            first = next((bit for bit in bits if isinstance(bit, Signal)), None)
            if first is None:
                self._total = sum(cast(int, bit) << k for k, bit in enumerate(bits))
            else:
                signals = [b if isinstance(b, Signal) else constant_number(first, b) for b in bits]
                self._total = spelled(first, cast(list[Bit], signals), limit)
        assert self._total is not None
        return self._total

    # -- a compound value

    def parts(self) -> list[Any]:
        """Return the bits; reduces a sum."""
        return list(self.bit_list())

    def with_parts(self, parts: list[Any]) -> Word:
        """Return a word of other bits."""
        return type(self)(parts)

    def signals(self) -> Iterator[Signal]:
        """Yield what it is made of now, without reducing a sum."""
        contents = (self._total,) if self._bits is None else self._bits
        return (part for part in contents if isinstance(part, Signal))

    def collapsed(self) -> Uint | int:
        """Return the number."""
        return self._number(reduced=True)

    # -- operators

    def __invert__(self) -> Word:
        return type(self)([inverted(bit) for bit in self.bit_list()])

    def __and__(self, other: Any) -> Word:
        return self._bitwise(other, AND)

    def __or__(self, other: Any) -> Word:
        return self._bitwise(other, OR)

    def __xor__(self, other: Any) -> Word:
        return self._bitwise(other, XOR)

    __rand__ = __and__
    __ror__ = __or__
    __rxor__ = __xor__

    def rotate_left(self, n: int) -> Word:
        """Return the word with its bits moved up by n, around the end; free."""
        return self.rotate_right(-_count(n, "a rotation"))

    def rotate_right(self, n: int) -> Word:
        """Return the word with its bits moved down by n, around the end; free."""
        bits, shift = self.bit_list(), _count(n, "a rotation") % self.width
        return type(self)([*bits[shift:], *bits[:shift]])

    def __rshift__(self, n: int) -> Word:
        shift = _shift(n)
        return type(self)([*self.bit_list()[shift:], *([0] * min(shift, self.width))])

    def __lshift__(self, n: int) -> Word:
        shift = min(_shift(n), self.width)
        return type(self)([*([0] * shift), *self.bit_list()[: self.width - shift]])

    def __add__(self, other: Any) -> Word:
        return add(self, other)

    def __sub__(self, other: Any) -> Word:
        return _difference(self, self._operand(other))

    def __rsub__(self, other: Any) -> Word:
        return _difference(self._operand(other), self)

    __radd__ = __add__

    def __eq__(self, other: object) -> Any:
        return self.value == self._operand(other).value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'a sum' if self._bits is None else 'bits'})"

    def _bitwise(self, other: Any, logic: Callable[[BitOrInt, BitOrInt], BitOrInt]) -> Word:
        pairs = zip(self.bit_list(), self._operand(other).bit_list(), strict=True)
        with at_one_place():
            return type(self)([logic(x, y) for x, y in pairs])

    def _operand(self, other: Any) -> Word:
        if not isinstance(other, Word | Uint | int):
            raise circuit_error(
                f"a {type(self).__name__} combines with words, Uints and integers, got {shown(other)}",
                hint=f"{type(self).__name__}(bits) makes a word of bits, to_uint(x, {self.width}) proves a width",
            )
        return type(self)(other)

    # -- checks

    def _check_width(self, other: Word) -> None:
        if other.width != self.width:
            raise circuit_error(
                f"words of different widths do not combine: {type(self).__name__} and {type(other).__name__}",
                hint=f"{type(self).__name__}(other.bits[:{self.width}]) or other.value says what is meant",
            )

    def _check_count(self, count: int, what: str) -> None:
        if count != self.width:
            raise circuit_error(f"a {type(self).__name__} needs {self.width} {what}, got {count}")

    def _checked_bits(self, bits: list[Any]) -> tuple[BitOrInt, ...]:
        self._check_count(len(bits), "bits")
        for k, bit in enumerate(bits):
            if not (isinstance(bit, Bit) or (isinstance(bit, int) and bit in (0, 1))):
                raise circuit_error(
                    f"bit {k} of a {type(self).__name__} must be a Bit, got {shown(bit)}",
                    hint="to_bits makes Bits; from_bytes takes numbers of 8 bits",
                )
        return tuple(bits)

    def _checked_number(self, value: Any) -> Uint | int:
        name = type(self).__name__
        number = value
        if isinstance(value, SupportsIndex) and not isinstance(value, Signal):
            number = value.__index__()
        if not isinstance(number, Uint | int):
            raise circuit_error(
                f"a {name} is made of a Uint, an integer, bits or bytes, got {shown(value)}",
                hint=f"to_uint(x, {self.width}) proves a width",
            )
        if _highest(number) >> self.width or (isinstance(number, int) and number < 0):
            found = f"{number}" if isinstance(number, int) else f"a Uint of up to {number.n_bits}"
            raise circuit_error(
                f"a {name} has at most {self.width} bits: got {found}",
                hint=f"to_uint(x, {self.width}) enforces a width, x.part(0, {self.width}) takes the lowest bits",
            )
        return number


@cache
def _sized(width: int) -> type[Word]:
    return type(f"Word[{width}]", (Word,), {"__slots__": (), "width": width})


if TYPE_CHECKING:  # for mypy, which accepts no numbers in types
    Byte: TypeAlias = Uint
    Word32: TypeAlias = Word
    Word64: TypeAlias = Word
else:
    Byte, Word32, Word64 = Uint[8], Word[32], Word[64]


def add(*words: Any) -> Word:
    """Return the sum of words, Uints and integers modulo 2^width; free until its bits are needed, then its width and the carries.

    The first Word among them decides the width.  Raises: CircuitError if there is none, or the widths differ.
    """
    first = next((word for word in words if isinstance(word, Word)), None)
    if first is None:
        raise circuit_error("add needs a word at least", hint="numbers are added with +")
    kind = type(first)
    operands = [first._operand(word) for word in words]
    total: Any = sum(operand._number() for operand in operands)
    if not _is_exact(total):
        for operand in operands:
            operand.bit_list()
        total = sum(operand._number(reduced=True) for operand in operands)
    if not _is_exact(total) and len(operands) > 2:
        half = len(operands) // 2
        parts = [add(*operands[:half]), add(*operands[half:])]
        return add(*(kind(part.bit_list()) for part in parts))
    return _of_total(kind, total)


def _difference(x: Word, y: Word) -> Word:
    """Return x - y modulo 2^width: a multiple of 2^width is added that keeps it above 0."""
    number = y._number()
    above = -(-_highest(number) >> x.width) << x.width
    total: Any = x._number() - number + above
    if not _is_exact(total):
        total = x._number(reduced=True) - y._number(reduced=True) + (1 << x.width)
    return _of_total(type(x), total)


def _of_total(kind: type[Word], total: Any) -> Word:
    if not _is_exact(total):
        raise circuit_error(
            f"a sum of {kind.__name__}s does not fit in the field",
            hint="the field must hold the sum before it is reduced",
        )
    word = kind(0)
    word._total = total
    return word


def _is_exact(total: Any) -> bool:
    """Return whether a sum is known as an integer whose bits are unique."""
    return isinstance(total, int) or (isinstance(total, Uint) and total.n_bits < total.field.n_bits)


def _highest(number: Uint | int) -> int:
    return number if isinstance(number, int) else number.maximum


def _constant(value: int) -> Bit:
    tracer = current_tracer()
    if tracer is None:
        raise circuit_error(
            "a constant word has no signals outside a circuit",
            hint="use it inside a circuit or gadget",
        )
    return cast(Bit, constant_signal(tracer, value))


def _shift(n: object) -> int:
    count = _count(n, "a shift")
    if count < 0:
        raise circuit_error(f"a shift must not be negative, got {count}")
    return count


def _count(n: object, what: str) -> int:
    if isinstance(n, Signal | Word) or not isinstance(n, SupportsIndex):
        raise circuit_error(
            f"{what} of a word needs a constant, got {shown(n)}",
            hint="mux(bits, words) chooses between the results of several constants",
        )
    return n.__index__()


_NUMBER = "x.value is the number, with less_than, is_equal and arithmetic without reduction"
_REFUSED = (
    ("be compared with < <= > >= or !=", _NUMBER, ("__lt__", "__le__", "__gt__", "__ge__", "__ne__")),
    ("be multiplied or divided", _NUMBER, ("__mul__", "__rmul__", "__truediv__", "__floordiv__", "__mod__", "__pow__")),
    ("decide an if, while, and, or, not", "select(bit, a, b) chooses between words", ("__bool__",)),
    ("be a dictionary key or a member of a set", "keep words in lists or Arrays", ("__hash__",)),
    ("become a Python number", "call the circuit with integers to see values", ("__int__", "__float__")),
    ("be measured, indexed or iterated", "x.bits is the Array of its bits", ("__len__", "__iter__", "__getitem__")),
)  # fmt: skip


def _refusal(action: str, hint: str) -> Callable[..., Any]:
    def refuse(_self: object, *_operands: object) -> Any:
        raise circuit_error(f"a word cannot {action}", hint=hint)

    return refuse


for _action, _hint, _methods in _REFUSED:
    for _method in _methods:
        setattr(Word, _method, _refusal(_action, _hint))
