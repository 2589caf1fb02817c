from dataclasses import replace

from tests.support.lint_rows import equal, row, system_of
from zkctl.lint.prove import prove
from zkctl.lint.verdict import Verdict

ROWS = [equal({2: 1}, {1: 2}), row({1: 1}, {3: 1}, {4: 1})]


def test_each_output_has_its_verdict_and_the_open_one_a_reason() -> None:
    system = replace(system_of(ROWS, [1], [2, 3]), names=lambda wire: f"main.x[{wire}]")
    judgement = prove(system)
    assert [each.verdict for each in judgement.outputs] == [Verdict.PROVED, Verdict.UNKNOWN]
    assert "main.x[3]" in judgement.outputs[1].reason
    assert judgement.verdict is Verdict.UNKNOWN
    assert set(judgement.frontier) == {3, 4}


def test_an_output_without_a_constraint_says_so() -> None:
    judgement = prove(system_of(ROWS, [1], [9]))
    assert judgement.outputs[0].reason == "no constraint has wire 9"


def test_with_inputs_in_doubt_nothing_is_proved() -> None:
    judgement = prove(replace(system_of(ROWS, [1], [2]), in_doubt="inputs are missing"))
    assert judgement.verdict is Verdict.UNKNOWN
    assert judgement.outputs[0].reason == "inputs are missing"
    assert not judgement.certificate


def test_without_outputs_there_is_nothing_to_prove() -> None:
    assert prove(system_of(ROWS, [1], [])).verdict is Verdict.PROVED
