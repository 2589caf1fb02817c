"""The help texts: short first lines that are never cut, and an example at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from tests.cli.conftest import Run
from zkctl.cli.app import Version, application
from zkctl.cli.command import CommandGroup, command
from zkctl.cli.help import OTHER, summary_line
from zkctl.cli.output import Answer
from zkctl.cli.typer_application import typer_application

LONGEST_SUMMARY = 60
COLUMNS = 80


def walk(path: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """A command or group and all below it, hidden names excepted."""
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        if not child.hidden:
            yield from walk((*path, name), child)


EVERY = list(walk((), get_command(application())))
COMMANDS = [(path, each) for path, each in EVERY if not hasattr(each, "commands")]
GROUPS = [(path, each) for path, each in EVERY if hasattr(each, "commands")]


def name_of(value: Any) -> str:
    return " ".join(value) or "zkctl" if isinstance(value, tuple) else ""


@pytest.mark.parametrize(("path", "each"), EVERY, ids=name_of)
def test_the_first_line_is_a_short_sentence(path: tuple[str, ...], each: Any) -> None:
    first = each.help.partition("\n")[0]
    assert len(first) <= LONGEST_SUMMARY
    assert first.endswith(".")
    assert first[0].isupper()


@pytest.mark.parametrize(("path", "group"), GROUPS, ids=name_of)
def test_no_first_line_is_cut_or_wrapped_at_80_columns(
    run: Run, monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...], group: Any
) -> None:
    monkeypatch.setenv("COLUMNS", str(COLUMNS))
    lines = run(*path, "--help").out.splitlines()
    assert max(map(len, lines)) <= COLUMNS
    assert not [line for line in lines if line.endswith("...") and "COMMAND" not in line]
    for name, child in group.commands.items():
        if not child.hidden:
            assert any(line.split() == [name, *summary_line(child).split()] for line in lines), (
                f"{name}: {child.help}"
            )


@pytest.mark.parametrize(("path", "each"), COMMANDS, ids=name_of)
def test_the_help_of_a_command_ends_with_an_example(
    run: Run, monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...], each: Any
) -> None:
    monkeypatch.setenv("COLUMNS", str(COLUMNS))
    text = run(*path, "--help").out
    _, _, example = text.partition("\nExample:\n")
    lines = example.splitlines()
    assert lines[0].startswith(f"  zkctl {' '.join(path)}")
    assert max(map(len, text.splitlines())) <= COLUMNS
    assert [line.removeprefix("  ") for line in lines] == each.epilog.splitlines()
    assert "Example:" not in each.help


def test_a_command_outside_the_sections_is_listed_last() -> None:
    group = CommandGroup("A group.", {"First": ("b",), "Empty": ("c",)})
    for name in "ab":

        @command(group, name)
        def act() -> Answer:
            """Do something."""
            return Answer(None)

    root = CommandGroup()
    root.add(group, "g")
    made: Any = get_command(typer_application(root, Version, Answer(None)))
    context = made.make_context("g", [], resilient_parsing=True)
    text = made.commands["g"].get_help(context)
    assert text.endswith(f"First:\n  b  Do something\n\n{OTHER}:\n  a  Do something")
