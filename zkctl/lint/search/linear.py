"""Elimination among the linear rows of a component: wires that they determine together."""

from __future__ import annotations

from collections.abc import Iterable

from zkctl.lint.search.assignment import Reduced

MAX_ROWS = 300

_Echelon = dict[int, tuple[dict[int, int], int]]  # pivot: (form, constant) with form + constant = 0


def determined(rows: Iterable[Reduced], p: int) -> dict[int, int] | None:
    """Return the wires that the linear rows determine, with their values; None if they contradict each other."""
    pivots: _Echelon = {}
    for row in rows:
        form, constant = dict(row.c), row.c0
        while (w := next((v for v in form if v in pivots), None)) is not None:
            constant = _subtract(form, constant, pivots[w], form[w], p)
        if not form:
            if constant:
                return None
            continue
        pivot = next(iter(form))
        inverse = pow(form[pivot], -1, p)
        reduced = ({w: c * inverse % p for w, c in form.items()}, constant * inverse % p)
        for other, (its_form, its_constant) in pivots.items():
            if pivot in its_form:
                new = _subtract(its_form, its_constant, reduced, its_form[pivot], p)
                pivots[other] = (its_form, new)
        pivots[pivot] = reduced
    return {w: -constant % p for w, (form, constant) in pivots.items() if len(form) == 1}


def _subtract(
    form: dict[int, int], constant: int, other: tuple[dict[int, int], int], factor: int, p: int
) -> int:
    """Subtract factor times a pivot's form in place; return the new constant."""
    for w, c in other[0].items():
        left = (form.get(w, 0) - factor * c) % p
        if left:
            form[w] = left
        else:
            form.pop(w, None)
    return (constant - factor * other[1]) % p
