from tests.support.lint_worlds import P, checked, is_same, row
from zkctl.lint.expanding.digits import read_off
from zkctl.lint.expanding.emission import Emitter, difference

ROWS = [row({}, {}, {2: 1, 3: -3, 1: -1})]  # wire 2 less three times wire 3 is the input


def test_digits_of_a_sum_equal_their_copies() -> None:
    emitter = Emitter(P, 1, 4)
    read_off(emitter, difference([(0, {(): P - 1})]), [(1, 4), (-3, 6)])
    world = checked(ROWS, emitter.steps, {2: (0, 2), 3: (0, 20)})
    assert is_same(world, 2)
    assert is_same(world, 3)
    assert {step[0] for step in emitter.steps} == {"zero", "define", "bound", "learn"}
