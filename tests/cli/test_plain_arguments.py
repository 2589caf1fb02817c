"""The plain reading of a command line: either what typer reads, or nothing."""

from __future__ import annotations

import random
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from tests.cli.test_help import COMMANDS
from zkctl.cli import typer_application as in_typer
from zkctl.cli.app import Version, commands
from zkctl.cli.command import Command, CommandGroup
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import REQUIRED, Parameter
from zkctl.cli.plain_arguments import Call, read_plain
from zkctl.errors import UsageError
from zkctl.runtime.standard_streams import STDIN, STDOUT

ROOT = commands()
APP: Any = get_command(in_typer.typer_application(ROOT, Version, Answer(None)))
WORDS = [
    "a.json",
    "b.zkey",
    "-",
    "0",
    "7",
    "300",
    "1_000",
    "+5",
    " 7",
    "٣",
    "9" * 20,
    "1.5",
    "x y",
    "",
]
ODD = ["--", "--help", "-h", "-5", "--nonsense", "-qv", "--json=1", "evil.py", "--version"]


@pytest.fixture
def typer_reads(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that returns the call that typer makes of a command line, None if it refuses."""
    calls: list[Call] = []

    def note(*call: Any) -> int:
        calls.append(Call(*call))
        return 0

    monkeypatch.setattr(in_typer, "run_command", note)

    def read(words: list[str]) -> Call | None:
        calls.clear()
        try:
            in_typer.run_in_typer(APP, words, Terminal(command=""))
        except UsageError:
            return None
        return calls[0] if calls else None

    return read


def every_command(
    group: CommandGroup, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Command]]:
    for name, chosen in group.commands.items():
        yield (*path, name), chosen
    for name, inner in group.groups.items():
        yield from every_command(inner, (*path, name))


EVERY = list(every_command(ROOT))


def line_of(source: random.Random, path: tuple[str, ...], parameters: list[Parameter]) -> list[str]:
    """Return a command line of this command, wrong in one of three."""
    own: list[str] = []
    for each in source.sample(parameters, len(parameters)):
        is_needed = each.default is REQUIRED
        if not is_needed and source.random() < 0.6:
            continue
        flags = each.declaration.flags
        value = source.choice(["7", "12", "a.json"] if source.random() < 0.9 else WORDS)
        own += [source.choice(flags)] if flags else []
        own += [] if flags and each.type in (bool, bool | None) else [value]
    if source.random() < 0.3:
        own.insert(source.randrange(len(own) + 1), source.choice(WORDS + ODD))
    if source.random() < 0.1 and own:
        own.pop(source.randrange(len(own)))
    before = source.sample(["-q", "--json", "--verbose", "--debug"], source.choice([0, 0, 1, 2]))
    return [*before, *path, *own]


def same(plain: Call | None, other: Call | None) -> bool:
    if plain is None or other is None:
        return plain is other
    switched_on = {name for name, value in other.before.items() if value}
    return (plain.command, plain.path, plain.values, set(plain.before)) == (
        other.command,
        other.path,
        other.values,
        switched_on,
    )


@pytest.mark.parametrize("path", [path for path, _ in EVERY], ids=" ".join)
def test_a_plain_line_is_read_as_typer_reads_it(path: tuple[str, ...], typer_reads: Any) -> None:
    source = random.Random(" ".join(path))
    parameters = dict(EVERY)[path].parameters()
    read = 0
    for _ in range(100):
        words = line_of(source, path, parameters)
        plain = read_plain(ROOT, words)
        read += plain is not None
        assert plain is None or same(plain, typer_reads(words)), shlex.join(words)
    assert read or any(
        each.type not in (str, int, Path) for each in parameters if each.default is REQUIRED
    )


def test_examples_of_the_help_are_plain() -> None:
    """Otherwise the reader would be of no use."""
    lines = [line for each in COMMANDS for line in examples(each)]
    plain = [line for line in lines if read_plain(ROOT, shlex.split(line)[1:])]
    assert len(plain) > 0.8 * len(lines)


def examples(command: Any) -> list[str]:
    lines = (command[1].epilog or "").replace("\\\n", " ").splitlines()
    return [line for line in lines if line.startswith("zkctl ")]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "verify a b c d",
        "verify a b c --json=1",
        "verify a b c --help",
        "verify -qv a b c",
        "verify a b c --threads",
        "verify a b c --threads 0",
        "verify a b c --threads -1",
        "verify a b c --threads 1_0",
        "verify a b c --threads 3 --threads 4",
        "verify -- a b c",
        "verify evil.py b c",
        "verify '' b c",
        "--nonsense verify a b c",
        "pruve a b c",
        "ceremony",
        "ceremony -q verify k",
        "prove k w -o",
        "prove k w -oproof.json",
        "prove k w --output=proof.json",
    ],
)
def test_what_is_not_plain_is_left_to_typer(line: str) -> None:
    assert read_plain(ROOT, shlex.split(line)) is None


def test_a_plain_line() -> None:
    call = read_plain(ROOT, shlex.split("-q prove k.zkey w --json -o out.json --threads 3"))
    assert call is not None
    assert (call.path, call.before) == ("prove", {"quiet": True})
    assert call.command.name == "prove"
    given = {name: value for name, value in call.values.items() if value not in (None, False)}
    assert given == {
        "key": Path("k.zkey"),
        "witness": Path("w"),
        "output": Path("out.json"),
        "public": Path("public.json"),
        "as_json": True,
        "threads": 3,
    }


@pytest.mark.parametrize("read", [read_plain, None], ids=["plain", "typer"])
@pytest.mark.parametrize(
    ("line", "name", "path"),
    [
        ("verify - u p", "vkey", STDIN),
        ("verify ./- u p", "vkey", Path("-")),
        ("verify v ././- p", "public", Path("-")),
        ("verify v --batch -", "batch", STDIN),
        ("prove k w -o -", "output", STDOUT),
        ("prove k w --public ./-", "public", Path("-")),
        ("prove k ./-", "witness", Path("-")),
        ("ptau export-json p -o -", "output", STDOUT),
        ("ptau truncate p --power 3 -o ./-", "output", Path("-")),
        ("ceremony status ./-", "folder", Path("-")),
        ("witness p /dev/stdin", "inputs", STDIN),
    ],
)
def test_a_lone_dash_is_a_stream_and_never_a_file_of_this_name(
    line: str, name: str, path: Path, read: Any, typer_reads: Any
) -> None:
    words = shlex.split(line)
    call = typer_reads(words) if read is None else read(ROOT, words)
    assert call.values[name] == path


@pytest.mark.parametrize(
    "line",
    [
        "prove k - -o p",
        "prove - w",
        "setup groth16 - p -o k",
        "setup groth16 r p -o -",
        "ceremony status -",
        "ptau truncate p --power 3 -o -",
        "compile c.py -o -",
        "info /dev/stdout",
    ],
)
def test_a_dash_where_no_stream_can_be(line: str, typer_reads: Any) -> None:
    assert read_plain(ROOT, shlex.split(line)) is None
    assert typer_reads(shlex.split(line)) is None
