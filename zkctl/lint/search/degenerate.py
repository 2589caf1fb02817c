"""Conditions on the inputs under which a constraint may stop to determine a wire, or begin to let one through to an output."""

from __future__ import annotations

from collections.abc import Iterable

from zkctl.lint.system import Form, Row


def conditions(rows: Iterable[Row], unique: frozenset[int], p: int) -> list[Form]:
    """Return forms to be 0: factors of forms with wires that are not proved unique, then those factors minus 1.

    A factor that is 0 is a division by zero; a selector that is 1 lets a free wire reach what it selects.  Factors that the inputs
    determine come first.
    """
    found: dict[frozenset[tuple[int, int]], Form] = {}
    for row in rows:
        for factor, other in ((row.a, row.b), (row.b, row.a)):
            if not factor.keys() <= {0} and not other.keys() <= unique:
                inverse = pow(next(c for w, c in factor.items() if w), -1, p)
                found.setdefault(frozenset((w, c * inverse % p) for w, c in factor.items()), factor)
    factors = sorted(found.values(), key=lambda factor: not factor.keys() <= unique)
    return factors + [_less_one(factor, p) for factor in factors]


def _less_one(form: Form, p: int) -> Form:
    constant = (form.get(0, 0) - 1) % p
    rest = {w: c for w, c in form.items() if w}
    return {0: constant, **rest} if constant else rest
