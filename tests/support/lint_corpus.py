"""The corpus of right and broken circuits with the verdict wanted of each."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import NamedTuple

from zkctl.constraints.r1cs import R1CS
from zkctl.formats.binary.r1cs import read_r1cs
from zkctl.formats.sym import read_sym
from zkctl.lint.system import Row, System

LEVELS = ("O0", "O1")


class Program(NamedTuple):
    """A program of the corpus: its name, the verdicts wanted and forbidden, its difficulty, its folder."""

    name: str
    wanted: str
    fault: str
    difficulty: str
    folder: Path


def programs(data: Path) -> list[Program]:
    base = data / "lint-corpus"
    with (base / "index.tsv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file, delimiter="\t"))
    return [
        Program(x["name"], x["wanted"], x["fault"], x["difficulty"], base / x["name"])
        for x in lines
    ]


def rows_of(r1cs: R1CS) -> list[Row]:
    """The rows with canonical coefficients, equal wires added up."""
    p = r1cs.field.modulus
    found = []
    for k in range(r1cs.a.n_rows):
        forms: list[dict[int, int]] = []
        for matrix in (r1cs.a, r1cs.b, r1cs.c):
            form: dict[int, int] = {}
            for wire, value in matrix.row(k):
                form[wire] = (form.get(wire, 0) + value) % p
            forms.append({wire: value for wire, value in form.items() if value})
        found.append(Row(*forms))
    return found


def system_of(program: Program, level: str) -> System:
    """The program as a system; its inputs by the names of input.json, since the header counts dropped ones."""
    path = program.folder / f"{program.name}.{level}"
    r1cs = read_r1cs(path.with_name(path.name + ".r1cs"))
    inputs = json.loads((program.folder / "input.json").read_text())
    names, wires = {}, set()
    for row in read_sym(path.with_name(path.name + ".sym")):
        names.setdefault(row.wire, row.name)
        parts = row.name.split(".")
        if len(parts) == 2 and parts[1].split("[")[0] in inputs and row.wire > 0:
            wires.add(row.wire)
    outputs = tuple(range(1, 1 + r1cs.n_outputs))
    return System(
        r1cs.field.modulus,
        r1cs.n_wires,
        rows_of(r1cs),
        frozenset(wires),
        outputs,
        names=lambda wire: names.get(wire, f"wire {wire}"),
    )
