from tests.support.lint_worlds import P, row, system_of
from zkctl.lint.checker import World
from zkctl.lint.expanding.digits import read_off
from zkctl.lint.expanding.emission import Emitter, difference

ROWS = [row({}, {}, {2: 1, 3: -3, 1: -1})]  # wire 2 less three times wire 3 is the input


def test_digits_of_a_sum_equal_their_copies() -> None:
    world, emitter = World(system_of(ROWS), {}), Emitter(P, 1, 4)
    world.limit(4, 0, 2)
    world.limit(6, 0, 20)
    read_off(emitter, difference([(0, {(): P - 1})]), [(1, 4), (-3, 6)])
    world.run(emitter.steps)
    assert world.is_same(2)
    assert world.is_same(3)
    assert {step[0] for step in emitter.steps} == {"zero", "define", "bound"}
