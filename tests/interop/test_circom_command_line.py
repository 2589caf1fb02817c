"""`zkctl circom` beside circom2: the same lines, files and exit codes for the same words."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest

from tests.interop.conftest import Runner
from zkctl.cli.app import main

Captured = pytest.CaptureFixture[str]

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
PRAGMA = "pragma circom 2.0.0;\n"
FILES = {
    "sums.circom": PRAGMA
    + "template T() { signal input a; signal input b; signal input u; signal output c; signal d; "
    + "d <== a + b; c <== d * b; } component main {public [a]} = T();",
    "include.circom": PRAGMA + 'include "square.circom"; component main = Square();',
    "library/square.circom": PRAGMA + "template Square() { signal input a; signal output c; c <== a * a; }",
    "cube.circom": PRAGMA + "template T() { signal input a; signal output c; c <== a * a * a; } component main = T();",
    "hint.circom": "template T() { signal input a; signal output c; c <-- a * a; } component main = T();",
    "constant.circom": PRAGMA
    + "template T() { signal input a; signal output c; signal k; k <== 1; k === 2; c <== a * a; } "
    + "component main = T();",
    "long.circom": PRAGMA  # 400 linear constraints that share signals
    + "template T() { signal input a[400]; signal output c; signal s[401]; s[0] <== 3 * a[0] * a[1]; "
    + "for (var i = 0; i < 400; i++) { s[i + 1] <== 2 * s[i] + a[i] + 5; } c <== s[400] * a[7]; } component main = T();",
    "no_main.circom": PRAGMA + "template T() { signal input a; }",
    "unknown.circom": PRAGMA + "template T() { signal output c; c <== q; c <== r; } component main = T();",
    "gate.circom": "pragma circom 2.0.6;\npragma custom_templates;\n"
    + "template custom G() { signal input a; signal output c; c <-- a * a; } "
    + "template T() { signal input a; signal output c; component g = G(); g.a <== a; c <== g.c; } "
    + "component main = T();",
}  # fmt: skip
QUICK = (
    "sums.circom --r1cs --sym --json -o build",
    "sums.circom --json --simplification_substitution --O2round=0 -p=bls12381",
    "include.circom -o build/ --r1cs -l absent -l=library",
    "--r1cs",
    "long.circom --O2 --r1cs --sym --use_old_simplification_heuristics",
)
OTHERS = (
    "sums.circom",
    "sums.circom --sym",
    "-- sums.circom",
    "--r1cs -- sums.circom",
    "sums.circom -- --r1cs",
    "sums.circom --O0 --O1 --r1cs",
    "sums.circom --O1 --O2 --r1cs",
    "sums.circom --O2 --r1cs --verbose",
    "sums.circom --O2 --O2round 2 --r1cs",
    "sums.circom --O2round 0 --r1cs",
    "sums.circom --O2round x --r1cs",
    "sums.circom --O2round -1 --r1cs",
    "sums.circom --O2round",
    "sums.circom --O3",
    "sums.circom -pbls12381 --r1cs",
    "sums.circom --prime BN128 --r1cs",
    "sums.circom --sanity_check 0 --r1cs",
    "sums.circom --sanity_check 4 --r1cs",
    "sums.circom --no_asm --no_init --r1cs",
    "sums.circom --inspect --r1cs",
    "sums.circom --simplification_substitution --O0 --r1cs --json --sym",
    "sums.circom -o absent/build --r1cs",
    "sums.circom -o sums.circom --r1cs",
    "sums.circom include.circom --r1cs",
    "sums.circom --r1c",
    "sums.circom --R1CS",
    "-V",
    "./sums.circom --r1cs",
    "include.circom --r1cs",
    "include.circom -llibrary --r1cs --O2",
    "-l library include.circom --r1cs",
    "absent.circom --r1cs",
    "library --r1cs",
    "cube.circom --r1cs",
    "hint.circom --r1cs --sym",
    "constant.circom --r1cs",
    "no_main.circom --r1cs",
    "unknown.circom --r1cs",
    "gate.circom --r1cs --sym --O2",
    "long.circom --O2 --r1cs --sym",
    "long.circom --O1 --r1cs --sym --use_old_simplification_heuristics",
    "long.circom --O2round 1 --r1cs --sym --use_old_simplification_heuristics",
)


def made_folder(folder: Path) -> Path:
    (folder / "build").mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


def written(folder: Path) -> dict[str, bytes]:
    """The files that a compiler made, by their paths."""
    names = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in names.items() if name not in FILES}


def check_same(line: str, folder: Path, run_circom2: Runner, capsys: Captured) -> None:
    theirs, ours = made_folder(folder / "theirs"), made_folder(folder / "ours")
    done = run_circom2(*line.split(), cwd=theirs)
    with contextlib.chdir(ours):
        code = main(["circom", *line.split()])
    captured = capsys.readouterr()
    assert code == done.returncode, captured.err
    assert captured.out == COLOURS.sub("", done.stdout)
    assert written(ours) == written(theirs)


@pytest.mark.parametrize("line", QUICK)
def test_some_command_lines(
    line: str, tmp_path: Path, run_circom2: Runner, capsys: Captured
) -> None:
    check_same(line, tmp_path, run_circom2, capsys)


@pytest.mark.slow
@pytest.mark.parametrize("line", OTHERS)
def test_all_command_lines(
    line: str, tmp_path: Path, run_circom2: Runner, capsys: Captured
) -> None:
    check_same(line, tmp_path, run_circom2, capsys)


def test_a_script_for_circom_goes_on_with_the_program(tmp_path: Path) -> None:
    with contextlib.chdir(made_folder(tmp_path / "ours")):
        Path("input.json").write_text('{"a": "2", "b": "3", "u": "0"}')
        compile_ = "circom sums.circom --r1cs --wasm --sym --c -o build"
        witness = "witness build/sums.wprog input.json -o build/sums.wtns --r1cs build/sums.r1cs"
        assert main(compile_.split()) == 0
        assert main(witness.split()) == 0
