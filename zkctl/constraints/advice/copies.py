"""Runs of copies as one operation: programs of other languages copy arrays element by element."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.constraints.advice.instructions import Instruction, Op

FILL = -1  # write one cell to an array: base, length, source; an operation of the machine only, no file holds it
SHORTEST = 3  # copies that become one operation


def copy_steps(length: int) -> int:
    """Return the steps that a copy of so many cells takes beside its instruction: a cell takes a hundredth of a step's time."""
    return length >> 5


def joined_copies(code: Sequence[Instruction]) -> list[Instruction]:
    """Return the code with its runs of COPY to consecutive cells as MOVE or FILL.  The results are the same."""
    joined: list[Instruction] = []
    place = 0
    while place < len(code):
        length, step = _run_at(code, place)
        if length < SHORTEST:
            joined.append(code[place])
            place += 1
            continue
        target, source = code[place].operands
        one = (FILL, (target, length, source)) if not step else (Op.MOVE, (target, length, source, length))  # fmt: skip
        joined.append(Instruction(*one))
        place += length
    return joined


def _run_at(code: Sequence[Instruction], place: int) -> tuple[int, int]:
    """Return the length of the run of copies that starts here, and the step of its sources: 0 or 1.

    A run ends before it would read a cell that it has written: MOVE reads all cells first.
    """
    if code[place].op != Op.COPY or place + 1 == len(code) or code[place + 1].op != Op.COPY:
        return 0, 0
    target, source = code[place].operands
    step = code[place + 1].operands[1] - source
    if step not in (0, 1):
        return 0, 0
    most = target - source if step and target > source else len(code)
    length = 1
    while length < most and place + length < len(code):
        each = code[place + length]
        if each.op != Op.COPY or each.operands != (target + length, source + step * length):
            break
        length += 1
    return length, step
