"""Codes of errors: circom itself gives those that tests/circom/wrong_programs.txt quotes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.circom.wrong_programs import wrong_programs
from tests.interop.conftest import Runner

PROGRAMS = wrong_programs()
CODE = re.compile(r"error\[([\w-]+)\]")
SAMPLE = 40  # every 40th program runs by default


def check_codes(name: str, folder: Path, run_circom2: Runner) -> None:
    program = PROGRAMS[name]
    (folder / "main.circom").write_text(program.text)
    done = run_circom2("main.circom", "--r1cs", "--O0", cwd=folder)
    codes = CODE.findall(done.stdout + done.stderr)
    assert sorted(codes) == sorted(program.codes)
    assert (done.returncode == 0) == (not program.codes and not program.is_crash)


@pytest.mark.parametrize("name", list(PROGRAMS)[::SAMPLE])
def test_sample(name: str, tmp_path: Path, run_circom2: Runner) -> None:
    check_codes(name, tmp_path, run_circom2)


@pytest.mark.slow
def test_all(tmp_path: Path, run_circom2: Runner) -> None:
    for name in PROGRAMS:
        check_codes(name, tmp_path, run_circom2)
