"""--threads and --memory: on every command that computes long or goes through large files, for that command only."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.conftest import Run, Summary, Toolchain
from zkctl.runtime.settings import memory_mib, thread_count

COMMANDS = [
    "prove k.zkey w.wtns",
    "verify v.json u.json p.json",
    "setup groth16 m.r1cs p.ptau -o k.zkey",
    "ptau contribute a.ptau -o b.ptau --name Ann",
    "ptau beacon a.ptau -o b.ptau --hex 0a0b",
    "ptau prepare a.ptau -o b.ptau",
    "ptau verify p.ptau",
    "ceremony contribute a.zkey -o b.zkey --name Ann",
    "ceremony beacon a.zkey -o b.zkey --hex 0a0b",
    "ceremony verify k.zkey --r1cs m.r1cs --ptau p.ptau",
]


@pytest.fixture
def seen(toolchain: Toolchain, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The thread counts that actions found."""
    counts: list[int] = []

    def effect(*_: Any, **options: Any) -> Summary:
        assert "threads" not in options
        counts.append(thread_count())
        return Summary()

    toolchain.effect = effect
    monkeypatch.setenv("ZKCTL_THREADS", "7")
    return counts


@pytest.mark.parametrize("line", COMMANDS)
def test_the_count_is_that_of_the_option_while_the_command_runs(
    run: Run, seen: list[int], line: str
) -> None:
    assert run(*line.split(), "--threads", "3").code == 0
    assert run(*line.split()).code == 0
    assert (seen, thread_count()) == ([3, 7], 7)


@pytest.mark.parametrize("bad", ["0", "257", "-1", "two"])
def test_a_senseless_count_is_refused(run: Run, seen: list[int], bad: str) -> None:
    outcome = run(*COMMANDS[0].split(), f"--threads={bad}")
    assert (outcome.code, seen) == (2, [])
    assert "invalid value for '--threads'" in outcome.err


MEMORY_COMMANDS = [line for line in COMMANDS if line.startswith("ptau ")] + [
    "ptau convert a.ptau -o b.ptau",
    "ptau contribute-challenge c -o r",
    "ptau import-response a.ptau r -o b.ptau",
]


@pytest.mark.parametrize("line", MEMORY_COMMANDS)
def test_the_working_memory_is_that_of_the_option_while_the_command_runs(
    run: Run, toolchain: Toolchain, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    found: list[int] = []

    def effect(*_: Any, **options: Any) -> Summary:
        assert "memory" not in options
        found.append(memory_mib())
        return Summary()

    toolchain.effect = effect
    monkeypatch.setenv("ZKCTL_MEMORY", "9")
    assert run(*line.split(), "--memory", "3", "--threads", "2").code == 0
    assert run(*line.split()).code == 0
    assert (found, memory_mib()) == ([3, 9], 9)
