from __future__ import annotations

from tests.support.linted import foreign, foreign_subject
from zkctl.lint.components import components, components_without


def test_wires_that_rows_connect() -> None:
    """1 - 2 - 3 by two rows, 4 - 5 by one, the constant connects nothing."""
    rows = [({1: 1, 0: 1}, {2: 1}, {}), ({2: 1}, {3: 1}, {}), ({4: 1, 0: 1}, {5: 1}, {})]
    subject = foreign_subject(foreign(rows, list("abcdef"), n_outputs=0, n_inputs=2))
    assert components(subject, frozenset()).tolist() == [0, 1, 1, 1, 4, 4, 6]
    assert components(subject, frozenset({3, 5})).tolist() == [0, 1, 1, 1, 1, 1, 6]
    assert components_without(subject, frozenset({0, 2})).tolist() == [0, 1, 2, 3, 4, 4, 6]
