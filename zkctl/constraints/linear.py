"""Linear combinations of wires as plain dictionaries.

`Terms` maps wire -> coefficient in 1 .. p-1; a wire that is absent has coefficient 0; wire 0 is the constant 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

Terms = dict[int, int]

ONE: Mapping[int, int] = {0: 1}


def is_constant(terms: Mapping[int, int]) -> bool:
    """Return whether the constant is the only wire of the linear combination."""
    return not terms or (len(terms) == 1 and 0 in terms)


def scaled(terms: Mapping[int, int], factor: int, modulus: int) -> Terms:
    """Return factor * terms, reduced, whatever integers the coefficients are."""
    return {w: product for w, value in terms.items() if (product := value * factor % modulus)}


def add_scaled(x: Mapping[int, int], y: Mapping[int, int], factor: int, modulus: int) -> Terms:
    """Return x + factor * y."""
    total = dict(x)
    accumulate(total, y, factor, modulus)
    return total


def accumulate(total: Terms, y: Mapping[int, int], factor: int, modulus: int) -> None:
    """Add factor * y to `total` in place."""
    for wire, value in y.items():
        new = (total.get(wire, 0) + value * factor) % modulus
        if new:
            total[wire] = new
        else:
            total.pop(wire, None)


def substitute(
    terms: Mapping[int, int], ports: Sequence[Mapping[int, int]], shift: int, modulus: int
) -> Terms:
    """Rewrite terms over (one, ports, locals): port k becomes ports[k - 1], a local wire moves by `shift`, beyond those of the ports."""
    n_ports = len(ports)
    if min(terms, default=0) > n_ports:  # most often: nothing but local wires
        return {wire + shift: value for wire, value in terms.items()}
    total: Terms = {}
    for wire, value in terms.items():
        if wire > n_ports:
            total[wire + shift] = value
        elif wire:
            accumulate(total, ports[wire - 1], value, modulus)
        else:
            accumulate(total, ONE, value, modulus)
    return total


class LongSum:
    """A sum that grows by terms with new wires: constant + the first `size` entries of a dictionary.

    The next sum extends the same dictionary, so that n additions take time n and not n^2.  It holds the terms of longer sums too.
    """

    __slots__ = ("_constant", "_size", "entries")

    def __init__(self, entries: Terms, size: int, constant: int) -> None:
        self.entries = entries
        self._size = size
        self._constant = constant

    @classmethod
    def of(cls, terms: Mapping[int, int]) -> LongSum:
        """Return a linear combination as a sum that can grow."""
        entries = {wire: value for wire, value in terms.items() if wire}
        return cls(entries, len(entries), terms.get(0, 0))

    def plus(self, y: Mapping[int, int], factor: int, modulus: int) -> LongSum | None:
        """Return this + factor * y for factor 1 or -1; None if a wire of y occurs already or another sum was made longer."""
        entries = self.entries
        if len(entries) != self._size or not entries.keys().isdisjoint(y):
            return None
        if factor == 1 and 0 not in y:
            entries.update(y)
            return LongSum(entries, len(entries), self._constant)
        for wire, value in y.items():
            if wire:
                entries[wire] = value * factor % modulus
        constant = (self._constant + factor * y.get(0, 0)) % modulus
        return LongSum(entries, len(entries), constant)

    def terms(self) -> Terms:
        """Return the linear combination, a new dictionary."""
        found = dict(islice(self.entries.items(), self._size))
        if self._constant:
            found[0] = self._constant
        return found


def show_element(value: int, modulus: int) -> str:
    """Return a field element as text for messages; elements just below p are written as negative numbers."""
    return str(
        value - modulus if value > modulus - (1 << min(64, modulus.bit_length() - 1)) else value
    )


def pair_detail(message: str, left: int, right: int, modulus: int) -> str:
    """Return the end of a message about two values that differ."""
    values = f"({show_element(left, modulus)} is not {show_element(right, modulus)})"
    return f": {message} {values}" if message else f" {values}"
