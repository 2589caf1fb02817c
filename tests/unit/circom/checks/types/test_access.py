"""Names with indexes and members."""

from __future__ import annotations

import pytest

from tests.support.circom_text import codes_in, finding_in

BUSES = "bus C() { signal {t} w[2]; } bus B() { signal x; C() {u} c[2]; } "
INNER = "template I() { signal input {t} x[2]; signal output {t} y[2]; input B() p; output B() {k} q; } "
D = "B() p; B() {w} q[2]; signal {t} s[2]; "


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("var x; b <== x[0];", ["T2032"]),
        ("b <== v[0][0];", ["T2032"]),
        ("b <== v[1];", []),
        ("var x; b <== x.t;", ["T2048"]),
        ("b <== a.t;", ["T2048"]),
        (D + "b <== s.t;", []),
        (D + "b <== s[0].t;", ["T2049"]),
        (D + "b <== s.t[0];", ["T2049"]),
        (D + "b <== s.t.u;", ["T2048"]),
        (D + "s.t = 1;", []),
        (D + "b <== p.x;", []),
        (D + "b <== p.z;", ["T2048"]),
        (D + "b <== p.c[0].w[1];", []),
        (D + "b <== p.c.w[1];", ["T2032"]),
        (D + "b <== q.x;", ["T2032"]),
        (D + "b <== p.c.u;", []),
        (D + "b <== p.c[0].u;", ["T2049"]),
        (D + "b <== p.c[0].w.t;", ["T2049"]),
        (D + "b <== q.w;", []),
        (D + "b <== q[0].w;", ["T2049"]),
        (D + "b <== p[0];", ["T2032"]),
    ],
)
def test_signals_and_buses(body: str, codes: list[str]) -> None:
    assert codes_in(body, BUSES) == codes


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("component c = I(); c.x[0] <== a; b <== c.y[1];", []),
        ("component c; b <== c.y;", ["T20466"]),
        ("component c; b <== c;", ["T2003"]),
        ("component c; b <== c.q; c = I();", ["T2059"]),
        ("component c; b <== c.z; c = I();", ["T2046"]),
        ("component c = I(); b <== c[0].y;", ["T2043"]),
        ("component c[2]; c[0] = I(); b <== c.y;", ["T2043"]),
        ("component c = I(); b <== c.y[0][0];", ["T2032"]),
        ("component c = I(); b <== c.y.t;", []),
        ("component c = I(); c.y.t = 1;", ["T2048-A"]),
        ("component c = I(); c.x.t = 1;", ["T2048-C"]),
        ("component c = I(); b <== c.x.t;", ["T2048-C"]),
        ("component c = I(); b <== c.x[0].t;", ["T2049"]),
        ("component c = I(); b <== c.q.k; c.q.k = 1;", ["T2048-A"]),
        ("component c = I(); b <== c.q.c[0].w[1] + c.q.x;", []),
        ("component c = I(); b <== c.q.c.w;", ["T2032"]),
    ],
)
def test_components(body: str, codes: list[str]) -> None:
    assert codes_in(body, BUSES + INNER) == codes


def test_messages() -> None:
    finding = finding_in("b <== v[0][0];")
    assert finding.message == "v has the wrong number of indexes: expected at most 1, got 2"
    finding = finding_in(D + "b <== p.z;", BUSES)
    assert finding.message == "z is neither a field nor a tag of p, a bus B"
    assert finding.hint == "the fields of B are: x, c"
    assert finding_in("b <== a.t;").message == "t is no tag of a"
    finding = finding_in("component c[2]; c = I();", BUSES + INNER)
    assert finding.message == "component c has the wrong number of indexes: expected 1, got 0"
    assert "one by one, in a loop" in finding.hint
    finding = finding_in("component c; b <== c.y;")
    assert finding.message == "c.y is used, but the template never creates component c"
    finding = finding_in("component c; b <== c;")
    assert finding.message == "component c is used, but the template never creates it"
    finding = finding_in("component c = I(); b <== c.x.t;", BUSES + INNER)
    assert finding.message == "tag t belongs to input x of component c"
    finding = finding_in("component c = I(); c.y.t = 1;", BUSES + INNER)
    assert finding.message == "tag t belongs to output y of component c"
