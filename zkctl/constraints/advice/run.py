"""Run an advice program: a loop over instructions, with the limits of its header; no code comes from the program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, NamedTuple

from zkctl.constraints.advice.arithmetic import BINARY, OPERATIONS, UNARY, Budget
from zkctl.constraints.advice.instructions import (
    MAX_CALLS,
    MAX_OPEN_CELLS,
    OPENING,
    AdviceProgram,
    Instruction,
    Op,
)
from zkctl.errors import AdviceFailed, InputError, LimitError
from zkctl.runtime.printable import printable

Log = Callable[[str], None]  # takes texts and numbers; a line break ends a line
ASSERT_AT = "assert at "  # a statement of a source, then its place
_SHOWN_NAME = 200  # characters
_SHOWN_TEXT = 500
_DECIMAL_BITS = 4096  # longer numbers are logged as hexadecimal


class _Frame:
    """An open block: the start and end of its body, and the rounds it still runs.

    `rounds` counts this one; -1 is a loop without end, 1 a block that is no loop.  `counter` is the cell that counts the rounds done.
    """

    __slots__ = ("counter", "done", "end", "rounds", "start")

    def __init__(self, start: int, end: int, rounds: int, counter: int = -1) -> None:
        self.start = start
        self.end = end
        self.rounds = rounds
        self.counter = counter
        self.done = 0


class _Kind(Enum):
    """The way an instruction is run."""

    UNARY = 1
    BINARY = 2
    PAID = 3  # with the budget, since its steps depend on its operands
    OTHER = 4  # arrays and control


class _Step(NamedTuple):
    """An instruction with the function that runs it."""

    kind: _Kind
    operation: Callable[..., Any]
    operands: tuple[int, ...]


class Machine:
    """A program made ready to run many times."""

    def __init__(
        self,
        program: AdviceProgram,
        modulus: int,
        log: Log | None = None,
        functions: Sequence[Machine] = (),
    ) -> None:
        """Take the functions that CALL means; the list may be filled later."""
        self.program = program
        self.functions = functions
        self.name = printable(program.name, _SHOWN_NAME)  # a file may hold anything
        self.modulus = modulus
        self.log = log
        self.steps = 0  # of all calls
        self.steps_of_code = [_step(each) for each in program.code]
        self._ends, self._elses = _jumps(program.code)

    def run(self, inputs: Sequence[int], max_steps: int | None = None) -> list[int]:
        """Return the outputs.  Shapes: n_inputs -> len(program.outputs); plain integers, not reduced modulo p.

        Assumes: the program passed `check_advice`.
        Raises: LimitError for too many steps (its own limit, or `max_steps` if lower) or too long a number; InputError for an
        index outside an array or another number of inputs; AdviceFailed for an assertion.
        """
        program = self.program
        if len(inputs) != program.n_inputs:
            raise InputError(
                f"the advice {self.name} takes {program.n_inputs} integers, got {len(inputs)}"
            )
        limits = program.limits
        steps = limits.steps if max_steps is None else min(limits.steps, max_steps)
        call = _Call(self, inputs, Budget(steps, limits.bits, self.name))
        _run(call)
        self.steps += steps - call.budget.steps
        return call.outputs()

    def end_of(self, place: int) -> int:
        """Return the place of the END of a block."""
        return self._ends[place]

    def else_of(self, place: int) -> int:
        """Return the place of the ELSE of an IF, or of its END."""
        return self._elses.get(place, self._ends[place])


def failed_assertion(name: str, text: str) -> AdviceFailed:
    """Return the error of an assertion that does not hold: the author's text, never a value."""
    kind = "assert of" if text.startswith(ASSERT_AT) else "assertion of the advice"
    problem = AdviceFailed(f"an {kind} {name} fails: {printable(text, _SHOWN_TEXT)}")
    problem.public_message, problem.text = problem.message, text
    return problem


def run_advice(
    program: AdviceProgram, inputs: Sequence[int], modulus: int, log: Log | None = None
) -> list[int]:
    """Run a program once, as `Machine.run`."""
    return Machine(program, modulus, log).run(inputs)


def _run(call: _Call) -> None:
    """Run a call with all that it makes; they are in a list, so deep recursion takes no stack of the machine."""
    calls, n_cells = [call], len(call.cells)
    while calls:
        inner = calls[-1].run()
        if inner is not None:
            name, n_cells = inner.machine.name, n_cells + len(inner.cells)
            if len(calls) > MAX_CALLS:
                raise LimitError(
                    f"the advice {name} is called inside itself more than {MAX_CALLS:,} times",
                    hint="bound its recursion",
                )
            if n_cells > MAX_OPEN_CELLS:
                raise LimitError(
                    f"the calls of the advice {name} hold more than {MAX_OPEN_CELLS:,} cells",
                    hint="bound its recursion, or use smaller arrays",
                )
            calls.append(inner)
            continue
        done = calls.pop()
        n_cells -= len(done.cells)
        if calls:
            calls[-1].receive(done)


def _step(instruction: Instruction) -> _Step:
    op, operands = instruction.op, instruction.operands
    for kind, table in (
        (_Kind.UNARY, UNARY),
        (_Kind.BINARY, BINARY),
        (_Kind.PAID, OPERATIONS),
        (_Kind.OTHER, _OTHERS),
    ):
        if op in table:
            return _Step(kind, table[op], operands)
    raise AssertionError(f"no operation {op}: the program was not checked")


def _jumps(code: Sequence[Instruction]) -> tuple[dict[int, int], dict[int, int]]:
    """Return the END of each block and the ELSE of each IF."""
    ends: dict[int, int] = {}
    elses: dict[int, int] = {}
    opened: list[int] = []
    for place, instruction in enumerate(code):
        if instruction.op in OPENING:
            opened.append(place)
        elif instruction.op == Op.ELSE:
            elses[opened[-1]] = place
        elif instruction.op == Op.END:
            ends[opened.pop()] = place
    return ends, elses


class _Call:
    """One call: its cells, open blocks and budget."""

    def __init__(self, machine: Machine, inputs: Sequence[int], budget: Budget) -> None:
        program = machine.program
        self.machine = machine
        self.budget = budget
        budget.spend(program.n_cells >> 6)
        self.cells = [*inputs, *program.constants]
        self.cells += [0] * (program.n_cells - len(self.cells))
        self.frames: list[_Frame] = []
        self.place = 0
        self.results = 0  # the first cell of the results of the function that is running

    def outputs(self) -> list[int]:
        """Return the values of the outputs."""
        return [self.cells[k] for k in self.machine.program.outputs]

    def run(self) -> _Call | None:
        """Run until a function is called, and return its call; None at the end of the code."""
        steps, cells, budget = self.machine.steps_of_code, self.cells, self.budget
        n_steps, bits = len(steps), budget.bits
        while self.place < n_steps:
            kind, operation, operands = steps[self.place]
            self.place += 1
            budget.steps -= 1
            if budget.steps < 0:
                budget.spend(0)
            if kind is _Kind.BINARY:
                target, first, second = operands
                value = operation(cells[first], cells[second])
            elif kind is _Kind.UNARY:
                target, first = operands
                value = operation(cells[first])
            elif kind is _Kind.PAID:
                target, *rest = operands
                value = operation(budget, self.machine.modulus, *[cells[k] for k in rest])
            else:
                inner: _Call | None = operation(self, *operands)
                if inner is not None:
                    return inner
                continue
            if value.bit_length() > bits:
                budget.check_bits(value.bit_length())
            cells[target] = value
        return None

    def short(self, value: int) -> int:
        """Return a number whose length is within the limit (LimitError)."""
        if value.bit_length() > self.budget.bits:
            self.budget.check_bits(value.bit_length())
        return value

    # -- arrays

    def _position(self, length: int, index: int) -> int:
        if not 0 <= index < length:
            raise InputError(
                f"the advice {self.machine.name} uses an index outside an array of {length}",
                hint="advice must answer on every input: limit the index with min and max",
            )
        return index

    def load(self, target: int, base: int, length: int, index: int) -> None:
        """Read the element of an array whose number a cell holds."""
        self.cells[target] = self.cells[base + self._position(length, self.cells[index])]

    def store(self, base: int, length: int, index: int, value: int) -> None:
        """Write the element of an array whose number a cell holds."""
        self.cells[base + self._position(length, self.cells[index])] = self.cells[value]

    def _write(self, base: int, values: Sequence[int]) -> None:
        self.cells[base : base + len(values)] = values

    def _array(self, base: int, length: int) -> list[int]:
        self.budget.spend(length)
        return self.cells[base : base + length]

    def move(self, base: int, length: int, source: int, _same: int) -> None:
        """Copy an array."""
        self._write(base, self._array(source, length))

    def split(self, base: int, length: int, number: int, bits: int) -> None:
        """Write the lowest limbs of a number, lowest first; a negative one as its two's complement."""
        value, mask = self.cells[number], (1 << bits) - 1
        self.budget.spend(length * (1 + (value.bit_length() >> 10)))
        for k in range(length):
            self.cells[base + k] = value & mask
            value >>= bits

    def join(self, target: int, base: int, length: int, bits: int) -> None:
        """Add the limbs of an array, lowest first."""
        limbs, total = self._array(base, length), 0
        for limb in reversed(limbs):
            self.budget.spend(1 + (total.bit_length() >> 10))
            total = self.short((total << bits) + limb)
        self.cells[target] = total

    def sort(self, base: int, length: int) -> None:
        """Sort an array in place, ascending."""
        self.budget.spend(length * length.bit_length())
        self._write(base, sorted(self._array(base, length)))

    def order(self, base: int, length: int, source: int, _same: int) -> None:
        """Write the positions in which the elements of an array are ascending, equal ones as they come."""
        self.budget.spend(length * length.bit_length())
        values = self._array(source, length)
        self._write(base, sorted(range(length), key=values.__getitem__))

    # -- blocks; `place` is already behind the instruction

    def block(self) -> None:
        """Open a block that a BREAK may leave."""
        self.frames.append(_Frame(self.place, self.machine.end_of(self.place - 1), 1))

    def choose(self, condition: int) -> None:
        """Run the first part of an IF, or its ELSE."""
        at = self.place - 1
        self.frames.append(_Frame(self.place, self.machine.end_of(at), 1))
        if not self.cells[condition]:
            other, end = self.machine.else_of(at), self.machine.end_of(at)
            self.place = end if other == end else other + 1

    def otherwise(self) -> None:
        """Skip an ELSE after the first part."""
        self.place = self.frames[-1].end

    def repeat(self, index: int, count: int) -> None:
        """Open a loop that runs as often as a cell says; another cell counts from 0."""
        rounds, end = self.cells[count], self.machine.end_of(self.place - 1)
        if rounds < 1:
            self.place = end + 1
            return
        self.cells[index] = 0
        self.frames.append(_Frame(self.place, end, rounds, index))

    def forever(self) -> None:
        """Open a loop that only a BREAK or the limit of steps leaves."""
        self.frames.append(_Frame(self.place, self.machine.end_of(self.place - 1), -1))

    def leave(self, levels: int) -> None:
        """Jump behind the end of an enclosing block."""
        self.place = self.frames[-1 - levels].end + 1
        del self.frames[-1 - levels :]

    def end(self) -> None:
        """Close a block, or start the next round of a loop."""
        frame = self.frames[-1]
        if frame.rounds == 1:
            self.frames.pop()
            return
        frame.rounds -= frame.rounds > 0
        frame.done += 1
        if frame.counter >= 0:
            self.cells[frame.counter] = frame.done
        self.place = frame.start

    # -- functions

    def call(self, function: int, base: int, length: int, source: int, n_inputs: int) -> _Call:
        """Return the call of a function on an array of arguments."""
        self.results = base
        self.budget.spend(length)
        return _Call(self.machine.functions[function], self._array(source, n_inputs), self.budget)

    def receive(self, done: _Call) -> None:
        """Write the results of a function that was called."""
        self._write(self.results, done.outputs())

    # -- assertions and the log

    def check(self, condition: int, text: int) -> None:
        """End with an error if a cell is 0."""
        if not self.cells[condition]:
            raise failed_assertion(self.machine.name, self.machine.program.texts[text])

    def log_text(self, text: int) -> None:
        """Write a text to the log."""
        self._log(self.machine.program.texts[text])

    def log_value(self, cell: int) -> None:
        """Write a number to the log."""
        value = self.cells[cell]
        self._log(str(value) if value.bit_length() <= _DECIMAL_BITS else hex(value))

    def _log(self, text: str) -> None:
        if self.machine.log is not None:
            self.machine.log(text)


_OTHERS: dict[int, Callable[..., _Call | None]] = {
    Op.LOAD: _Call.load,
    Op.STORE: _Call.store,
    Op.MOVE: _Call.move,
    Op.SPLIT: _Call.split,
    Op.JOIN: _Call.join,
    Op.SORT: _Call.sort,
    Op.ORDER: _Call.order,
    Op.BLOCK: _Call.block,
    Op.IF: _Call.choose,
    Op.ELSE: _Call.otherwise,
    Op.REPEAT: _Call.repeat,
    Op.FOREVER: _Call.forever,
    Op.BREAK: _Call.leave,
    Op.END: _Call.end,
    Op.CALL: _Call.call,
    Op.ASSERT: _Call.check,
    Op.LOG_TEXT: _Call.log_text,
    Op.LOG_VALUE: _Call.log_value,
}
