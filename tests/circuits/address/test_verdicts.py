"""`zkctl lint` proves the outputs of each address circuit unique, and its rules find nothing."""

from __future__ import annotations

import pytest

from tests.support.address.circuits import FOLDER, compiled
from tests.support.address.project import CIRCUITS, SMALL_DEPTH, ProjectCircuit
from zkctl.constraints.signals import Role
from zkctl.toolchain.lint.run import LintChoices, lint_source

IDS = [each.id for each in CIRCUITS]


@pytest.mark.parametrize("circuit", CIRCUITS, ids=IDS)
def test_outputs_are_proved(circuit: ProjectCircuit) -> None:
    parameters = circuit.parameters(SMALL_DEPTH)
    choices = LintChoices(with_contracts=False)
    texts = {name: str(value) for name, value in parameters.items()}
    report = lint_source(str(FOLDER / f"{circuit.name}.py"), texts, choices)
    assert (report.findings, report.warnings, report.relies_on) == ([], [], [])
    program = compiled(circuit.name, **parameters).program
    outputs = [group.name for group in program.signals if group.role is Role.OUTPUT]
    assert [line.name for line in report.outputs] == outputs
    assert {line.verdict for line in report.outputs} <= {"PROVED"}
    assert report.verdict == ("PROVED" if outputs else "NO-OUTPUTS")
    assert report.is_checked == bool(outputs)
