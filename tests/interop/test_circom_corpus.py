"""circomlib's test circuits compiled here: .r1cs and .sym equal circom2's at each level (sha256 of circom-corpus.tsv)."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import pytest

from zkctl.circom.compile import compile_program
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.field import BN254_FR
from zkctl.formats.binary.r1cs import write_r1cs
from zkctl.formats.sym import write_sym

LONG = {
    "sha256_2_test", "sha256_test448", "sha256_test512", "pedersen_test", "poseidonex_test", "eddsa_test", "eddsamimc_test",
    "eddsaposeidon_test", "smtprocessor10_test", "smtverifier10_test", "escalarmulany_test", "escalarmulfix_test",
}  # fmt: skip


def _rows(data: Path, *, long: bool) -> list[dict[str, str]]:
    with (data / "circom-corpus.tsv").open() as file:
        rows = [
            r for r in csv.DictReader(file, delimiter="\t") if r["project"] == "iden3/circomlib"
        ]
    return [row for row in rows if (Path(row["main"]).stem in LONG) is long]


def _differences(row: dict[str, str], circomlib: Path) -> list[str]:
    found = []
    for level in (0, 1, 2):
        circuit = compile_program(
            circomlib / row["main"], [], BN254_FR, SimplificationLevel(level, is_compatible=True)
        ).circuit
        r1cs, sym = io.BytesIO(), io.BytesIO()
        write_r1cs(r1cs, circuit.r1cs)
        write_sym(sym, circuit.symbols())
        for name, file in (("r1cs", r1cs), ("sym", sym)):
            if hashlib.sha256(file.getvalue()).hexdigest() != row[f"O{level}_{name}"]:
                found.append(f"{row['main']} O{level} {name}")
    return found


def test_short_circuits(data: Path, node_modules: Path) -> None:
    rows = _rows(data, long=False)
    assert len(rows) >= 20
    assert [text for row in rows for text in _differences(row, node_modules / "circomlib")] == []


@pytest.mark.slow
def test_long_circuits(data: Path, node_modules: Path) -> None:
    rows = _rows(data, long=True)
    assert rows
    assert [text for row in rows for text in _differences(row, node_modules / "circomlib")] == []
