"""Reading names."""

from __future__ import annotations

import pytest

from tests.support.circom_execution import refused, rows, template


def test_rows_and_elements() -> None:
    main = template("signal input a[2][2]; signal output b[2]; var r[2] = a[1]; b <== [r[0], a[0][1] + r[1]];")  # fmt: skip
    assert rows(main) == [({}, {}, {5: 1, 1: -1}), ({}, {}, {4: 1, 6: 1, 2: -1})]


@pytest.mark.parametrize("body", ["var x[2] = [1, 2]; b <== x[a];", "signal c[2]; c <== [a, a]; b <== c[a];"])  # fmt: skip
def test_unknown_indexes_are_not_quadratic(body: str) -> None:
    message = refused(f"signal input a; signal output b; {body}").message
    assert message == "b is assigned a value that is not quadratic"


def test_a_row_at_an_unknown_index() -> None:
    main = template("signal input a; signal output b[2]; var x[2][2] = [[1, 2], [3, 4]]; b <-- x[a];")  # fmt: skip
    assert [each.size for each in main.signals] == [2, 1]
    found = refused("signal input a; var x[2][2]; var y = x[a][2];")
    assert found.message == "index 2 is out of bounds: the array has 2 elements"
