"""Conditions on the inputs under which a constraint may stop to determine a wire, or begin to let one through to an output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zkctl.lint.system import Form, Row


def conditions(rows: Iterable[Row], unique: frozenset[int], p: int) -> Iterator[Form]:
    """Yield forms to be 0: factors of forms with wires that are not proved unique, then those factors minus 1.

    A factor that is 0 is a division by zero; a selector that is 1 lets a free wire reach what it selects.
    """
    factors = list(_factors(rows, unique))
    yield from factors
    for factor in factors:
        less = (factor.get(0, 0) - 1) % p
        yield {**factor, 0: less} if less else {w: c for w, c in factor.items() if w}


def _factors(rows: Iterable[Row], unique: frozenset[int]) -> Iterator[Form]:
    """Yield each factor once."""
    seen = set()
    for row in rows:
        for factor, other in ((row.a, row.b), (row.b, row.a)):
            if factor.keys() <= {0} or other.keys() <= unique:
                continue
            key = frozenset(factor.items())
            if key not in seen:
                seen.add(key)
                yield factor
