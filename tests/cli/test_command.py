"""Exit codes and error output: every class of error, in text and as JSON."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.cli.conftest import Run, Summary, Toolchain
from zkctl import errors
from zkctl.cli.command import Terminated

VERIFY = ["verify", "vkey.json", "public.json", "proof.json"]

EXIT_CODES = [
    (errors.CheckFailed, 1, "check-failed"),
    (errors.UnsatisfiedError, 1, "unsatisfied"),
    (errors.AdviceFailed, 1, "unsatisfied"),
    (errors.UsageError, 2, "usage"),
    (errors.InputError, 3, "input"),
    (errors.FormatError, 3, "format"),
    (errors.EncodingError, 3, "encoding"),
    (errors.ShapeError, 3, "shape"),
    (errors.CircuitError, 3, "circuit"),
    (errors.HintFailed, 3, "circuit"),
    (errors.IntegrityError, 4, "integrity"),
    (errors.EnvironmentProblem, 5, "environment"),
    (errors.NetworkError, 6, "network"),
    (errors.LimitError, 7, "limit"),
]


@pytest.mark.parametrize(("kind_of_error", "code", "kind"), EXIT_CODES)
def test_exit_code_and_text_of_errors(
    run: Run, toolchain: Toolchain, kind_of_error: type[errors.ZkctlError], code: int, kind: str
) -> None:
    toolchain.fail(kind_of_error("got 3, expected 4", where="proof.json: pi_a", hint="try again"))
    outcome = run(*VERIFY)
    verdict = "INVALID\n" if issubclass(kind_of_error, errors.CheckFailed) else ""  # of verify
    assert (outcome.code, outcome.out) == (code, verdict)
    assert outcome.err == "error: got 3, expected 4\n  proof.json: pi_a\nhint: try again\n"


@pytest.mark.parametrize(("kind_of_error", "code", "kind"), EXIT_CODES)
def test_exit_code_and_json_of_errors(
    run: Run, toolchain: Toolchain, kind_of_error: type[errors.ZkctlError], code: int, kind: str
) -> None:
    toolchain.fail(kind_of_error("got 3, expected 4", where="proof.json: pi_a", hint="try again"))
    outcome = run(*VERIFY, "--json")
    assert (outcome.code, outcome.err) == (code, "")
    assert outcome.json == {
        "schema": "zkctl/1",
        "ok": False,
        "command": "verify",
        "error": {
            "code": code,
            "kind": kind,
            "message": "got 3, expected 4",
            "hint": "try again",
            "where": "proof.json: pi_a",
        },
    }


def test_every_class_of_the_error_tree_is_covered() -> None:
    def below(parent: type) -> set[type]:
        return {parent}.union(*(below(child) for child in parent.__subclasses__()))

    in_tree = {kind for kind in below(errors.ZkctlError) if kind.__module__ == errors.__name__}
    assert in_tree == {row[0] for row in EXIT_CODES} | {errors.ZkctlError}


@pytest.mark.parametrize(
    ("problem", "code", "message"),
    [
        (OSError(28, "No space left on device"), 5, "no space left on device"),
        (PermissionError(13, "Permission denied", "key.zkey"), 5, "permission denied\n  key.zkey"),
        (FileNotFoundError(2, "No such file or directory", "key.zkey"), 5, "no such file"),
        (MemoryError(), 7, "out of memory"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (Terminated(signal.SIGTERM), 143, "interrupted"),
        (ValueError("12 is odd"), 70, "internal error: ValueError: 12 is odd"),
        (RecursionError(), 70, "internal error: RecursionError"),
    ],
)
def test_other_endings(
    run: Run, toolchain: Toolchain, problem: BaseException, code: int, message: str
) -> None:
    toolchain.fail(problem)
    outcome = run(*VERIFY)
    assert (outcome.code, outcome.out) == (code, "")
    assert outcome.err.startswith(f"error: {message}")
    assert "Traceback" not in outcome.err
    assert run(*VERIFY, "--json").json["error"]["code"] == code


def test_an_internal_error_points_to_debug(run: Run, toolchain: Toolchain) -> None:
    toolchain.fail(ValueError("12 is odd"))
    assert "hint: this is a bug in zkctl: run with --debug" in run(*VERIFY).err
    outcome = run(*VERIFY, "--debug")
    assert "Traceback (most recent call last)" in outcome.err
    assert outcome.code == 70


def test_debug_shows_the_traceback_of_a_refusal_too(run: Run, toolchain: Toolchain) -> None:
    toolchain.fail(errors.FormatError("bad"))
    assert "Traceback" in run("--debug", *VERIFY).err


def test_a_false_proof_is_an_answer(run: Run, toolchain: Toolchain) -> None:
    toolchain.effect = lambda *_, **__: Summary(valid=False)
    outcome = run(*VERIFY)
    assert (outcome.code, outcome.out) == (1, "INVALID\n")
    assert "the proof does not hold for this key and these public signals" in outcome.err
    failure = run(*VERIFY, "--json").json["error"]
    assert (failure["code"], failure["kind"]) == (1, "check-failed")


def test_a_true_proof(run: Run, toolchain: Toolchain) -> None:
    outcome = run(*VERIFY)
    assert (outcome.code, outcome.out, outcome.err) == (0, "OK\n", "")
    answer = run("--json", *VERIFY).json
    assert (answer["schema"], answer["ok"], answer["command"]) == ("zkctl/1", True, "verify")
    assert answer["result"]["valid"] is True


@pytest.mark.parametrize(
    "words",
    [
        ["verify", "evil.py", "b", "c"],
        ["prove", "key.zkey", "evil.py"],
        ["witness", "evil.py", "input.json"],
        ["ceremony", "contribute", "evil.py", "-o", "b", "--name", "me"],
        ["ptau", "verify", "evil.py"],
        ["info", "evil.py"],
    ],
)
def test_programs_are_refused_where_data_is_expected(
    run: Run, toolchain: Toolchain, words: list[str]
) -> None:
    outcome = run(*words)
    assert (outcome.code, toolchain.calls) == (2, [])
    assert "expected a data file, got the program evil.py" in outcome.err
    assert run("--json", *words).json["error"]["kind"] == "usage"


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_lets_the_command_clean_up(
    run: Run, toolchain: Toolchain, tmp_path: Path, name: str
) -> None:
    number = getattr(signal, name)
    before = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGHUP)}
    cleaned = tmp_path / "cleaned"

    def effect(*_: object, **__: object) -> None:
        try:
            signal.raise_signal(number)
        finally:
            cleaned.touch()

    toolchain.effect = effect
    try:
        assert run(*VERIFY).code == 128 + number
    finally:
        for n, handler in before.items():
            signal.signal(n, handler)
    assert cleaned.exists()


def test_a_signal_that_the_caller_ignores_stays_ignored(run: Run, toolchain: Toolchain) -> None:
    """As nohup wants it for SIGHUP."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def effect(*_: object, **__: object) -> Summary:
        signal.raise_signal(signal.SIGHUP)
        return Summary()

    toolchain.effect = effect
    try:
        assert run(*VERIFY).code == 0
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
