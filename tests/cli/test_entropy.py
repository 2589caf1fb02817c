"""Extra entropy: warned about on the command line, asked for only where somebody can answer."""

from __future__ import annotations

import getpass
import io
import sys

import pytest

from tests.cli.conftest import Run, Toolchain

CONTRIBUTE = ["ptau", "contribute", "a.ptau", "-o", "b.ptau", "--name", "Ann"]


class Keyboard(io.StringIO):
    """A stdin that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Somebody sits there; gives the questions asked."""
    asked: list[str] = []

    def answer(prompt: str, stream: object) -> str:
        asked.append(prompt)
        return "dice"

    monkeypatch.setattr(sys, "stdin", Keyboard())
    monkeypatch.setattr("zkctl.cli.entropy.stderr_is_terminal", lambda: True)
    monkeypatch.setattr(getpass, "getpass", answer)
    return asked


def test_entropy_on_the_command_line_is_warned_about(run: Run, toolchain: Toolchain) -> None:
    outcome = run(*CONTRIBUTE, "--entropy", "dice")
    assert outcome.code == 0
    assert "warning: entropy on the command line can be seen in the process list" in outcome.err
    assert toolchain.calls[0][2]["entropy"] == "dice"


def test_at_a_terminal_the_question_is_asked(
    run: Run, toolchain: Toolchain, at_a_terminal: list[str]
) -> None:
    assert run(*CONTRIBUTE).code == 0
    assert at_a_terminal == ["Type something random, or just press Enter: "]
    assert toolchain.calls[0][2]["entropy"] == "dice"


@pytest.mark.parametrize("switch", ["--quiet", "--json"])
def test_scripts_are_not_asked(
    run: Run, toolchain: Toolchain, at_a_terminal: list[str], switch: str
) -> None:
    assert run(*CONTRIBUTE, switch).code == 0
    assert at_a_terminal == []
    assert toolchain.calls[0][2]["entropy"] == ""


@pytest.mark.parametrize("closed", [True, False])
def test_without_a_terminal_nothing_is_asked(
    run: Run, toolchain: Toolchain, monkeypatch: pytest.MonkeyPatch, closed: bool
) -> None:
    stdin = io.StringIO()
    if closed:
        stdin.close()
    monkeypatch.setattr(sys, "stdin", stdin)
    assert run("ceremony", *CONTRIBUTE[1:]).code == 0
    assert toolchain.calls[0][2]["entropy"] == ""


def test_an_interrupted_question_ends_the_command(
    run: Run, toolchain: Toolchain, at_a_terminal: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(prompt: str, stream: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(getpass, "getpass", interrupt)
    assert run(*CONTRIBUTE).code == 130
    assert toolchain.calls == []


@pytest.mark.parametrize("name", ["", " ", "\t", "\u200b", "\u3000"])
@pytest.mark.parametrize(
    "command",
    [
        ["ptau", "contribute", "a.ptau", "-o", "b.ptau"],
        ["ceremony", "contribute", "a.zkey", "-o", "b.zkey"],
    ],
)
def test_an_empty_name_is_refused(
    run: Run, toolchain: Toolchain, command: list[str], name: str
) -> None:
    outcome = run(*command, "--name", name)
    assert outcome.code == 2
    assert "the name is empty: expected a name that others can see" in outcome.err
