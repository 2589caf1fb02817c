"""Types of expressions."""

from __future__ import annotations

import pytest

from tests.support.circom_text import codes_in, finding_in

BEFORE = (
    "bus B() { signal x; } bus C() { signal x; } template I() { signal output y; y <== 1; } "
    "function f(x) { return x; } function g(x) { return g(x); } function h(x) { if (x[0]) { } return h([x]); } "
)
D = "B() p; C() r; component c = I(); var x[2]; var y[2][2]; var q; "


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("q = -p.x + c.y;", []),
        ("q = -p; q = !c; q = ~x; q = -I();", ["T2027"] * 4),
        ("q = 1 + p; q = c + 1; q = x == 1;", ["T2028"] * 3),
        ("q = x + x;", ["T2028"] * 2),
        ("q = -(-x) + -x;", ["T2027"] * 2),
        ("x = x[-x];", ["T2027", "T2061"]),
        ("x = y[x]; q = x[p]; q = x[c];", ["T2033", "T2053", "T2033"]),
        ("q = x ? 1 : 2;", ["T2044"]),
        ("q = 1 ? x : 1;", ["T2019", "T2061"]),
        ("q = 1 ? c : 1;", ["T2019", "T2060"]),
        ("q = -x ? 1 : [1];", ["T2027"]),
        ("x = [1, [1]];", ["T2017"]),
        ("x = [c, c];", ["T2034"] * 2),
        ("x = [1, p];", ["T2034"]),
        ("x = [p, r]; x = [p, [p]];", ["T2034", "T2059"] * 2),
        ("y = [-x, 1, [1]];", ["T2027"]),
        ("q = f(p); q = f(c); q = f(I());", ["T2029"] * 3),
        ("q = f(x);", ["T2061"]),
        ("q = g(1); q = h([1]);", ["T2004"] * 2),
        ("q = parallel I();", ["T2060"]),
    ],
)
def test_codes(body: str, codes: list[str]) -> None:
    assert codes_in(D + body, BEFORE) == codes


def test_a_recursion_that_wraps_its_argument_ends() -> None:
    endless = "function k(x) { if (x[0] == 0) { return 1; } return k([x]); } "
    assert codes_in("b <-- k([1]);", endless)[-1] == "T2004"


def test_messages() -> None:
    message = "an operand of + is an array of 1 dimension of number, expected a number"
    assert finding_in("b <== v + 1;").message == message
    assert finding_in("b <== f(1 ? 2 : [3]);", BEFORE).message == (
        "the two values of ?: differ: a number, and an array of 1 dimension of number"
    )
    assert finding_in("b <== v[v];").message == (
        "an index or a length is an array of 1 dimension of number, expected a number"
    )
    assert finding_in("b <== g(1);", BEFORE).message == (
        "function g only returns values of its recursion"
    )
    assert finding_in("b <== f(I());", BEFORE).message == (
        "an argument of f is a component I, expected numbers"
    )
    assert finding_in("var x[2] = [I(), 1];", BEFORE).message == (
        "an element of the array is a component I, expected a number"
    )
    assert finding_in("var x[2] = [1, [1]];").message == (
        "the elements of the array differ: a number, and an array of 1 dimension of number"
    )
