"""Advice programs written by hand for tests."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.constraints.advice.instructions import AdviceProgram, Instruction, Limits, Op


def instruction(op: int, *operands: int) -> Instruction:
    return Instruction(op, operands)


def program(
    code: Sequence[tuple[int, ...]],
    *,
    n_inputs: int = 2,
    constants: Sequence[int] = (),
    n_cells: int = 16,
    outputs: Sequence[int] = (15,),
    texts: Sequence[str] = (),
    limits: Limits = Limits(),  # noqa: B008  # a record
) -> AdviceProgram:
    made = tuple(Instruction(op, tuple(operands)) for op, *operands in code)
    return AdviceProgram(
        "f", n_inputs, tuple(constants), n_cells, tuple(outputs), made, tuple(texts), limits
    )


# the greatest common divisor of two inputs, with a loop that a BREAK leaves, and everything else once
EUCLID = program(
    [
        (Op.COPY, 4, 0),
        (Op.COPY, 5, 1),
        (Op.FOREVER,),
        (Op.EQUAL, 6, 5, 2),
        (Op.IF, 6),
        (Op.BREAK, 1),
        (Op.END,),
        (Op.REMAINDER, 7, 4, 5),
        (Op.COPY, 4, 5),
        (Op.COPY, 5, 7),
        (Op.END,),
    ],
    constants=(0, 3),
    outputs=(4,),
)

# arrays: limbs of the first input, their sum in a loop, sorted, order, an element by index
ARRAYS = program(
    [
        (Op.SPLIT, 8, 4, 0, 4),
        (Op.REPEAT, 5, 2),
        (Op.LOAD, 6, 8, 4, 5),
        (Op.ADD, 7, 7, 6),
        (Op.END,),
        (Op.ORDER, 12, 4, 8, 4),
        (Op.MOVE, 16, 4, 8, 4),
        (Op.SORT, 16, 4),
        (Op.STORE, 16, 4, 3, 7),
        (Op.JOIN, 4, 16, 4, 8),
        (Op.LESS, 5, 7, 3),
        (Op.IF, 5),
        (Op.BLOCK,),
        (Op.BREAK, 0),
        (Op.END,),
        (Op.ELSE,),
        (Op.LOG_TEXT, 0),
        (Op.LOG_VALUE, 7),
        (Op.LOG_TEXT, 1),
        (Op.END,),
        (Op.SELECT, 5, 5, 3, 2),
        (Op.POWER_MODULO, 6, 0, 1, 7),
        (Op.ASSERT, 2, 2),
    ],
    constants=(4, 2),
    n_cells=20,
    outputs=(7, 4, 12, 13, 14, 15, 5, 6),
    texts=("sum", "\n", "never"),
)
