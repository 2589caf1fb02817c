"""Puts code between the events of an instance, as early as the signals that it reads have values.

Slot t is the place after t events.  All code of a slot is one advice program: a long division whose results go to many signals is
computed once.  A value that code of a later slot takes goes to a hidden wire.  What a constraint or a built-in hint can express is
neither.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Sequence

from zkctl.circom.code.graph import BlockResult, Graph, Operation, ProductNode, Ref, Sum
from zkctl.circom.code.idioms import BuiltIn, built_in
from zkctl.circom.code.parts import Target
from zkctl.circom.code.piece import PieceWriter
from zkctl.circom.event_list import CHILD, N_KINDS, EventList
from zkctl.circom.instance import (
    LocalConstraint,
    RunAssign,
    RunCode,
    Terms,
)
from zkctl.constraints.hint_functions import BITS


class EventTimes:
    """The number of events after which each signal has its value, 0 for none; signals are numbered from 1 on."""

    def __init__(self) -> None:
        self._times = array("i")

    def set(self, signal: int, n_events: int) -> None:
        """Note that a signal has its value after a number of events."""
        missing = signal + 1 - len(self._times)
        if missing > 0:
            self._times.frombytes(bytes(4 * max(missing, len(self._times) // 8)))
        self._times[signal] = n_events

    def of(self, signal: int) -> int:
        """Return the number of events before a signal has its value, 0 if no event sets it."""
        return self._times[signal] if signal < len(self._times) else 0


class Schedule:
    """The code of one instance, slot by slot."""

    def __init__(
        self, graph: Graph, targets: Sequence[Target], defined: EventTimes, title: str
    ) -> None:
        """Take `defined`, the number of events before a signal has its value; targets of code and inputs are not in it."""
        self.graph = graph
        self.targets = targets
        self.defined = defined
        self.title = title
        self.code_of = {each.signal: each.ref for each in targets}  # signal -> its node
        self.slots: list[int] = []  # of each node
        self.block_slots: list[int] = []
        self.hidden: dict[Ref, int] = {}  # values in hidden wires, from -1 down
        self.signal_of: dict[Ref, int] = {}  # values in signals
        self.hints: dict[int, BuiltIn] = {}  # signals that built-in hints compute
        self._time()
        self._choose()
        self.is_live = self._live()

    # -- when values exist

    def _time(self) -> None:
        self.block_slots = [-1] * len(self.graph.blocks)
        self.slots = [0] * len(self.graph.nodes)
        for ref, node in enumerate(self.graph.nodes):
            match node:
                case Sum(terms):
                    self.slots[ref] = self._slot_of_signals(terms)
                case ProductNode(a, b, c):
                    self.slots[ref] = max(map(self._slot_of_signals, (a, b, c)))
                case Operation(_, inputs):
                    self.slots[ref] = max(map(self.slots.__getitem__, inputs))
                case BlockResult(block):
                    self.slots[ref] = self._slot_of_block(block)
        for number in range(len(self.graph.blocks)):
            self._slot_of_block(number)

    def _slot_of_signals(self, terms: Terms) -> int:
        return max(map(self._slot_of_signal, terms), default=0)

    def _slot_of_signal(self, signal: int) -> int:
        ref = self.code_of.get(signal)
        return self.defined.of(signal) if ref is None else self.slots[ref]

    def _slot_of_block(self, number: int) -> int:
        if self.block_slots[number] < 0:
            block = self.graph.blocks[number]
            inputs = max(map(self.slots.__getitem__, block.inputs), default=0)
            self.block_slots[number] = max(inputs, block.position or 0)
        return self.block_slots[number]

    # -- how values are computed

    def _choose(self) -> None:
        for target in self.targets:
            node = self.graph.nodes[target.ref]
            if isinstance(node, Sum | ProductNode):
                continue
            self.signal_of.setdefault(target.ref, target.signal)
            found = built_in(self.graph, target.ref)
            slot = self.slots[target.ref]
            if found and not any(self.in_slot(terms, slot) for terms in found.inputs):
                self.hints[target.signal] = found

    def in_slot(self, terms: Terms, slot: int) -> list[int]:
        """Return the signals of a sum that code of the same slot computes."""
        return [s for s in terms if s in self.code_of and self.slots[self.code_of[s]] == slot]

    def inputs_in_slot(self, ref: Ref) -> list[Ref]:
        """Return the nodes that a node of the graph is computed from in the same slot."""
        node, slot = self.graph.nodes[ref], self.slots[ref]
        match node:
            case Sum(terms):
                return [self.code_of[s] for s in self.in_slot(terms, slot)]
            case ProductNode(a, b, c):
                return [self.code_of[s] for side in (a, b, c) for s in self.in_slot(side, slot)]
            case Operation(_, inputs):
                return list(inputs)
        return []

    def _live(self) -> list[bool]:
        """Return the nodes that pieces of code compute; those that later slots take get hidden wires."""
        live = [False] * len(self.graph.nodes)
        for target in self.targets:
            if target.signal not in self.hints and target.ref in self.signal_of:
                live[target.ref] = True
        self.live_blocks = [block.position is not None for block in self.graph.blocks]
        for number in reversed(range(len(self.graph.blocks))):
            if self.live_blocks[number]:
                self._take(self.graph.blocks[number].inputs, self.block_slots[number], live)
        for ref in reversed(range(1, len(self.graph.nodes))):
            if not live[ref]:
                continue
            node = self.graph.nodes[ref]
            if isinstance(node, BlockResult):
                if not self.live_blocks[node.block]:
                    self.live_blocks[node.block] = True
                    block = self.graph.blocks[node.block]
                    self._take(block.inputs, self.block_slots[node.block], live)
            else:
                self._take(self.inputs_in_slot(ref), self.slots[ref], live)
        return live

    def _take(self, refs: Sequence[Ref], slot: int, live: list[bool]) -> None:
        for ref in refs:
            if self.slots[ref] == slot:
                live[ref] = True
            elif isinstance(self.graph.nodes[ref], Sum | ProductNode):
                continue  # read from wires
            elif ref not in self.signal_of:
                live[ref] = True
                self.hidden.setdefault(ref, -1 - len(self.hidden))

    # -- the events

    def events(
        self,
        events: EventList,
        number_of: Callable[[int], int],
        children: Sequence[int],
    ) -> tuple[EventList, int]:
        """Return events with the code between them, signals and components renumbered, and the number of hidden wires."""
        slots = self._code_of_slots(number_of)
        result = EventList(slots.get(0, ()))
        for k, code in enumerate(events.codes, start=1):
            number, kind = divmod(code, N_KINDS)
            result.codes.append(code if kind != CHILD else CHILD + N_KINDS * children[number])
            for event in slots.get(k, ()):
                result.append(event)
        return result, len(self.hidden)

    def _code_of_slots(
        self, number_of: Callable[[int], int]
    ) -> dict[int, list[RunCode | RunAssign]]:
        targets: dict[int, list[Target]] = defaultdict(list)
        for target in self.targets:
            targets[self.slots[target.ref]].append(target)
        used = {*targets, *(self.block_slots[k] for k, on in enumerate(self.live_blocks) if on)}
        used |= {self.slots[ref] for ref in self.hidden}
        pieces = PieceWriter(self, number_of)
        return {
            slot: [
                *_merged_bits(self._hints(targets[slot], number_of)),
                *pieces.pieces(slot, [t for t in targets[slot] if t.signal not in self.hints]),
                *self._rows(targets[slot], number_of),
            ]
            for slot in sorted(used)
        }

    def _hints(self, targets: Sequence[Target], number_of: Callable[[int], int]) -> list[RunCode]:
        found = []
        for target in targets:
            hint = self.hints.get(target.signal)
            if hint is not None:
                inputs = tuple(renumbered(terms, number_of) for terms in hint.inputs)
                outputs = (number_of(target.signal),)
                found.append(RunCode(hint.function, hint.parameters, inputs, outputs, target.place))
        return found

    def _rows(self, targets: Sequence[Target], number_of: Callable[[int], int]) -> list[RunAssign]:
        p = self.graph.modulus
        found: list[RunAssign] = []
        for target in targets:
            node = self.graph.nodes[target.ref]
            a: Terms = {}
            b: Terms = {}
            if isinstance(node, Sum):
                c = node.terms
            elif isinstance(node, ProductNode):
                a, b, c = node.a, node.b, node.c
            else:
                continue
            signal = number_of(target.signal)
            minus = {wire: p - value for wire, value in renumbered(c, number_of).items()}
            row = LocalConstraint(
                renumbered(a, number_of), renumbered(b, number_of), {**minus, signal: 1}, signal, target.place
            )  # fmt: skip
            found.append(RunAssign(row))
        return found


def renumbered(terms: Terms, number_of: Callable[[int], int]) -> Terms:
    """Return a linear combination of signals with other numbers, without zeros."""
    return {number_of(s) if s else 0: value for s, value in terms.items() if value}


def _merged_bits(hints: Sequence[RunCode]) -> list[RunCode]:
    """Join hints for consecutive bits of one number."""
    merged: list[RunCode] = []
    for hint in hints:
        last = merged[-1] if merged else None
        if (
            last is not None
            and hint.function == last.function == BITS.name
            and hint.inputs == last.inputs
            and hint.parameters[1] == sum(last.parameters)
        ):
            parameters = (last.parameters[0] + 1, last.parameters[1])
            outputs = (*last.outputs, *hint.outputs)
            merged[-1] = RunCode(BITS.name, parameters, last.inputs, outputs, last.place)
        else:
            merged.append(hint)
    return merged
