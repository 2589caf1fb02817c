"""The codes of 350 small programs are those of circom 2.2.3 (tests/interop/test_circom_codes.py asks circom itself)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.circom.wrong_programs import WrongProgram, wrong_programs
from zkctl.circom.checks import warnings_of
from zkctl.circom.elaborate import elaborate
from zkctl.circom.findings import CircomError
from zkctl.circom.includes import load
from zkctl.field import BN254_FR

PROGRAMS = wrong_programs()


def codes_of(program: WrongProgram, folder: Path) -> list[str]:
    path = folder / "main.circom"
    path.write_text(program.text)
    try:
        tree = load(path)
        warnings_of(tree)
        elaborate(tree, BN254_FR)
    except CircomError as error:
        return [finding.code for finding in error.findings]
    return []


@pytest.mark.parametrize("name", PROGRAMS)
def test_codes(name: str, tmp_path: Path) -> None:
    program = PROGRAMS[name]
    codes = codes_of(program, tmp_path)
    if program.is_crash:
        assert codes
    else:
        assert sorted(codes) == sorted(program.codes)  # circom's order of definitions is random
