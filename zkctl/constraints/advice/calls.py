"""Advice programs as hints of a witness program: named by number, run within one budget for a whole witness."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zkctl.constraints.advice.instructions import AdviceProgram
from zkctl.constraints.advice.run import Log, Machine

ADVICE = "advice:"  # starts the name of a hint that is one of the advice programs, with its number
MAX_PROGRAMS = 1 << 16  # of one circuit, and as many functions
WITNESS_STEPS = 1 << 28  # of all calls for one witness

Runner = Callable[[Sequence[int]], Sequence[int]]


def advice_number(function: str) -> int | None:
    """Return the number of the advice program that a hint runs, None for another hint."""
    digits = function.removeprefix(ADVICE)
    is_advice = function.startswith(ADVICE) and digits.isascii() and digits.isdigit()
    return int(digits) if is_advice and len(digits) < 9 and str(int(digits)) == digits else None


def advice_runners(
    programs: Sequence[AdviceProgram], modulus: int, log: Log | None = None, functions: Sequence[AdviceProgram] = ()
) -> dict[str, Runner]:  # fmt: skip
    """Return, by the names of their hints, functions that run the programs; results are in [0, p).

    `functions` are those that the programs call.
    The functions raise as `Machine.run`.  They are for one witness: all calls share WITNESS_STEPS.
    """
    left = [WITNESS_STEPS]
    called: list[Machine] = []
    called += [Machine(each, modulus, log, called) for each in functions]
    machines = (Machine(program, modulus, log, called) for program in programs)
    return {f"{ADVICE}{k}": _runner(machine, left) for k, machine in enumerate(machines)}


def _runner(machine: Machine, left: list[int]) -> Runner:
    def run(inputs: Sequence[int]) -> list[int]:
        before = machine.steps
        results = machine.run(inputs, left[0])
        left[0] -= machine.steps - before
        return [value % machine.modulus for value in results]

    return run
