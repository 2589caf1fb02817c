"""Broken circom templates and their mended forms, after published faults: lint breaks the first and proves the second."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.support.circom_lint import body_circuit, findings_of, verdict_of
from zkctl.lint.verdict import Verdict


class Pair(NamedTuple):
    """A fault: bodies of main's template, and other templates of both."""

    name: str
    broken: str
    mended: str
    more: str = ""


INPUTS = "signal input a; signal input b; signal output o; "
STEP = """
template Step() {{ signal input s; signal input x; signal input y; signal output o; {} o <== s * (x - y) + y; }}
"""
PAIRS = [
    Pair("no-constraint", INPUTS + "o <-- a * b;", INPUTS + "o <== a * b;"),
    Pair(
        "half-a-constraint",
        INPUTS + "signal m; m <-- a * b; o <== m + a;",
        INPUTS + "signal m; m <-- a * b; m === a * b; o <== m + a;",
    ),
    Pair(
        "aliased-bits",
        INPUTS + "component n = Bits(254); n.in <== a; o <== n.out[0] + b;",
        INPUTS + "component n = Bits(253); n.in <== a; o <== n.out[0] + b;",
    ),
    Pair(
        "digits-without-ranges",
        INPUTS
        + "signal low; low <-- a & 255; signal high; high <-- a >> 8; low + 256 * high === a; o <== low + b;",
        INPUTS
        + "signal low; low <-- a & 255; signal high; high <-- a >> 8; low + 256 * high === a; component l = Bits(8); "
        "l.in <== low; component h = Bits(240); h.in <== high; o <== low + b;",
    ),
    Pair(
        "is-zero-without-the-second-constraint",
        INPUTS
        + "signal inv; inv <-- a != 0 ? 1 / a : 0; signal z; z <-- 1 - a * inv; z === 1 - a * inv; o <== z + b;",
        INPUTS + "component z = IsNull(); z.in <== a; o <== z.out + b;",
    ),
    Pair(
        "is-zero-free-where-it-is-zero",
        INPUTS + "o <-- a == 0 ? 1 : 0; o * a === 0; b * b === b;",
        INPUTS + "component z = IsNull(); z.in <== a; o <== z.out; b * b === b;",
    ),
    Pair(
        "division-hint",
        INPUTS + "o <-- a / b; o * b === a;",
        INPUTS + "o <-- a / b; o * b === a; signal inv; inv <-- 1 / b; inv * b === 1;",
    ),
    Pair(
        "square-root-without-sign",
        INPUTS + "signal r; r <-- a == 4 ? 2 : 0; r * r === a; o <== r + b;",
        INPUTS
        + "signal r; r <-- a == 4 ? 2 : 0; r * r === a; component n = Bits(100); n.in <== r; o <== r + b;",
    ),
    Pair(
        "free-selector",
        INPUTS + "signal s; s <-- a > b ? 1 : 0; s * (s - 1) === 0; o <== s * (a - b) + b;",
        INPUTS
        + "component l = Bits(32); l.in <== a; component k = Bits(32); k.in <== b; component lt = Less(32); "
        "lt.x <== b; lt.y <== a; o <== lt.out * (a - b) + b;",
    ),
    Pair(
        "index-by-hint",
        "signal input i; signal input v[4]; signal output o; o <-- v[i]; (o - v[0]) * (o - v[1]) === 0;",
        "signal input i; signal input v[4]; signal output o; component z[4]; signal part[4]; var sum = 0; "
        "for (var k = 0; k < 4; k++) { z[k] = IsNull(); z[k].in <== i - k; part[k] <== z[k].out * v[k]; sum += part[k]; } o <== sum;",
    ),
    Pair(
        "one-hot-without-values",
        "signal input i; signal input v[3]; signal output o; signal h[3]; var one = 0; "
        "for (var k = 0; k < 3; k++) { h[k] <-- i == k; h[k] * (h[k] - 1) === 0; one += h[k]; } one === 1; "
        "signal p[3]; var sum = 0; for (var k = 0; k < 3; k++) { p[k] <== h[k] * v[k]; sum += p[k]; } o <== sum;",
        "signal input i; signal input v[3]; signal output o; signal h[3]; var one = 0; "
        "for (var k = 0; k < 3; k++) { h[k] <-- i == k; h[k] * (i - k) === 0; one += h[k]; } one === 1; "
        "signal p[3]; var sum = 0; for (var k = 0; k < 3; k++) { p[k] <== h[k] * v[k]; sum += p[k]; } o <== sum;",
    ),
    Pair(
        "quotient-without-range",
        INPUTS
        + "signal q; q <-- a \\ 10; o <-- a % 10; a === 10 * q + o; component r = Bits(4); r.in <== o; b * b === b;",
        INPUTS
        + "signal q; q <-- a \\ 10; o <-- a % 10; a === 10 * q + o; component r = Bits(4); r.in <== o; component n = Bits(200); "
        "n.in <== q; component lt = Less(4); lt.x <== o; lt.y <== 10; lt.out === 1; b * b === b;",
    ),
    Pair(
        "unused-check",
        INPUTS
        + "signal q; q <-- a \\ 8; o <-- a % 8; a === 8 * q + o; component r = Bits(3); r.in <== o; b * b === b;",
        INPUTS
        + "signal q; q <-- a \\ 8; o <-- a % 8; a === 8 * q + o; component r = Bits(3); r.in <== o; component n = Bits(240); "
        "n.in <== q; b * b === b;",
    ),
    Pair(
        "inverse-times-zero",
        INPUTS + "signal s; s <-- a != 0 ? b / a : 0; signal t; t <== a * b; a * s === t; o <== s;",
        INPUTS
        + "signal s; s <-- a != 0 ? b / a : 0; signal i; i <-- 1 / a; i * a === 1; signal t; t <== a * b; a * s === t; o <== s;",
    ),
    Pair(
        "merkle-path-with-free-choice",
        "signal input x; signal input y; signal output o; component s = Step(); s.x <== x; s.y <== y; signal f; f <-- 1; "
        "f * f === f; s.s <== f; o <== s.o * s.o;",
        "signal input x; signal input y; signal input f; signal output o; component s = Step(); s.x <== x; s.y <== y; "
        "f * f === f; s.s <== f; o <== s.o * s.o;",
        STEP.format(""),
    ),
    Pair(
        "loop-with-one-hint",
        "signal input x[3]; signal output o[3]; for (var i = 0; i < 3; i++) { o[i] <-- x[i] * x[i]; } for (var i = 0; i < 2; i++) { "
        "o[i] === x[i] * x[i]; }",
        "signal input x[3]; signal output o[3]; for (var i = 0; i < 3; i++) { o[i] <-- x[i] * x[i]; } for (var i = 0; i < 3; i++) { "
        "o[i] === x[i] * x[i]; }",
    ),
    Pair(
        "hint-in-a-component",
        INPUTS + "component c = Half(); c.in <== a; o <== c.out * b;",
        INPUTS
        + "component c = Half(); c.in <== a; o <== c.out * b; component n = Bits(200); n.in <== c.out; component f = Bits(1); "
        "f.in <== c.odd;",
        "template Half() { signal input in; signal output out; signal output odd; out <-- in \\ 2; odd <-- in % 2; in === 2 * out + odd; }",
    ),
    Pair(
        "component-of-a-component",
        INPUTS + "component c = Outer(); c.in <== a; o <== c.out + b;",
        INPUTS
        + "component c = Outer(); c.in <== a; o <== c.out + b; component n = Bits(100); n.in <== c.out;",
        "template Root() { signal input in; signal output out; out <-- in == 9 ? 3 : 0; out * out === in; } "
        "template Outer() { signal input in; signal output out; component r = Root(); r.in <== in; out <== r.out; }",
    ),
    Pair(
        "point-with-two-roots",
        INPUTS + "signal t; t <== a * a; o <-- a; o * o === t; b * b === b;",
        INPUTS + "o <-- a; o === a; b * b === b;",
    ),
    Pair(
        "sum-that-wraps",
        "signal input a; signal output q; signal output r; q <-- a \\ 2**128; r <-- a % 2**128; a === q * 2**128 + r; "
        "component x = Bits(128); x.in <== q; component y = Bits(128); y.in <== r;",
        "signal input a; signal output q; signal output r; q <-- a \\ 2**128; r <-- a % 2**128; a === q * 2**128 + r; "
        "component x = Bits(124); x.in <== q; component y = Bits(128); y.in <== r;",
    ),
    Pair(
        "or-of-two-hints",
        INPUTS + "signal x; x <-- a; signal y; y <-- b; (x - a) * (y - b) === 0; o <== x + y;",
        INPUTS + "signal x; x <-- a; signal y; y <-- b; x - a === 0; y - b === 0; o <== x + y;",
    ),
    Pair(
        "assert-for-a-constraint",
        INPUTS + "o <-- a + b; assert(o == a + b);",
        INPUTS + "o <-- a + b; o === a + b;",
    ),
]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_the_broken_form_is_broken_and_the_mended_one_proved(pair: Pair) -> None:
    assert verdict_of(body_circuit(pair.broken, pair.more)) is Verdict.BROKEN
    assert verdict_of(body_circuit(pair.mended, pair.more)) is Verdict.PROVED


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_a_broken_form_has_a_finding_with_a_line(pair: Pair) -> None:
    findings = findings_of(body_circuit(pair.broken, pair.more))
    assert [each for each in findings if each.level != "note" and each.span is not None]
