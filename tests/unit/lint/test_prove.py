from dataclasses import replace

import numpy as np

from tests.support.lint_rows import columns, equal, row, system_of
from zkctl.lint.checker import replay
from zkctl.lint.expanding.expand import expanded
from zkctl.lint.prove import UniquenessProof, prove
from zkctl.lint.system import Copy, System
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


def test_a_proof_goes_on_with_granted_wires() -> None:
    system = system_of(ROWS, [1], [2, 3])
    proof = UniquenessProof(system)
    assert not proof.is_proved
    proof.grant(frozenset({2, 4}))
    assert proof.system.inputs == {1, 4}  # wire 2 is unique without that
    assert not proof.is_proved
    proof.grant(frozenset({3}))
    judgement = proof.judgement()
    assert judgement.verdict is Verdict.PROVED
    assert set(system.outputs) <= replay(
        proof.system, expanded(proof.system, judgement.certificate)
    )


def test_granted_wires_that_a_case_is_about_begin_the_proof_again() -> None:
    rows = [row({2: 1}, {2: 1}, {4: 1}), row({4: 1, 0: -3}, {3: 1}, {0: 1}), equal({2: 1}, {1: 1})]
    proof = UniquenessProof(system_of(rows, [1], [3, 5]))
    proof.grant(frozenset({5}))
    judgement = proof.judgement()
    assert judgement.verdict is Verdict.PROVED
    assert {3, 5} <= replay(proof.system, expanded(proof.system, judgement.certificate))


def test_the_rows_of_copies_that_led_to_nothing_are_looked_at() -> None:
    judgement = prove(system_of_copy())
    assert judgement.verdict is Verdict.PROVED
    assert not any(step[0] == "copy" for step in judgement.certificate)


def system_of_copy() -> System:
    """A copy of 'result = 2 port' whose result is known, and whose port is asked."""
    body = replace(
        system_of([equal({2: 1}, {1: 2})], [1], [2]), rows=columns([equal({2: 1}, {1: 2})])
    )
    rows = columns([equal({2: 1}, {1: 2}), equal({2: 1}, {3: 1})])
    copy = Copy(body, 0, ({1: 1},), np.array([0, 0, 2]))
    return replace(system_of([], [3], [1]), rows=rows, n_wires=4, copies=(copy,))
