from __future__ import annotations

import pytest

from tests.support.linted import R, foreign, foreign_messages
from zkctl.lint.system import Form

LEAST_NON_SQUARE = next(k for k in range(2, 100) if pow(k, (R - 1) // 2, R) != 1)
Rows = list[tuple[Form, Form, Form]]


@pytest.mark.parametrize(
    "rows",
    [
        [({}, {}, {0: 1})],
        [({2: 1}, {2: 1}, {0: LEAST_NON_SQUARE})],
        [({}, {}, {2: 1, 0: -3}), ({2: 1}, {2: 1}, {0: 8})],
        [({}, {}, {2: 1, 0: -3}), ({2: 1}, {3: 1}, {0: 6}), ({}, {}, {3: 1, 0: -3})],
        [({2: 1, 0: -1}, {2: 1, 0: -1}, {}), ({}, {}, {2: 1})],
    ],
    ids=["constant", "no root", "constant put in", "two constants", "double root"],
)
def test_constraints_that_no_value_satisfies(rows: Rows) -> None:
    square = ({3: 1}, {3: 1}, {1: 1})
    (found,) = foreign_messages(
        foreign([square, *rows], ["o", "x", "h"], n_outputs=1, n_inputs=1), "L014"
    )
    assert found.endswith("cannot hold: no input satisfies the circuit")


@pytest.mark.parametrize(
    "rows",
    [
        [({2: 1}, {2: 1}, {0: 4})],
        [({}, {}, {2: 1, 0: -3}), ({2: 1}, {3: 1}, {0: 6}), ({}, {}, {3: 1, 0: -2})],
        [({2: 1}, {2: 1, 0: -1}, {})],
        [({2: 1}, {3: 1}, {0: LEAST_NON_SQUARE})],
        [({2: 1}, {2: 1}, {2: 2, 0: -1})],
    ],
    ids=["two roots", "constants that agree", "a bit", "two signals", "one root"],
)
def test_constraints_that_a_value_satisfies(rows: Rows) -> None:
    system = foreign(rows, ["o", "x", "h"], n_outputs=1, n_inputs=1)
    assert foreign_messages(system, "L014") == []
