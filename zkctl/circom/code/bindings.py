"""Variables while run-time code is written: numbers as long as they are known, then cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from operator import mul

from zkctl.circom.code.assembler import Cell
from zkctl.circom.code.writer import KnownValue, Operand, Writer
from zkctl.runtime.records import record


@record(eq=False)
class Values:
    """The values of an expression, in row-major order.  Shapes: () for a single one."""

    shape: tuple[int, ...]
    operands: Sequence[Operand]

    @property
    def single(self) -> Operand:
        """The only operand of a value without dimensions."""
        return self.operands[0]

    @property
    def is_known(self) -> bool:
        """True if all elements are numbers."""
        return all(isinstance(each, KnownValue) for each in self.operands)

    def filled(self, shape: tuple[int, ...]) -> Sequence[Operand]:
        """Return the elements of an array of some shape that has these, and 0 where there is none."""
        if self.shape == shape:
            return self.operands
        found: list[Operand] = [KnownValue(0)] * math.prod(shape)
        for position, operand in self.overlap(shape):
            found[position] = operand
        return found

    def overlap(self, shape: Sequence[int]) -> list[tuple[int, Operand]]:
        """Return the elements that an array of some shape has too, each with its position in that array."""
        if self.shape == tuple(shape):
            return list(enumerate(self.operands))
        found = []
        for index, operand in zip(product(*map(range, self.shape)), self.operands, strict=True):
            if all(k < length for k, length in zip(index, shape, strict=True)):
                steps = (math.prod(shape[axis + 1 :]) for axis in range(len(shape)))
                found.append((sum(map(mul, index, steps)), operand))
        return found


class Binding:
    """A variable.

    Elements are operands until the first branch or loop that assigns the variable, or an element at an unknown index;
    then they are in consecutive cells, its home.
    """

    def __init__(self, shape: Sequence[int], operands: Sequence[Operand]) -> None:
        self.shape = tuple(shape)
        self.operands = list(operands)
        self.home: Cell | None = None
        self.is_home = False  # its elements are in the home, `operands` are not valid
        self._copy: Cell | None = None  # of the operands, for unknown indexes

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    def go_home(self, writer: Writer) -> Cell:
        """Move all elements to the home; return its first cell."""
        if self.is_home and self.home is not None:
            return self.home
        home = self.begin_home(writer)
        writer.fill(home, self.operands)
        return home

    def begin_home(self, writer: Writer) -> Cell:
        """Let the elements be in the home from now on, whatever it holds; return its first cell."""
        if self.home is None:
            self.home = writer.code.cells(self.size)
            writer.homes.update(range(self.home, self.home + 3 * self.size, 3))
        self.is_home = True
        return self.home

    def cells(self, writer: Writer) -> Cell:
        """Return the first of consecutive cells that hold the elements, only to read at once."""
        if self.is_home and self.home is not None:
            return self.home
        if self._copy is None:
            found = writer.consecutive(self.operands)
            if found is not None:
                return found
            if not writer.is_given(self.operands):
                return writer.array(self.operands)
            self._copy = writer.given_array(self.operands)
        return self._copy

    def element(self, position: int) -> Operand:
        """Return an element to read at once: a cell of the home may be written later."""
        if self.is_home and self.home is not None:
            return self.home + 3 * position
        return self.operands[position]

    def set_element(self, writer: Writer, position: int, operand: Operand) -> None:
        """Assign an element."""
        if self.is_home and self.home is not None:
            writer.copy(self.home + 3 * position, operand)
        else:
            self.operands[position] = writer.kept(operand)
            self._copy = None

    def part(self, first: int, shape: Sequence[int]) -> Values:
        """Return consecutive elements."""
        n = math.prod(shape)
        return Values(tuple(shape), [self.element(k) for k in range(first, first + n)])
