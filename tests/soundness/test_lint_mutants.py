"""Mutants of right circuits over the real field: whatever is still PROVED, a search that knows nothing does not break.

The exhaustive judge over small fields is in test_lint_judge.py; here sums do not wrap and residues are those of BN254.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from zkctl.lint.prove import prove
from zkctl.lint.search.search import search
from zkctl.lint.system import Row, System
from zkctl.lint.verdict import Judgement, OutputVerdict, Verdict
from zkctl.toolchain.lint.foreign import read_foreign

MOST_ROWS = 80
STEPS = 60_000
PARTS_BROKEN = 0.9  # of the mutants that are not proved; measured: 0.97


def right_circuits(data: Path) -> list[System]:
    folder = data / "lint-corpus"
    lines = (folder / "index.tsv").read_text().splitlines()
    return [
        read_foreign(folder / line["name"] / f"{line['name']}.O0.r1cs")[1]
        for line in csv.DictReader(lines, delimiter="\t")
        if line["wanted"].startswith("PROVED") and int(line["rows_O0"]) <= MOST_ROWS
    ]


def mutants(systems: list[System], seed: int, count: int) -> Iterator[System]:
    """Systems without one row, or with another coefficient in one."""
    print("seed", seed)
    choose = random.Random(seed)
    usable = [s for s in systems if s.outputs and not s.in_doubt and not s.not_broken]
    for _ in range(count):
        system = choose.choice(usable)
        rows, p = list(system.rows), system.modulus
        k = choose.randrange(len(rows))
        if choose.random() < 0.6:
            del rows[k]
        else:
            sides = [dict(side) for side in rows[k]]
            side = choose.choice([side for side in sides if side])
            wire = choose.choice(sorted(side))
            values = [1, 2, 3, p - 1, side[wire] + 1, 2 * side[wire]]
            side[wire] = choose.choice(values) % p or 1
            rows[k] = Row(*sides)
        yield replace(system, rows=rows)


def check(data: Path, seed: int, count: int) -> tuple[int, int]:
    """Return how many mutants are not proved, and how many of them are broken."""
    n_open = n_broken = 0
    for system in mutants(right_circuits(data), seed, count):
        judgement = prove(system)
        asked = tuple(OutputVerdict(w, Verdict.UNKNOWN) for w in system.outputs)
        nothing = Judgement(asked, [], system.inputs | {0}, {}, ())
        pair = search(system, nothing, steps=STEPS)
        proved = {o.wire for o in judgement.outputs if o.verdict is Verdict.PROVED}
        names = [system.names(w) for w in (pair.outputs if pair else ()) if w in proved]
        assert not names, f"PROVED, but two witnesses differ in {names}"
        if judgement.verdict is not Verdict.PROVED:
            n_open += 1
            n_broken += (pair or search(system, judgement)) is not None
    return n_open, n_broken


def test_no_proved_mutant_is_broken(data: Path) -> None:
    check(data, seed=1, count=12)


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_many_mutants(data: Path) -> None:
    n_open, n_broken = check(data, seed=2, count=400)
    assert n_broken >= PARTS_BROKEN * n_open
