"""Run a witness program: one pass over its rows and hints, with Python integers and no code from the program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from zkctl.constraints.advice.calls import advice_runners
from zkctl.constraints.advice.run import Log
from zkctl.constraints.block import HintCall
from zkctl.constraints.failed_widths import fill_message, hints_of_width
from zkctl.constraints.hint_functions import BUILT_IN
from zkctl.constraints.linear import Terms, show_element
from zkctl.constraints.source_map import describe
from zkctl.constraints.witness_program import (
    USER_HINT,
    WitnessProgram,
    names_of_wires,
)
from zkctl.errors import CircuitError, InputError, UnsatisfiedError, ZkctlError

UserHint = Callable[[Sequence[int]], Sequence[int]]

_ROWS_AT_ONCE = 1 << 14  # rows turned into Python lists at a time
_SHOWN_SIGNALS = 4


def evaluate(
    program: WitnessProgram,
    inputs: Sequence[int],
    user_hints: Mapping[str, UserHint] | None = None,
    log: Log | None = None,
) -> list[int]:
    """Return all wires of a circuit.  Shapes: n_inputs -> n_wires, integers in [0, p).

    `log` takes the lines that the circuit logs, piece by piece.
    Assumes: the program passed `check_program`; inputs are in [0, p), public before private.
    Raises: UnsatisfiedError at the first check that fails, with its message, both values and the source; InputError for a wrong
    number of inputs; CircuitError if a user's hint is needed and not in `user_hints`; LimitError, InputError for advice that exceeds a
    limit or an array.
    """
    if len(inputs) != program.n_inputs:
        raise InputError(f"the circuit has {program.n_inputs} inputs, got {len(inputs)} values")
    advice = advice_runners(program.advice, program.field.modulus, log)
    run = _Run(program, inputs, {**advice, **(user_hints or {})})
    for first in range(0, program.n_rows, _ROWS_AT_ONCE):
        run.rows(first, min(first + _ROWS_AT_ONCE, program.n_rows))
    run.remaining_hints()
    return run.values


class _Run:
    """The values so far and the next hint."""

    def __init__(
        self, program: WitnessProgram, inputs: Sequence[int], user_hints: Mapping[str, UserHint]
    ) -> None:
        self.program = program
        self.user_hints = user_hints
        self.values = [0] * program.n_wires
        self.values[0] = 1
        self.values[program.first_input : program.first_input + len(inputs)] = inputs
        self.next_hint = 0

    def rows(self, first: int, last: int) -> None:
        """Compute or check the rows first .. last - 1."""
        program, values, p = self.program, self.values, self.program.field.modulus
        starts = program.starts[3 * first : 3 * last + 1].tolist()
        offset = starts[0]
        wires = program.wires[offset : starts[-1]].tolist()
        pool = program.pool
        coefficients = [pool[k] for k in program.coefficients[offset : starts[-1]].tolist()]

        def side(k: int) -> int:
            total = 0
            for j in range(starts[k] - offset, starts[k + 1] - offset):
                total += coefficients[j] * values[wires[j]]
            return total

        pause = self._pause()
        for row, target in enumerate(program.targets[first:last].tolist(), start=first):
            if row >= pause:
                pause = self._hints_before(row)
            k = 3 * (row - first)
            residue = (side(k) * side(k + 1) - side(k + 2)) % p
            if target:
                values[target] = residue
            elif residue:
                raise self._unsatisfied(row, side(k) * side(k + 1) % p, side(k + 2) % p)

    def remaining_hints(self) -> None:
        """Run the hints after the last row."""
        self._hints_before(self.program.n_rows)

    def _pause(self) -> int:
        """Return the row before which the next hint runs."""
        hints = self.program.hints
        return hints[self.next_hint].before_row if self.next_hint < len(hints) else self.program.n_rows + 1  # fmt: skip

    def _hints_before(self, row: int) -> int:
        while self._pause() <= row:
            self._hint(self.program.hints[self.next_hint])
            self.next_hint += 1
        return self._pause()

    def _hint(self, call: HintCall) -> None:
        inputs = [self._linear(terms) for terms in call.inputs]
        if call.function in BUILT_IN:
            function = BUILT_IN[call.function]
            results: Sequence[int] = function.evaluate(
                self.program.field.modulus, inputs, call.parameters
            )
        else:
            results = self._placed(call, self._user_hint(call), inputs)
        for wire, value in zip(call.outputs, results, strict=True):
            self.values[wire] = value

    def _placed(self, call: HintCall, hint: UserHint, inputs: Sequence[int]) -> Sequence[int]:
        """Run a hint; its errors name the line of the call."""
        try:
            return hint(inputs)
        except ZkctlError as problem:
            problem.where = problem.where or describe(self.program.source.chain(call.node))
            raise

    def _linear(self, terms: Terms) -> int:
        total = sum(value * self.values[wire] for wire, value in terms.items())
        return total % self.program.field.modulus

    def _user_hint(self, call: HintCall) -> UserHint:
        if call.function not in self.user_hints:
            raise CircuitError(
                f"the hint {call.function.removeprefix(USER_HINT)} is Python code, which a witness program does not contain",
                where=describe(self.program.source.chain(call.node)),
                hint="compute the witness in Python with circuit.compile().witness(...), or use the built-in hints",
            )
        return self.user_hints[call.function]

    def _unsatisfied(self, row: int, left: int, right: int) -> UnsatisfiedError:
        source = self.program.source
        message = source.messages[int(source.row_messages[row])]
        where = describe(source.chain(int(source.row_nodes[row])))
        values = self._named_values(row)
        checked = hints_of_width(self.program.hints, row)
        if checked:
            value, *compared = [self._linear(call.inputs[0]) for call in checked]
            message = fill_message(message, value, compared, self.program.field.modulus)
            text = f"constraint {row} is not satisfied: {message}"
        else:
            text = f"constraint {row} is not satisfied" + (f": {message}" if message else "")
            text += f" ({self._shown(left)} is not {self._shown(right)})"
        return UnsatisfiedError(
            text,
            where="\n".join(filter(None, [where, f"with {values}" if values else ""])),
        )

    def _named_values(self, row: int) -> str:
        """Return the values of the few named signals that occur in a row."""
        starts = self.program.starts
        wires = self.program.wires[int(starts[3 * row]) : int(starts[3 * row + 3])].tolist()
        names = names_of_wires(self.program)
        inner = self.program.wire_names
        named = _distinct(wire for wire in wires if 0 < wire < len(names) or wire in inner)
        shown = (
            (inner.get(wire) or names[wire], self._shown(self.values[wire]))
            for wire in named[:_SHOWN_SIGNALS]
        )
        return ", ".join(f"{name} = {value}" for name, value in shown)

    def _shown(self, value: int) -> str:
        return show_element(value, self.program.field.modulus)


def _distinct(wires: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(wires))
