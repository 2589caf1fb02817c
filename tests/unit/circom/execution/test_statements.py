"""Statements: sums, logs, asserts, constraints."""

from __future__ import annotations

from tests.support.circom_execution import refused, rows, template
from zkctl.circom.instance import RunRow


def test_sums_that_are_read_do_not_change() -> None:
    main = template(
        "signal input a[2]; signal output b; signal output c; var s = 0; s += a[0]; var t = "
        "s; s += a[1]; b <== s; c <== t;"
    )
    assert [row[2] for row in rows(main)] == [{3: 1, 4: 1, 1: -1}, {3: 1, 2: -1}]


def test_asserts() -> None:
    assert refused("assert(1 == 2);").message == "the condition of this assert is false"
    main = template("signal input a; assert(1 == 1); assert(a == 2);")
    assert len(main.events) == 1


def test_both_sides_of_an_equality_have_one_shape() -> None:
    found = refused("signal input a[2]; signal input b[3]; a === b;")
    assert found.message == "the sides of === have different shapes: an array [2] and an array [3]"
    main = template("signal input a[2]; signal input b[2]; a === b;")
    assert rows(main) == [({}, {}, {1: -1, 3: 1}), ({}, {}, {2: -1, 4: 1})]
    assert tuple(main.events) == (RunRow(0), RunRow(1))


def test_signals_take_no_equals_sign() -> None:
    found = refused("signal input a; signal output b; b = a;")
    assert (found.code, found.hint) == ("T2054", "signals are assigned with <== or <--")


def test_a_discarded_value_does_not_end_the_template() -> None:
    """Zero too: its function returns a number, and a template goes on."""
    for value in ("0", "a", "f(0)", "f(7)"):
        main = template(
            f"signal input a; _ = {value}; signal output b; b <== a * a;"
            "--- function f(n) { return n; }"
        )
        assert len(rows(main)) == 1, value
