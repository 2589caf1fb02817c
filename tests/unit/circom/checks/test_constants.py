"""Lengths of arrays in functions and buses are constant."""

from __future__ import annotations

import pytest

from tests.support.circom_text import codes_of, findings_of

END = " template T() { } component main = T();"


@pytest.mark.parametrize(
    ("body", "n_errors"),
    [
        ("var q[2];", 0),
        ("var n = 2; var q[n * 2 + 1];", 0),
        ("var n; var q[n];", 0),
        ("var n = g(); var q[n]; var r[g()];", 0),
        ("var n = 2; var m = n; var q[m];", 0),
        ("var n = x; { var n = 3; var q[n]; }", 0),
        ("var q[1 ? 2 : 3];", 0),
        ("var q[x];", 1),
        ("var q[x][x];", 2),
        ("var q[x + 1];", 1),
        ("var n = 2; n = 3; var q[n];", 1),
        ("var n = 2; var q[n]; n = 3;", 1),
        ("var m = 3; var n = m; var q[n]; m = 4;", 1),
        ("var n; n = 2; var q[n];", 1),
        ("var n = 2; { var n = x; var q[n]; }", 1),
        ("for (var i = 0; i < 3; i++) { var q[i]; }", 1),
        ("var r[2]; var q[r[0]];", 1),
        ("if (x) { var n = x; var q[n]; } else { var q[2]; }", 1),
        ("while (x) { var q[2]; }", 0),
    ],
)
def test_functions(body: str, n_errors: int) -> None:
    text = f"function g() {{ return 2; }} function f(x) {{ {body} return 1; }}" + END
    assert codes_of(text) == ["T20463"] * n_errors
    for finding in findings_of(text):
        assert finding.message == "length of an array in function f is not constant"


def test_buses_may_use_their_parameters() -> None:
    assert codes_of("bus B(n) { signal x[n + 1]; signal y[n[0]]; }" + END) == []
    assert codes_of("bus B(n) { signal x; signal y[x]; }" + END) == ["T20463"]
