"""A terminal gets a bar and colours; everything else gets plain lines."""

from __future__ import annotations

import os
import pty
import sys

import pytest

PROGRAM = """
import sys
from zkctl.cli.narrator import Narrator
from zkctl.cli.output import Terminal
from zkctl.errors import FormatError
terminal = Terminal(command="x", verbose="-v" in sys.argv, quiet="-q" in sys.argv)
terminal.progress("proving", 0.0)
terminal.progress("proving", 0.5)
terminal.progress("writing [bold]x[/bold]", None)
terminal.fail(FormatError("bad", where="a\\nb", hint="no"))
"""


def on_a_terminal(*words: str, env: dict[str, str]) -> str:
    """What a terminal shows while PROGRAM runs."""
    process, terminal = pty.fork()
    if process == 0:  # pragma: no cover - the child
        os.execve(sys.executable, [sys.executable, "-c", PROGRAM, *words], {**os.environ, **env})
    shown = b""
    try:
        while part := os.read(terminal, 4096):
            shown += part
    except OSError:  # the child closed its side
        pass
    os.waitpid(process, 0)
    os.close(terminal)
    return shown.decode()


COLOUR = {"TERM": "xterm", "NO_COLOR": ""}


def test_a_terminal_gets_a_bar_and_colours() -> None:
    shown = on_a_terminal(env=COLOUR)
    assert "proving" in shown
    assert "\x1b[1;31merror:\x1b[0m bad\r\n  a\r\n  b\r\n\x1b[36mhint:\x1b[0m no" in shown
    assert "[bold]x[/bold]" in shown


@pytest.mark.parametrize("env", [{"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_when_it_is_not_wanted(env: dict[str, str]) -> None:
    shown = on_a_terminal(env=env)
    assert "error: bad" in shown
    assert "\x1b[1;31m" not in shown


def test_quiet_and_verbose_on_a_terminal() -> None:
    assert "proving" not in on_a_terminal("-q", env=COLOUR)
    assert "proving: 0." in on_a_terminal("-v", env=COLOUR)
