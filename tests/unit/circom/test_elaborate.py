"""A program from its tree to its instances."""

from __future__ import annotations

import sys

from tests.support.circom_execution import executed, rows


def test_main_has_parameters_and_public_inputs() -> None:
    text = (
        "template T(v, n) { signal input a[n]; signal output y; var s = 0; for (var i = 0; i "
        "< n; i++) { s += v[i] * a[i]; } y <== s; } component main {public [a]} = T([1, 2, "
        "3], 3);"
    )
    found = executed(text)
    assert found.n_instances == 1
    assert found.main.title == "T([1,2,3],3)"
    assert rows(found.main) == [({}, {}, {2: 1, 3: 2, 4: 3, 1: -1})]


def test_pythons_limit_of_recursion_is_as_before() -> None:
    before = sys.getrecursionlimit()
    executed("template T() { signal input a; } component main = T();")
    assert sys.getrecursionlimit() == before
