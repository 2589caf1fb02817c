"""A dishonest prover who lies in one hint or two, and computes all that follows honestly: which outputs can he reach?"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import TypeVar

from tests.support.changed_wires import TERMS, ChangedWires
from zkctl.constraints.advice.calls import advice_runners
from zkctl.constraints.hint_results import hint_results
from zkctl.dsl import CompiledCircuit
from zkctl.errors import ZkctlError

T = TypeVar("T")
Lies = Mapping[int, int]  # wire -> the value it gets
TERMS_OF_HINT = 200  # a hint counts as so many terms of rows
HINT, ROW = 0, 1


class LyingHints(ChangedWires):
    """A compiled circuit with a valid witness, recomputed from the first lie on, only where a value differs."""

    def __init__(self, compiled: CompiledCircuit, values: Sequence[int]) -> None:
        super().__init__(compiled, values)
        program = self.program = compiled.program
        runners = advice_runners(program.advice, self.p, None)
        self.functions = {**runners, **compiled.user_hints}
        self.calls: dict[int, list[int]] = defaultdict(list)  # wire -> hints that read it
        self.call_of: dict[int, int] = {}  # wire -> the hint that makes it
        for k, call in enumerate(program.hints):
            for wire in {wire for terms in call.inputs for wire in terms}:
                self.calls[wire].append(k)
            self.call_of.update(dict.fromkeys(call.outputs, k))
        self.budget = TERMS

    def reached(self) -> Iterator[tuple[list[str], list[int]]]:
        """Lies for which all rows hold and an output differs, with that output: each such is a hole of the circuit.

        First single hints, with the later ones kept and then computed honestly; then pairs of one gadget.  As many are tried as
        `TERMS` allows, a half of it for the pairs.
        """
        for part, lies in ((TERMS // 2, self._single_lies()), (TERMS // 2, self._double_lies())):
            self.budget = part
            for lie, follows in lies:
                if self.budget < 0:
                    break
                values = self._told(lie, follows=follows)
                if any(values.get(k, self.values[k]) != self.values[k] for k in self.outputs):
                    yield [self.names[wire] for wire in lie], [values.get(k, self.values[k]) for k in self.outputs]  # fmt: skip

    def _single_lies(self) -> Iterator[tuple[Lies, bool]]:
        calls: dict[int, list[int]] = defaultdict(list)
        for wire, call in self.call_of.items():
            calls[call].append(wire)
        for wire in self._in_turn(list(calls.values())):
            for wrong in self._others(self.values[wire]):
                yield {wire: wrong}, False
                yield {wire: wrong}, True

    def _double_lies(self) -> Iterator[tuple[Lies, bool]]:
        """Two wires of one gadget: their values exchanged, one moved to the other, or both turned over."""
        groups: dict[str, list[int]] = defaultdict(list)
        for wire in self.call_of:
            groups[self.names[wire].rpartition(".")[0]].append(wire)
        pairs = [[(x, y) for x in group for y in self._some_of(group)] for group in groups.values()]
        for x, y in self._in_turn(pairs):
            a, b = self.values[x], self.values[y]
            for wrong in {(b, a), (a + 1, b - 1), (1 - a, 1 - b), (a + 1, b - 2), (0, a + b)}:
                lie = {x: wrong[0] % self.p, y: wrong[1] % self.p}
                if x != y and lie != {x: a, y: b}:
                    yield lie, True

    def _in_turn(self, groups: Sequence[list[T]]) -> Iterator[T]:
        """All elements, shuffled: first one of each group, so that small groups are not lost beside large ones."""
        for group in groups:
            self.rng.shuffle(group)
        for row in zip_longest(*groups):
            yield from (each for each in row if each is not None)

    def _some_of(self, group: Sequence[int]) -> list[int]:
        return self.rng.sample(group, min(len(group), 8))

    def _told(self, lies: Lies, *, follows: bool) -> dict[int, int]:
        """The values that differ from the honest ones after some lies; none if a row or a hint refuses."""
        steps = Steps(self, lies, follows=follows)
        return steps.changed if steps.are_consistent() else {}


class Steps:
    """The rows and hints that see a changed value, in the order of the program."""

    def __init__(self, told: LyingHints, lies: Lies, *, follows: bool) -> None:
        self.told, self.lies, self.follows = told, lies, follows
        self.changed: dict[int, int] = {}
        self.queue: list[tuple[int, int, int]] = []
        self.seen: set[tuple[int, int, int]] = set()
        for wire, value in lies.items():
            self._change(wire, value)

    def are_consistent(self) -> bool:
        """Compute all that follows; False as soon as a row does not hold."""
        while self.queue and self.told.budget >= 0:
            _, kind, number = heapq.heappop(self.queue)
            if not (self._hint(number) if kind == HINT else self._row(number)):
                return False
        return not self.queue

    def _change(self, wire: int, value: int) -> None:
        if value == self._value(wire):
            return
        self.changed[wire] = value
        for row in self.told.rows[wire]:
            if self.told.targets[row] != wire:
                self._add((row, ROW, row))
        if self.follows:
            for k in self.told.calls[wire]:
                self._add((self.told.program.hints[k].before_row, HINT, k))

    def _add(self, step: tuple[int, int, int]) -> None:
        if step not in self.seen:
            self.seen.add(step)
            heapq.heappush(self.queue, step)

    def _value(self, wire: int) -> int:
        return self.changed.get(wire, self.told.values[wire])

    def _hint(self, number: int) -> bool:
        call = self.told.program.hints[number]
        self.told.budget -= TERMS_OF_HINT
        try:
            results = hint_results(self.told.program, call, self._value, self.told.functions)
        except ZkctlError:
            return False
        for wire, value in zip(call.outputs, results, strict=True):
            if wire not in self.lies:
                self._change(wire, value % self.told.p)
        return True

    def _row(self, row: int) -> bool:
        sides = self.told.sides[3 * row : 3 * row + 3]
        target = self.told.targets[row]
        self.told.budget -= sum(map(len, sides))
        a, b, c = (
            sum(k * self._value(w) for w, k in side if w != target or not w) for side in sides
        )
        residue = (a * b - c) % self.told.p
        if target:
            self._change(target, residue)
            return True
        return residue == 0
