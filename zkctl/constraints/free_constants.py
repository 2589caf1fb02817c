"""Constants that a template leaves open: ports whose value is the same for every witness, but known only when the block is stamped.

A block traced with such ports serves every value of the constants, as long as nothing in it depends on which value that is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn

from zkctl.constraints.linear import Terms

RESERVED = 64  # ports for products of open constants


class ValueNeeded(BaseException):
    """The tracing asks for the value of an open constant: it starts again, with the value.  No user code catches it by accident."""


class FreeConstants:
    """The open constants among the ports of a block, and products of them, which are computed for each stamp."""

    def __init__(self) -> None:
        self.wires: set[int] = set()
        self.products: list[tuple[Terms, Terms]] = []
        self.is_asked = False
        self._reserved: list[int] = []

    def declare(self, wires: Sequence[int], n_ports: int) -> None:
        """Leave the constants at these ports open; RESERVED more ports follow the first n_ports."""
        self.wires = set(wires)
        self._reserved = list(range(n_ports + RESERVED, n_ports, -1))

    def ask(self) -> NoReturn:
        """Raise ValueNeeded."""
        self.is_asked = True
        raise ValueNeeded

    def covers(self, terms: Mapping[int, int]) -> bool:
        """Return whether a linear combination is an open constant: it mentions some, and no other wire."""
        return bool(self.wires) and _is_subset(terms, self.wires) and any(terms)

    def others(self, terms: Mapping[int, int]) -> Terms:
        """Return the terms that are no constants."""
        return {w: c for w, c in terms.items() if w and w not in self.wires}

    def product(self, a: Terms, b: Terms) -> Terms:
        """Return the product of two constants as a new open constant."""
        if not self._reserved:
            self.ask()
        wire = self._reserved.pop()
        self.wires.add(wire)
        self.products.append((a, b))
        return {wire: 1}

    def stamped_ports(self, ports: Sequence[Terms], modulus: int) -> list[Terms]:
        """Return the ports of a stamp: the given ones, the products, and nothing for those that are not used."""
        if not self.wires:
            return list(ports)
        values = {0: 1}
        for wire in self.wires:
            if wire <= len(ports):
                values[wire] = ports[wire - 1].get(0, 0)
        found = list(ports)
        for a, b in self.products:
            left, right = (sum(c * values[w] for w, c in side.items()) for side in (a, b))
            value = left * right % modulus
            found.append({0: value} if value else {})
            values[len(found)] = value
        return [*found, *({} for _ in self._reserved)]


def _is_subset(terms: Mapping[int, int], wires: set[int]) -> bool:
    return all(wire in wires or not wire for wire in terms)
