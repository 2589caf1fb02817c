"""Pairs of instructions as one: a result that is only copied, a comparison that is only negated.

Programs of other languages write `i = i + 1` as an addition to a new cell and a copy, and leave a loop if a comparison is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from zkctl.constraints.advice.arithmetic import BINARY, OPERATIONS, UNARY
from zkctl.constraints.advice.instructions import OPERANDS, AdviceProgram, Instruction, Kind, Op

_NEGATED: dict[
    int, tuple[Op, bool]
] = {  # the opposite comparison, and whether its operands are swapped
    Op.EQUAL: (Op.UNEQUAL, False),
    Op.UNEQUAL: (Op.EQUAL, False),
    Op.LESS: (Op.LESS_EQUAL, True),
    Op.LESS_EQUAL: (Op.LESS, True),
    Op.FIELD_LESS: (Op.FIELD_LESS_EQUAL, True),
    Op.FIELD_LESS_EQUAL: (Op.FIELD_LESS, True),
}


def shorter_code(program: AdviceProgram) -> list[Instruction]:
    """Return the code of a program without cells that only the next instruction reads.  The outputs are the same."""
    readers = _readers(program)
    zeros = {program.n_inputs + k for k, value in enumerate(program.constants) if not value}
    shorter: list[Instruction] = []
    for each in program.code:
        one = _joined(shorter[-1], each, zeros) if shorter and _is_chain(shorter[-1], each, readers) else None  # fmt: skip
        if one is None:
            shorter.append(each)
        else:
            shorter[-1] = one
    return shorter


def _is_chain(first: Instruction, second: Instruction, readers: Sequence[int]) -> bool:
    """Return whether the second instruction copies or negates the result of the first, and no other reads it."""
    if second.op not in (Op.COPY, Op.EQUAL) or not _has_result(first.op):
        return False
    result = first.operands[0]
    return readers[result] == 1 and second.operands[1] == result


def _has_result(op: int) -> bool:
    return op == Op.LOAD or op in BINARY or op in UNARY or op in OPERATIONS


def _joined(first: Instruction, second: Instruction, zeros: set[int]) -> Instruction | None:
    target = second.operands[0]
    if second.op == Op.COPY:
        return None if first.op == Op.COPY else Instruction(first.op, (target, *first.operands[1:]))
    if second.operands[2] not in zeros or first.op not in _NEGATED:
        return None
    op, is_swapped = _NEGATED[first.op]
    left, right = first.operands[1:]
    return Instruction(op, (target, right, left) if is_swapped else (target, left, right))


def _readers(program: AdviceProgram) -> list[int]:
    """Return how many instructions and outputs may read each cell; every array is read."""
    changes = [0] * (program.n_cells + 1)
    for cell in program.outputs:
        _add(changes, cell, 1)
    for each in program.code:
        for k, kind in enumerate(OPERANDS[each.op]):
            if kind is Kind.READ:
                _add(changes, each.operands[k], 1)
            elif kind in (Kind.READ_ARRAY, Kind.WRITE_ARRAY):
                _add(changes, each.operands[k], each.operands[k + 1])
    return list(accumulate(changes))


def _add(changes: list[int], first: int, length: int) -> None:
    changes[first] += 1
    changes[first + length] -= 1
