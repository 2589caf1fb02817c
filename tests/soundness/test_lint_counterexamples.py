"""The search on the corpus of broken and right circuits: each broken one is found, no right one, and own code reads every witness.

The checks here read the files by themselves, as check.py of the corpus does, and share no code with the search.
"""

from __future__ import annotations

import csv
import json
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from zkctl.lint.prove import prove
from zkctl.lint.search.counterexample import Counterexample
from zkctl.lint.search.search import search
from zkctl.toolchain.lint.foreign import read_foreign

MISSING_INPUT = {("dropped_input_bad", "O1")}  # an input without a wire: UNKNOWN with the reason
LONG = {"strict254_offbyone_bad"}  # seconds

Row = list[list[tuple[int, int]]]


def sections(path: Path) -> dict[int, bytes]:
    data = path.read_bytes()
    position, found = 12, {}
    for _ in range(struct.unpack_from("<I", data, 8)[0]):
        kind, size = struct.unpack_from("<IQ", data, position)
        found[kind] = data[position + 12 : position + 12 + size]
        position += 12 + size
    return found


def constraints(path: Path) -> tuple[int, int, list[Row]]:
    part = sections(path)
    width = struct.unpack_from("<I", part[1])[0]
    p = int.from_bytes(part[1][4 : 4 + width], "little")
    n_outputs, n_rows = (struct.unpack_from("<IIIIQI", part[1], 4 + width)[k] for k in (1, 5))
    numbers, position, rows = part[2], 0, []
    for _ in range(n_rows):
        row: Row = []
        for _ in range(3):
            n_terms = struct.unpack_from("<I", numbers, position)[0]
            position += 4
            side = []
            for _ in range(n_terms):
                wire = struct.unpack_from("<I", numbers, position)[0]
                value = int.from_bytes(numbers[position + 4 : position + 4 + width], "little")
                side.append((wire, value))
                position += 4 + width
            row.append(side)
        rows.append(row)
    return p, n_outputs, rows


def input_wires(folder: Path, level: str) -> list[int]:
    names = set(json.loads((folder / "input.json").read_text()))
    lines = (folder / f"{folder.name}.{level}.sym").read_text().splitlines()
    parts = [(int(line.split(",")[1]), line.split(",")[3].split(".")) for line in lines]
    return [w for w, part in parts if w > 0 and len(part) == 2 and part[1].split("[")[0] in names]


def check_pair(folder: Path, level: str, pair: Counterexample) -> None:
    p, n_outputs, rows = constraints(folder / f"{folder.name}.{level}.r1cs")
    for values in (pair.first, pair.second):
        assert values[0] == 1
        assert all(0 <= v < p for v in values)
        for row in rows:
            a, b, c = (sum(k * values[w] for w, k in side) for side in row)
            assert (a * b - c) % p == 0
    assert all(pair.first[w] == pair.second[w] for w in input_wires(folder, level))
    assert pair.first[1 : 1 + n_outputs] != pair.second[1 : 1 + n_outputs]


def programs(data: Path, *, broken: bool) -> Iterator[tuple[Path, dict[str, str]]]:
    folder = data / "lint-corpus"
    lines = (folder / "index.tsv").read_text().splitlines()
    for line in csv.DictReader(lines, delimiter="\t"):
        if (line["wanted"] == "BROKEN") == broken:
            yield folder / line["name"], line


def searched(folder: Path, level: str) -> Counterexample | None:
    system = read_foreign(folder / f"{folder.name}.{level}.r1cs")[1]
    return search(system, prove(system))


def missed(data: Path, levels: Sequence[str], *, long: bool) -> list[tuple[str, str]]:
    """Return the broken programs that were not found; every pair that was is checked."""
    found = set()
    for folder, _ in programs(data, broken=True):
        for level in levels if long or folder.name not in LONG else ():
            pair = searched(folder, level)
            if pair is not None:
                check_pair(folder, level, pair)
            else:
                found.add((folder.name, level))
    return sorted(found)


def test_broken_circuits_without_simplification(data: Path) -> None:
    assert missed(data, ["O0"], long=False) == []


@pytest.mark.slow
def test_broken_circuits(data: Path) -> None:
    assert missed(data, ["O0", "O1"], long=True) == sorted(MISSING_INPUT)


@pytest.mark.slow
def test_right_circuits_are_not_broken(data: Path) -> None:
    wrong = [
        (folder.name, level)
        for folder, line in programs(data, broken=False)
        for level in ("O0", "O1")
        if searched(folder, level) is not None and "BROKEN" in line["fault"]
    ]
    assert wrong == []


def test_an_eliminated_input_is_a_reason_for_silence(data: Path) -> None:
    """At O1 the wire at the place of the input `s` is the hint `h`: taken as an input it would hide the defect."""
    folder = data / "lint-corpus" / "dropped_input_bad"
    system = read_foreign(folder / "dropped_input_bad.O1.r1cs")[1]
    assert system.inputs == frozenset({2})
    assert prove(system).verdict == "UNKNOWN"
    assert "the input s was eliminated" in system.not_broken
