"""Executions: which are shared, their numbers, the order of signals."""

from __future__ import annotations

import pytest

from tests.support.circom_execution import executed, refused, rows
from zkctl.circom.execution.run import ExecutionLimits
from zkctl.circom.instance import RunChild, RunRow
from zkctl.constraints.signals import Role


def test_signals_are_outputs_public_inputs_inputs_intermediates() -> None:
    text = (
        "template T() { signal m; signal input a; signal output o; signal input b; m <== b; "
        "o <== m; } component main {public [b]} = T();"
    )
    main = executed(text).main
    assert [(each.name, each.role) for each in main.signals] == [("o", Role.OUTPUT), ("b", Role.PUBLIC), ("a", Role.PRIVATE)]  # fmt: skip
    assert [each.name for each in main.intermediates] == ["m"]
    assert rows(main) == [({}, {}, {2: 1, 4: -1}), ({}, {}, {4: 1, 1: -1})]
    assert [each.target for each in main.constraints] == [4, 1]


def test_equal_parameters_are_one_instance_numbered_when_it_ends() -> None:
    text = """template I(v) { signal input x; signal output y; y <== x * v[0]; }
        template J(k) { signal input x; signal output y; component i = I([k]); i.x <== x; y <== i.y; }
        template T() { signal input a; signal output b; component j = J(2); component i = I([2]); component k = J(3);
            j.x <== a; i.x <== a; k.x <== a; b <== j.y + i.y + k.y; } component main = T();"""
    found = executed(text)
    assert found.n_instances == 5
    main = found.main
    assert [(each.name, each.instance.number, each.instance.title) for each in main.children] == [
        ("i", 0, "I([2])"),
        ("j", 1, "J(2)"),
        ("k", 3, "J(3)"),
    ]
    assert main.number == 4
    assert main.children[0].instance is main.children[1].instance.children[0].instance
    assert main.events[:6] == (RunRow(0), RunChild(1), RunRow(1), RunChild(0), RunRow(2), RunChild(2))  # fmt: skip


def test_templates_in_themselves_are_refused_with_the_stack() -> None:
    text = "template R(n) { component r = R(n + 1); } component main = R(0);"
    found = refused(text, ExecutionLimits(templates=3))
    assert found.message == (
        "templates contain each other more than 3 deep: R may contain itself without an end"
    )
    assert found.instances == ("R(0)", "R(1)", "R(2)")


DOUBLED = """template R(n) { signal input a; component r; component s;
  if (n > 0) { r = R(n - 1); s = R(n - 1); r.a <== a; s.a <== a; } } component main = R(60);"""


def test_more_signals_than_rows_can_number() -> None:
    assert refused(DOUBLED).message == (
        "R(31) with its components has 4,294,967,295 signals, expected fewer than 2,147,483,648"
    )


@pytest.mark.parametrize("body", ["log(a);", "assert(a);", "a === 1;"])
def test_endless_loops_that_take_memory_end(body: str) -> None:
    text = f"template T() {{ signal input a; while (1) {{ {body} }} }} component main = T();"
    found = refused(text, ExecutionLimits(steps=1000))
    assert found.message == "the program takes more than 1,000 steps to execute"
