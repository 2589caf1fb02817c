"""The levels O0, O1 and O2, and the circuit that is left.

O1 replaces signals that equal another signal or a constant; O2 also solves the other linear constraints, and those that become
linear by it, in rounds.  Signals below `n_fixed` (the constant, outputs, public inputs) are never replaced.
Source of the order of all steps: docs/design/decisions/0019-simplification.md.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.linear import Terms
from zkctl.constraints.simplify.changed import ChangedRows
from zkctl.constraints.simplify.elimination import eliminate
from zkctl.constraints.simplify.equalities import (
    is_constant_signal,
    replace_constant_signals,
)
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.constraints.simplify.nonlinear import NonlinearRows
from zkctl.constraints.simplify.renaming import (
    equalities_of,
    renamed,
    renaming_of,
    rows_with_repeats,
)
from zkctl.constraints.simplify.rows import (
    Constraint,
    ConstraintRows,
    Ints,
    replaced,
    with_replaced,
)
from zkctl.runtime.records import record


@record(eq=False)
class Simplified:
    """The remaining constraints of a circuit, in its own signal numbers.

    Row number k of the result is row `origins[k]` of the circuit, changed if it is in `changed`; after them come the constraints
    `linear` (C = 0).  `replacements` holds each removed signal as a combination of others.
    Shapes: origins (n_nonlinear,), kept (n_kept,) the signals that stay, ascending.
    """

    origins: Ints
    changed: dict[int, Constraint]
    linear: list[Terms]
    kept: Ints
    replacements: dict[int, Terms]

    @property
    def is_contradictory(self) -> bool:
        """True if a constraint is left that no values satisfy."""
        return any(set(terms) == {0} for terms in self.linear)


@record(eq=False)
class Remaining:
    """As `Simplified`, in arrays: `rows` is the circuit with equal signals renamed.

    Row number k of the result is row `origins[k]` of `rows`, then come the constraints `linear`, then the rows `tail`, which are
    linear; those in `changed` are not as in `rows`.
    """

    rows: ConstraintRows
    stays: Ints
    origins: Ints
    changed: Mapping[int, Constraint]
    linear: list[Terms]
    tail: Ints
    kept: Ints
    solved: dict[int, Terms]

    @property
    def n_linear(self) -> int:
        """Number of constraints that multiply nothing."""
        return len(self.linear) + len(self.tail)

    @property
    def is_contradictory(self) -> bool:
        """True if a constraint is left that no values satisfy."""
        changed = (self.changed[row].c for row in self.tail.tolist() if row in self.changed)
        return any(set(terms) == {0} for terms in (*self.linear, *changed))

    def as_terms(self, circuit: ConstraintRows) -> Simplified:
        """Return the same with every changed row in `changed`."""
        is_renamed = circuit.rows_with(circuit.signals != self.rows.signals)
        changed = dict(self.changed)
        for row in self.origins[is_renamed[self.origins]].tolist():
            if row not in changed:
                changed[row] = self.rows.constraint(row)
        tail = [changed.get(row) or self.rows.constraint(row) for row in self.tail.tolist()]
        changed = {row: changed[row] for row in self.origins.tolist() if row in changed}
        replacements = self._renamed_signals() | self.solved
        linear = [*self.linear, *(each.c for each in tail)]
        return Simplified(self.origins, changed, linear, self.kept, replacements)

    def _renamed_signals(self) -> dict[int, Terms]:
        p, found = self.rows.modulus, np.flatnonzero(self.stays != np.arange(len(self.stays)))
        return {
            signal: replaced({other: 1}, self.solved, p)
            for signal, other in zip(found.tolist(), self.stays[found].tolist(), strict=True)
        }


def simplify(
    rows: ConstraintRows,
    n_fixed: int,
    *,
    level: int,
    max_rounds: int | None = None,
) -> Simplified:
    """Simplify a circuit at level 1 or 2; `max_rounds` limits the rounds of level 2.

    Constraints that cannot hold stay in the result.
    """
    found = remaining(rows, n_fixed, SimplificationLevel(level, max_rounds))
    return found.as_terms(rows)


def remaining(
    rows: ConstraintRows,
    n_fixed: int,
    level: SimplificationLevel,
    *,
    is_linear: NDArray[np.bool_] | None = None,
) -> Remaining:
    """Simplify as `simplify` does; `is_linear` (n_rows,) are the rows to begin with, all linear ones if it is None."""
    p = rows.modulus
    if is_linear is None:
        is_linear = rows.linear_rows()
    equalities = equalities_of(rows, is_linear)
    renaming = renaming_of(rows, equalities, n_fixed)
    new_rows = renamed(rows, renaming.stays)
    constants, others = _sorted_by_kind(rows, is_linear, equalities.rows)
    by_constants, kept = replace_constant_signals(
        (new_rows.constraint(row).c for row in constants), n_fixed, p, last_wins=level.is_compatible
    )
    linear, solved = renaming.kept + kept, dict(by_constants)
    has_repeats = rows_with_repeats(new_rows)
    changed: MutableMapping[int, Constraint] = {} if level.number > 1 else ChangedRows(new_rows)
    tail = _change_tail(new_rows, others, by_constants, has_repeats, changed)
    if level.number > 1:
        waiting = _all_terms(new_rows, tail, changed)
        left, left_over = eliminate(waiting, n_fixed, p, by_labels=level.by_labels)
        linear = [replaced(terms, left, p) for terms in [*linear, *left_over]]
        _compose(solved, left, p)
        tail = tail[:0]
        changed.clear()
    nonlinear = NonlinearRows(new_rows, ~is_linear, changed)
    became_linear = _apply_to_all(nonlinear, solved, has_repeats)
    if level.number == 1:
        linear = became_linear + linear
        occurs = nonlinear.occurring()
    else:
        rounds = _Rounds(nonlinear, n_fixed, solved, linear, by_labels=level.by_labels)
        rounds.run(became_linear, level.max_rounds)
        linear = rounds.linear
        occurs = rounds.occurs | nonlinear.occurring()
    linear = [terms for terms in linear if terms]
    stays = occurs | _occurring(new_rows, tail, changed)
    for terms in linear:
        stays[list(terms)] = True
    stays[list(solved)] = False
    stays[:n_fixed] = True
    return Remaining(
        new_rows,
        renaming.stays,
        np.flatnonzero(nonlinear.present),
        changed,
        linear,
        tail,
        np.flatnonzero(stays),
        solved,
    )


def _sorted_by_kind(
    rows: ConstraintRows, is_linear: NDArray[np.bool_], equalities: Ints
) -> tuple[list[int], Ints]:
    """Return the linear rows that fix the value of one signal, and the others that are not empty, without equalities."""
    chosen = is_linear.copy()
    chosen[equalities] = False
    is_plain = chosen & rows.is_sum()
    has_constant = rows.rows_with(rows.signals == 0)
    n_signals = rows.n_terms(2) - has_constant
    is_constant = is_plain & (n_signals == 1)
    is_other = is_plain & (n_signals > 1)
    # sides that hold constants, and constraints without signals, are rare
    for row in np.flatnonzero(chosen & ~is_constant & ~is_other).tolist():
        terms = rows.constraint(row).c
        is_constant[row] = is_constant_signal(terms)
        is_other[row] = bool(terms) and not is_constant[row]
    return np.flatnonzero(is_constant).tolist(), np.flatnonzero(is_other)


def _change_tail(
    rows: ConstraintRows,
    tail: Ints,
    by_constants: dict[int, Terms],
    has_repeats: NDArray[np.bool_],
    changed: MutableMapping[int, Constraint],
) -> Ints:
    """Apply constants to linear rows; those that are not as in `rows` go into `changed`.  Return those that are not empty."""
    touched = has_repeats | ~rows.is_sum()
    if by_constants:
        is_constant = np.zeros(rows.n_signals, np.bool_)
        is_constant[list(by_constants)] = True
        touched |= rows.rows_with(is_constant[rows.signals])
    is_empty = np.zeros(rows.n_rows, np.bool_)
    for row in tail[touched[tail]].tolist():
        found = rows.constraint(row)
        found = found._replace(c=replaced(found.c, by_constants, rows.modulus))
        if found.c:
            changed[row] = found
        else:
            is_empty[row] = True
    return tail[~is_empty[tail]]


def _all_terms(
    rows: ConstraintRows, numbers: Ints, changed: Mapping[int, Constraint]
) -> list[Terms]:
    """Return linear rows as combinations that are 0."""
    return [(changed.get(row) or rows.constraint(row)).c for row in numbers.tolist()]


def _occurring(
    rows: ConstraintRows, numbers: Ints, changed: Mapping[int, Constraint]
) -> NDArray[np.bool_]:
    """Return for each signal whether one of these rows holds it, of those that did not change."""
    own = np.zeros(rows.n_rows, np.bool_)
    own[numbers] = True
    own[list(changed)] = False
    found = np.zeros(rows.n_signals, np.bool_)
    found[rows.signals[rows.terms_of(own)]] = True
    return found


def _compose(replacements: dict[int, Terms], more: dict[int, Terms], modulus: int) -> None:
    """Add replacements; those known before must not mention what is replaced now."""
    if not more:
        return
    for signal, terms in replacements.items():
        replacements[signal] = replaced(terms, more, modulus)
    replacements |= more


def _apply_to_all(
    nonlinear: NonlinearRows, replacements: dict[int, Terms], has_repeats: NDArray[np.bool_]
) -> list[Terms]:
    """Apply replacements to rows that were not changed before; return those that became linear."""
    became_linear: list[Terms] = []
    p = nonlinear.rows.modulus
    unusual = has_repeats | nonlinear.rows.linear_rows()
    unusual &= nonlinear.present
    found = np.flatnonzero(unusual).tolist()
    for row in sorted({*found, *nonlinear.holding_any(replacements)}):
        constraint = with_replaced(nonlinear.rows.constraint(row), replacements, p)
        if constraint.is_linear:
            nonlinear.remove(row)
            became_linear.append(constraint.c)
        else:
            nonlinear[row] = constraint
    return became_linear


class _Rounds:
    """The rounds of level 2: solve what became linear, apply it, until nothing becomes linear."""

    def __init__(
        self,
        nonlinear: NonlinearRows,
        n_fixed: int,
        replacements: dict[int, Terms],
        linear: list[Terms],
        *,
        by_labels: bool,
    ) -> None:
        self.nonlinear = nonlinear
        self.n_fixed = n_fixed
        self.replacements = replacements
        self.linear = linear
        self.by_labels = by_labels
        self.modulus = nonlinear.rows.modulus
        self.history: list[dict[int, Terms]] = []
        # signals that were in a row once: they stay unless they are replaced
        self.occurs = nonlinear.occurring()

    def run(self, waiting: list[Terms], max_rounds: int | None) -> None:
        """Run rounds on the constraints that became linear."""
        n_rounds = 1
        while waiting and (max_rounds is None or n_rounds < max_rounds):
            solved, left_over = eliminate(
                waiting, self.n_fixed, self.modulus, by_labels=self.by_labels
            )
            self.linear = [
                replaced(terms, solved, self.modulus) for terms in [*self.linear, *left_over]
            ]
            for signal, terms in solved.items():
                if self.occurs[signal]:
                    self.occurs[list(terms)] = True
            found = [terms for signal in solved for terms in self._apply(signal, solved[signal])]
            waiting = [replaced(terms, solved, self.modulus) for terms in found]
            self.history.append(solved)
            n_rounds += 1
        self.linear = waiting + self.linear
        self._collect()

    def _apply(self, signal: int, terms: Terms) -> list[Terms]:
        became_linear: list[Terms] = []
        one = {signal: terms}
        for row in self.nonlinear.holding(signal):
            constraint = with_replaced(self.nonlinear[row], one, self.modulus)
            if constraint.is_linear:
                self.nonlinear.remove(row)
                became_linear.append(constraint.c)
            else:
                self.nonlinear[row] = constraint
        return became_linear

    def _collect(self) -> None:
        """Add the replacements of all rounds, the newest first: they mention no replaced signal."""
        total: dict[int, Terms] = {}
        for solved in reversed(self.history):
            total = {s: replaced(t, total, self.modulus) for s, t in solved.items()} | total
        _compose(self.replacements, total, self.modulus)
