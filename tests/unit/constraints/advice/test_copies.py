from __future__ import annotations

import pytest

from tests.support.advice_programs import instruction, program
from zkctl.constraints.advice.copies import FILL, copy_steps, joined_copies
from zkctl.constraints.advice.instructions import Instruction, Op
from zkctl.constraints.advice.run import Machine, run_advice


def copies(target: int, source: int, n: int, step: int) -> list[Instruction]:
    return [instruction(Op.COPY, target + k, source + k * step) for k in range(n)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (copies(8, 2, 4, 1), [instruction(Op.MOVE, 8, 4, 2, 4)]),
        (copies(8, 2, 4, 0), [instruction(FILL, 8, 4, 2)]),
        (copies(8, 2, 2, 1), copies(8, 2, 2, 1)),  # too few
        (copies(2, 8, 4, 1), [instruction(Op.MOVE, 2, 4, 8, 4)]),
        (copies(8, 7, 4, 1), copies(8, 7, 4, 1)),  # each reads what the one before has written
        (copies(8, 5, 5, 1), [instruction(Op.MOVE, 8, 3, 5, 3), *copies(11, 8, 2, 1)]),
        ([*copies(8, 2, 3, 1), *copies(11, 0, 3, 0)], [instruction(Op.MOVE, 8, 3, 2, 3), instruction(FILL, 11, 3, 0)]),
        (copies(8, 2, 4, 2), copies(8, 2, 4, 2)),
    ],
)  # fmt: skip
def test_runs_of_copies(code: list[Instruction], expected: list[Instruction]) -> None:
    assert joined_copies(code) == expected


@pytest.mark.parametrize(("target", "source"), [(8, 2), (8, 7), (8, 5), (4, 6), (6, 6)])
@pytest.mark.parametrize("step", [0, 1])
def test_overlapping_runs_copy_one_after_the_other(target: int, source: int, step: int) -> None:
    made = program(
        [(Op.COPY, target + k, source + k * step) for k in range(6)],
        n_inputs=2,
        constants=tuple(range(20, 22)),
        outputs=range(16),
    )
    cells = [7, 9, 20, 21, *[0] * 12]
    for k in range(6):
        cells[target + k] = cells[source + k * step]
    assert run_advice(made, [7, 9], 101) == cells


def test_a_copied_cell_takes_a_part_of_a_step() -> None:
    made = program([(Op.COPY, 4 + k, 0) for k in range(320)], n_cells=324)
    machine = Machine(made, 101)
    machine.run([3, 4])
    assert copy_steps(320) == 10
    assert machine.steps == 1 + 10 + (324 >> 6)
