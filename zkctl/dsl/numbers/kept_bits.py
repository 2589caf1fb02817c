"""The bits of a value are made once: they are kept for its linear combination, as long as the block is traced.

Only bits that are unique are kept: 0 or 1 by constraints, and their number cannot pass the field's modulus.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from zkctl.constraints.linear import Terms, is_constant
from zkctl.dsl.trace import Tracer


def keep_bits(tracer: Tracer, terms: Terms, bits: Sequence[Terms]) -> None:
    """Remember the bits of a linear combination, lowest first."""
    if not is_constant(terms) and len(bits) > 1:
        tracer.kept_bits[_key(terms)] = _packed(bits)


def kept_bits(tracer: Tracer, terms: Terms) -> list[Terms] | None:
    """Return the bits that were kept for a linear combination."""
    if is_constant(terms):
        return None
    packed = tracer.kept_bits.get(_key(terms))
    return None if packed is None else _unpacked(packed)


def _key(terms: Terms) -> Hashable:
    return frozenset(terms.items())


# The upper bits of a decomposition are consecutive wires, and thousands of them are kept: they are stored as a range.


def _packed(bits: Sequence[Terms]) -> tuple[Terms, Sequence[Terms] | range]:
    lowest, upper = bits[0], bits[1:]
    first = next(iter(upper[0]), 0)
    wires = range(first, first + len(upper))
    if first and upper[-1] == {wires[-1]: 1} and all(map(_is_wire, upper, wires)):
        return lowest, wires
    return lowest, tuple(upper)


def _is_wire(bit: Terms, wire: int) -> bool:
    return bit == {wire: 1}


def _unpacked(packed: tuple[Terms, Sequence[Terms] | range]) -> list[Terms]:
    lowest, upper = packed
    if isinstance(upper, range):
        return [dict(lowest), *({wire: 1} for wire in upper)]
    return [dict(lowest), *map(dict, upper)]
