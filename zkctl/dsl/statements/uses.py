"""The results of gadgets must be used: by a row, an output, another gadget or a hint, or be passed to `discard`.

Each call of a gadget has one Use, which all signals of its result carry.  What is computed from such a signal carries it along, and
whatever consumes a signal marks it.  An assumption consumes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Use:
    """A node of the graph from computed values back to the results of gadgets; marked once something consumes the value."""

    __slots__ = ("is_used", "sources")

    def __init__(self, *sources: Use) -> None:
        self.is_used = False
        self.sources = sources

    def mark(self) -> None:
        """Mark this and everything that it was computed from.  Each node is visited once in its life."""
        open_nodes = [self]
        while open_nodes:
            node = open_nodes.pop()
            if not node.is_used:
                node.is_used = True
                open_nodes.extend(node.sources)
                node.sources = ()


class Carrier(Protocol):
    """A signal."""

    use: Use | None


def joined(x: Use | None, y: Use | None) -> Use | None:
    """Return the Use of a value that is computed from two."""
    if x is None or x.is_used:
        return None if y is None or y.is_used else y
    if y is None or y.is_used or x is y:
        return x
    return Use(x, y)


def mark_used(signals: Iterable[Carrier]) -> None:
    """Record that something consumes the signals."""
    for signal in signals:
        if signal.use is not None:
            signal.use.mark()
            signal.use = None


class Result:
    """The result of one call of a gadget: its signals carry one new Use."""

    __slots__ = ("gadget", "node", "use")

    def __init__(self, gadget: str, node: int, signals: Iterable[Carrier]) -> None:
        self.gadget = gadget
        self.node = node
        self.use = Use()
        for signal in signals:
            signal.use = self.use


def example_of_use(gadget: str) -> str:
    """Return how the result of a gadget may be used, for a hint."""
    if gadget == "bit":
        return "constrain(x < y)"
    if gadget in ("less_than", "less_or_equal", "is_equal"):
        return f"constrain({gadget}(x, y) == 1)"
    return f"constrain({gadget}(...) == y)"
