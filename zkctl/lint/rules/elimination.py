"""Gaussian elimination of the unknown parts of linear rows."""

from __future__ import annotations

from collections import defaultdict

from zkctl.lint.facts import Facts
from zkctl.lint.forms import add_to, scaled
from zkctl.lint.search.guesses import scattered
from zkctl.lint.sparse_rows import SparseRows, TooMuchWorkError
from zkctl.lint.system import Form

MOST_ROWS = 5_000
MOST_TERMS = 100_000
MOST_WORK = 1_000_000  # terms that are added in a part; about a second
MOST_STEP_TERMS = (
    20_000  # of the combinations that are written down before the rows are tried again
)

Parts = dict[int, dict[int, int]]  # by row: its wires that are not unique, with coefficients


def eliminate(facts: Facts) -> bool:
    """Make wires unique that a combination of rows leaves alone; return whether there was one.

    The unknown part of each row has the same value in two assignments, and so has every combination.
    """
    found = False
    for part in components(core(open_parts(facts))):
        key = hash(frozenset((k, frozenset(form.items())) for k, form in part.items()))
        if key in facts.eliminated:
            continue
        facts.eliminated.add(key)
        if len(part) <= MOST_ROWS and sum(map(len, part.values())) <= MOST_TERMS:
            found |= _eliminate_part(facts, part)
    return found


def open_parts(facts: Facts) -> Parts:
    """Return the unknown parts of all rows that have one of two wires or more."""
    found = {}
    for k in facts.rows.numbers():
        row = facts.rows[k]
        if (
            facts.unique.issuperset(row.c)
            and facts.unique.issuperset(row.a)
            and facts.unique.issuperset(row.b)
        ):
            continue
        form = facts.open_of(k)
        if form is not None:
            part = {wire: form[wire] for wire in facts.unknown(form)}
            if part:
                found[k] = part
    return found


def core(parts: Parts) -> Parts:
    """Leave out rows with two wires or more that no other row has: a combination with such a row leaves two wires at least."""
    parts = dict(parts)
    rows = _rows_of_wires(parts)
    waiting = list(parts)
    while waiting:
        k = waiting.pop()
        if k not in parts or sum(len(rows[wire]) == 1 for wire in parts[k]) < 2:
            continue
        for wire in parts.pop(k):
            rows[wire].discard(k)
            if len(rows[wire]) == 1:
                waiting.extend(rows[wire])
    return parts


def _rows_of_wires(parts: Parts) -> dict[int, set[int]]:
    rows: dict[int, set[int]] = defaultdict(set)
    for k, part in parts.items():
        for wire in part:
            rows[wire].add(k)
    return rows


def components(parts: Parts) -> list[Parts]:
    """Split rows into groups that share no wire."""
    rows = _rows_of_wires(parts)
    left = dict(parts)
    found = []
    while left:
        group: Parts = {}
        waiting = {next(iter(left))}
        while waiting:
            k = waiting.pop()
            group[k] = left.pop(k)
            near = {other for wire in group[k] for other in rows[wire]}
            waiting |= near & left.keys()
        found.append(group)
    return found


def _eliminate_part(facts: Facts, parts: Parts) -> bool:
    """Eliminate without a record first: a wire that some null vector does not have at 0 is not to be had.

    A wire that is 0 in one null vector with many values is almost surely 0 in all; then it has a combination.
    """
    try:
        rows = SparseRows(parts, facts.modulus, MOST_WORK)
    except TooMuchWorkError:
        return False
    vector = rows.null_vector({wire: scattered(wire, facts.modulus) for wire in rows.free()})
    n_terms = 0
    for wire in sorted(wire for wire in rows.wires if wire not in vector):
        made_of = rows.combination(wire)
        if made_of:
            facts.learn_unique([wire], ["combine", [[k, made_of[k]] for k in sorted(made_of)]])
            n_terms += len(made_of)
        if n_terms > MOST_STEP_TERMS:  # the others mostly follow row by row now
            break
    return n_terms > 0


class RowSpan:
    """The forms that linear rows set to zero, and their combinations."""

    def __init__(self, facts: Facts, rows: list[int]) -> None:
        self._modulus = facts.modulus
        self._pivots: dict[int, tuple[dict[int, int], dict[int, int]]] = {}
        for k in rows:
            form, made_of = self.reduce(facts.linear_of(k) or {})
            made_of = {j: self._modulus - v for j, v in made_of.items()}
            add_to(made_of, {k: 1}, 1, self._modulus)
            if max(form, default=0):
                pivot = max(form)
                inverse = pow(form[pivot], -1, self._modulus)
                self._pivots[pivot] = (
                    scaled(form, inverse, self._modulus),
                    scaled(made_of, inverse, self._modulus),
                )

    def reduce(self, form: Form) -> tuple[dict[int, int], dict[int, int]]:
        """Return a form without the pivots, and the factors of the rows whose sum is the difference."""
        form = dict(form)
        made_of: dict[int, int] = {}
        while True:
            pivot = max((wire for wire in form if wire in self._pivots), default=0)
            if not pivot:
                return form, made_of
            own, parts = self._pivots[pivot]
            factor = form[pivot]
            add_to(form, own, -factor, self._modulus)
            add_to(made_of, parts, factor, self._modulus)
