"""Conditions on the inputs under which a constraint stops to determine a wire: the other factor of its product is 0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zkctl.lint.system import Form, Row


def vanishing_factors(rows: Iterable[Row], unique: frozenset[int]) -> Iterator[Form]:
    """Yield forms, each once, that multiply a form with wires that are not proved unique."""
    seen = set()
    for row in rows:
        for factor, other in ((row.a, row.b), (row.b, row.a)):
            if factor.keys() <= {0} or other.keys() <= unique:
                continue
            key = frozenset(factor.items())
            if key not in seen:
                seen.add(key)
                yield factor
