"""The quick reading of plain command lines: whole words, every option known and given once.

Everything else (help, clusters of switches, `--`, values that begin with a dash or do not convert, missing arguments) is
left to typer, which reads these lines in the same way but takes longer to import than a proof takes to verify.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any, get_args

from zkctl.cli.command import SWITCHES, Command, CommandGroup
from zkctl.cli.parameters import REQUIRED, Parameter, parameter, path_of
from zkctl.errors import UsageError
from zkctl.runtime.records import record


@record
class Call:
    """A command, its words after the program's name, its values by name, and the switches before it."""

    command: Command
    path: str
    values: dict[str, Any]
    before: dict[str, bool]


class _NotPlain(Exception):  # not an error: typer reads the line
    pass


def read_plain(root: CommandGroup, words: list[str]) -> Call | None:
    """Return the call that a plain command line asks for, None if typer must read it."""
    before, rest = leading_switches(words)
    group, path = root, []
    while rest and rest[0] in group.groups:
        group = group.groups[rest[0]]
        path.append(rest.pop(0))
    if not rest or rest[0] not in group.commands:
        return None
    chosen = group.commands[rest[0]]
    path.append(rest.pop(0))
    try:
        values = _values(chosen.parameters(), rest)
    except (_NotPlain, UsageError):  # a refused value too: typer says which
        return None
    return Call(chosen, " ".join(path), values, before)


def leading_switches(words: list[str]) -> tuple[dict[str, bool], list[str]]:
    """Return the switches that a command line begins with, by name, and the rest of it."""
    switches = {
        flag: name
        for name, annotation in SWITCHES.items()
        for flag in parameter(name, annotation).declaration.flags
    }
    before: dict[str, bool] = {}
    rest = list(words)
    while rest and rest[0] in switches:
        before[switches[rest.pop(0)]] = True
    return before, rest


def _values(parameters: list[Parameter], words: list[str]) -> dict[str, Any]:
    """Return the values of all parameters.  Raises: _NotPlain."""
    options = {flag: each for each in parameters for flag in each.declaration.flags}
    arguments = iter([each for each in parameters if not each.declaration.flags])
    given: dict[str, Any] = {}
    rest = iter(words)
    for word in rest:
        if word in options:
            _take(given, options[word], rest)
        elif word.startswith("-") and word != "-":
            raise _NotPlain
        else:
            each = next(arguments, None)
            if each is None:
                raise _NotPlain
            _take(given, each, iter([word]))
    for each in parameters:
        if each.name not in given and each.default is REQUIRED:
            raise _NotPlain
    return {each.name: given.get(each.name, each.default) for each in parameters}


def _take(given: dict[str, Any], each: Parameter, words: Iterator[str]) -> None:
    """Read one value of a parameter."""
    kind = _kind(each.type)
    if kind is bool:
        given[each.name] = True
        return
    word = next(words, None)
    if word is None or word == "" or (word.startswith("-") and word != "-"):
        raise _NotPlain
    if kind == list[str]:
        given.setdefault(each.name, []).append(word)
        return
    if each.name in given:
        raise _NotPlain
    value = _converted(kind, word, each)
    callback = each.declaration.callback
    given[each.name] = value if callback is None else callback(value)


def _kind(annotation: Any) -> Any:
    """Return the type of a value without `| None`."""
    kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
    is_optional = NoneType in get_args(annotation)
    return kinds[0] if is_optional and len(kinds) == 1 else annotation


def _converted(kind: Any, word: str, each: Parameter) -> Any:
    if kind is str:
        return word
    if kind is Path:
        return path_of(word, each.declaration)
    if kind is not int or not (word.isascii() and word.isdigit() and len(word) < 18):
        raise _NotPlain
    value, (least, most) = int(word), (each.declaration.min, each.declaration.max)
    if (least is not None and value < least) or (most is not None and value > most):
        raise _NotPlain
    return value
