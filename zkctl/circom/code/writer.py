"""Writes one routine: which values of the graph it takes, arrays in cells, indexes with their bounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

from zkctl.circom.code.assembler import OWN, Assembler, Cell, Code, Routine
from zkctl.circom.code.graph import Graph, Ref
from zkctl.constraints.advice.instructions import Op
from zkctl.runtime.records import record


@record
class KnownValue:
    """A number that is known while code is written."""

    value: int


Operand: TypeAlias = "KnownValue | Cell"


class Writer:
    """The code of a routine and the values that it takes."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.code = Assembler()
        self.inputs: list[Ref] = []
        self.homes: set[Cell] = set()  # cells that are written more than once
        self._prologue: Code = []
        self._cells: dict[Ref, Cell] = {}
        self._zeros: dict[int, Cell] = {}

    def operand(self, ref: Ref) -> Operand:
        """Return a value of the graph: a number, or the cell of an input."""
        known = self.graph.value(ref)
        if known is not None:
            return KnownValue(known)
        if ref not in self._cells:
            self._cells[ref] = self.code.input()
            self.inputs.append(ref)
        return self._cells[ref]

    def cell(self, operand: Operand) -> Cell:
        """Return a cell that holds an operand."""
        return self.code.constant(operand.value) if isinstance(operand, KnownValue) else operand

    def copy(self, target: Cell, operand: Operand) -> None:
        """Write an operand to an own cell."""
        if operand != target:
            self.code.emit(Op.COPY, target, self.cell(operand))

    def array(self, operands: Sequence[Operand]) -> Cell:
        """Return the first of new cells that hold the operands."""
        first = self.code.cells(len(operands))
        self.fill(first, operands)
        return first

    def is_given(self, operands: Sequence[Operand]) -> bool:
        """Return whether all operands are inputs or numbers."""
        return all(isinstance(each, KnownValue) or each % 3 != OWN for each in operands)

    def given_array(self, operands: Sequence[Operand]) -> Cell:
        """Return the first of new cells that hold inputs and numbers from the beginning of the routine on."""
        first = self.code.cells(len(operands))
        for k, operand in enumerate(operands):
            self._prologue.append((Op.COPY, (first + 3 * k, self.cell(operand))))
        return first

    def consecutive(self, operands: Sequence[Operand]) -> Cell | None:
        """Return the first of the operands if they are consecutive own cells, else None."""
        first = operands[0] if operands else None
        if first is None or isinstance(first, KnownValue) or first % 3 != OWN:
            return None
        return first if all(each == first + 3 * k for k, each in enumerate(operands)) else None

    def kept(self, operand: Operand) -> Operand:
        """Return an operand that nothing writes again: a copy of one that is a variable's home."""
        if isinstance(operand, KnownValue) or operand not in self.homes:
            return operand
        return self.code.compute(Op.COPY, operand)

    def fill(self, first: Cell, operands: Sequence[Operand]) -> None:
        """Write operands to consecutive cells."""
        for k, operand in enumerate(operands):
            self.copy(first + 3 * k, operand)

    def clear(self, first: Cell, n: int) -> None:
        """Write zeros to consecutive cells."""
        if n == 1:
            self.copy(first, KnownValue(0))
        elif n:
            zeros = self._zeros.get(n)
            if zeros is None:
                zeros = self._zeros[n] = self.code.cells(n)  # never written
            self.code.emit(Op.MOVE, first, n, zeros, n)

    def position(self, indexes: Sequence[Operand], shape: Sequence[int], place: str) -> Operand:
        """Return the position of an element, or of the first of a part, in row-major order.

        The run stops at an index that is not below its length, but for a single one, which the load or store checks.
        """
        sizes = [math.prod(shape[k + 1 :]) for k in range(len(indexes))]
        known = sum(
            index.value * size
            for index, size in zip(indexes, sizes, strict=True)
            if isinstance(index, KnownValue)
        )
        total: Operand = KnownValue(known)
        for index, size, length in zip(indexes, sizes, shape, strict=False):
            if isinstance(index, KnownValue):
                continue
            if len(shape) > 1:
                self.check_index(index, length, place)
            part = index if size == 1 else self.code.compute(Op.MULTIPLY, index, self.code.constant(size))  # fmt: skip
            total = (
                part
                if total == KnownValue(0)
                else self.code.compute(Op.ADD, self.cell(total), part)
            )
        return total

    def check_index(self, index: Cell, length: int, place: str) -> None:
        """Stop the run if an index is not below a length."""
        is_inside = self.code.compute(Op.LESS, index, self.code.constant(length))
        text = f"index outside of 0 to {length - 1} at {place}"
        self.code.emit(Op.ASSERT, is_inside, self.code.text(text))

    def load(self, first: Cell, n: int, position: Operand) -> Operand:
        """Return an element of an array of n cells."""
        if isinstance(position, KnownValue):
            return first + 3 * position.value
        return self.code.compute(Op.LOAD, first, n, position)

    def store(self, first: Cell, n: int, position: Operand, value: Operand) -> None:
        """Write an element of an array of n cells."""
        if isinstance(position, KnownValue):
            self.copy(first + 3 * position.value, value)
        else:
            self.code.emit(Op.STORE, first, n, position, self.cell(value))

    def finished(self, outputs: Sequence[Cell]) -> Routine:
        """Return the routine, which yields these cells."""
        self.code.code[:0] = self._prologue
        return self.code.routine(outputs)

    def run(self, outputs: Sequence[Operand], position: int | None) -> list[Ref]:
        """Put the finished routine into the graph; return the values of its outputs, of which numbers are known."""
        computed = [cell for cell in outputs if not isinstance(cell, KnownValue)]
        routine = self.finished(computed)
        refs = iter(self.graph.run(routine, self.inputs, position))
        return [
            self.graph.number(each.value) if isinstance(each, KnownValue) else next(refs)
            for each in outputs
        ]
