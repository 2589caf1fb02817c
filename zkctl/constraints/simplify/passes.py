"""The levels O0, O1 and O2, and the circuit that is left.

O1 replaces signals that equal another signal or a constant; O2 also solves the other linear constraints, and those that become
linear by it, in rounds.  Signals below `n_fixed` (the constant, outputs, public inputs) are never replaced.
Source of the order of all steps: docs/design/decisions/0019-simplification.md.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.linear import Terms
from zkctl.constraints.simplify.elimination import eliminate
from zkctl.constraints.simplify.equalities import (
    is_constant_signal,
    is_equality,
    replace_constant_signals,
    replace_equal_signals,
)
from zkctl.constraints.simplify.rows import (
    Constraint,
    ConstraintRows,
    Ints,
    NonlinearRows,
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


def simplify(
    rows: ConstraintRows,
    n_fixed: int,
    *,
    level: int,
    max_rounds: int | None = None,
    last_constant_wins: bool = False,
) -> Simplified:
    """Simplify a circuit at level 1 or 2; `max_rounds` limits the rounds of level 2.

    Constraints that cannot hold stay in the result; with `last_constant_wins` that of two constants for a signal does not, as in circom.
    """
    p = rows.modulus
    is_linear = rows.linear_rows()
    equalities, constants, others = _sorted_by_kind(rows, np.flatnonzero(is_linear).tolist())
    replacements, linear = replace_equal_signals(equalities, n_fixed, p)
    others = [replaced(terms, replacements, p) for terms in others]
    constants = [replaced(terms, replacements, p) for terms in constants]
    by_constants, kept = replace_constant_signals(
        constants, n_fixed, p, last_wins=last_constant_wins
    )
    linear += kept
    others = [replaced(terms, by_constants, p) for terms in others]
    _compose(replacements, by_constants, p)
    if level == 1:
        linear += others
    else:
        solved, left_over = eliminate(others, n_fixed, p)
        linear = [replaced(terms, solved, p) for terms in [*linear, *left_over]]
        _compose(replacements, solved, p)
    nonlinear = NonlinearRows(rows, ~is_linear)
    became_linear = _apply_to_all(nonlinear, replacements)
    occurs = nonlinear.occurring()
    if level == 1:
        linear = became_linear + linear
    else:
        rounds = _Rounds(nonlinear, n_fixed, replacements, linear)
        rounds.run(became_linear, max_rounds)
        linear = rounds.linear
    occurs |= nonlinear.occurring()
    return _result(nonlinear, linear, replacements, occurs, n_fixed)


def _sorted_by_kind(
    rows: ConstraintRows, numbers: Iterable[int]
) -> tuple[list[Terms], list[Terms], list[Terms]]:
    equalities: list[Terms] = []
    constants: list[Terms] = []
    others: list[Terms] = []
    for number in numbers:
        terms = rows.constraint(number).c
        if is_equality(terms, rows.modulus):
            equalities.append(terms)
        elif is_constant_signal(terms):
            constants.append(terms)
        elif terms:
            others.append(terms)
    return equalities, constants, others


def _compose(replacements: dict[int, Terms], more: dict[int, Terms], modulus: int) -> None:
    """Add replacements; those known before must not mention what is replaced now."""
    if not more:
        return
    for signal, terms in replacements.items():
        replacements[signal] = replaced(terms, more, modulus)
    replacements |= more


def _apply_to_all(nonlinear: NonlinearRows, replacements: dict[int, Terms]) -> list[Terms]:
    """Apply replacements to rows that were not changed before; return those that became linear."""
    became_linear: list[Terms] = []
    p = nonlinear.rows.modulus
    for row in nonlinear.holding_any(replacements):
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
    ) -> None:
        self.nonlinear = nonlinear
        self.n_fixed = n_fixed
        self.replacements = replacements
        self.linear = linear
        self.modulus = nonlinear.rows.modulus
        self.history: list[dict[int, Terms]] = []

    def run(self, waiting: list[Terms], max_rounds: int | None) -> None:
        """Run rounds on the constraints that became linear."""
        n_rounds = 1
        while waiting and (max_rounds is None or n_rounds < max_rounds):
            solved, left_over = eliminate(waiting, self.n_fixed, self.modulus)
            self.linear = [
                replaced(terms, solved, self.modulus) for terms in [*self.linear, *left_over]
            ]
            found = [terms for signal in solved for terms in self._apply(signal, solved[signal])]
            waiting = [replaced(terms, solved, self.modulus) for terms in found]
            self.history.append(solved)
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


def _result(
    nonlinear: NonlinearRows,
    linear: list[Terms],
    replacements: dict[int, Terms],
    occurs: NDArray[np.bool_],
    n_fixed: int,
) -> Simplified:
    linear = [terms for terms in linear if terms]
    stays = occurs
    for terms in linear:
        stays[list(terms)] = True
    stays[list(replacements)] = False
    stays[:n_fixed] = True
    origins = np.flatnonzero(nonlinear.present)
    return Simplified(origins, nonlinear.changed, linear, np.flatnonzero(stays), replacements)
