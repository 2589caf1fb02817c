"""Minimal deterministic automata of regular expressions.

Positions (Glushkov: every set of characters in the pattern is one), then sets of positions as states, then one state for all that accept
the same rest.  Symbols that all states treat alike are one class.  Sets of symbols, positions and states are masks: bit k is element k.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from zkctl.dsl.spans import circuit_error
from zkctl.gadgets.text import regular_expression
from zkctl.gadgets.text.regular_expression import (
    N_BYTES,
    Anchor,
    CapturingGroup,
    Chars,
    Choice,
    Node,
    Repeat,
)
from zkctl.runtime.records import record

MAX_POSITIONS = 2000
MAX_STATES = 500
MAX_PARTS = (
    20_000  # visited, with repeated ones counted each time; an empty part repeated adds no position
)
DEAD = -1


@record
class Automaton:
    """States 0 (start) ... with transitions[state][class], DEAD where no text can match any more.

    classes: the symbols of each class, as masks; accepting: the states where a text may end.  character_sets: the sets that the pattern
    names.
    """

    classes: tuple[int, ...]
    transitions: tuple[tuple[int, ...], ...]
    accepting: frozenset[int]
    character_sets: tuple[int, ...]

    def accepts(self, symbols: Sequence[int]) -> bool:
        """Return whether the symbols match."""
        state = 0
        for symbol in symbols:
            group = next((k for k, mask in enumerate(self.classes) if mask >> symbol & 1), DEAD)
            state = self.transitions[state][group] if group != DEAD else DEAD
            if state == DEAD:
                return False
        return state in self.accepting


def automaton_of(pattern: str) -> Automaton:
    """Return the automaton of the texts that the pattern matches as a whole."""
    return _minimal(_Positions(regular_expression.parse(pattern), marked=False), N_BYTES)


def marked_automaton_of(pattern: str) -> Automaton:
    """Return the automaton over 512 symbols, of which those from 256 on are the bytes inside the one group that captures."""
    return _minimal(_Positions(regular_expression.parse(pattern), marked=True), 2 * N_BYTES)


@record
class _Ends:
    """The borders of a part of a pattern: whether it may be empty, its first and its last positions."""

    empty: bool
    first: int
    last: int


class _Positions:
    """The positions of a pattern: which symbols each takes and which positions may come next.  The last position is the start."""

    def __init__(self, node: Node, *, marked: bool) -> None:
        self.marked = marked
        self.symbols: list[int] = []
        self.follow: list[int] = []
        self._inside = False
        self._n_parts = 0
        self.n_groups = 0
        ends = self._visit(node, repeated=False)
        if marked and self.n_groups != 1:
            raise circuit_error(
                f"the pattern has {self.n_groups} groups that capture: expected 1",
                hint="write (?:...) for the other groups",
            )
        start = len(self.symbols)
        self.symbols.append(0)
        self.follow.append(ends.first)
        self.final = ends.last | (1 << start if ends.empty else 0)

    def _visit(self, node: Node, *, repeated: bool) -> _Ends:
        self._n_parts += 1
        if len(self.symbols) > MAX_POSITIONS or self._n_parts > MAX_PARTS:
            raise circuit_error(
                f"the pattern is too long: expected at most {MAX_POSITIONS} characters, with repeated ones counted each time",
                hint="match each part of the text with a separate pattern",
            )
        if isinstance(node, Chars):
            return self._position(node.mask << (N_BYTES if self._inside else 0))
        if isinstance(node, Repeat):
            return self._repeat(node)
        if isinstance(node, Choice):
            return self._choice([self._visit(part, repeated=repeated) for part in node.parts])
        if isinstance(node, CapturingGroup):
            return self._group(node, repeated=repeated)
        assert not isinstance(node, Anchor), "parse removes anchors"
        ends = _Ends(True, 0, 0)
        for part in node.parts:
            ends = self._join(ends, self._visit(part, repeated=repeated))
        return ends

    def _position(self, symbols: int) -> _Ends:
        self.symbols.append(symbols)
        self.follow.append(0)
        own = 1 << len(self.symbols) - 1
        return _Ends(False, own, own)

    def _group(self, node: CapturingGroup, *, repeated: bool) -> _Ends:
        if not self.marked:
            return self._visit(node.part, repeated=repeated)
        if repeated or self._inside:
            raise circuit_error(
                f"the group at character {node.place + 1} of the pattern is repeated or inside another: expected one part of the text",
                hint="put the repetition into the group: ([0-9]+) in place of ([0-9])+",
            )
        self.n_groups += 1
        self._inside = True
        ends = self._visit(node.part, repeated=False)
        self._inside = False
        return ends

    @staticmethod
    def _choice(parts: Sequence[_Ends]) -> _Ends:
        first = last = 0
        for part in parts:
            first, last = first | part.first, last | part.last
        return _Ends(any(part.empty for part in parts), first, last)

    def _repeat(self, node: Repeat) -> _Ends:
        ends = _Ends(True, 0, 0)
        copies = max(node.least, 1) if node.most is None else node.most
        for k in range(copies):
            part = self._visit(node.part, repeated=True)
            if node.most is None and k == copies - 1:
                self._link(part.last, part.first)
            ends = self._join(ends, _Ends(part.empty or k >= node.least, part.first, part.last))
        return ends

    def _join(self, one: _Ends, other: _Ends) -> _Ends:
        self._link(one.last, other.first)
        return _Ends(
            one.empty and other.empty,
            one.first | (other.first if one.empty else 0),
            other.last | (one.last if other.empty else 0),
        )

    def _link(self, last: int, first: int) -> None:
        for position in elements(last):
            self.follow[position] |= first


def elements(mask: int) -> Iterator[int]:
    """Yield the elements of a set, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def partition(sets: Sequence[int], everything: int) -> list[int]:
    """Return the coarsest division of `everything` such that each set is a union of its parts."""
    parts = [everything]
    for each in sets:
        halves = [half for part in parts for half in (part & each, part & ~each)]
        parts = [half for half in halves if half]
    return parts


def _minimal(positions: _Positions, n_symbols: int) -> Automaton:
    named = sorted(set(positions.symbols) - {0})
    classes = partition(named, (1 << n_symbols) - 1)
    rows, final = _subsets(positions, classes)
    block_of = _blocks(rows, final)
    dead = _dead_blocks(rows, final, block_of)
    order = dict.fromkeys([block_of[0], *block_of])  # the start first
    numbers = {block: k for k, block in enumerate(b for b in order if b not in dead)}
    assert block_of[0] in numbers, "no set of bytes is empty, so some text matches"
    transitions: list[tuple[int, ...]] = [()] * len(numbers)
    for state, row in enumerate(rows):
        if block_of[state] in numbers:
            transitions[numbers[block_of[state]]] = tuple(
                numbers.get(block_of[target], DEAD) for target in row
            )
    accepting = frozenset(numbers[block_of[state]] for state in final)
    return _with_merged_classes(classes, transitions, accepting, named)


def _subsets(positions: _Positions, classes: Sequence[int]) -> tuple[list[list[int]], set[int]]:
    """Return the transitions between the reachable sets of positions, numbered from the start on, and the accepting ones."""
    taking = [mask_where(positions.symbols, group & -group) for group in classes]
    number = {1 << len(positions.symbols) - 1: 0}
    found = list(number)
    rows: list[list[int]] = []
    for state in found:
        following = 0
        for position in elements(state):
            following |= positions.follow[position]
        row = []
        for takes in taking:
            target = following & takes
            if target not in number:
                number[target] = len(found)
                found.append(target)
            row.append(number[target])
        rows.append(row)
        if len(found) > 2 * MAX_STATES:
            raise _too_many()
    return rows, {k for k, state in enumerate(found) if state & positions.final}


def mask_where(symbols: Sequence[int], wanted: int) -> int:
    """Return the positions whose symbols contain one of the wanted."""
    return sum(1 << k for k, mask in enumerate(symbols) if mask & wanted)


def _blocks(rows: Sequence[Sequence[int]], final: set[int]) -> list[int]:
    """Return for each state the number of its block of equivalent states (Moore: refine until nothing changes)."""
    block_of = [int(state in final) for state in range(len(rows))]
    n_blocks = len(set(block_of))
    while True:
        seen: dict[tuple[int, ...], int] = {}
        refined = [
            seen.setdefault((block_of[k], *(block_of[t] for t in row)), len(seen))
            for k, row in enumerate(rows)
        ]
        if len(seen) == n_blocks:
            return refined
        block_of, n_blocks = refined, len(seen)


def _dead_blocks(
    rows: Sequence[Sequence[int]], final: set[int], block_of: Sequence[int]
) -> set[int]:
    """Return the block from which no accepting state can be reached: in a minimal automaton at most one, which only leads to itself."""
    return {
        block_of[k]
        for k, row in enumerate(rows)
        if k not in final and all(block_of[target] == block_of[k] for target in row)
    }


def _with_merged_classes(
    classes: Sequence[int],
    transitions: Sequence[tuple[int, ...]],
    accepting: frozenset[int],
    named: Sequence[int],
) -> Automaton:
    if len(transitions) > MAX_STATES:
        raise _too_many()
    merged: dict[tuple[int, ...], int] = {}
    for k, mask in enumerate(classes):
        column = tuple(row[k] for row in transitions)
        merged[column] = merged.get(column, 0) | mask
    rows = zip(*merged, strict=True)
    return Automaton(tuple(merged.values()), tuple(rows), accepting, tuple(named))


def _too_many() -> Exception:
    return circuit_error(
        f"the pattern needs too many states: expected at most {MAX_STATES}",
        hint="avoid long counted repetitions behind .* ; match each part of the text with a separate pattern",
    )


def has_two_markings(automaton: Automaton) -> bool:
    """Return whether some bytes match in two ways, with different bytes inside the group.

    Two runs over the same bytes that differ in a mark: pairs of states, and whether a mark differed.
    """
    moves = list(_paired_moves(automaton.classes))
    reached = {(0, 0, False)}
    waiting = list(reached)
    while waiting:
        one, other, differ = waiting.pop()
        if differ and one in automaton.accepting and other in automaton.accepting:
            return True
        for first, second, differs in moves:
            pair = (automaton.transitions[one][first], automaton.transitions[other][second])
            state = (*pair, differ or differs)
            if DEAD not in pair and state not in reached:
                reached.add(state)
                waiting.append(state)
    return False


def _paired_moves(classes: Sequence[int]) -> Iterator[tuple[int, int, bool]]:
    """Yield pairs of classes that share a byte, and whether the marks differ."""
    low = (1 << N_BYTES) - 1
    halves = [(group & low, group >> N_BYTES) for group in classes]
    for (first, one), (second, other) in product(enumerate(halves), repeat=2):
        for mark, mark_of_other in product((0, 1), repeat=2):
            if one[mark] & other[mark_of_other]:
                yield first, second, mark != mark_of_other
