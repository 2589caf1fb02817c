"""Scalar code for numbers of several 64-bit words: products, Montgomery reduction, lazily reduced sums.

A witness is computed row by row, each from the one before, so there are no lanes to fill.  Numbers are lists of words in
registers, lowest first; carries are 128-bit additions, which LLVM turns into the processor's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from llvmlite import ir

from zkctl.field.kernels.lanes import BoundError
from zkctl.field.kernels.language import I1, I8, I32, I64, Int, Pointer, build, integer, select
from zkctl.field.prime import PrimeField

I128 = ir.IntType(128)
SPARE_BITS = 32  # a sum of fewer than 2^32 terms keeps its top word below 2^32

Number = list[Int]


def multiply_add(x: Int, y: Int, *added: Int) -> tuple[Int, Int]:
    """Return the low and the high word of x y + the sum of up to two words."""
    b = build()
    total = b.mul(_wide(x), _wide(y))
    for each in added:
        total = b.add(total, _wide(each))
    return _halves(total)


def add(*added: Int) -> tuple[Int, Int]:
    """Return the low word of a sum of words, and its carry."""
    b = build()
    total = _wide(added[0])
    for each in added[1:]:
        total = b.add(total, _wide(each))
    return _halves(total)


def subtract(x: Int, y: Int, borrow: Int) -> tuple[Int, Int]:
    """Return x - y - borrow modulo 2^64, and the new borrow, 0 or 1."""
    b = build()
    low, high = _halves(b.sub(b.sub(_wide(x), _wide(y)), _wide(borrow)))
    return low, high & 1


def _wide(x: Int) -> ir.Value:
    return build().zext(x.value, I128)


def _halves(x: ir.Value) -> tuple[Int, Int]:
    b = build()
    return Int(b.trunc(x, I64)), Int(b.trunc(b.lshr(x, I128(64)), I64))


def load_u32(pointer: Pointer, index: Int) -> Int:
    """Return the unsigned 32-bit integer at `index`; the array may be mapped from any place of a file."""
    b = build()
    loaded = b.load(b.gep(pointer.value, [index.value], source_etype=I32), typ=I32)
    loaded.align = 1
    return Int(b.zext(loaded, I64))


def load_u8(pointer: Pointer, index: Int) -> Int:
    """Return the byte at `index`."""
    b = build()
    return Int(b.zext(b.load(_byte(pointer, index), typ=I8), I64))


def store_u8(value: int, pointer: Pointer, index: Int) -> None:
    """Write the byte at `index`."""
    build().store(ir.Constant(I8, value), _byte(pointer, index))


def _byte(pointer: Pointer, index: Int) -> ir.Value:
    return build().gep(pointer.value, [index.value], source_etype=I8)


def select_pointer(condition: ir.Value, yes: Pointer, no: Pointer) -> Pointer:
    """Return one of two addresses."""
    return Pointer(build().select(condition, yes.value, no.value))


def load_number(pointer: Pointer, n: int) -> Number:
    """Return the n words at an address."""
    return [pointer.load(k) for k in range(n)]


def store_number(number: Sequence[Int | int], pointer: Pointer) -> None:
    """Write words to an address."""
    for k, word in enumerate(number):
        pointer.store(word, k)


def is_zero(number: Number) -> ir.Value:
    """Return the i1 that all words are zero."""
    union = number[0]
    for word in number[1:]:
        union = union | word
    return union.compare("==", 0)


@dataclass(frozen=True)
class Modulus:
    """Arithmetic modulo a prime of n words whose top word has 48 to 63 bits.

    A number is canonical below p.  A sum has 2 n + 1 words: products of two numbers of n words each, fewer than 2^32 of them.
    """

    field: PrimeField

    def __post_init__(self) -> None:
        top_bits = self.field.n_bits - 64 * (self.n - 1)
        if not 48 <= top_bits <= 63:
            raise BoundError(
                f"the modulus does not fit its words: expected 48 to 63 bits in the top one, got {top_bits}"
            )

    @property
    def n(self) -> int:
        """Words of a number."""
        return self.field.n_words

    def words(self, value: int) -> Number:
        """Return a constant."""
        return [integer(value >> (64 * k) & ((1 << 64) - 1)) for k in range(self.n)]

    @property
    def p(self) -> Number:
        """The modulus."""
        return self.words(self.field.modulus)

    def negated(self, x: Number) -> Number:
        """Return p - x of a canonical number: p itself for zero."""
        return _difference(self.p, x)[0]

    def add_product(self, total: Number, x: Number, y: Number) -> Number:
        """Return total + x y."""
        n, total, pending = self.n, list(total), integer(0)
        for i in range(n):
            carry = integer(0)
            for j in range(n):
                total[i + j], carry = multiply_add(x[i], y[j], total[i + j], carry)
            total[i + n], pending = add(total[i + n], carry, pending)
        total[2 * n] = total[2 * n] + pending
        return total

    def add_high(self, total: Number, x: Number) -> Number:
        """Return total + x R: x itself, once the sum is reduced."""
        n, carry = self.n, integer(0)
        out = list(total[:n])
        for k in range(n):
            word, carry = add(total[n + k], x[k], carry)
            out.append(word)
        return [*out, total[2 * n] + carry]

    def reduced(self, total: Number) -> Number:
        """Return total / R modulo p, in n + 1 words: below total / R + p."""
        n, p, total, pending = self.n, self.p, list(total), integer(0)
        factor = integer(-pow(self.field.modulus, -1, 1 << 64) % (1 << 64))
        for i in range(n):
            multiple, carry = total[i] * factor, integer(0)
            for j in range(n):
                total[i + j], carry = multiply_add(multiple, p[j], total[i + j], carry)
            total[i + n], pending = add(total[i + n], carry, pending)
        return [*total[n : 2 * n], total[2 * n] + pending]

    def canonical(self, x: Number) -> Number:
        """Return x modulo p of n + 1 words, the top one below 2^32.

        The quotient is estimated from the top 64 bits with a reciprocal rounded down: it is at most 2 too small.
        """
        n = self.n
        top = (x[n] << SPARE_BITS) | (x[n - 1] >> (64 - SPARE_BITS))
        divisor = (self.field.modulus >> (64 * (n - 1))) + 1
        reciprocal = integer((1 << (64 + SPARE_BITS)) // divisor)
        _, quotient = multiply_add(top, reciprocal)
        rest, carry, borrow = [], integer(0), integer(0)
        for word, p in zip(x, self.p, strict=False):
            product, carry = multiply_add(quotient, p, carry)
            difference, borrow = subtract(word, product, borrow)
            rest.append(difference)
        rest.append(x[n] - carry - borrow)
        for _ in range(2):
            rest = self._less_p(rest)
        return rest[:n]

    def _less_p(self, x: Number) -> Number:
        """Return x - p unless that is negative.  Shapes: n + 1 words."""
        less, borrow = _difference(x, [*self.p, integer(0)])
        is_negative = build().trunc(borrow.value, I1)
        return [select(is_negative, old, new) for old, new in zip(x, less, strict=True)]

    def product(self, x: Number, y: Number) -> Number:
        """Return the canonical x y / R."""
        zeros = [integer(0)] * (2 * self.n + 1)
        return self.canonical(self.reduced(self.add_product(zeros, x, y)))


def _difference(x: Number, y: Number) -> tuple[Number, Int]:
    """Return x - y modulo the words' size, and 1 if it is negative."""
    out, borrow = [], integer(0)
    for a, b in zip(x, y, strict=True):
        word, borrow = subtract(a, b, borrow)
        out.append(word)
    return out, borrow
