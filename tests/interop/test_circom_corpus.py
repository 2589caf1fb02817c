"""Programs of the corpus whose sources npm ships: .r1cs and .sym equal circom2's at each level (sha256 of circom-corpus.tsv)."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.circom.programs import files_of
from zkctl.circom.compile import compile_program
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.field import BN254_FR

LONG = {
    "sha256_2_test", "sha256_test448", "sha256_test512", "pedersen_test", "poseidonex_test", "eddsa_test", "eddsamimc_test",
    "eddsaposeidon_test", "smtprocessor10_test", "smtverifier10_test", "escalarmulany_test", "escalarmulfix_test",
}  # fmt: skip
# the main component where the package has none
MAINS = {
    "semaphore-protocol/semaphore zkctl-main/semaphore20.circom": """pragma circom 2.1.5;
include "@semaphore-protocol/circuits/src/semaphore.circom";
component main {public [message, scope]} = Semaphore(20);
""",
    "zkemail/zk-email-verify packages/circuits/tests/test-circuits/base64-test.circom": """pragma circom 2.1.6;
include "@zk-email/circuits/lib/base64.circom";
component main {public [in]} = Base64Lookup();
""",
}
PACKAGES = {"socathie/circomlib-ml": "circomlib-ml"}  # with the main components of the project


def _rows_of(data: Path, project: str) -> list[dict[str, str]]:
    with (data / "circom-corpus.tsv").open() as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if row["project"] == project]


def _rows(data: Path, *, long: bool) -> list[dict[str, str]]:
    rows = _rows_of(data, "iden3/circomlib")
    return [row for row in rows if (Path(row["main"]).stem in LONG) is long]


def _differences(row: dict[str, str], main: Path, folders: Sequence[Path] = ()) -> list[str]:
    found = []
    for level in (0, 1, 2):
        simplification = SimplificationLevel(level, is_compatible=True)
        circuit = compile_program(main, folders, BN254_FR, simplification).circuit
        for name, file in zip(("r1cs", "sym"), files_of(circuit), strict=True):
            if hashlib.sha256(file).hexdigest() != row[f"O{level}_{name}"]:
                found.append(f"{row['main']} O{level} {name}")
    return found


def test_short_circuits(data: Path, node_modules: Path) -> None:
    rows = _rows(data, long=False)
    assert len(rows) >= 20
    circomlib = node_modules / "circomlib"
    assert [text for row in rows for text in _differences(row, circomlib / row["main"])] == []


@pytest.mark.slow
def test_long_circuits(data: Path, node_modules: Path) -> None:
    rows = _rows(data, long=True)
    assert rows
    circomlib = node_modules / "circomlib"
    assert [text for row in rows for text in _differences(row, circomlib / row["main"])] == []


@pytest.mark.parametrize("name", MAINS)
def test_packages_without_a_main_component(
    name: str, data: Path, circom_packages: Path, tmp_path: Path
) -> None:
    project, main = name.split()
    (row,) = (row for row in _rows_of(data, project) if row["main"] == main)
    path = tmp_path / Path(main).name
    path.write_text(MAINS[name])
    names = (".", "circomlib/circuits", "@zk-kit/binary-merkle-root.circom/src")
    folders = [circom_packages / each for each in names]
    assert _differences(row, path, folders) == []


@pytest.mark.parametrize("project", PACKAGES)
def test_packages_with_main_components(project: str, data: Path, circom_packages: Path) -> None:
    rows = _rows_of(data, project)
    assert len(rows) >= 2
    for row in rows:
        assert _differences(row, circom_packages / PACKAGES[project] / row["main"]) == []
