"""Programs that differ in their constants become one."""

from __future__ import annotations

import pytest

from zkctl.circom.code import shared
from zkctl.circom.code.shared import MOST_DISTINCT, with_shared_code
from zkctl.circom.instance import RunCode
from zkctl.circom.source import Place
from zkctl.constraints.advice.instructions import AdviceProgram, Instruction, Op

P = 1 << 20
HERE = Place(0, 0, 1)
ADD = (Instruction(Op.FIELD_ADD, (2, 0, 1)),)


def call(constant: int, title: str = "T(1)") -> RunCode:
    program = AdviceProgram(title, 1, (constant,), 3, (2,), ADD)
    return RunCode(program, (), ({4: 1},), (5,), HERE)


def test_few_programs_stay() -> None:
    calls = [call(k) for k in range(MOST_DISTINCT)]
    assert with_shared_code(calls, P) is calls


def test_constants_become_inputs() -> None:
    bits = RunCode("bits", (1, 0), ({1: 1},), (2,), HERE)
    large = call(P)
    calls = [*(call(k, f"T({k % 3})") for k in range(MOST_DISTINCT)), large, bits]
    found = with_shared_code(calls, P)
    assert found[-2:] == [large, bits]
    assert {each.function for each in found[:-2]} == {AdviceProgram("T", 2, (), 3, (2,), ADD)}
    assert [each.inputs for each in found[:2]] == [({4: 1}, {}), ({4: 1}, {0: 1})]


def test_a_name_lists_few_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "MOST_DISTINCT", 1)
    two = with_shared_code([call(1, "A(1)"), call(2, "B(2)")], P)
    three = with_shared_code([call(1, "A(1)"), call(2, "B(2)"), call(3, "C()")], P)
    names = [
        each.function.name for each in (two[0], three[0]) if not isinstance(each.function, str)
    ]
    assert names == ["A and B", "3 templates"]
