"""Run an advice program: a loop over control and runs of other instructions, with the limits of its header.

No code comes from the program: an instruction is a Python function made here (straight.py), its operands are numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, NoReturn

from zkctl.constraints.advice.arithmetic import Budget
from zkctl.constraints.advice.blocks import BasicBlock, Exit, basic_blocks
from zkctl.constraints.advice.copies import copy_steps, joined_copies
from zkctl.constraints.advice.instructions import (
    MAX_CALLS,
    MAX_OPEN_CELLS,
    AdviceProgram,
    Instruction,
    Op,
)
from zkctl.constraints.advice.shorter import shorter_code
from zkctl.constraints.advice.straight import Run, straight_run
from zkctl.errors import AdviceFailed, InputError, LimitError
from zkctl.runtime.printable import printable

Log = Callable[[str], None]  # takes texts and numbers; a line break ends a line
ASSERT_AT = "assert at "  # a statement of a source, then its place
_SHOWN_NAME = 200  # characters
_SHOWN_TEXT = 500
_DECIMAL_BITS = 4096  # longer numbers are logged as hexadecimal


class _Step(NamedTuple):
    """A basic block made ready to run."""

    cost: int  # steps
    work: Sequence[Run]
    way: Exit
    target: int
    operands: tuple[int, ...]


class _Loop:
    """A loop that is running: the rounds that follow this one, and those done before it."""

    __slots__ = ("done", "left")

    def __init__(self, left: int) -> None:
        self.left = left
        self.done = 0


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
        self._blocks = basic_blocks(joined_copies(shorter_code(program))) if program.code else []
        self._steps: dict[int, list[_Step]] = {}

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

    def steps_within(self, bits: int) -> list[_Step]:
        """Return the code made ready for numbers of at most so many bits: the limit of the outermost call."""
        if bits not in self._steps:
            self._steps[bits] = [self._step(each, bits) for each in self._blocks]
        return self._steps[bits]

    def _step(self, block: BasicBlock, bits: int) -> _Step:
        work = [_run_of(each, self.modulus, bits) for each in block.work]
        return _Step(block.steps, work, block.exit, block.target, block.operands)


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


def _run_of(instruction: Instruction, modulus: int, bits: int) -> Run:
    run = straight_run(instruction, modulus, bits)
    return run or partial(_run_method, _METHODS[instruction.op], instruction.operands)


def _run_method(
    method: Callable[..., None], operands: tuple[int, ...], _cells: list[int], call: _Call
) -> None:
    method(call, *operands)


class _Call:
    """One call: its cells, open loops and budget."""

    def __init__(self, machine: Machine, inputs: Sequence[int], budget: Budget) -> None:
        program = machine.program
        self.machine = machine
        self.budget = budget
        budget.spend(program.n_cells >> 6)
        self.cells = [*inputs, *program.constants]
        self.cells += [0] * (program.n_cells - len(self.cells))
        self.loops: list[_Loop] = []
        self.place = 0
        self.results = 0  # the first cell of the results of the function that is running

    def outputs(self) -> list[int]:
        """Return the values of the outputs."""
        return [self.cells[k] for k in self.machine.program.outputs]

    def run(self) -> _Call | None:
        """Run until a function is called, and return its call; None at the end of the code."""
        budget, cells = self.budget, self.cells
        steps = self.machine.steps_within(budget.bits)
        place, n_steps = self.place, len(steps)
        while place < n_steps:
            cost, work, way, target, operands = steps[place]
            budget.steps -= cost
            if budget.steps < 0:
                budget.spend(0)
            for run in work:
                run(cells, self)
            if way is _JUMP:
                place = target
            elif way is _BRANCH:
                place = place + 1 if cells[operands[0]] else target
            elif way is Exit.CALL:
                self.place = target
                return self.call(*operands)
            else:
                place = target if _LOOPS[way](self, *operands) else place + 1
        return None

    def short(self, value: int) -> int:
        """Return a number whose length is within the limit (LimitError)."""
        if value.bit_length() > self.budget.bits:
            self.budget.check_bits(value.bit_length())
        return value

    # -- arrays

    def stop_outside(self, length: int) -> NoReturn:
        """Raise the error of an index outside an array (InputError)."""
        raise InputError(
            f"the advice {self.machine.name} uses an index outside an array of {length}",
            hint="advice must answer on every input: limit the index with min and max",
        )

    def _write(self, base: int, values: Sequence[int]) -> None:
        self.cells[base : base + len(values)] = values

    def _array(self, base: int, length: int) -> list[int]:
        self.budget.spend(length)
        return self.cells[base : base + length]

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

    # -- loops that count; each answers whether the target of its block is next

    def leave(self, count: int) -> bool:
        """Leave loops."""
        del self.loops[-count:]
        return True

    def repeat(self, index: int, count: int) -> bool:
        """Open a loop that runs as often as a cell says; another cell counts from 0."""
        rounds = self.cells[count]
        if rounds < 1:
            return True
        self.cells[index] = 0
        self.loops.append(_Loop(rounds - 1))
        return False

    def end_round(self, index: int) -> bool:
        """Begin the next round of a loop, or close it."""
        loop = self.loops[-1]
        if not loop.left:
            self.loops.pop()
            return False
        loop.left -= 1
        loop.done += 1
        self.cells[index] = loop.done
        return True

    # -- functions

    def call(self, function: int, base: int, length: int, source: int, n_inputs: int) -> _Call:
        """Return the call of a function on an array of arguments."""
        self.results = base
        self.budget.spend(copy_steps(length + n_inputs))
        arguments = self.cells[source : source + n_inputs]
        return _Call(self.machine.functions[function], arguments, self.budget)

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


_METHODS: dict[int, Callable[..., None]] = {
    Op.SPLIT: _Call.split,
    Op.JOIN: _Call.join,
    Op.SORT: _Call.sort,
    Op.ORDER: _Call.order,
    Op.ASSERT: _Call.check,
    Op.LOG_TEXT: _Call.log_text,
    Op.LOG_VALUE: _Call.log_value,
}
_JUMP, _BRANCH = Exit.JUMP, Exit.BRANCH
_LOOPS: dict[Exit, Callable[..., bool]] = {
    Exit.LEAVE: _Call.leave,
    Exit.REPEAT: _Call.repeat,
    Exit.ROUND: _Call.end_round,
}
