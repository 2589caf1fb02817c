"""Types in statements."""

from __future__ import annotations

import pytest

from tests.support.circom_text import codes_in, finding_in

BEFORE = (
    "bus B(n) { signal x; } bus C() { signal x; } "
    "template I() { signal input x; signal output y; y <== x; } template J() { signal output y; y <== 1; } "
)
D = "B(1) p; B(1) p2; B(1) ps[2]; C() r; component c = I(); var x[2]; var q; signal s; signal {t} w; "


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("s = 1; p.x = 1; c.x = 1;", ["T2054"] * 3),
        ("q <== 1; q <-- 1; x <== [1, 2]; c <== 1; w.t <== 1;", ["T2055"] * 5),
        ("q = c; b <== c; q = I();", ["T2060"] * 3),
        ("q = p; b <== p; p <== a; p <== c; p = p2; p <== r;", ["T2059"] * 6),
        ("p <== ps; ps <== p;", ["T2061"] * 2),
        ("q = x; x = 1; b <== v; v <== 1; w.t = [1];", ["T2061"] * 5),
        ("c = 1; c = s;", ["T2057"] * 2),
        ("component d; d = I(); d = J();", ["T2056"]),
        ("component d[2] = I();", ["T2043"]),
        ("p === r; ps === p;", ["BU05"] * 2),
        ("p === a; a === p; ps === [1, 2];", ["BU06"] * 3),
        ("c === a; _ <== c; c === c;", ["T2047"] * 4),
        ("a === v; b === [1];", ["T2046"] * 2),
        ("if (x) { } while (p) { }", ["T2044"] * 2),
        ("if (x) { b <== [1]; } else { b <== 1; }", ["T2061", "T2044"]),
        ('assert(x); log(x); log("x", c, 1);', ["T2044"] * 3),
        ("log(-x, x);", ["T2027"]),
        ("var z[x];", ["T2033", "T2034"]),
        ("signal z[x]; component d[c];", ["T2033"] * 2),
        ("B(1) z[p];", ["T2053", "T2034"]),
        ("B(p) z;", ["BU03", "T2061"]),
        ("B(I()) z;", ["BU02", "T2061"]),
        ("b <== -x;", ["T2027"]),
    ],
)
def test_codes(body: str, codes: list[str]) -> None:
    assert codes_in(D + body, BEFORE) == codes


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("if (x) { return 1; } return [1];", ["T2045"]),
        ("if (x) { return [1]; } else { return [[1]]; }", ["T2045", "T2061", "T2061"]),
        ("var y[2]; y = 1; return 1;", ["T2061"]),
    ],
)
def test_functions(body: str, codes: list[str]) -> None:
    assert codes_in("var q = f(1); q = f(1);", f"function f(x) {{ {body} }} ") == codes


def test_messages() -> None:
    finding = finding_in("b = 1;")
    assert finding.message == "signal b is assigned by ="
    assert finding.hint == "write b <== value, or b <-- value and a constraint with ==="
    assert finding_in("var q; q <== 1;").message == "variable q is assigned by <=="
    assert (
        finding_in("b <== v;").message
        == "b is a number, assigned an array of 1 dimension of number"
    )
    assert finding_in("component c = I(); c = J();", BEFORE).message == (
        "component c holds template I here, and J elsewhere"
    )
    assert finding_in("component c = 1;").message == "component c is assigned a number"
    assert (
        finding_in("component c = I(); c <== 1;", BEFORE).message
        == "component c is assigned by <=="
    )
    assert finding_in("B(1) p; B(1) q; p = q;", BEFORE).message == "p is a bus B, assigned by ="
    assert finding_in("a === v;").message == (
        "the sides of === differ: a number, and an array of 1 dimension of number"
    )
    assert (
        finding_in("B(1) p; p === a;", BEFORE).message
        == "one side of === is a bus B, the other a number"
    )
    assert finding_in("component c = I(); c === a;", BEFORE).message == (
        "one side of a constraint is a component I, expected numbers"
    )
    assert finding_in("log(v);").message == (
        "an argument of log is an array of 1 dimension of number, expected a number"
    )
