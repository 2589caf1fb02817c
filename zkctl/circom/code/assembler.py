"""Builds the instructions of an advice program; pieces of code are copied into others with new cells."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

from zkctl.constraints.advice.instructions import (
    OPERANDS,
    AdviceProgram,
    Instruction,
    Kind,
    Limits,
    Op,
)
from zkctl.runtime.records import record

MAX_STEPS = 1 << 24
BITS = 512  # of a cell: every value is below the modulus
_LIMITS = Limits(MAX_STEPS, BITS)
_CELLS = frozenset({Kind.READ, Kind.WRITE, Kind.READ_ARRAY, Kind.WRITE_ARRAY})

# A cell while code is built: 3 k is input k, 3 k + 1 constant k, 3 k + 2 own cell k.
Cell: TypeAlias = int
OWN = 2
Code: TypeAlias = "list[tuple[int, tuple[int, ...]]]"


@record(eq=False)
class Routine:
    """Finished code that can be copied: the work of a statement or function on its inputs."""

    n_inputs: int
    constants: tuple[int, ...]
    n_own: int
    code: Code
    outputs: tuple[Cell, ...]
    texts: tuple[str, ...]


class Assembler:
    """Code that is being written.  `depth` is the number of open blocks."""

    def __init__(self) -> None:
        self.code: Code = []
        self.depth = 0
        self.n_inputs = 0
        self._constants: dict[int, int] = {}
        self._texts: dict[str, int] = {}
        self._n_own = 0

    def input(self) -> Cell:
        """Return the cell of a new input."""
        self.n_inputs += 1
        return 3 * (self.n_inputs - 1)

    def constant(self, value: int) -> Cell:
        """Return the cell of a constant."""
        return 3 * self._constants.setdefault(value, len(self._constants)) + 1

    def cells(self, n: int = 1) -> Cell:
        """Return the first of n new cells; the next one is 3 more."""
        self._n_own += n
        return 3 * (self._n_own - n) + 2

    def text(self, text: str) -> int:
        """Return the number of a text."""
        return self._texts.setdefault(text, len(self._texts))

    def emit(self, op: int, *operands: int) -> None:
        """Append an instruction."""
        self.code.append((op, operands))
        if op in (Op.BLOCK, Op.IF, Op.REPEAT, Op.FOREVER):
            self.depth += 1
        elif op == Op.END:
            self.depth -= 1

    def compute(self, op: int, *operands: int) -> Cell:
        """Append an instruction whose result goes to a new cell; return the cell."""
        target = self.cells()
        self.emit(op, target, *operands)
        return target

    def inline(self, routine: Routine, inputs: Sequence[Cell]) -> list[Cell]:
        """Append a copy of a routine; return its outputs."""
        constants = [self.constant(value) for value in routine.constants]
        texts = [self.text(text) for text in routine.texts]
        first = self.cells(routine.n_own)
        by_kind = (list(inputs), constants, range(first, first + 3 * routine.n_own, 3))

        def moved(cell: Cell) -> Cell:
            return by_kind[cell % 3][cell // 3]

        for op, operands in routine.code:
            kinds = OPERANDS[op]
            self.emit(
                op,
                *(
                    moved(value) if kind in _CELLS else texts[value] if kind is Kind.TEXT else value
                    for kind, value in zip(kinds, operands, strict=True)
                ),
            )
        return [moved(cell) for cell in routine.outputs]

    def routine(self, outputs: Sequence[Cell]) -> Routine:
        """Return what was written."""
        return Routine(
            self.n_inputs,
            tuple(self._constants),
            self._n_own,
            self.code,
            tuple(outputs),
            tuple(self._texts),
        )

    def program(self, name: str, outputs: Sequence[Cell]) -> AdviceProgram:
        """Return what was written as an advice program."""
        starts = (0, self.n_inputs, self.n_inputs + len(self._constants))

        def final(cell: Cell) -> int:
            return starts[cell % 3] + cell // 3

        code = tuple(
            (
                int(op),
                tuple(
                    final(value) if kind in _CELLS else value
                    for kind, value in zip(OPERANDS[op], operands, strict=True)
                ),
            )
            for op, operands in self.code
        )
        return _program(
            name,
            self.n_inputs,
            tuple(self._constants),
            starts[2] + self._n_own,
            tuple(map(final, outputs)),
            _instructions(code),
            tuple(self._texts),
            _LIMITS,
        )


_program = lru_cache(maxsize=1 << 10)(AdviceProgram)  # the same object for equal programs


@lru_cache(maxsize=1 << 12)
def _instructions(code: tuple[tuple[int, tuple[int, ...]], ...]) -> tuple[Instruction, ...]:
    """Return instructions, the same objects for equal code: thousands of programs differ in their constants only."""
    return tuple(Instruction(op, operands) for op, operands in code)
