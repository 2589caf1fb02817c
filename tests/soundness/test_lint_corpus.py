"""The prover on the corpus: nothing broken is proved, every certificate is accepted, and the shares that were reached stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lint_corpus import LEVELS, programs, system_of
from zkctl.lint.certificate import proved_outputs
from zkctl.lint.expanding.expand import expanded
from zkctl.lint.prove import prove

UNPROVED = {"int_root_good"}  # needs that squares of bounded numbers grow
LONG = {"signflag_good", "strict254_good", "unpack_good"}  # seconds


def judge(data: Path, difficulty: str, *, are_long: bool) -> None:
    for program in programs(data):
        if program.difficulty != difficulty or (program.name in LONG) != are_long:
            continue
        for level in LEVELS:
            system = system_of(program, level)
            judgement = prove(system)
            unique = proved_outputs(system, expanded(system, judgement.certificate))
            proved = {o.wire for o in judgement.outputs if o.verdict == "PROVED"}
            assert proved <= unique, program.name
            wanted = program.wanted.startswith(("PROVED", "NO-OUTPUTS"))
            is_right = wanted and program.name not in UNPROVED
            assert judgement.verdict == ("PROVED" if is_right else "UNKNOWN"), program.name


@pytest.mark.parametrize("difficulty", ["easy", "medium", "hard"])
def test_right_programs_are_proved_and_broken_ones_are_not(data: Path, difficulty: str) -> None:
    judge(data, difficulty, are_long=False)


@pytest.mark.slow
def test_long_programs_too(data: Path) -> None:
    judge(data, "hard", are_long=True)
