"""Sums whose value is known in few wires, and other sums in terms of them.

A sum of n wires costs n - 1 additions.  Running sums, sums that differ in few wires, and the states of a hash's partial rounds,
which are a linear recurrence, are short in terms of sums before them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from zkctl.constraints.linear import Terms, accumulate, scaled
from zkctl.field.inverses import inverses_of

_PER_WIRE = 24  # sums that are tried for a wire: the newest ones
_MOST_ELIMINATED = 20  # sums that are combined to remove wires, more than the widths of Poseidon
_MOST_STEPS = 6  # sums that are subtracted one after the other


class KnownSum(NamedTuple):
    """The sum `terms`, without a constant, and its value in other wires and a constant."""

    terms: Terms
    value: Terms


class _Rest(NamedTuple):
    """A sum as a rest and the value of known sums."""

    rest: Terms
    known: Terms

    @property
    def length(self) -> int:
        return len(self.rest) + n_wires(self.known)

    def less(self, factor: int, known: KnownSum, modulus: int) -> _Rest:
        """Return this with a multiple of a known sum moved out of the rest."""
        rest, value = dict(self.rest), dict(self.known)
        accumulate(rest, known.terms, -factor, modulus)
        accumulate(value, known.value, factor, modulus)
        return _Rest(rest, value)


def n_wires(terms: Mapping[int, int]) -> int:
    """Return the number of wires of a linear combination, the constant left out."""
    return len(terms) - (0 in terms)


class KnownSums:
    """The known sums so far, by the wires in them."""

    def __init__(self, modulus: int) -> None:
        self.modulus = modulus
        self._sums: list[KnownSum] = []
        self._of_wire: dict[int, list[tuple[int, int]]] = {}  # number, inverse of the coefficient

    def add(self, terms: Terms, value: Terms) -> None:
        """Add a sum of at least one wire."""
        number = len(self._sums)
        self._sums.append(KnownSum(terms, value))
        for wire, inverse in zip(
            terms, inverses_of(list(terms.values()), self.modulus)[0], strict=True
        ):
            self._of_wire.setdefault(wire, []).append((number, inverse))

    def shortest(self, terms: Terms) -> Terms:
        """Return an equal combination, as short as known sums make it, with at least one wire."""
        best = start = _Rest(terms, {})
        if len(terms) < 2:
            return terms
        for tried in (self._one_by_one(start), self._eliminated(start)):
            if tried.length < best.length:
                best = tried
        total = dict(best.rest)
        accumulate(total, best.known, 1, self.modulus)
        return total if n_wires(total) else terms

    def _one_by_one(self, found: _Rest) -> _Rest:
        """Subtract the known sum that leaves the fewest terms, until none helps."""
        for _ in range(_MOST_STEPS):
            better = self._one_less(found)
            if better.length >= found.length:
                break
            found = better
        return found

    def _one_less(self, found: _Rest) -> _Rest:
        p = self.modulus
        n_shared: dict[tuple[int, int], int] = {}
        for wire, value in found.rest.items():
            for number, inverse in self._of_wire.get(wire, ())[-_PER_WIRE:]:
                key = number, value * inverse % p
                n_shared[key] = n_shared.get(key, 0) + 1
        best, gain = None, 0
        for (number, factor), shared in n_shared.items():
            known = self._sums[number]
            gained = 2 * shared - len(known.terms) - n_wires(known.value)
            if gained >= gain and gained > 0:  # of equals the newest
                best, gain = (factor, known), gained
        return found if best is None else found.less(*best, p)

    def _eliminated(self, start: _Rest) -> _Rest:
        """Combine the sums that share the most wires so that one wire after the other vanishes; return the shortest rest."""
        best = found = start
        p = self.modulus
        reduced: list[tuple[int, KnownSum]] = []
        for number in self._similar(start.rest):
            terms, value = self._sums[number]
            known = _Rest(terms, value)
            for pivot, other in reduced:
                factor = known.rest.get(pivot, 0)
                if factor:
                    known = _less_both(known, factor, other, p)
            pivot = min((wire for wire in known.rest if wire in found.rest), default=0)
            if not pivot:
                continue
            inverse = pow(known.rest[pivot], -1, p)
            one = KnownSum(scaled(known.rest, inverse, p), scaled(known.known, inverse, p))
            reduced.append((pivot, one))
            found = found.less(found.rest[pivot], one, p)
            if found.length < best.length:
                best = found
            elif 2 * best.length <= start.length:
                break  # the wires that they have in common are gone
        return best

    def _similar(self, terms: Terms) -> list[int]:
        """Return the known sums that share at least half of their wires with a sum, those that share most first."""
        n_shared: dict[int, int] = {}
        for wire in terms:
            for number, _ in self._of_wire.get(wire, ())[-_PER_WIRE:]:
                n_shared[number] = n_shared.get(number, 0) + 1
        chosen = [k for k, n in n_shared.items() if n > 2 and 2 * n >= len(self._sums[k].terms)]
        chosen.sort(key=lambda k: (-n_shared[k], -k))
        return chosen[:_MOST_ELIMINATED]


def _less_both(known: _Rest, factor: int, other: KnownSum, modulus: int) -> _Rest:
    """Return known - factor * other, sum and value."""
    terms, value = dict(known.rest), dict(known.known)
    accumulate(terms, other.terms, -factor, modulus)
    accumulate(value, other.value, -factor, modulus)
    return _Rest(terms, value)
