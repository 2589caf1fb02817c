"""Functions that code calls, in the one list of a Python circuit: calls get the numbers of that list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from zkctl.constraints.advice.instructions import AdviceProgram, Instruction, Op


class SharedFunctions:
    """The functions of one circom program as part of a circuit's list, which grows by those that are called."""

    def __init__(self, programs: Sequence[AdviceProgram], functions: list[AdviceProgram]) -> None:
        self.programs, self.functions = programs, functions
        self._numbers: dict[int, int] = {}
        self._waiting: list[int] = []

    def moved(self, code: AdviceProgram) -> AdviceProgram:
        """Return the code with the circuit's numbers in its calls."""
        found = self._moved(code)
        while self._waiting:
            number = self._waiting.pop()
            self.functions[self._numbers[number]] = self._moved(self.programs[number])
        return found

    def _moved(self, code: AdviceProgram) -> AdviceProgram:
        if all(each.op != Op.CALL for each in code.code):
            return code
        return replace(code, code=tuple(map(self._instruction, code.code)))

    def _instruction(self, each: Instruction) -> Instruction:
        if each.op != Op.CALL:
            return each
        number, *rest = each.operands
        return Instruction(each.op, (self._number(number), *rest))

    def _number(self, number: int) -> int:
        if number not in self._numbers:
            self._numbers[number] = len(self.functions)
            self.functions.append(self.programs[number])  # its own calls are moved later
            self._waiting.append(number)
        return self._numbers[number]
