"""The advice program of one slot."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zkctl.circom.code.assembler import Assembler, Cell
from zkctl.circom.code.graph import BlockResult, Operation, ProductNode, Ref, Sum
from zkctl.circom.code.operators import emit_operator
from zkctl.circom.code.parts import MOST_TOGETHER, SlotPart, Slotted, Target, parts_of
from zkctl.circom.instance import RunCode, Terms
from zkctl.circom.source import Place
from zkctl.constraints.advice.instructions import Op


class PieceWriter:
    """Writes the advice programs of a schedule."""

    def __init__(self, schedule: Slotted, number_of: Callable[[int], int]) -> None:
        self.schedule = schedule
        self.graph = schedule.graph
        self.number_of = number_of
        self.members: dict[int, list[Ref]] = {}  # live nodes of each slot, ascending
        for ref, is_live in enumerate(schedule.is_live):
            if is_live:
                self.members.setdefault(schedule.slots[ref], []).append(ref)
        self.effects: dict[int, list[int]] = {}  # blocks that check or print, by slot
        for number, block in enumerate(self.graph.blocks):
            if block.position is not None:
                self.effects.setdefault(schedule.block_slots[number], []).append(number)

        self.hidden: dict[int, list[Ref]] = {}  # values of each slot that later ones take
        for ref in schedule.hidden:
            self.hidden.setdefault(schedule.slots[ref], []).append(ref)

    def pieces(self, slot: int, targets: Sequence[Target]) -> list[RunCode]:
        """Return the calls of the slot's code: one, or several if it is large and has parts that share nothing."""
        whole = SlotPart(
            self.members.get(slot, []),
            self.effects.get(slot, []),
            [target for target in targets if target.ref in self.schedule.signal_of],
            self.hidden.get(slot, []),
        )
        if len(whole.members) + len(whole.effects) <= MOST_TOGETHER:
            return self._piece(slot, whole)
        return [call for part in parts_of(self.schedule, slot, whole) for call in self._piece(slot, part)]  # fmt: skip

    def _piece(self, slot: int, part: SlotPart) -> list[RunCode]:
        """Return the call of a part of a slot's code, nothing if it has none."""
        piece = _Piece(self, slot)
        waiting = list(reversed(part.effects))
        for ref in part.members:
            node = self.graph.nodes[ref]
            if isinstance(node, BlockResult):
                while waiting and waiting[-1] <= node.block:
                    piece.run_block(waiting.pop())
                piece.run_block(node.block)
            elif isinstance(node, Operation) or self.schedule.inputs_in_slot(ref):
                piece.cell(ref)
        while waiting:
            piece.run_block(waiting.pop())
        outputs = [self.number_of(target.signal) for target in part.targets]
        outputs += [self.schedule.hidden[ref] for ref in part.hidden]
        values = [*(target.ref for target in part.targets), *part.hidden]
        cells = [piece.cell(ref) for ref in values]
        place = part.targets[-1].place if part.targets else Place(0, 0, 0)
        if not piece.code.code and not outputs:
            return []
        program = piece.code.program(self.schedule.title, cells)
        return [RunCode(program, (), tuple(piece.inputs), tuple(outputs), place)]


class _Piece:
    """One program that is being written."""

    def __init__(self, pieces: PieceWriter, slot: int) -> None:
        self.pieces, self.slot = pieces, slot
        self.graph, self.schedule = pieces.graph, pieces.schedule
        self.code = Assembler()
        self.inputs: list[Terms] = []
        self._cells: dict[Ref, Cell] = {}
        self._sums: dict[tuple[tuple[int, int], ...], Cell] = {}
        self._blocks: dict[int, list[Cell]] = {}

    def cell(self, ref: Ref) -> Cell:
        """Return the cell of a value; nodes of smaller numbers are written before, so that this is not deep."""
        found = self._cells.get(ref)
        if found is None:
            found = self._cells[ref] = self._new_cell(ref)
        return found

    def _new_cell(self, ref: Ref) -> Cell:
        node = self.graph.nodes[ref]
        match node:
            case Sum(terms):
                return self._sum(terms)
            case ProductNode(a, b, c):
                product = self.code.compute(Op.FIELD_MULTIPLY, self._sum(a), self._sum(b))
                return self.code.compute(Op.FIELD_ADD, product, self._sum(c)) if c else product
        if self.schedule.slots[ref] < self.slot:
            return self._earlier(ref)
        if isinstance(node, BlockResult):
            return self.run_block(node.block)[node.index]
        assert isinstance(node, Operation)
        cells = [self.cell(each) for each in node.inputs]
        return emit_operator(self.code, node.operator, cells, place=node.place)

    def _earlier(self, ref: Ref) -> Cell:
        signal = self.schedule.signal_of.get(ref)
        wire = self.schedule.hidden[ref] if signal is None else self.pieces.number_of(signal)
        return self._input({wire: 1})

    def _input(self, terms: Terms) -> Cell:
        key = tuple(terms.items())
        if key not in self._sums:
            self._sums[key] = self.code.input()
            self.inputs.append(terms)
        return self._sums[key]

    def _sum(self, terms: Terms) -> Cell:
        """Return the cell of a linear combination: an input, plus what this slot computes."""
        if not any(terms):
            return self.code.constant(terms.get(0, 0))
        computed = self.schedule.in_slot(terms, self.slot)
        given = {s: value for s, value in terms.items() if value and s not in computed}
        number_of = self.pieces.number_of
        total: Cell | None = None
        if not computed or any(given):
            total = self._input({number_of(s) if s else 0: value for s, value in given.items()})
        elif given:
            total = self.code.constant(given[0])
        for signal in computed:
            part = self.cell(self.schedule.code_of[signal])
            if terms[signal] != 1:
                part = self.code.compute(Op.FIELD_MULTIPLY, part, self.code.constant(terms[signal]))
            total = part if total is None else self.code.compute(Op.FIELD_ADD, total, part)
        assert total is not None
        return total

    def run_block(self, number: int) -> list[Cell]:
        """Write a block of code once; return its results."""
        found = self._blocks.get(number)
        if found is None:
            block = self.graph.blocks[number]
            inputs = [self.cell(ref) for ref in block.inputs]
            found = self._blocks[number] = self.code.inline(block.routine, inputs)
        return found
