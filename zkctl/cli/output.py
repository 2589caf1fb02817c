"""The output of a command: its result on stdout, everything else on stderr, or one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from zkctl.cli.hints import in_words_of_commands
from zkctl.cli.narrator import Narrator, colour_allowed, say
from zkctl.cli.text import escape, plain, record_lines
from zkctl.errors import ZkctlError
from zkctl.runtime.records import record
from zkctl.runtime.standard_streams import writing_stdout

SCHEMA = "zkctl/1"
EXIT_INTERNAL = 70
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141

_LINES_AT_ONCE = 1 << 10

_COLOURS = {"error": "1;31", "warning": "1;33", "hint": "36"}


@record
class Answer:
    """The outcome of a command.

    `result` is the JSON form; `text` replaces the aligned lines made from it, as a string or, where it
    can be long, as lines that are made while they are printed; `verdict` is printed above them;
    `failure` is set when the answer is "no"; with `include_result` the JSON form of a "no" also has the
    result; `already_printed` is set when the result was printed during the run.
    """

    result: Any
    text: str | Iterable[str] | None = None
    verdict: str = ""
    failure: ZkctlError | None = None
    include_result: bool = False
    already_printed: bool = False


class Terminal:
    """The switches of one run, and the two streams."""

    def __init__(
        self,
        command: str,
        *,
        as_json: bool = False,
        quiet: bool = False,
        verbose: bool = False,
        debug: bool = False,
    ) -> None:
        self.command, self.as_json, self.quiet, self.debug = command, as_json, quiet, debug
        self.verbose = verbose
        self.progress = Narrator(quiet=quiet, verbose=verbose)
        self.stdout_has_output = False  # a file of the command, so its result goes to stderr

    def note(self, text: str) -> None:
        """Print a remark on stderr, unless --quiet is set."""
        if not self.quiet:
            say(escape(text))

    @contextmanager
    def noting(self, log: str) -> Iterator[None]:
        """Print the records of a logger as remarks while the block runs."""
        import logging

        handler = logging.Handler()
        handler.emit = lambda record: self.note(record.getMessage())  # type: ignore[method-assign]
        logger = logging.getLogger(log)
        logger.setLevel(logging.INFO)
        logger.addHandler(handler)
        try:
            yield
        finally:
            logger.removeHandler(handler)

    def warn(self, text: str) -> None:
        """Print a warning on stderr, also with --quiet."""
        say(f"{_coloured('warning')} {escape(text)}")

    def succeed(self, answer: Answer) -> int:
        """Print the result and return the exit code."""
        self.progress.close()
        if answer.already_printed:
            return 0
        result = plain(answer.result)
        if isinstance(result, dict):
            _translate(result)
        if isinstance(result, dict) and not self.as_json:
            for warning in result.pop("warnings", []):
                self.warn(str(warning))
        if answer.failure is not None and self.as_json:
            return self.fail(answer.failure, result if answer.include_result else None)
        if self.as_json:
            _write_json({"ok": True, "command": self.command, "result": result})
        else:
            text = _as_text(result) if answer.text is None else answer.text
            self._write_result(answer.verdict, text)
        return 0 if answer.failure is None else self.fail(answer.failure)

    def _write_result(self, verdict: str, text: str | Iterable[str]) -> None:
        for piece in _pieces(verdict, text):
            if not self.stdout_has_output:
                write_stdout(piece)
            elif not self.quiet:
                say(piece.removesuffix("\n"))

    def fail(self, error: ZkctlError, result: Any = None) -> int:
        """Print an expected error, in JSON with the result beside it, and return its exit code."""
        self.progress.close()
        self._show(error.exit_code, error.kind, error, result)
        return error.exit_code

    def fail_internally(self, error: BaseException) -> int:
        """Print a bug of zkctl in one line, with --debug below its traceback; return the exit code."""
        self.progress.close()
        text = str(error).split("\n", 1)[0]
        message = f"internal error: {type(error).__name__}" + (f": {text}" if text else "")
        hint = "this is a bug in zkctl: run with --debug and report the traceback"
        self._show(EXIT_INTERNAL, "internal", ZkctlError(message, hint="" if self.debug else hint))
        return EXIT_INTERNAL

    def fail_interrupted(self, exit_code: int = EXIT_INTERRUPTED) -> int:
        """Report that a signal ended the command and return the exit code."""
        self.progress.close()
        self._show(exit_code, "interrupted", ZkctlError("interrupted"))
        return exit_code

    def _show(self, code: int, kind: str, error: ZkctlError, result: Any = None) -> None:
        if self.debug:
            import traceback

            say(traceback.format_exc().rstrip())
        hint = in_words_of_commands(error.hint)
        if self.as_json:
            facts = {"message": error.message, "hint": hint, "where": error.where}
            failure = {"code": code, "kind": kind, **facts}
            found = {} if result is None else {"result": result}
            _write_json({"ok": False, "command": self.command, **found, "error": failure})
            return
        say(f"{_coloured('error')} {escape(error.message)}")
        for line in error.where.splitlines():  # a circuit's chain of callers takes several lines
            word, _, text = line.partition(": ")
            is_another = word in {"error", "hint"}  # of several errors of a circom program
            say(f"{_coloured(word)} {escape(text)}" if is_another else f"  {escape(line)}")
        if hint:
            say(f"{_coloured('hint')} {escape(hint)}")


def _translate(result: dict[str, Any]) -> None:
    """Put the texts of a result that advise into the words of the command line."""
    if isinstance(result.get("note"), str):
        result["note"] = in_words_of_commands(result["note"])
    if isinstance(result.get("warnings"), list):
        result["warnings"] = [in_words_of_commands(str(text)) for text in result["warnings"]]


def _coloured(word: str) -> str:
    return f"\x1b[{_COLOURS[word]}m{word}:\x1b[0m" if colour_allowed() else f"{word}:"


def _as_text(result: Any) -> str:
    if isinstance(result, Mapping):
        return "\n".join(record_lines(result))
    return escape(str(result))


def _pieces(verdict: str, text: str | Iterable[str]) -> Iterator[str]:
    """Yield the text of a result, a long one in several pieces of whole lines."""
    if isinstance(text, str):
        yield "".join(f"{part}\n" for part in (verdict, text) if part)
        return
    lines = chain([verdict] if verdict else [], text)
    while batch := list(islice(lines, _LINES_AT_ONCE)):
        yield "".join(f"{line}\n" for line in batch)


def _write_json(facts: dict[str, Any]) -> None:
    write_stdout(json.dumps({"schema": SCHEMA, **facts}) + "\n")


def write_stdout(text: str) -> None:
    """Write and flush the result.

    Raises: ReaderGone if the reader is gone; EnvironmentProblem if the disk is full and the like.
    """
    with writing_stdout() as stdout:
        stdout.write(text)
