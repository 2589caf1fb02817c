"""Sparse Gaussian elimination modulo a prime, without a record of which rows made what until it is asked for."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from zkctl.lint.forms import add_to
from zkctl.lint.system import Form


class TooMuchWorkError(Exception):
    """The elimination fills the rows too much."""


class _Pivot(NamedTuple):
    """A row that clears a wire from all later rows."""

    wire: int
    row: int
    form: dict[int, int]
    inverse: int  # of the wire's coefficient


class SparseRows:
    """Rows in echelon form: no row has the pivot wires of earlier ones.

    Pivots are chosen as Markowitz did: wires of one row first, then the shortest row and its rarest wire, so that few terms are added.
    """

    def __init__(self, rows: Mapping[int, Form], modulus: int, most_work: int) -> None:
        """Eliminate; `most_work` limits the terms that are added.

        Raises: TooMuchWorkError.
        """
        self._modulus = modulus
        self._left = most_work
        self._rows = {k: dict(form) for k, form in rows.items()}
        self._rows_of: dict[int, set[int]] = defaultdict(set)
        for k, form in self._rows.items():
            for wire in form:
                self._rows_of[wire].add(k)
        self._pivots: list[_Pivot] = []
        self._subtracted: dict[int, list[tuple[int, int]]] = defaultdict(list)  # (row, factor)
        self.wires = list(self._rows_of)
        self._eliminate()

    def _eliminate(self) -> None:
        singles = [wire for wire, rows in self._rows_of.items() if len(rows) == 1]
        shortest = [(len(form), k) for k, form in self._rows.items()]
        heapq.heapify(shortest)
        while self._rows:
            while singles:
                wire = singles.pop()
                if len(self._rows_of[wire]) == 1:
                    (k,) = self._rows_of[wire]
                    self._take(k, wire, singles)
            if not shortest:
                return
            length, k = heapq.heappop(shortest)
            form = self._rows.get(k)
            if form is None:
                continue
            if not form:
                del self._rows[k]
            elif len(form) != length:
                heapq.heappush(shortest, (len(form), k))
            else:
                self._take(k, min(form, key=lambda wire: len(self._rows_of[wire])), singles)

    def _take(self, k: int, wire: int, singles: list[int]) -> None:
        """Make a row the pivot of a wire, and clear the wire from the other rows."""
        p, form = self._modulus, self._rows.pop(k)
        for other in form:
            self._rows_of[other].discard(k)
        inverse = pow(form[wire], -1, p)
        others = self._rows_of[wire]
        self._left -= len(form) * len(others)
        if self._left < 0:
            raise TooMuchWorkError
        for j in sorted(others):
            target = self._rows[j]
            factor = target[wire] * inverse % p
            self._subtracted[j].append((k, factor))
            add_to(target, form, -factor, p)
            for other in form:
                (self._rows_of[other].add if other in target else self._rows_of[other].discard)(j)
        singles.extend(other for other in form if len(self._rows_of[other]) == 1)
        self._pivots.append(_Pivot(wire, k, form, inverse))

    def free(self) -> list[int]:
        """Return the wires that are no pivots."""
        pivots = {pivot.wire for pivot in self._pivots}
        return [wire for wire in self.wires if wire not in pivots]

    def null_vector(self, values: Mapping[int, int]) -> dict[int, int]:
        """Return the vector with the given values of free wires, 0 for others, for which all rows are 0; without its zeros."""
        p = self._modulus
        found = {wire: value for wire, value in values.items() if value}
        for wire, _, form, inverse in reversed(self._pivots):
            total = sum(value * found[other] for other, value in form.items() if other in found)
            if total % p:
                found[wire] = -total * inverse % p
        return found

    def by_free(self, wire: int) -> dict[int, int]:
        """Return the form in free wires that a wire is equal to in every null vector."""
        return self._reduced(wire)[0]

    def combination(self, wire: int) -> dict[int, int] | None:
        """Return the factors of the rows whose sum is the wire alone, None if there are none."""
        p = self._modulus
        rest, factors = self._reduced(wire)
        if rest:
            return None
        for pivot in reversed(self._pivots):  # a pivot's row is its own less others
            factor = factors.get(pivot.row, 0)
            if factor:
                for j, part in self._subtracted[pivot.row]:
                    factors[j] = (factors.get(j, 0) - factor * part) % p
        return {k: factor for k, factor in factors.items() if factor}

    def _reduced(self, wire: int) -> tuple[dict[int, int], dict[int, int]]:
        """Return the wire less multiples of the pivots' rows, and these factors."""
        rest, factors = {wire: 1}, {}
        for pivot in self._pivots:
            if pivot.wire in rest:
                factors[pivot.row] = rest[pivot.wire] * pivot.inverse % self._modulus
                add_to(rest, pivot.form, -factors[pivot.row], self._modulus)
        return rest, factors
