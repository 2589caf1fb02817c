"""The search for two assignments: first witnesses from several inputs, then second ones that change what is not proved unique."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

from zkctl.errors import ZkctlError
from zkctl.lint.search.assignment import Assignment, OutOfStepsError
from zkctl.lint.search.complete import Completion
from zkctl.lint.search.counterexample import Counterexample, counterexample
from zkctl.lint.search.degenerate import conditions
from zkctl.lint.search.domains import boxes_of
from zkctl.lint.search.guesses import scattered
from zkctl.lint.search.tangent import Direction, tangent
from zkctl.lint.system import Row, System
from zkctl.lint.verdict import Judgement, Verdict
from zkctl.runtime.records import record

STEPS = 200_000  # rows examined, with those of _STEPS_PER_ROW; some seconds
_WHOLE_BELOW = 4000  # rows of a system that gets all of them; a larger one gets fewer, as a proof has to end in seconds
_PER_WITNESS = 10  # one first witness may use this part of the steps
_CONDITIONS = 40
_MASKS = 4  # patterns of wires that avoid their first value
_FORCED = 60  # wires whose value is changed by force
_STEPS_PER_ROW = 20
MOST_ROWS = 300_000  # of a system that is searched: a minute
_SHARE = 16  # one attempt may use this part of the steps
_TANGENTS = 12  # pairs of a witness and an output at which directions are looked for
_CURVES = 4  # directions along which a witness is bent


@record(eq=False, repr=False)  # no repr: a counterexample has values of private inputs
class Searched:
    """The result of a search; `isolated` are outputs that no direction moves at some witness."""

    counterexample: Counterexample | None
    isolated: frozenset[int] = frozenset()


def search(
    system: System,
    judgement: Judgement,
    *,
    steps: int | None = None,
    witnesses: Sequence[Sequence[int]] = (),
) -> Counterexample | None:
    """Return two checked assignments that differ in an output which is not proved, or None."""
    return look(system, judgement, steps=steps, witnesses=witnesses).counterexample


def look(
    system: System,
    judgement: Judgement,
    *,
    steps: int | None = None,
    witnesses: Sequence[Sequence[int]] = (),
) -> Searched:
    """Look for two checked assignments that differ in an output which is not proved.

    `witnesses` are satisfying assignments to begin with, if some are known.  `steps` limits the rows that are examined.
    """
    targets = [o.wire for o in judgement.outputs if o.verdict is not Verdict.PROVED]
    n_rows = len(system.rows)
    if system.in_doubt or system.not_broken or not targets or n_rows > MOST_ROWS:
        return Searched(None)
    if steps is None:
        steps = steps_for(n_rows)
    run = _Search(system, judgement, targets, steps)
    found = run.run(witnesses)
    return Searched(found, frozenset(run.isolated) if found is None else frozenset())


def steps_for(n_rows: int) -> int:
    """Return the rows that a search examines: of 25,000 constraints about two seconds."""
    share = min(1, _WHOLE_BELOW / max(n_rows, 1))
    return int(STEPS * share) + max(
        _STEPS_PER_ROW * min(n_rows, _WHOLE_BELOW), n_rows * _STEPS_PER_ROW // 2
    )


class _Search:
    """One search; `left` is the budget that remains."""

    def __init__(
        self, system: System, judgement: Judgement, targets: list[int], steps: int
    ) -> None:
        self.system = system
        self.unique = judgement.unique
        self.frontier = judgement.frontier
        self.targets = targets
        self.left = self.total = steps
        self.n_tangents = 0
        self.isolated: set[int] = set()
        boxes = boxes_of(system.rows, judgement.bounds, system.modulus)
        self.state = Assignment(system.rows, system.n_wires, system.modulus, boxes, steps)
        self.start = self.state.mark()

    def run(self, witnesses: Iterable[Sequence[int]]) -> Counterexample | None:
        seen = set()
        for first in self._first_witnesses(witnesses):
            key = tuple(first)
            if key in seen:
                continue
            seen.add(key)
            for second in self._second_witnesses(first):
                found = counterexample(self.system, first, second)
                if found is not None:
                    return found
        return None

    def _attempt(self, action: Callable[[], bool]) -> list[int] | None:
        """Return the full assignment that an action reaches, within its share of the budget; everything is undone."""
        mark = self.state.mark()
        share = min(self.left, max(self.total // _SHARE, 8 * len(self.system.rows)))
        self.state.steps = share
        try:
            reached = action()
        except OutOfStepsError:
            reached = False
        self.left -= share - max(self.state.steps, 0)
        values = list(self.state.values) if reached else None
        self.state.undo(mark)
        return None if values is None or None in values else [v for v in values if v is not None]

    def _first_witnesses(self, given: Iterable[Sequence[int]]) -> Iterator[Sequence[int]]:
        yield from given
        for inputs in input_vectors(sorted(self.system.inputs), self.system.modulus):
            if self.left <= 0:
                return
            if (computed := self._computed(inputs)) is not None:
                yield computed
                continue
            found = self._attempt(partial(self._solve, inputs, fixed=True))
            found = found or self._attempt(partial(self._solve, inputs, fixed=False))
            if found:
                yield found
        special = conditions(self.system.rows, self.unique, self.system.modulus)
        for form in special[:_CONDITIONS]:
            if self.left <= 0:
                return
            found = self._attempt(partial(self._solve_special, Row({}, {}, form)))
            if found:
                yield found

    def _computed(self, inputs: Mapping[int, int]) -> list[int] | None:
        """Return the witness that the circuit's program computes, None if there is none for these inputs."""
        if self.system.evaluate is None:
            return None
        try:
            return self.system.evaluate(inputs)
        except ZkctlError:  # an assertion or hint refuses the inputs
            return None

    def _solve(self, inputs: Mapping[int, int], *, fixed: bool) -> bool:
        state = self.state
        if fixed and not all(state.assign(w, v) for w, v in inputs.items()):
            return False
        return Completion(state, inputs, leaders=sorted(inputs)).run()

    def _solve_special(self, extra: Row) -> bool:
        self.state.add_row(extra)
        inputs = sorted(self.system.inputs)
        boxes, p = self.state.boxes, self.system.modulus
        # a selector that is 1 lets what it selects reach an output
        model = {w: boxes[w][1] % p if w in boxes else scattered(w, 1 << 10) % p for w in inputs}
        return Completion(self.state, model, leaders=inputs).run()

    def _second_witnesses(self, first: Sequence[int]) -> Iterator[list[int]]:
        """Yield satisfying assignments with the inputs and the unique wires of the first one."""
        state, model = self.state, dict(enumerate(first))
        for w in self.unique | self.system.inputs:
            state.assign(w, first[w])
        state.steps = self.left
        try:
            if not state.propagate():
                return
            targets = [w for w in self.targets if state.values[w] is None]
            self.isolated |= set(self.targets).difference(targets)
            yield from self._moved(first, targets, model)
            least = self.left - self.total // _PER_WITNESS
            for action in self._changes(targets, model):
                if self.left <= max(least, 0):
                    return
                second = self._attempt(action)
                if second is not None:
                    yield second
        except OutOfStepsError:
            self.left = 0
        finally:
            state.undo(self.start)

    def _moved(
        self, first: Sequence[int], targets: list[int], model: Mapping[int, int]
    ) -> Iterator[list[int]]:
        """Yield witnesses on straight lines through the first one, then bent ones."""
        p = self.system.modulus
        for target in targets:
            if self.n_tangents == _TANGENTS:
                return
            self.n_tangents += 1
            found = tangent(self.state, model, target)
            if found is None:
                continue
            if found.is_isolated:
                self.isolated.add(target)
            for line in found.lines():
                yield [(v + line.get(w, 0)) % p for w, v in enumerate(first)]
            for direction in islice(found.moving(), _CURVES):
                second = self._attempt(partial(self._bend, direction, model))
                if second is not None:
                    yield second

    def _bend(self, direction: Direction, model: Mapping[int, int]) -> bool:
        """Keep what the direction does not move, change its free wire, and solve the rows that are left."""
        state = self.state
        for wire in range(1, self.system.n_wires):
            if state.values[wire] is None and wire not in direction:
                state.assign(wire, model[wire])
        wire = next(iter(direction))
        return self._force(wire, (model[wire] + 1) % self.system.modulus, model)

    def _changes(
        self, targets: list[int], model: Mapping[int, int]
    ) -> Iterator[Callable[[], bool]]:
        state = self.state
        if not targets:
            return
        for mask in range(_MASKS):
            yield Completion(state, model, avoids=partial(_avoids, mask)).run
        others = [w for w in range(1, self.system.n_wires) if state.values[w] is None]
        inner = set(self.frontier).intersection(
            others
        )  # the prover may name wires that only it has
        for wire in islice(dict.fromkeys([*targets, *sorted(inner), *others]), _FORCED):
            for value in self._other_values(wire, model[wire]):
                yield partial(self._force, wire, value, model)

    def _force(self, wire: int, value: int, model: Mapping[int, int]) -> bool:
        return self.state.assign(wire, value) and Completion(self.state, model).run()

    def _other_values(self, wire: int, value: int) -> list[int]:
        p = self.system.modulus
        if wire in self.state.boxes:
            low, high = self.state.boxes[wire]
            around = (value + 1, value - 1, low, high)
            values = [v for v in around if (v - low) % p <= high - low]
        else:
            values = [value + 1, 0, 1, -1, -value, scattered(wire, p)]
        return [v for v in dict.fromkeys(v % p for v in values) if v != value]


def _avoids(mask: int, wire: int) -> bool:
    """Return whether a wire avoids its value of the first witness: all do for mask 0, about half for others."""
    return not mask or bool(scattered(wire << 8 | mask, 1 << 16) & 1)


def input_vectors(wires: Sequence[int], p: int) -> Iterator[dict[int, int]]:
    """Yield values for all inputs: small and different, 0, 1, equal, -1, large."""
    yield {w: (k + 2) % p for k, w in enumerate(wires)}
    for value in (0, 1, 7, p - 1):
        yield dict.fromkeys(wires, value % p)
    yield {w: k % 2 for k, w in enumerate(wires)}
    yield {w: (1000 - 7 * k) % p for k, w in enumerate(wires)}
    yield {w: scattered(w, p) for w in wires}
