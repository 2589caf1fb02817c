"""The parts of a slot's code that share no value: each is a program, and equal ones are one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Protocol

from zkctl.circom.code.graph import BlockResult, Graph, Operation, Ref
from zkctl.circom.source import Place
from zkctl.runtime.records import record

MOST_TOGETHER = 1 << 9  # nodes and blocks of one program, if it can be divided


@record
class Target:
    """A signal that `<--` assigns."""

    signal: int
    ref: Ref
    place: Place


class Slotted(Protocol):
    """A graph whose nodes and blocks have slots, with the places of their values."""

    graph: Graph
    title: str
    is_live: list[bool]
    slots: list[int]
    block_slots: list[int]
    code_of: dict[int, Ref]
    hidden: dict[Ref, int]
    signal_of: dict[Ref, int]

    def in_slot(self, terms: dict[int, int], slot: int) -> list[int]:
        """Return the signals of a sum that code of the same slot computes."""

    def inputs_in_slot(self, ref: Ref) -> list[Ref]:
        """Return the nodes that a node of the graph is computed from in the same slot."""


@record(eq=False)
class SlotPart:
    """A part of the code of a slot: live nodes and blocks with effects, both ascending, and the values that leave it."""

    members: list[Ref]
    effects: list[int]
    targets: list[Target]
    hidden: list[Ref]


def parts_of(schedule: Slotted, slot: int, whole: SlotPart) -> Iterator[SlotPart]:
    """Yield the parts of a slot's code that share no value, in the order of their effects."""
    joined = _Joined(schedule, slot, whole)
    found: dict[int, SlotPart] = {}
    for number in whole.effects:
        found.setdefault(joined.root(-1 - number), SlotPart([], [], [], [])).effects.append(number)
    for ref in whole.members:
        if joined.is_computed(ref):
            found.setdefault(joined.root(ref), SlotPart([], [], [], [])).members.append(ref)
    for target in whole.targets:
        found[joined.root(target.ref)].targets.append(target)
    for ref in whole.hidden:
        found[joined.root(ref)].hidden.append(ref)
    yield from found.values()


class _Joined:
    """Nodes and blocks (-1 - number) that share values, joined."""

    def __init__(self, schedule: Slotted, slot: int, whole: SlotPart) -> None:
        self.schedule, self.slot = schedule, slot
        self._above: dict[int, int] = {}
        self._blocks: set[int] = set()
        for ref in whole.members:
            node = schedule.graph.nodes[ref]
            if isinstance(node, BlockResult):
                self._join_block(node.block)
                self._join(ref, -1 - node.block)
            elif self.is_computed(ref):
                self._join_inputs(ref, schedule.inputs_in_slot(ref))
        for number in whole.effects:
            self._join_block(number)
        self._join_crossing(whole.effects)

    def is_computed(self, ref: Ref) -> bool:
        """Return whether a node of the slot is more than an input of its code."""
        node = self.schedule.graph.nodes[ref]
        is_code = isinstance(node, Operation | BlockResult)
        return is_code or bool(self.schedule.inputs_in_slot(ref))

    def root(self, key: int) -> int:
        """Return the node or block that stands for all that are joined with one."""
        root = key
        while (above := self._above.get(root, root)) != root:
            root = above
        while key != root:
            self._above[key], key = root, self._above[key]
        return root

    def _join(self, one: int, other: int) -> None:
        self._above[self.root(one)] = self.root(other)

    def _join_block(self, number: int) -> None:
        if number not in self._blocks:
            self._blocks.add(number)
            self._join_inputs(-1 - number, self.schedule.graph.blocks[number].inputs)

    def _join_inputs(self, key: int, inputs: Sequence[Ref]) -> None:
        for ref in inputs:
            if self.schedule.slots[ref] != self.slot:
                continue
            if isinstance(self.schedule.graph.nodes[ref], Operation | BlockResult):
                self._join(key, ref)
            else:  # a sum or product, which each part computes for itself
                self._join_inputs(key, self.schedule.inputs_in_slot(ref))

    def _join_crossing(self, effects: Sequence[int]) -> None:
        """Join parts whose effects alternate, so that each part has consecutive ones."""
        last = {self.root(-1 - number): k for k, number in enumerate(effects)}
        end = -1
        for k, (before, number) in enumerate(pairwise((*effects[:1], *effects))):
            root = self.root(-1 - number)
            if k <= end:
                self._join(-1 - before, -1 - number)
            end = max(end, last.get(root, k))
