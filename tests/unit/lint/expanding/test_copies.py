"""Copies of bodies: proved once, used where the rows are those of the body and its promises are kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.support.lint_rows import columns
from tests.support.lint_worlds import P, row
from zkctl.errors import CheckFailed
from zkctl.lint.certificate import proved_outputs
from zkctl.lint.expanding.expand import expanded
from zkctl.lint.system import Row, StampedCopy, System

# ports 1 and 2, of which 1 is a bit: 3 = 1 * 2 and 4 = 3 * 3
BODY_ROWS = [row({1: 1}, {2: 1}, {3: 1}), row({3: 1}, {3: 1}, {4: 1})]
BODY_STEPS = [["solve", 0], ["solve", 1]]
TEMPLATE = ["template", [0], BODY_STEPS]


def body() -> System:
    return System(P, 5, columns(BODY_ROWS), frozenset({1, 2}), (4,), given={1: 1})


def system(rows: list[Row], inside: System | None = None) -> System:
    """Inputs 1 and 2; the copy has the ports 1 - wire 1 and wire 2 + 3, and its wires 3 and 4 are 5 and 6."""
    ports = ({0: 1, 1: P - 1}, {2: 1, 0: 3})
    copy = StampedCopy(inside or body(), 1, ports, np.array([0, 0, 0, 5, 6]))
    return System(P, 7, columns(rows), frozenset({1, 2}), (6,), copies=(copy,))


def rows() -> list[Row]:
    return [
        row({1: 1}, {1: 1, 0: -1}, {}),
        row({0: 1, 1: -1}, {2: 1, 0: 3}, {5: 1}),
        row({5: 1}, {5: 1}, {6: 1}),
    ]


STEPS = [["roots", [[0, [[[], 1]]]], 1, [0, 1]], TEMPLATE, ["copy", 0, []]]


def replayed(system: System, steps: list[Any]) -> frozenset[int]:
    return proved_outputs(system, expanded(system, steps))


def test_the_results_of_a_copy_are_unique() -> None:
    assert 6 in replayed(system(rows()), STEPS)
    assert 5 not in replayed(replace(system(rows()), outputs=(5, 6)), STEPS)  # no result


@pytest.mark.parametrize(
    "changed",
    [
        row({5: 1}, {5: 1}, {6: 2}),
        row({5: 1}, {4: 1}, {6: 1}),
        row({5: 1}, {5: 1, 0: 1}, {6: 1}),
    ],
)
def test_rows_that_are_not_those_of_the_body(changed: Row) -> None:
    others = [*rows()[:2], changed]
    with pytest.raises(CheckFailed):
        replayed(system(others), STEPS)


def test_a_port_that_is_not_what_was_promised() -> None:
    with pytest.raises(CheckFailed):
        replayed(system(rows()), [TEMPLATE, ["copy", 0, []]])


def test_a_port_whose_range_a_row_shows() -> None:
    """Wire 3 is a bit and equal to the port: 1 - wire 1 - wire 3 = 0."""
    more = [*rows(), row({3: 1}, {3: 1, 0: -1}, {}), row({}, {}, {3: 1, 1: 1, 0: -1})]
    steps = [["roots", [[3, [[[], 1]]]], 3, [0, 1]], TEMPLATE, ["copy", 0, [[1, 4, 100]]]]
    assert 6 in replayed(system(more), steps)
    with pytest.raises(CheckFailed):
        replayed(system(more), [*steps[:2], ["copy", 0, [[1, 4, 2]]]])


@pytest.mark.parametrize(
    "steps",
    [
        [STEPS[0], ["copy", 0, []]],  # without a proof of the body
        [STEPS[0], TEMPLATE, ["copy", 1, []]],
        [STEPS[0], TEMPLATE, ["copy", -1, []]],
        [["template", [1], BODY_STEPS]],
        [["template", [0], [["solve", 1]]]],
    ],
)
def test_refused(steps: list[Any]) -> None:
    with pytest.raises(CheckFailed):
        replayed(system(rows()), steps)


def test_what_is_proved_of_the_body_alone_is_taken_over() -> None:
    unproved = ["template", [0], [["solve", 0]]]
    assert 6 not in replayed(system(rows()), [STEPS[0], unproved, ["copy", 0, []]])


def test_a_copy_with_ports_that_are_not_unique() -> None:
    found = replace(system(rows()), inputs=frozenset({1}))
    assert 6 not in replayed(found, STEPS)
