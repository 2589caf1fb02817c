"""`zkctl verify --batch`: forms, text, JSON and exit codes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import zkctl.toolchain
from tests.cli.conftest import Run, Toolchain


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Replaces the action; the arguments of every call."""
    seen: list[Any] = []

    def verify_batch(*arguments: Any, **options: Any) -> Any:
        seen.append((arguments, {k: v for k, v in options.items() if k != "progress"}))
        return SimpleNamespace(valid=True, n_proofs=3)

    module = SimpleNamespace(verify_batch=verify_batch)
    monkeypatch.setitem(sys.modules, "zkctl.toolchain.proof.verify_batch", module)
    monkeypatch.setattr(zkctl.toolchain, "verify_batch", module, raising=False)
    return seen


@pytest.mark.parametrize("before", [[], ["groth16"]])
def test_form(run: Run, calls: list[Any], before: list[str]) -> None:
    outcome = run(*before, "verify", "v.json", "--batch", "b.jsonl")
    assert (outcome.code, outcome.out) == (0, "OK: all 3 proofs hold\n")
    assert calls == [((Path("v.json"),), {"statements": Path("b.jsonl"), "allow_insecure": False})]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("v.json", "missing argument 'PUBLIC.json'"),
        ("v.json u.json", "missing argument 'PROOF.json'"),
        (
            "v.json u.json p.json --batch b.jsonl",
            "unexpected file with --batch: expected the key only, got u.json",
        ),
        ("v.json u.json --batch b.jsonl", "expected the key only, got"),
        ("--batch b.jsonl", "missing argument"),
        ("v.json --batch b.py", "expected a data file, got the program b.py"),
        ("v.json u.py p.json", "expected a data file, got the program u.py"),
    ],
)
def test_wrong_forms(
    run: Run, calls: list[Any], toolchain: Toolchain, words: str, message: str
) -> None:
    outcome = run("verify", *words.split())
    assert (outcome.code, calls, toolchain.calls) == (2, [], [])
    assert message in outcome.err


@pytest.fixture
def batch(data: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A key and ten statements, the third and the last of them wrong."""
    golden = data / "golden_bn128"
    one = {name: json.loads((golden / f"{name}.json").read_text()) for name in ("proof", "public")}
    wrong = {**one, "public": one["public"][::-1]}
    path = tmp_path / "batch.jsonl"
    lines = [wrong if k in (2, 9) else one for k in range(10)]
    path.write_text("\n".join(map(json.dumps, lines)))
    return golden / "verification_key.json", path


def test_lines_that_fail_are_printed(run: Run, batch: tuple[Path, Path]) -> None:
    vkey, path = batch
    outcome = run("verify", vkey, "--batch", path, "-q")
    assert (outcome.code, outcome.out) == (1, "line 3: INVALID\nline 10: INVALID\n")
    message = "error: 2 of 10 proofs do not hold for this key and their public signals"
    assert outcome.err.splitlines()[:2] == [message, f"  {path}"]


def test_json_has_all_verdicts(run: Run, batch: tuple[Path, Path]) -> None:
    outcome = run("verify", batch[0], "--batch", batch[1], "--json")
    found = outcome.json
    assert (outcome.code, found["ok"], found["error"]["code"]) == (1, False, 1)
    verdicts = found["result"]["verdicts"]
    assert [(one["line"], one["valid"]) for one in verdicts] == [
        (k, k not in (3, 10)) for k in range(1, 11)
    ]
    assert len({one["statement"] for one in verdicts}) == 2


def test_a_malformed_line_is_an_error(run: Run, batch: tuple[Path, Path]) -> None:
    vkey, path = batch
    path.write_text(path.read_text() + "\n{}\n")
    outcome = run("verify", vkey, "--batch", path)
    assert (outcome.code, outcome.out) == (3, "")
    assert f"{path} line 11 $" in outcome.err
    assert run("verify", vkey, "--batch", path, "--json").json["error"]["code"] == 3


def test_one_failing_proof_alone_still_says_invalid(run: Run, data: Path) -> None:
    """The single form is as it was: no result beside the error."""
    golden = data / "golden_bn128"
    words = [golden / name for name in ("verification_key.json", "proof.json", "proof.json")]
    assert run("verify", *words).code == 3
    garaga = data / "garaga/examples"
    words = [golden / "verification_key.json", golden / "public.json"]
    outcome = run("verify", *words, garaga / "proof_bn254.json", "--json")
    assert set(outcome.json) == {"schema", "ok", "command", "error"}
