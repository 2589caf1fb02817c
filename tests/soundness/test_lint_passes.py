"""The passes over circuits of circom with a known fault and over their mended twins: shared data, lint-corpus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.lint_corpus import LEVELS, programs
from zkctl.lint.findings import Level
from zkctl.lint.prove import prove
from zkctl.lint.registry import run_passes
from zkctl.lint.subject import subject_of_system
from zkctl.lint.verdict import Verdict
from zkctl.toolchain.lint.foreign import read_foreign

# right programs with unique outputs that deserve a warning all the same, with the reason
DESERVED = {
    "dropped_input_good": {"L004"},  # its input s is in no constraint
    "vacuous_good": {
        "L001",
        "L004",
        "L014",
    },  # h * h = 5 has no root, the output is in no constraint
}


def warnings_for(path: Path) -> tuple[Verdict, set[str]]:
    """Return the verdict without a search, and the codes of all findings but notes."""
    circuit, system = read_foreign(path)
    first = 1 + circuit.n_outputs
    public = system.inputs & frozenset(range(first, first + circuit.n_public_inputs))
    judgement = prove(system)
    found = run_passes(subject_of_system(system, public, judgement))
    return judgement.verdict, {each.code for each in found if each.level is not Level.NOTE}


def files(data: Path, wanted: str) -> Iterator[tuple[str, Path]]:
    for program in programs(data):
        if program.wanted.startswith(wanted):
            for level in LEVELS:
                yield program.name, program.folder / f"{program.name}.{level}.r1cs"


def test_programs_that_must_warn(data: Path) -> None:
    seen = 0
    for name, path in files(data, "PROVED+"):
        (wanted,) = {p.wanted.partition("+")[2] for p in programs(data) if p.name == name}
        assert wanted in warnings_for(path)[1], path.name
        seen += 1
    assert seen == 6


def test_a_public_input_that_nothing_binds(data: Path) -> None:
    for name, path in files(data, "NO-OUTPUTS"):
        assert "L012" in warnings_for(path)[1], name


@pytest.mark.parametrize(
    "name", ["below_range_good", "merkle_sides_good", "recipient_bound_good", "mimc_assign_good", "bits253_good"]
)  # fmt: skip
def test_mended_twins_are_silent(data: Path, name: str) -> None:
    for level in LEVELS:
        path = data / "lint-corpus" / name / f"{name}.{level}.r1cs"
        assert warnings_for(path) == (Verdict.PROVED, set())


@pytest.mark.slow
def test_no_program_that_is_proved_is_warned_of_without_a_reason(data: Path) -> None:
    for name, path in files(data, ""):
        verdict, codes = warnings_for(path)
        deserved = DESERVED.get(name, set())
        is_right = not any(p.wanted != "PROVED" for p in programs(data) if p.name == name)
        if is_right and verdict is Verdict.PROVED:
            assert codes <= deserved, path.name
