"""Reports of users of other tools about circuits and their linters, each as a test: B25, B26, B27, B29, B30."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.dsl import Int, Signal, advice, circuit, constrain, public
from zkctl.dsl.advice import check
from zkctl.gadgets.bits import to_bits
from zkctl.lint.compiled import system_of
from zkctl.lint.findings import Level
from zkctl.lint.prove import prove
from zkctl.lint.registry import run_passes
from zkctl.lint.subject import subject_of
from zkctl.testing import assert_unsatisfied
from zkctl.toolchain.lint.run import LintChoices, lint_file
from zkctl.toolchain.project.settings import read_project
from zkctl.toolchain.project.snapshot import snapshot_project

POWER = """
from zkctl.dsl import Signal, circuit, private

@circuit
def c(x: Signal = private()) -> Signal:
    return x ** {}
"""


@advice
def half(x: Int) -> Int:
    check(x % 2 == 0, "x is odd")
    return x // 2


@circuit
def halved(x: Signal = public()) -> Signal:
    y = half(x)
    constrain(y + y == x, "not twice the half")
    constrain(to_bits(y, 32)[31] == 0, "too large")
    return y


def test_an_advised_value_that_is_proved_unique_is_no_warning() -> None:
    """B25: `m <-- f; Num2Bits(n)(m)` is reported by circomspect; the rank comes from the proof of uniqueness."""
    compiled = halved.compile()
    subject = subject_of(compiled, prove(system_of(compiled)))
    assert subject.is_proved
    assert [each.level for each in run_passes(subject) if each.level is not Level.NOTE] == []


def test_the_unused_output_of_a_component_has_its_name(data: Path) -> None:
    """B26: in a .r1cs of circom a comparison is computed, and its output is in no constraint of the parent."""
    path = data / "lint-corpus" / "remainder_unused_bad" / "remainder_unused_bad.O0.r1cs"
    (found,) = [each for each in lint_file(path, LintChoices()).findings if each.code == "L003"]
    assert (found.signal, found.level) == ("c.lt", "warning")
    assert "computed and not used" in found.message


def test_an_assertion_in_advice_is_no_constraint() -> None:
    """B27: the finding asks for the constraint that is missing."""
    compiled = halved.compile()
    (found,) = [f for f in run_passes(subject_of(compiled)) if f.code == "L010"]
    assert found.message == "advice half asserts a condition that no constraint of it enforces"
    assert found.hint == "write the condition as constrain(...) too, if the statement needs it"


def test_a_witness_that_fails_for_another_reason_fails_the_test() -> None:
    """B29: a refusal counts only with the message or line that the test names."""
    refused = {"x": 1 << 32}
    assert_unsatisfied(halved, refused, match="too large")
    with pytest.raises(AssertionError):
        assert_unsatisfied(halved, refused, match="not twice the half")


def test_counts_are_kept_in_a_file_and_a_rise_is_reported(tmp_path: Path) -> None:
    """B30: constraint counts per circuit as a checked-in file."""
    source = tmp_path / "c.py"
    source.write_text(POWER.format(2))
    (tmp_path / "zkctl.yaml").write_text("version: 1\ncircuits:\n  c: {source: c.py}\n")
    snapshot_project(read_project(tmp_path))
    source.write_text(POWER.format(9))
    (change,) = [
        each
        for each in snapshot_project(read_project(tmp_path), check=True).changes
        if each.figure == "constraints"
    ]
    assert (change.circuit, change.n_kept, change.n_now) == ("c", 1, 4)
