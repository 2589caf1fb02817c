"""Vectors of 64-bit integers that know the interval each lane lies in.

Operators emit one instruction and compute the new interval; an operation that could wrap raises
BoundError while the kernel is built.  No bound lives in a comment: building a kernel proves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from llvmlite import ir

from zkctl.field.kernels.language import (
    I32,
    I64,
    Int,
    build,
    current_program,
    signed_word,
    vector_type,
    width,
)


class BoundError(ArithmeticError):
    """A lane could overflow: the kernel would be wrong for some input."""


@dataclass(frozen=True, slots=True, eq=False)
class Lanes:
    """A vector of 64-bit integers, each in low .. high (signed if low < 0)."""

    value: ir.Value
    low: int
    high: int

    def __add__(self, other: Lanes | int) -> Lanes:
        other = lanes(other)
        total = build().add(self.value, other.value)
        return _lanes_within_64_bits(total, self.low + other.low, self.high + other.high)

    def __sub__(self, other: Lanes | int) -> Lanes:
        other = lanes(other)
        total = build().sub(self.value, other.value)
        return _lanes_within_64_bits(total, self.low - other.high, self.high - other.low)

    def __mul__(self, other: Lanes | int) -> Lanes:
        """Return the product of 32-bit numbers in 64 bits (one vpmuludq)."""
        other = lanes(other)
        for x in (self, other):
            if x.low < 0 or x.high >> 32:
                raise BoundError(
                    f"a factor lies in {x.low} .. 2^{x.high.bit_length()}, not in 32 bits"
                )
        b = build()
        mask = lanes(0xFFFFFFFF).value  # the instruction ignores the upper half: this costs nothing
        product = b.mul(b.and_(self.value, mask), b.and_(other.value, mask))
        return _lanes_within_64_bits(product, self.low * other.low, self.high * other.high)

    def __rshift__(self, bits: int) -> Lanes:
        b = build()
        shift = b.lshr if self.low >= 0 else b.ashr
        return Lanes(shift(self.value, lanes(bits).value), self.low >> bits, self.high >> bits)

    def __lshift__(self, bits: int) -> Lanes:
        shifted = build().shl(self.value, lanes(bits).value)
        return _lanes_within_64_bits(shifted, self.low << bits, self.high << bits)

    def dropping_shift(self, bits: int) -> Lanes:
        """Shift left and drop the upper bits."""
        return Lanes(build().shl(self.value, lanes(bits).value), 0, (1 << 64) - 1)

    def __or__(self, other: Lanes) -> Lanes:
        """Return the bitwise or of non-negative lanes."""
        high = (1 << max(self.high, other.high).bit_length()) - 1
        return Lanes(build().or_(self.value, other.value), max(self.low, other.low), high)

    def low_bits(self, bits: int) -> Lanes:
        """Return the lowest bits as a non-negative number."""
        mask = (1 << bits) - 1
        high = min(self.high, mask) if self.low >= 0 else mask
        return Lanes(build().and_(self.value, lanes(mask).value), 0, high)

    def known(self, low: int, high: int) -> Lanes:
        """Return the same lanes with a narrower interval that follows from the value they belong to."""
        return Lanes(self.value, max(low, self.low), min(high, self.high))


def lanes(x: Lanes | int) -> Lanes:
    """Return a constant in every lane, or the lanes themselves."""
    if isinstance(x, Lanes):
        return x
    return Lanes(_constant(signed_word(x), width()), x, x)


@cache
def _constant(word: int, n: int) -> ir.Constant:
    """Return a word in n lanes: one object for all its uses, as making and printing it takes long."""
    return ir.Constant(ir.VectorType(I64, n), [word] * n)


def broadcast(x: Int, low: int, high: int) -> Lanes:
    """Return a scalar in every lane; the caller states its interval."""
    b = build()
    first = b.insert_element(ir.Constant(vector_type(), ir.Undefined), x.value, I32(0))
    mask = ir.Constant(ir.VectorType(I32, width()), [0] * width())
    return Lanes(b.shuffle_vector(first, first, mask), low, high)


def choose(mask: ir.Value, yes: Lanes, no: Lanes) -> Lanes:
    """Return yes or no, lane by lane, by a vector of i1."""
    value = build().select(mask, yes.value, no.value)
    return Lanes(value, min(yes.low, no.low), max(yes.high, no.high))


def permute(x: Lanes, order: Sequence[int]) -> Lanes:
    """Return lanes in another order: lane k of the result is lane order[k] of x."""
    mask = ir.Constant(ir.VectorType(I32, width()), list(order))
    return Lanes(build().shuffle_vector(x.value, x.value, mask), x.low, x.high)


def lane(x: Lanes, k: int) -> Int:
    """Return one lane as a scalar."""
    return Int(build().extract_element(x.value, I32(k)))


def _lanes_within_64_bits(value: ir.Value, low: int, high: int) -> Lanes:
    if low < -(1 << 63) or (low < 0 and high >> 63) or high >> 64:
        raise BoundError(f"a lane may lie in {low} .. {high} (2^{high.bit_length()}): not 64 bits")
    return Lanes(value, low, high)


def in_this_order(values: list[Lanes]) -> list[Lanes]:
    """Return values behind an empty assembly barrier: later products may not move before it (they would spill)."""
    live = [v for v in values if not isinstance(v.value, ir.Constant)]
    limit, register = current_program().register_file
    if not live or len(live) > limit:
        return values
    kind = vector_type()
    result = ir.LiteralStructType([kind] * len(live))
    constraint = ",".join([f"={register}"] * len(live) + [str(k) for k in range(len(live))])
    assembly = ir.InlineAsm(
        ir.FunctionType(result, [kind] * len(live)), "", constraint, side_effect=True
    )
    b = build()
    block = b.call(assembly, [v.value for v in live])
    fresh = iter([Lanes(b.extract_value(block, k), v.low, v.high) for k, v in enumerate(live)])
    return [v if isinstance(v.value, ir.Constant) else next(fresh) for v in values]
