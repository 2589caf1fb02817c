from __future__ import annotations

from tests.support.linted import foreign, foreign_messages


def test_constraints_that_always_hold() -> None:
    """x * 1 = x and 0 = 0 refuse nothing, x * x = o and x = 3 do."""
    rows = [
        ({2: 1}, {0: 1}, {2: 1}),
        ({}, {}, {}),
        ({2: 1}, {2: 1}, {1: 1}),
        ({}, {}, {2: 1, 0: -3}),
    ]
    system = foreign(rows, ["o", "x"], n_outputs=1, n_inputs=1)
    text = "always holds: it refuses nothing"
    assert foreign_messages(system, "L009") == [f"constraint 0 {text}", f"constraint 1 {text}"]
    assert foreign_messages(foreign(rows[2:], ["o", "x"], n_outputs=1, n_inputs=1), "L009") == []
