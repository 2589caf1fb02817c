"""Linear combinations as arrays, one after the other, and their copies with other wires.

A copy of a block renumbers whole arrays; only sides that mention a port which stands for a combination are rewritten term by
term.  Coefficients are indices into one pool.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from zkctl.constraints.linear import Terms, substitute
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

Ints: TypeAlias = "NDArray[np.int64]"

_KEPT_SPLITS = 16  # of one block; most blocks are always stamped with the same kinds of ports


class CoefficientPool:
    """Every coefficient that occurs, once."""

    def __init__(self, modulus: int, values: Iterable[int] = ()) -> None:
        """Make a pool of distinct values, at their positions."""
        self.modulus = modulus
        self.values = list(values)
        self._index = _Index(self.values)

    @cached_property
    def of_hints(self) -> CoefficientPool:
        """The coefficients of hints, which are numbered apart: in a program they come after those of rows."""
        return CoefficientPool(self.modulus)

    def index(self, value: int) -> int:
        """Return the position of a coefficient; added if it is new."""
        return self._index[value]

    def indices(self, values: Iterable[int]) -> list[int]:
        """Return the positions of coefficients; those that are new are added in order."""
        return list(map(self._index.__getitem__, values))


class _Index(dict[int, int]):
    """The position of each value in a list, to which a new one is added when it is looked up."""

    def __init__(self, values: list[int]) -> None:
        super().__init__(zip(values, range(len(values)), strict=True))
        self._values = values

    def __missing__(self, value: int) -> int:
        position = self[value] = len(self._values)
        self._values.append(value)
        return position


class Ports(NamedTuple):
    """The linear combinations that a copy of a block has in place of its ports, port k being terms[k - 1].

    `shift` moves the other wires; `moved` (n_wires,) is the new number of each wire but the ports in `combined`, which stand for
    combinations, for no wire, or for the wire of another port.
    """

    terms: Sequence[Terms]
    shift: int
    moved: Ints
    combined: frozenset[int]

    @classmethod
    def of(cls, terms: Sequence[Terms], n_wires: int, shift: int) -> Ports:
        """Return the ports of a copy of a block with n_wires wires."""
        moved = np.arange(n_wires) + shift
        moved[0] = 0
        combined = set(range(1, len(terms) + 1))
        taken: set[int] = set()
        for k, each in enumerate(terms, start=1):
            wire, coefficient = next(iter(each.items()), (0, 0))
            if wire and coefficient == 1 and len(each) == 1 and wire not in taken:
                taken.add(wire)
                combined.remove(k)
                moved[k] = wire
        return cls(terms, shift, moved, frozenset(combined))


class _FixedTerms(NamedTuple):
    """Terms of linear combinations.  Shapes: (n_terms,) each; `place` counts within the side."""

    side: Ints
    place: Ints
    wires: Ints
    coefficients: Ints


class _Split(NamedTuple):
    """The sides that a copy writes term by term, with their terms, and the terms that it only renumbers."""

    sides: list[tuple[int, Terms]]
    fixed: _FixedTerms


@record(eq=False)
class SideTable:
    """Linear combinations.

    Shapes: lengths (n,), wires and coefficients (sum of lengths,).
    """

    lengths: Ints
    wires: Ints
    coefficients: Ints

    @cached_property
    def starts(self) -> Ints:
        """The start of each side's terms, and one more entry for the end.  Shapes: (n + 1,)."""
        return _starts(self.lengths)

    @cached_property
    def _side_of_term(self) -> Ints:
        return np.repeat(np.arange(len(self.lengths)), self.lengths)

    @cached_property
    def _splits(self) -> dict[frozenset[int], _Split]:
        return {}

    def placed(self, ports: Ports, pool: CoefficientPool) -> SideTable:
        """Return the sides of a copy of their block."""
        sides, fixed = self._split(ports.combined, len(ports.moved), pool)
        rewritten = [
            (side, substitute(terms, ports.terms, ports.shift, pool.modulus))
            for side, terms in sides
        ]
        lengths = self.lengths.copy()
        lengths[[side for side, _ in rewritten]] = [len(terms) for _, terms in rewritten]
        starts = _starts(lengths)
        wires = np.empty(starts[-1], np.int64)
        coefficients = np.empty(starts[-1], np.int64)
        at = starts[fixed.side] + fixed.place
        wires[at] = ports.moved[fixed.wires]
        coefficients[at] = fixed.coefficients
        for side_number, terms in rewritten:
            part = slice(int(starts[side_number]), int(starts[side_number + 1]))
            wires[part] = list(terms)
            coefficients[part] = [pool.index(value) for value in terms.values()]
        return SideTable(lengths, wires, coefficients)

    def _split(self, combined: frozenset[int], n_wires: int, pool: CoefficientPool) -> _Split:
        """Return the sides that mention one of these ports, and the terms of all other sides."""
        found = self._splits.get(combined)
        if found is None:
            if len(self._splits) >= _KEPT_SPLITS:
                self._splits.clear()
            found = self._splits[combined] = self._new_split(combined, n_wires, pool)
        return found

    def _new_split(self, combined: frozenset[int], n_wires: int, pool: CoefficientPool) -> _Split:
        chosen = np.zeros(n_wires, bool)
        chosen[list(combined)] = True
        side_of_term, values = self._side_of_term, pool.values
        rewritten = np.zeros(len(self.lengths), bool)
        rewritten[side_of_term[chosen[self.wires]]] = True
        sides = []
        for side in np.flatnonzero(rewritten).tolist():
            part = slice(int(self.starts[side]), int(self.starts[side + 1]))
            pairs = zip(self.wires[part].tolist(), self.coefficients[part].tolist(), strict=True)
            sides.append((side, {wire: values[c] for wire, c in pairs}))
        place = np.arange(len(self.wires)) - self.starts[side_of_term]
        keep = ~rewritten[side_of_term]
        columns = (side_of_term, place, self.wires, self.coefficients)
        return _Split(sides, _FixedTerms(*(column[keep] for column in columns)))


def _starts(lengths: Ints) -> Ints:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
