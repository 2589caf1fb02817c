from __future__ import annotations

from tests.support.advice_programs import EUCLID, instruction
from zkctl.constraints.advice.blocks import BasicBlock, Exit, basic_blocks
from zkctl.constraints.advice.instructions import Op


def test_a_loop_that_a_break_leaves() -> None:
    work = EUCLID.code
    assert (
        basic_blocks(work)
        == [
            BasicBlock(3, work[:2], Exit.JUMP, 1),  # with FOREVER
            BasicBlock(2, work[3:4], Exit.BRANCH, 3, (6,)),
            BasicBlock(1, (), Exit.JUMP, 4),  # BREAK, to the end
            BasicBlock(5, work[7:10], Exit.JUMP, 1),  # with the END of IF and the one of the loop
        ]
    )


def test_loops_that_count_and_both_parts_of_a_choice() -> None:
    code = [
        instruction(Op.REPEAT, 5, 0),
        instruction(Op.IF, 1),
        instruction(Op.BREAK, 1),
        instruction(Op.ELSE),
        instruction(Op.NEGATE, 6, 0),
        instruction(Op.END),
        instruction(Op.END),
    ]
    assert basic_blocks(code) == [
        BasicBlock(1, (), Exit.REPEAT, 6, (5, 0)),
        BasicBlock(1, (), Exit.BRANCH, 4, (1,)),
        BasicBlock(1, (), Exit.LEAVE, 6, (1,)),
        BasicBlock(1, (), Exit.JUMP, 5),
        BasicBlock(1, (code[4],), Exit.JUMP, 5),
        BasicBlock(2, (), Exit.ROUND, 1, (5,)),
    ]


def test_a_call_ends_its_block() -> None:
    code = [instruction(Op.CALL, 0, 4, 1, 0, 2), instruction(Op.BLOCK), instruction(Op.END)]
    assert basic_blocks(code) == [
        BasicBlock(1, (), Exit.CALL, 1, (0, 4, 1, 0, 2)),
        BasicBlock(2, (), Exit.JUMP, 2),
    ]
