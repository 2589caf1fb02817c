"""Narration on stderr: a progress bar on a terminal, one line per stage anywhere else."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from zkctl.cli.text import escape

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


def stderr_is_terminal() -> bool:
    """Return whether stderr is an open terminal."""
    return sys.stderr is not None and not sys.stderr.closed and sys.stderr.isatty()


def colour_allowed() -> bool:
    """Return whether stderr is a terminal that accepts colour.

    Source: no-color.org, where any non-empty NO_COLOR means no.
    """
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return wanted and stderr_is_terminal()


def say(text: str) -> None:
    """Print a line on stderr; a closed or full stderr must not fail the command."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        pass


class Narrator:
    """A `Report` for commands: called with the current stage and the fraction done."""

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        self._quiet = quiet
        self._verbose = verbose
        self._stage = ""
        self._since = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __call__(self, what: str, fraction: float | None) -> None:
        """Show the progress; a new text begins a new stage."""
        if self._quiet:
            return
        what = escape(what)
        if what != self._stage:
            self._finish_stage()
            self._stage, self._since = what, time.monotonic()
            if not stderr_is_terminal():
                say(what)
        if stderr_is_terminal():
            self._draw(what, fraction)

    def close(self) -> None:
        """Remove the progress bar."""
        self._finish_stage()
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _finish_stage(self) -> None:
        if self._stage and self._verbose:
            line = f"{self._stage}: {time.monotonic() - self._since:.2f} s"
            if self._bar is not None:
                self._bar.console.print(line, style="dim", markup=False, highlight=False)
            else:
                say(line)
        self._stage = ""

    def _draw(self, what: str, fraction: float | None) -> None:
        if self._bar is None:
            self._bar = _progress_bar()
            self._task = self._bar.add_task(what, total=None)
            self._bar.start()
        assert self._task is not None
        total = None if fraction is None else 1.0
        self._bar.update(self._task, description=what, total=total, completed=fraction or 0.0)


def _progress_bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(30))
    return Progress(
        *columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True, expand=False
    )
