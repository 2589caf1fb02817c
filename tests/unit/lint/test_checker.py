"""The steps of the checker, as a prover with a fault might write them: each condition has a step that only it refuses."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.support.lint_rows import columns
from tests.support.lint_worlds import P, checked, is_same, row
from tests.support.small_fields import of_large_field
from zkctl.errors import CheckFailed
from zkctl.lint.certificate import proved_outputs
from zkctl.lint.checker import World
from zkctl.lint.expanding.digits import read_off
from zkctl.lint.expanding.emission import Emitter, difference
from zkctl.lint.system import StampedCopy, System

ROWS = [row({1: 1}, {1: 1}, {2: 1}), row({2: 1}, {1: 1}, {3: 1})]
ONE = [[[], 1]]
MINUS = [[[], -1]]


def solved(k: int, v: int) -> list[Any]:
    """The difference of both orders of a row is the second variable less the first."""
    return ["same", v, -1, 1, [[2 * k, ONE], [2 * k + 1, MINUS]]]


def system(outputs: tuple[int, ...] = (2, 3), rows: list[Any] | None = None) -> System:
    return System(P, 4, ROWS if rows is None else rows, frozenset({1}), outputs)


def world_after(steps: list[Any], rows: list[Any] | None = None) -> World:
    world = World(system(rows=rows), {})
    world.run(steps)
    return world


def test_the_outputs_that_are_proved() -> None:
    assert proved_outputs(system(), [solved(0, 4), solved(1, 6)]) == {2, 3}
    assert proved_outputs(system(), [solved(0, 4)]) == {2}
    assert proved_outputs(system(), []) == set()


def test_the_refused_step_is_named() -> None:
    with pytest.raises(CheckFailed) as problem:
        proved_outputs(system(), [solved(0, 4), ["square", 2, 1, 2, [[2, ONE]]]])
    assert "step 1 (square) of the certificate" in str(problem.value)


@pytest.mark.parametrize(
    "steps",
    [
        [["trust me", 0]],
        [["solve", 0]],
        [["zero"]],
        [["zero", [], [], 1]],
        [["zero", 3, []]],
        [["zero", ONE, []]],  # 1 = 0
        [["zero", [], [[7, ONE]]]],
        [["zero", [], [[0, [[[8], 1]]]]]],
        [["zero", [], [[0, [[[2.0], 1]]]]]],
        [["zero", [], [[0, [[[], 1.0]]]]]],
        [["zero", [], [[0, [[[], True]]]]]],
        [["zero", [[[], 101.0]], []]],
        [["define", [[[8], 1]]]],  # of itself
        [["split", [4, 0], [[], []], [[], []], [], []]],  # wire 2 has no range
        [["split", [[[4], 1]], [[]], [[], []], [], []]],  # a case is missing
        [["split", [[[4], 1]], [[], []], [[]], [], []]],
        [["split", [[[4], 1]], [[], []], [[], []], [[[[4], 1]]], []]],  # a proof is missing
        [["split", [[[4], 1]], [[], []], [[[]], [[]]], [[[[4], 1]]], []]],  # and does not hold
        [["split", [[[4], 1]], [[], []], [[], []], [], [[4, 0, 0]]]],
        [["same", 4, -1, 1, []]],
        [["same", 4, 0, 1, []]],
        [["same", 4, P, 1, []]],
        [["same", 4, -1, 0, []]],
        [["same", 4, -1, -1, []]],
        [["square", 4, 0, 2, []]],
        [["square", 4, P, 2, []]],
        [["template", [0], []]],
        [["copy", 0, [], []]],
        [["init", 1]],
        [[]],
        [7],
    ],
)
def test_malformed_and_wrong_steps_are_refused(steps: list[Any]) -> None:
    with pytest.raises(CheckFailed):
        proved_outputs(system(), steps)


@pytest.fixture
def python_as_it_starts() -> Iterator[None]:
    """Python's own limit of recursion; a package may have raised it in this process."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.usefixtures("python_as_it_starts")
def test_cases_in_cases_without_end_are_refused() -> None:
    step = solved(0, 4)
    for _ in range(3000):
        step = ["split", [[[2], 1]], [[step], []], [[], []], [], []]
    with pytest.raises(CheckFailed):
        proved_outputs(system(), [step])


def test_steps_that_would_take_all_memory_or_time_are_refused() -> None:
    """A few letters of a certificate may ask for a power, a product of ranges or a range of any size."""
    start = ["split", [0, 1], [[], []], [[], []], [], [[0, 1, 1]]]  # a step that is right
    for steps in (
        [["same", 4, -1, 10**6 + 1, []]],
        [["same", 4, -1, 10**12 + 1, []]],
        [["same", 4, -1, 10**30 + 1, []]],
        [["zero", [[[2] * 101, 0]], []]],
        [["bound", 2, 1, [[[0] * 60, 0], [[2], -1]], []]],
    ):
        assert proved_outputs(system(), [start]) == set()
        with pytest.raises(CheckFailed):
            proved_outputs(system(), [start, *steps])


def test_a_range_far_beyond_the_modulus_is_refused() -> None:
    world = World(system(), {})
    world.limit(4, -(P**4) + 1, P**4 - 1)
    for low, high in ((-(P**4), 0), (0, P**4)):
        with pytest.raises(ValueError, match="condition"):
            world.limit(4, low, high)


def test_everything_is_unique_where_no_assignment_is_left() -> None:
    rows = [*ROWS, row({}, {}, {0: 1})]
    steps = [["bound", 0, 1, [[[], -2]], [[4, ONE]]]]  # 1 - 2 = -1, the row
    assert proved_outputs(system(rows=rows), steps) == {2, 3}


def test_a_small_field_is_refused() -> None:
    """One random number may be the root of a polynomial that is not 0."""
    with pytest.raises(ValueError, match="a condition of the step"):
        of_large_field(P, 3)


SQUARE = [row({2: 1}, {2: 1}, {0: 2})]  # 2 is no square modulo 101
ROOT = [row({2: 1}, {2: 1}, {0: 5})]  # 5 is one


def test_a_square_that_is_none() -> None:
    assert world_after([["square", 4, 1, 2, [[0, ONE]]]], SQUARE).impossible
    with pytest.raises(ValueError, match="condition"):
        world_after([["square", 4, 1, 5, [[0, ONE]]]], ROOT)
    with pytest.raises(ValueError, match="condition"):  # other rows
        world_after([["square", 4, 1, 2, [[0, ONE]]]], ROOT)
    with pytest.raises(ValueError, match="condition"):  # 0 = 0
        world_after([["square", 4, P, 2, []]], ROOT)


def test_powers_that_are_distinct() -> None:
    cube = [row({2: 1}, {2: 1}, {3: 1}), row({3: 1}, {2: 1}, {1: 1})]
    parts = [[2, ONE], [3, MINUS], [0, [[[4], 1]]], [1, [[[5], -1]]]]
    assert is_same(world_after([["same", 4, 1, 3, parts]], cube), 2)
    with pytest.raises(ValueError, match="condition"):  # gcd(2, 100) = 2
        world_after([["same", 4, 1, 2, [[0, ONE], [1, MINUS]]]], [row({2: 1}, {2: 1}, {1: 1})])
    with pytest.raises(ValueError, match="condition"):  # nothing is known of it
        world_after([["same", 4, 0, 1, []]])


def bounded(ranges: dict[int, tuple[int, int]], steps: list[Any], rows: list[Any]) -> World:
    world = World(system(rows=rows), {})
    for v, (low, high) in ranges.items():
        world.limit(v, low, high)
    world.run(steps)
    return world


def test_a_bound_of_a_sum_without_another_multiple_of_p() -> None:
    rows = [row({}, {}, {2: -2, 3: -1, 0: 7})]  # 2 w + u - 7 = 0, times 1
    step = ["bound", 4, 2, [[[6], 1], [[], -7]], [[0, ONE]]]
    assert bounded({4: (0, 40), 6: (0, 7)}, [step], rows).range[4] == (0, 3)
    with pytest.raises(ValueError, match="condition"):  # 2 w + u = 7 + 101
        bounded({4: (0, 50), 6: (0, 8)}, [step], rows)
    with pytest.raises(ValueError, match="condition"):  # 2 w + u - 7 >= -101
        bounded({4: (-47, 0), 6: (0, 7)}, [step], rows)
    with pytest.raises(ValueError, match="condition"):  # the factor is to be positive
        negative = ["bound", 4, -2, [[[6], -1], [[], 7]], [[0, MINUS]]]
        bounded({4: (0, 40), 6: (0, 7)}, [negative], rows)
    with pytest.raises(ValueError, match="condition"):
        bounded({6: (0, 7)}, [step], rows)


def test_ranges_that_may_speak_of_different_integers() -> None:
    world = World(system(), {})
    world.limit(4, 0, 60)
    world.limit(4, -60, -50)  # 41 .. 51 are the same residues
    assert not world.impossible
    assert world.range[4] == (-60, -50)
    world.limit(4, -58, 3)
    assert world.range[4] == world.range[5] == (-58, -50)
    world.limit(4, 3, 3)
    assert world.impossible


def test_an_integer_between_two_values_of_a_range() -> None:
    """1 <= wire <= 2 are not the cases up to 1.5 and from 2.5 on."""
    with pytest.raises(ValueError, match="condition"):
        bounded({2: (1, 2)}, [["split", [2, 1.5], [[], []], [[], []], [], []]], ROWS)


def test_cases_of_one_assignment_say_nothing_of_the_other() -> None:
    """Wire 3 is not an input: each assignment has its own case."""
    rows = [row({3: 1}, {3: 1, 0: -1}, {}), row({3: 1}, {0: 1}, {2: 1})]
    zero = [["bound", 6, 1, [], [[4, ONE]]], ["bound", 4, 1, [], [[2, MINUS]]]]
    one = [
        ["bound", 6, 1, [[[], -1]], [[0, [[[8], 1]]], [4, [[[6], -1], [[], 1]]]]],
        ["bound", 4, 1, [[[], -1]], [[2, MINUS]]],
    ]
    proofs: list[Any] = [[], []]
    found = world_after([["split", [[[6], 1]], [zero, one], proofs, [], [[4, 0, 1]]]], rows)
    assert found.range[4] == found.range[5] == (0, 1)
    assert not is_same(found, 2)
    with pytest.raises(ValueError, match="condition"):
        world_after([["split", [[[6], 1]], [zero, one], proofs, [], [[4, 0, 0]]]], rows)
    with pytest.raises(ValueError, match="condition"):
        world_after([["split", [[[6], 1]], [zero, one], proofs, [], [[4, 1, 1]]]], rows)


def test_facts_of_variables_that_a_case_defines_do_not_stay() -> None:
    """Their numbers are given again."""
    fixed = [["define", [[[], 5]]], ["bound", 10, 1, [[[], -5]], [[6, MINUS]]]]
    step = ["split", [[[4], 1]], [fixed, fixed], [[[]], [[]]], [[]], []]
    found = world_after([step])
    assert found.range[10] is None
    assert found.n_equations == 6
    for zeros, limits in ([[[[10], 1], [[], -5]]], []), ([[]], [[10, 5, 5]]):
        with pytest.raises(TypeError):
            world_after([[*step[:4], zeros, limits]])


def test_an_equation_of_a_case_with_one_order_has_no_exchanged_one() -> None:
    """In the case that wire 2 is 0 in the first assignment, it is not 0 in the second."""
    first, second = [[[4], 1]], [[[5], 1]]
    assumed = [["zero", second, [[5, ONE]]]]
    shown = [["zero", first, [[4, ONE]]], ["zero", second, [[7, ONE]]]]
    for steps in (assumed, shown):
        step: list[Any] = ["split", first, [steps, []], [[], []], [], []]
        with pytest.raises(ValueError, match="condition"):
            world_after([step])
        assert not world_after([solved(0, 4), step]).impossible  # the same in both


def test_a_case_within_a_case_of_one_order_has_no_exchanged_equations() -> None:
    """Whatever the inner case is about, and what two inner cases share."""
    first, second = [[[4], 1]], [[[5], 1]]
    inner = ["split", [[[2], 1]], [[["zero", first, [[4, ONE]]], ["zero", second, [[9, ONE]]]], []]]
    outer: list[Any] = ["split", first, [[[*inner, [[], []], [], []]], []], [[], []], [], []]
    with pytest.raises(ValueError, match="condition"):
        world_after([outer])
    shared = ["split", [[[2], 1]], [[], []], [[[[4, ONE]]]] * 2, [first], []]
    outer[2][0] = [shared, ["zero", second, [[7, ONE]]]]
    with pytest.raises(ValueError, match="condition"):
        world_after([outer])
    outer[2][0] = [shared, ["zero", first, [[7, ONE]]]]
    world_after([outer])


def test_a_definition_is_the_same_where_its_polynomial_is() -> None:
    found = world_after([solved(0, 4), ["define", [[[4, 4], 3]]], ["define", [[[6], 1]]]])
    assert found.is_same([[[8], 1]])
    assert not found.is_same([[[10], 1]])


def test_sums_that_wrap_around_are_no_digits() -> None:
    rows = [row({}, {}, {2: 1, 3: 2, 1: -1})]
    emitter = Emitter(P, 1, 4)
    read_off(emitter, difference([(0, {(): 1})]), [(-1, 4), (-2, 6)])
    with pytest.raises(CheckFailed):
        checked(rows, emitter.steps, {2: (0, 1), 3: (0, 50)})
    found = checked(rows, emitter.steps, {2: (0, 1), 3: (0, 49)})
    assert is_same(found, 2)
    assert is_same(found, 3)


BODY = System(P, 3, columns([row({1: 1}, {1: 1}, {2: 1})]), frozenset({1}), (2,), given={1: 1})


def with_copy(port: dict[int, int], wires: list[int], rows: list[Any]) -> System:
    copy = StampedCopy(BODY, 0, (port,), np.array(wires))
    return replace(system(), rows=columns(rows), copies=(copy,), inputs=frozenset({1, 3}))


PROVED = ["template", [0], [["same", 4, -1, 1, [[0, ONE], [1, MINUS]]]]]
DOUBLE = [row({1: 2}, {1: 2}, {2: 1})]


def test_a_copy_has_the_rows_of_its_body_with_forms_in_place_of_ports() -> None:
    body = replace(BODY, given={})
    right = with_copy({1: 2}, [0, 0, 2], DOUBLE)
    for changed, is_right in (
        (right, True),
        (with_copy({1: 1}, [0, 0, 2], DOUBLE), False),
        (with_copy({1: 2, 0: 1}, [0, 0, 2], DOUBLE), False),
        (with_copy({3: 2}, [0, 0, 2], DOUBLE), False),
        (with_copy({1: 2}, [0, 0, 3], DOUBLE), False),
        (with_copy({1: 2}, [0, 0, 2], [row({1: 2}, {1: 2}, {2: 1, 0: 1})]), False),
    ):
        copy = changed.copies[0]._replace(body=body)
        tried = replace(changed, copies=(copy,))
        if is_right:
            assert 2 in proved_outputs(tried, [PROVED, ["copy", 0, [], [2]]])
            for first in (-1, 1):
                with pytest.raises(CheckFailed):
                    moved = replace(tried, copies=(copy._replace(first_row=first),))
                    proved_outputs(moved, [PROVED, ["copy", 0, [], [2]]])
        else:
            with pytest.raises(CheckFailed):
                proved_outputs(tried, [PROVED, ["copy", 0, [], [2]]])


@pytest.mark.parametrize(
    ("reason", "is_right"),
    [
        ([[[[6], 1]], [[2, ONE]]], True),  # 2 wire 1 - wire 3 = 0, and wire 3 is a bit
        ([[[[6], 2]], [[2, ONE]]], False),
        ([[[[6], 1]], []], False),
        ([[[[6], 1], [[], P]], [[2, ONE]]], False),  # it is up to 102 there
        ([[[[6], 1], [[], -P]], [[2, ONE]]], False),
        ([[[[2], 2]], []], False),
    ],
)
def test_a_port_keeps_what_the_body_was_given(reason: list[Any], is_right: bool) -> None:
    rows = [*DOUBLE, row({}, {}, {1: 2, 3: -1})]
    world = World(with_copy({1: 2}, [0, 0, 2], rows), {})
    world.limit(6, 0, 1)
    steps = [PROVED, ["copy", 0, [reason], [2]]]
    if is_right:
        world.run(steps)
        assert is_same(world, 2)
    else:
        with pytest.raises((ValueError, TypeError)):
            world.run(steps)
    with pytest.raises(ValueError, match="zip"):
        world.run([PROVED, ["copy", 0, [], [2]]])


def test_only_a_port_that_is_one_wire_takes_over_a_fact() -> None:
    for port, rows in (({1: 1}, ROWS[:1]), ({1: 2}, DOUBLE)):
        world = World(with_copy(port, [0, 0, 2], rows), {})
        world.limit(2, 0, 0)
        steps = [PROVED, ["copy", 0, [[[[[2], port[1]]], []]], [1, 2]]]
        if port == {1: 1}:
            world.run(steps)
            assert is_same(world, 2)
        else:
            with pytest.raises(ValueError, match="condition"):
                world.run(steps)


def test_a_result_is_the_same_if_the_ports_are_and_the_body_shows_it() -> None:
    found = with_copy({1: 1}, [0, 0, 2], ROWS[:1])
    copy = found.copies[0]._replace(body=replace(BODY, given={}))
    for inputs, steps, is_right in (({1}, PROVED, True), ({3}, PROVED, False), ({1}, ["template", [0], []], False)):  # fmt: skip
        world = World(replace(found, copies=(copy,), inputs=frozenset(inputs)), {})
        world.run([steps, ["copy", 0, [], [2]]])
        assert is_same(world, 2) == is_right


def test_nothing_satisfies_a_circuit_with_a_body_that_nothing_satisfies() -> None:
    found = with_copy({1: 1}, [0, 0, 2], ROWS[:1])
    world = World(found, {})
    world.limit(2, 0, 1)
    world.bodies[id(BODY)] = World(BODY, {})
    world.bodies[id(BODY)].impossible = True
    world.step_copy(0, [[[[[2], 1]], []]], [])
    assert world.impossible
