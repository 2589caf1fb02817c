"""Signals behind unknown indexes."""

from __future__ import annotations

import re

import pytest

from tests.support.circom_execution import refused, template
from zkctl.circom.execution.gathering import Gathered

BUSES = """---
bus Point { signal x; signal y[2]; }
template D(n) { signal input in; signal output out[n]; for (var i = 0; i < n; i++) { out[i] <== in; } }
"""
POINTS = "signal input k; Point p[2]; for (var i = 0; i < 2; i++) { p[i].x <== k; p[i].y <== [k, k]; } signal output o;"
PARTS = "signal input k; component c[2]; for (var i = 0; i < 2; i++) { c[i] = D(1 + i * 0); c[i].in <== k; } signal output o;"


def test_the_shape_of_all_numbers() -> None:
    found = Gathered((2, 3), (4,), None, tuple(range(24)))
    assert found.dimensions == (2, 3, 4)


@pytest.mark.parametrize(
    "statement",
    ["o <-- p[k].x;", "o <-- p[k].y[k];", "o <-- p[k].y[1];", "var t; if (k) { t = p[k].y[0]; } o <-- t;"],
)  # fmt: skip
def test_members_of_buses_are_read(statement: str) -> None:
    assert len(template(POINTS + statement + BUSES).constraints) == 6


def test_signals_of_components_are_read() -> None:
    assert template(PARTS + "o <-- c[k].out[0];" + BUSES).children
    assert template(
        PARTS + "var t; while (t < k) { t += c[t].out[k] + 1; } o <-- t;" + BUSES
    ).children


def test_members_are_assigned() -> None:
    assert template("signal input k; Point p[2]; p[k].x <-- 3; p[k].y <-- [k, 1];" + BUSES).events
    assert template("signal input k; Point p[2]; if (k) { p[k].y[k] <-- 9; }" + BUSES).events


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (POINTS + "o <-- p[k].z;", "p has no field z"),
        ("signal input k; Point p[2]; p[k].y <-- [k, 1, 2];", r"p takes an array \[2\], got an array \[3\]"),
        ("signal input k; component c[2]; signal output o; o <-- c[k].out[0];", "no component c is created"),
        (PARTS.replace("i * 0", "i") + "o <-- c[k].out[k];", "out has different lengths in the components c"),
    ],
)  # fmt: skip
def test_refusals(body: str, message: str) -> None:
    text, _, others = (body + BUSES).partition("---")
    finding = refused(f"{others} template T() {{ {text} }} component main = T();")
    assert re.search(message, finding.message), finding.message
