"""Indexes and members."""

from __future__ import annotations

from tests.support.circom_execution import refused, rows, template


def test_elements_lie_in_row_major_order() -> None:
    main = template("signal input a[2][3]; signal output b; b <== a[1][2];")
    assert rows(main) == [({}, {}, {7: 1, 1: -1})]


def test_indexes_outside_are_refused() -> None:
    found = refused("signal input a[2][3]; signal output b; b <== a[1][3];")
    assert found.message == "index 3 is out of bounds: the array has 3 elements"
    found = refused("var a[2]; a[1 - 2] = 1;")
    assert found.message == "index -1 is out of bounds: the array has 2 elements"
    found = refused("var a[2]; var b = a[1 << 70];")
    assert found.message == f"index {1 << 70} is out of bounds: the array has 2 elements"
