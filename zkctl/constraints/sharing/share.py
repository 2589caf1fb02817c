"""New wires for the sums that constraints of a simplified circuit share.

A product A * B = C has a row with one wire for each side, so a side of n wires costs n - 1 additions, and so does a new wire for
that sum: every sum may have a wire, used or not by others.  The sums are then a linear program, made shorter by groups of wires
that occur together (twin_wires.py) and by sums before them (known_sums.py).  Wires that one sum uses are put back into it.
Each new wire is a combination of the circuit's wires and earlier new ones, so that every solution has one value for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from zkctl.constraints.linear import Terms, accumulate, add_scaled, scaled
from zkctl.constraints.plonk.combinations import IN_A_SUM
from zkctl.constraints.sharing.known_sums import KnownSums, n_wires
from zkctl.constraints.sharing.twin_wires import group_twins
from zkctl.constraints.simplify.passes import Simplified
from zkctl.constraints.simplify.rows import Constraint, ConstraintRows
from zkctl.runtime.records import record


@record(eq=False)
class Shared:
    """A simplified circuit with more wires.

    `new_wires` are the sums of the wires after those of the circuit, in order: each uses only wires before it.
    """

    simplified: Simplified
    new_wires: list[Terms]


class _Side(NamedTuple):
    """A side of a constraint: factor * (sum `number`) + constant."""

    number: int
    factor: int
    constant: int


def share_sums(rows: ConstraintRows, simplified: Simplified) -> Shared:
    """Return the circuit with wires for the sums that are cheaper with them; its other constraints are unchanged."""
    return _Sharing(rows, simplified).result()


class _Sharing:
    """The sums of a circuit, without constants and with the first coefficient 1, and their uses."""

    def __init__(self, rows: ConstraintRows, simplified: Simplified) -> None:
        self.rows, self.simplified = rows, simplified
        self.modulus = rows.modulus
        self.n_all = rows.n_signals
        self.sums: list[Terms] = []
        self._numbers: dict[tuple[tuple[int, int], ...], int] = {}
        self.definitions: dict[int, Terms] = {}
        self.sides = self._collect()
        self.zeros = [dict(terms) for terms in simplified.linear]
        self.signals = self._removed_signals()

    def result(self) -> Shared:
        """Return the circuit."""
        self._find([dict(terms) for terms in self.sums])
        constraints = {row: self._constraint(row) for row in self.sides}
        return _Inlined(self, constraints).result()

    # -- collecting

    def _collect(self) -> dict[int, tuple[Terms | _Side, ...]]:
        """Return the sides of the constraints that have a sum of two wires or more, by row."""
        changed = self.simplified.changed
        lengths = np.diff(self.rows.starts).reshape(-1, 3).max(axis=1)
        found: dict[int, tuple[Terms | _Side, ...]] = {}
        for row in self.simplified.origins.tolist():
            if row not in changed and lengths[row] < 2:
                continue
            constraint = changed[row] if row in changed else self.rows.constraint(row)
            if any(n_wires(side) > 1 for side in constraint):
                found[row] = tuple(
                    self._side(side) if n_wires(side) > 1 else side for side in constraint
                )
        return found

    def _side(self, terms: Terms) -> _Side:
        factor, normal = _normal(terms, self.modulus)
        key = tuple(normal.items())
        number = self._numbers.setdefault(key, len(self.sums))
        if number == len(self.sums):
            self.sums.append(normal)
        return _Side(number, factor, terms.get(0, 0))

    def _removed_signals(self) -> dict[int, tuple[int, int, int]]:
        """Return the removed signals that are factor * sum + constant, by the sum's number: one for each sum."""
        found: dict[int, tuple[int, int, int]] = {}
        for signal, terms in self.simplified.replacements.items():
            if n_wires(terms) > 1:
                factor, normal = _normal(terms, self.modulus)
                number = self._numbers.get(tuple(normal.items()))
                if number is not None:
                    found.setdefault(number, (signal, factor, terms.get(0, 0)))
        return found

    # -- finding

    def _new_wire(self) -> int:
        self.n_all += 1
        return self.n_all - 1

    def _find(self, sums: list[Terms]) -> None:
        """Express all sums, from the shortest to the longest, by those before them."""
        known, zeros = KnownSums(self.modulus), [_wires_of(terms) for terms in self.zeros]
        self.values: list[Terms] = [{} for _ in sums]
        long = [terms for terms in zeros if len(terms) > IN_A_SUM]
        for wire, group in group_twins(sums + long, self._new_wire, self.modulus):
            self.definitions[wire] = known.shortest(group)
            known.add(group, {wire: 1})
        together = sums + zeros
        for number in sorted(range(len(together)), key=lambda k: (len(together[k]), k)):
            terms = together[number]
            if number < len(sums):
                value = self.values[number] = self._value(number, known.shortest(terms))
                known.add(terms, value)
            elif terms:
                self._express_zero(number - len(sums), terms, known)

    def _value(self, number: int, shortest: Terms) -> Terms:
        """Return the value of a sum in one wire, a removed signal or a new wire if there is none."""
        p = self.modulus
        if n_wires(shortest) == 1:
            return shortest
        if number not in self.signals:
            wire = self._new_wire()
            self.definitions[wire] = shortest
            return {wire: 1}
        signal, factor, constant = self.signals[number]
        self.definitions[signal] = add_scaled(
            {0: constant} if constant else {}, shortest, factor, p
        )
        return scaled({signal: 1, 0: -constant}, pow(factor, -1, p), p)

    def _express_zero(self, k: int, terms: Terms, known: KnownSums) -> None:
        constant = self.zeros[k].get(0, 0)
        shortest = known.shortest(terms) if len(terms) > IN_A_SUM else terms
        if constant:
            shortest = add_scaled(shortest, {0: 1}, constant, self.modulus)
        self.zeros[k] = shortest
        known.add(terms, {0: self.modulus - constant} if constant else {})

    def _constraint(self, row: int) -> Constraint:
        a, b, c = (self._rewritten(side) for side in self.sides[row])
        return Constraint(a, b, c)

    def _rewritten(self, side: Terms | _Side) -> Terms:
        if not isinstance(side, _Side):
            return side
        value = scaled(self.values[side.number], side.factor, self.modulus)
        return add_scaled(value, {0: 1}, side.constant, self.modulus) if side.constant else value


class _Inlined:
    """The circuit when wires that one combination uses are put back into it, and unused ones are left out."""

    def __init__(self, sharing: _Sharing, constraints: dict[int, Constraint]) -> None:
        self.sharing, self.constraints = sharing, constraints
        self.modulus, self.first_new = sharing.modulus, sharing.rows.n_signals
        self.definitions = sharing.definitions
        self.n_uses = self._count()
        stay = [wire for wire in self.definitions if self.n_uses[wire] > 1]
        new = [wire for wire in stay if wire >= self.first_new]
        self.numbers = {wire: self.first_new + k for k, wire in enumerate(new)}
        self.stay = stay
        self.sums: dict[int, Terms] = {}
        self.final: dict[
            int, Terms
        ] = {}  # of defined wires: the wire, or its sum if one combination uses it
        for wire, terms in self.definitions.items():
            if self.n_uses[wire]:
                total = self._final(terms)
                is_own = self.n_uses[wire] == 1
                self.final[wire] = total if is_own else {self.numbers.get(wire, wire): 1}
                self.sums[wire] = total

    def _count(self) -> dict[int, int]:
        """Return the uses of each defined wire by what is used itself."""
        n_uses = dict.fromkeys(self.definitions, 0)
        sides: Iterable[Mapping[int, int]] = (
            side for constraint in self.constraints.values() for side in constraint
        )
        for terms in [*sides, *self.sharing.zeros]:
            _count_uses(terms, n_uses)
        for wire in reversed(self.definitions):
            if n_uses[wire]:
                _count_uses(self.definitions[wire], n_uses)
        return n_uses

    def _final(self, terms: Terms) -> Terms:
        """Return a combination with its own wires put back and all new wires renumbered."""
        total: Terms = {}
        for wire, value in terms.items():
            accumulate(total, self.final.get(wire, {wire: 1}), value, self.modulus)
        return total

    def result(self) -> Shared:
        """Return the circuit."""
        before = self.sharing.simplified
        sums = {wire: self.sums[wire] for wire in self.stay}
        constraints = {
            row: Constraint(*(self._final(side) for side in constraint))
            for row, constraint in self.constraints.items()
        }
        defining = [
            add_scaled(terms, {self.numbers.get(wire, wire): 1}, -1, self.modulus)
            for wire, terms in sums.items()
        ]
        signals = [wire for wire in self.stay if wire < self.first_new]
        kept = [*before.kept.tolist(), *signals, *self.numbers.values()]
        simplified = Simplified(
            before.origins,
            before.changed | constraints,
            [*map(self._final, self.sharing.zeros), *defining],
            np.array(sorted(kept), before.kept.dtype),
            {s: t for s, t in before.replacements.items() if s not in signals},
        )
        return Shared(simplified, [sums[wire] for wire in self.numbers])


def _normal(terms: Terms, modulus: int) -> tuple[int, Terms]:
    """Return a factor and the sum without constant, ascending, whose first coefficient is 1."""
    wires = sorted(wire for wire in terms if wire)
    factor = terms[wires[0]]
    inverse = pow(factor, -1, modulus)
    return factor, {wire: terms[wire] * inverse % modulus for wire in wires}


def _wires_of(terms: Terms) -> Terms:
    """Return a combination without its constant."""
    return {wire: value for wire, value in terms.items() if wire}


def _count_uses(terms: Mapping[int, int], n_uses: dict[int, int]) -> None:
    for wire in terms:
        if wire in n_uses:
            n_uses[wire] += 1
