"""The warnings of --inspect: the same signals and the same `<--` that circom2 names."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.interop.conftest import Runner
from tests.support.circomlib import copy_circomlib, names_of_circuits
from zkctl.circom.compile import compile_program
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.field import BN254_FR

PROGRAM = Path(__file__).parents[1] / "circom" / "programs" / "inspection.circom"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
ARRAY = re.compile(r'(CA0[12])\]: In template "(.*?)": Array of .* signals (\S+) contains a total of (\d+)')  # fmt: skip
SINGLE = re.compile(r'(CA0[12])\]: In template "(.*?)": .* signal (\S+) does not appear')
SUGGESTED = re.compile(r'T3002\].*?┌─ "(?:[^"]*/)?([^"]*)":(\d+):\d+', re.DOTALL)
OUR_ARRAY = re.compile(r"in (.*): (\d+) signals of (\S+) stand in")
OUR_SINGLE = re.compile(r"in (.*): signal (\S+) stands")

Warnings = set[tuple[str, ...]]


def theirs(main: str, folder: Path, run_circom2: Runner) -> Warnings:
    done = run_circom2(main, "--inspect", "--O0", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    text = COLOURS.sub("", done.stdout + done.stderr)
    found: Warnings = {
        (code, title, name, count) for code, title, name, count in ARRAY.findall(text)
    }
    found |= {(code, title, name, "1") for code, title, name in SINGLE.findall(text)}
    return found | {("T3002", file, line) for file, line in SUGGESTED.findall(text)}


def ours(main: str, folder: Path) -> Warnings:
    level = SimplificationLevel(0)
    program = compile_program(folder / main, [], BN254_FR, level, inspect=True)
    files = program.circuit.source.files
    found: Warnings = set()
    for each in program.warnings:
        if each.code == "T3002":
            assert each.place
            file = files[each.place.file]
            found.add((each.code, Path(file.name).name, str(file.line(each.place.start))))
        elif array := OUR_ARRAY.match(each.message):
            found.add((each.code, array[1], array[3], array[2]))
        elif single := OUR_SINGLE.match(each.message):
            found.add((each.code, single[1], single[2], "1"))
    return found


def test_a_program_with_every_kind_of_warning(tmp_path: Path, run_circom2: Runner) -> None:
    shutil.copy(PROGRAM, tmp_path)
    found = ours(PROGRAM.name, tmp_path)
    assert found == theirs(PROGRAM.name, tmp_path, run_circom2)
    assert len(found) > 60


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_all_programs(data: Path, tmp_path: Path, run_circom2: Runner) -> None:
    shutil.copytree(data / "circom-programs" / "ok", tmp_path / "ok")
    different = []
    for path in sorted(tmp_path.glob("ok/*/main.circom")):
        if ours("main.circom", path.parent) != theirs("main.circom", path.parent, run_circom2):
            different.append(path.parent.name)
    assert different == []


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_circomlib(node_modules: Path, tmp_path: Path, run_circom2: Runner) -> None:
    copy = copy_circomlib(node_modules, tmp_path)
    different = []
    for name in names_of_circuits(copy):
        main = f"test/circuits/{name}.circom"
        if ours(main, copy) != theirs(main, copy, run_circom2):
            different.append(name)
    assert different == []
