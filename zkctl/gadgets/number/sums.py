"""Sums and differences of numbers with their carries, as bits or as numbers of a fixed width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from zkctl.dsl import Array, Bit, Uint, dot, gadget
from zkctl.dsl.decomposition import decompose
from zkctl.dsl.numbers.spelled import spelled
from zkctl.dsl.spans import circuit_error
from zkctl.gadgets.sizes import as_text


@gadget
def sum_bits(values: Sequence[Uint]) -> Array[Bit]:
    """Return all bits of the sum of numbers, lowest first, as circomlib's BinSum.

    Assumes:  the values' widths are proven (the type Uint).
    Enforces: the bits spell the sum of the integers, which stays below p.
    Cost:     the bits of the largest sum: 33 constraints for two numbers of 32 bits.
    """
    return Array(_total("sum_bits", values).bits)


@gadget
def add_with_carry(values: Sequence[Uint], n_bits: int) -> tuple[Uint, Uint]:
    """Return the sum of numbers modulo 2^n_bits, and the carry.

    Assumes:  the values' widths are proven (the type Uint).
    Enforces: low + 2^n_bits * carry is the sum of the integers, which stays below p, and low < 2^n_bits.
    Cost:     the bits of the largest sum: 33 constraints for two numbers of 32 bits.
    """
    total = _total("add_with_carry", values)
    _check_width("add_with_carry", total, n_bits)
    bits = total.bits.flat
    low = spelled(total, bits, min(total.maximum, (1 << n_bits) - 1))
    return low, spelled(total, bits[n_bits:], total.maximum >> n_bits)


@gadget
def subtract_with_borrow(x: Uint, y: Uint, n_bits: int) -> tuple[Uint, Bit]:
    """Return x - y modulo 2^n_bits, and 1 if x < y (the borrow), as circomlib's BinSub.

    Assumes:  the widths are proven (the type Uint) and at most n_bits.
    Enforces: difference - 2^n_bits * borrow = x - y as integers, and difference < 2^n_bits.
    Cost:     n_bits + 1 constraints.
    """
    _check_width("subtract_with_borrow", x, n_bits)
    if max(x.n_bits, y.n_bits) > n_bits:
        raise circuit_error(
            f"subtract_with_borrow takes numbers of at most {n_bits} bits: got {max(x.n_bits, y.n_bits)}",
            hint="to_uint(x, n_bits) enforces a width",
        )
    # x - y + 2^n lies in 1 .. 2^(n + 1) - 1: its bit n says that nothing was borrowed
    bits = decompose(x - y + (1 << n_bits), n_bits + 1, "the operands are wider than proven")
    return spelled(x, bits[:n_bits], (1 << n_bits) - 1), ~bits[n_bits]


def _total(name: str, values: Sequence[Uint]) -> Uint:
    if len(values) == 0:
        raise circuit_error(f"{name} needs a number at least", hint="pass the numbers as a list")
    field = values[0].field
    if sum(value.maximum for value in values) >> field.n_bits - 1:
        raise circuit_error(
            f"{name} does not fit in {field.name}: expected a sum below 2^{field.n_bits - 1}, got wider numbers",
            hint="add fewer or narrower numbers at once",
        )
    return cast(Uint, dot([1] * len(values), values))


def _check_width(name: str, x: Uint, n_bits: int) -> None:
    limit = x.field.n_bits - 2
    if not 1 <= n_bits <= limit:
        raise circuit_error(
            f"the width of {name} is out of range: expected 1 to {limit} bits in {x.field.name}, got {as_text(n_bits)}",
            hint="choose the width of the result",
        )
