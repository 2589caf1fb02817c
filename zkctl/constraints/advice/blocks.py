"""Basic blocks of an advice program: instructions that run one after the other, then a jump whose targets are known.

BLOCK, FOREVER, and the END of a block that is no loop do nothing but take a step. Only a loop with a count keeps state while it runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from zkctl.constraints.advice.instructions import OPENING, Instruction, Op
from zkctl.runtime.records import record


class Exit(IntEnum):
    """The way a basic block ends.  A target is a block's number; "next" is the block after this one."""

    JUMP = 0  # to the target
    BRANCH = 1  # to the next block if a cell is not 0, else to the target
    LEAVE = 2  # to the target, out of `count` loops that count
    REPEAT = 3  # into a loop that counts, or to the target if it runs no round
    ROUND = 4  # to the target for another round, or to the next block
    CALL = 5  # a function, then to the target


@record
class BasicBlock:
    """Instructions and their exit.  `steps` counts those that do nothing too, and the one that is the exit."""

    steps: int
    work: tuple[Instruction, ...]
    exit: Exit
    target: int
    operands: tuple[
        int, ...
    ] = ()  # of the exit: BRANCH a cell; LEAVE a count; REPEAT the index and the count; ROUND the index


def basic_blocks(code: Sequence[Instruction]) -> list[BasicBlock]:
    """Return the blocks of a program that was checked; the number after the last block is its end."""
    structure = _Structure(code)
    numbers = {place: k for k, place in enumerate(structure.leaders)}
    return [structure.block(place, numbers) for place in structure.leaders[:-1]]


class _Structure:
    """The jumps of a program, by places in its code."""

    def __init__(self, code: Sequence[Instruction]) -> None:
        self.code = code
        self.opener: dict[int, int] = {}  # by the place of an END
        self.target: dict[int, int] = {}  # by the place of a jump
        self.repeats_left: dict[int, int] = {}  # by the place of a BREAK
        self._ends: dict[int, int] = {}
        leaves: list[tuple[int, int]] = []  # places of a BREAK and of the opening it leaves
        opened: list[int] = []
        elses: dict[int, int] = {}
        for place, instruction in enumerate(code):
            op = instruction.op
            if op in OPENING:
                opened.append(place)
            elif op == Op.ELSE:
                elses[opened[-1]] = place
            elif op == Op.END:
                self._close(place, opened.pop(), elses)
            elif op == Op.BREAK:
                left = opened[-1 - instruction.operands[0] :]
                leaves.append((place, left[0]))
                self.repeats_left[place] = sum(code[each].op == Op.REPEAT for each in left)
            elif op == Op.CALL:
                self.target[place] = place + 1
        self.target |= {place: self._ends[opening] + 1 for place, opening in leaves}
        after = {place + 1 for place in self.target}
        self.leaders = sorted({0, len(code), *after, *self.target.values()})

    def _close(self, end: int, opening: int, elses: dict[int, int]) -> None:
        self.opener[end], self._ends[opening] = opening, end
        match self.code[opening].op:
            case Op.IF:
                other = elses.get(opening)
                self.target[opening] = end if other is None else other + 1
                if other is not None:
                    self.target[other] = end
            case Op.REPEAT:
                self.target[opening], self.target[end] = end + 1, opening + 1
            case Op.FOREVER:
                self.target[end] = opening + 1

    def block(self, first: int, numbers: dict[int, int]) -> BasicBlock:
        """Return the block that begins at a place."""
        work: list[Instruction] = []
        place = first
        while True:
            instruction = self.code[place]
            if place in self.target:
                way, operands = self._exit(place)
                target = numbers[self.target[place]]
                return BasicBlock(place + 1 - first, tuple(work), way, target, operands)
            if instruction.op not in OPENING and instruction.op != Op.END:
                work.append(instruction)
            place += 1
            if place in numbers:
                return BasicBlock(place - first, tuple(work), Exit.JUMP, numbers[place])

    def _exit(self, place: int) -> tuple[Exit, tuple[int, ...]]:
        op, operands = self.code[place].op, self.code[place].operands
        match op:
            case Op.IF:
                return Exit.BRANCH, operands
            case Op.REPEAT:
                return Exit.REPEAT, operands
            case Op.CALL:
                return Exit.CALL, operands
            case Op.BREAK if self.repeats_left[place]:
                return Exit.LEAVE, (self.repeats_left[place],)
        opening = self.code[self.opener[place]] if op == Op.END else None
        if opening is not None and opening.op == Op.REPEAT:
            return Exit.ROUND, opening.operands[:1]
        return Exit.JUMP, ()
