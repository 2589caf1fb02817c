"""`zkctl witness --batch`: forms, text, JSON and exit codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, Toolchain
from zkctl.toolchain.circuit.requests import BatchChoices
from zkctl.toolchain.circuit.witness_batch import FailedLine, WitnessBatch


def batch(*failed: FailedLine) -> WitnessBatch:
    return WitnessBatch("out", "product", "bn254.fr", 6, 3, 3 - len(failed), list(failed), [])


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("p.wprog --batch b.jsonl -o out", {"choices": BatchChoices()}),
        (
            "p.wprog --batch b.jsonl --r1cs p.r1cs -o out",
            {"choices": BatchChoices(r1cs=Path("p.r1cs"))},
        ),
        (
            "p.wprog --batch b.jsonl --keep-going --reduce",
            {
                "output": Path("witnesses"),
                "choices": BatchChoices(keep_going=True, reduce=True),
            },
        ),
    ],
)
def test_form(run: Run, toolchain: Toolchain, words: str, options: dict[str, Any]) -> None:
    toolchain.effect = lambda *_, **__: batch()
    outcome = run("witness", *words.split())
    assert outcome.code == 0
    ((name, arguments, given),) = toolchain.calls
    assert (name, arguments) == ("calculate_witnesses", (Path("p.wprog"),))
    expected = {"inputs": Path("b.jsonl"), "output": Path("out"), **options}
    assert {k: v for k, v in given.items() if k != "progress"} == expected


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("p.wprog", "missing argument 'INPUT.json'"),
        ("p.wprog in.json --keep-going", "--keep-going needs --batch"),
        (
            "p.wprog in.json --batch b.jsonl",
            "unexpected with --batch: expected a .wprog and a new folder, got INPUT.json",
        ),
        ("p.wprog --batch b.jsonl --force --sym s.sym", "got --sym and --force"),
        ("--batch b.jsonl", "missing argument 'NAME.wprog'"),
        ("p.wprog --batch b.py", "expected a data file, got the program b.py"),
    ],
)
def test_wrong_forms(run: Run, toolchain: Toolchain, words: str, message: str) -> None:
    outcome = run("witness", *words.split())
    assert (outcome.code, toolchain.calls) == (2, [])
    assert message in outcome.err


def test_failed_lines(run: Run, toolchain: Toolchain) -> None:
    toolchain.effect = lambda *_, **__: batch(
        FailedLine(2, "no value for input a", "b.jsonl line 2"),
        FailedLine(3, "the line is empty", ""),
    )
    words = ("witness", "p.wprog", "--batch", "b.jsonl", "--keep-going")
    outcome = run(*words)
    assert outcome.code == 1
    assert outcome.out == "line 2: no value for input a\nline 3: the line is empty\n"
    assert "2 of 3 lines have no witness" in outcome.err
    assert "correct these lines: 1 witnesses were written" in outcome.err
    answer = run("--json", *words).json
    assert (answer["ok"], answer["error"]["code"]) == (False, 1)
    assert answer["result"]["failed"][0]["line"] == 2
    assert answer["result"]["n_written"] == 1
