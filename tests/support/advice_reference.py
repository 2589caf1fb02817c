"""A second machine for advice programs without calls: one instruction after the other, the slow and plain way."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.constraints.advice.arithmetic import BINARY, OPERATIONS, UNARY, Budget
from zkctl.constraints.advice.instructions import OPENING, AdviceProgram, Op
from zkctl.errors import InputError


class Leave(Exception):
    """A BREAK that leaves so many more blocks."""

    def __init__(self, levels: int) -> None:
        super().__init__()
        self.levels = levels


class Reference:
    """One run; `steps` counts instructions only, not what long numbers and arrays take."""

    def __init__(self, program: AdviceProgram, inputs: Sequence[int], modulus: int) -> None:
        self.program = program
        self.modulus = modulus
        self.budget = Budget(1 << 60, program.limits.bits, program.name)
        self.steps = 0
        self.cells = [*inputs, *program.constants]
        self.cells += [0] * (program.n_cells - len(self.cells))

    def outputs(self, most: int) -> list[int] | None:
        """Return the results; None if it takes more steps than `most`."""
        self.most = most
        try:
            self.run(0, len(self.program.code))
        except TimeoutError:
            return None
        return [self.cells[k] for k in self.program.outputs]

    def end(self, place: int) -> tuple[int, int]:
        """Return the places of the ELSE, or else the END, and of the END of a block."""
        depth, other = 0, -1
        for k in range(place, len(self.program.code)):
            op = self.program.code[k].op
            depth += (op in OPENING) - (op == Op.END)
            if op == Op.ELSE and depth == 1:
                other = k
            if not depth:
                return (other if other >= 0 else k), k
        raise AssertionError(place)

    def run(self, place: int, end: int) -> None:
        while place < end:
            op, operands = self.program.code[place].op, self.program.code[place].operands
            self.count()
            if op in OPENING:
                place = self.block(place, op, operands)
                continue
            if op == Op.BREAK:
                raise Leave(operands[0])
            self.plain(op, operands)
            place += 1

    def count(self) -> None:
        self.steps += 1
        if self.steps > self.most:
            raise TimeoutError

    def block(self, place: int, op: int, operands: Sequence[int]) -> int:
        other, end = self.end(place)
        try:
            if op == Op.BLOCK:
                self.run(place + 1, end)
            elif op == Op.IF and self.cells[operands[0]]:
                self.run(place + 1, other)
                if other != end:
                    self.count()
            elif op == Op.IF:
                self.run(min(other + 1, end), end)
            elif not self.loop(place + 1, end, op, operands):
                return end + 1
            if op in (Op.BLOCK, Op.IF):
                self.count()
        except Leave as leave:
            if leave.levels:
                raise Leave(leave.levels - 1) from None
        return end + 1

    def loop(self, start: int, end: int, op: int, operands: Sequence[int]) -> bool:
        rounds = self.cells[operands[1]] if op == Op.REPEAT else -1
        done = 0
        while done != rounds and (rounds > 0 or op == Op.FOREVER):
            if op == Op.REPEAT:
                self.cells[operands[0]] = done
            self.run(start, end)
            self.count()
            done += 1
        return done > 0

    def plain(self, op: int, operands: Sequence[int]) -> None:
        cells, target = self.cells, operands[0]
        if op in BINARY or op in UNARY or op in OPERATIONS:
            values = [cells[k] for k in operands[1:]]
            one = BINARY.get(op) or UNARY.get(op)
            value = one(*values) if one else OPERATIONS[op](self.budget, self.modulus, *values)  # type: ignore[operator]
            if op != Op.COPY:
                self.budget.check_bits(value.bit_length())
            cells[target] = value
        elif op == Op.LOAD:
            cells[target] = cells[operands[1] + self.inside(operands[2], cells[operands[3]])]
        elif op == Op.STORE:
            cells[target + self.inside(operands[1], cells[operands[2]])] = cells[operands[3]]
        else:
            assert op == Op.MOVE, op
            cells[target : target + operands[1]] = cells[operands[2] : operands[2] + operands[1]]

    def inside(self, length: int, index: int) -> int:
        if not 0 <= index < length:
            raise InputError("outside")
        return index
