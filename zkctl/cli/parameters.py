"""The parameters of commands as data, for the application of typer and for the quick reading of plain lines.

Importing typer takes longer than verifying a proof, so commands are declared without it.
"""

# ruff: noqa: A002  # help, min and max are typer's names

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from zkctl.errors import UsageError
from zkctl.runtime.records import record
from zkctl.runtime.standard_streams import NAMES, STDIN, STDOUT


@record
class ParameterDeclaration:
    """An argument (without flags) or an option of a command; `stream` is what - stands for as its value."""

    flags: tuple[str, ...] = ()
    metavar: str | None = None
    help: str | None = None
    min: float | None = None
    max: float | None = None
    callback: Callable[[Any], Any] | None = None
    stream: Path | None = None

    @property
    def shown(self) -> str:
        """The name that a message uses."""
        return max(self.flags, key=len) if self.flags else str(self.metavar)


def Argument(  # noqa: N802  # reads as typer.Argument does
    *,
    metavar: str,
    help: str | None = None,
    min: float | None = None,
    max: float | None = None,
    callback: Callable[[Any], Any] | None = None,
    stream: Path | None = None,
) -> ParameterDeclaration:
    """Declare an argument with its limits; `callback` checks and returns its value."""
    return ParameterDeclaration((), metavar, help, min, max, callback, stream)


def Option(  # noqa: N802  # reads as typer.Option does
    *flags: str,
    help: str,
    metavar: str | None = None,
    min: float | None = None,
    max: float | None = None,
    callback: Callable[[Any], Any] | None = None,
    stream: Path | None = None,
) -> ParameterDeclaration:
    """Declare an option with its spellings, its limits and a check of its value."""
    return ParameterDeclaration(flags, metavar, help, min, max, callback, stream)


REQUIRED: Any = object()  # the default of a parameter that has none


@record
class Parameter:
    """One parameter of a command's function: `type` is as annotated, without the declaration."""

    name: str
    type: Any
    declaration: ParameterDeclaration
    default: Any = REQUIRED


def parameter(name: str, annotation: Any, default: Any = REQUIRED) -> Parameter:
    """Return the parameter with this annotation, `Annotated[type, declaration]`."""
    assert get_origin(annotation) is Annotated, f"{name} is not declared"
    kind, declaration = get_args(annotation)
    return Parameter(name, kind, declaration, default)


def parameters_of(function: Callable[..., Any]) -> list[Parameter]:
    """Return a function's parameters but `terminal`, in the order of its signature."""
    code, hints = function.__code__, get_type_hints(function, include_extras=True)
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    positional = function.__defaults__ or ()
    defaults = dict(
        zip(names[code.co_argcount - len(positional) : code.co_argcount], positional, strict=True)
    )
    defaults |= function.__kwdefaults__ or {}
    return [
        parameter(name, hints[name], defaults.get(name, REQUIRED))
        for name in names
        if name != "terminal"
    ]


_FOLDERS = ("FOLDER", "DIR")


def path_of(word: str, declaration: ParameterDeclaration) -> Path:
    """Return the path that a word names: - is the parameter's stream, ./- a file of this name.

    Raises: UsageError for - where a parameter has no stream.
    """
    path = Path(word)
    if (word != "-" and path != STDOUT) or path == declaration.stream:
        return path
    if declaration.stream is not None and word == "-":
        return declaration.stream
    kind = "folder" if declaration.metavar in _FOLDERS else "file"
    raise UsageError(
        f"{declaration.shown} must be a {kind}: expected its path, got {word}",
        hint=f"only JSON passes through standard input and output; write ./- for a {kind} of this name",
    )


def takes_stdout(parameters: list[Parameter], values: Mapping[str, Any], *, as_json: bool) -> bool:
    """Return whether an output is stdout; check that each stream is the value of one parameter only.

    Raises: UsageError, also for an output on stdout with --json.
    """
    users: dict[Path, list[str]] = {STDIN: [], STDOUT: []}
    for each in parameters:
        if each.declaration.stream is not None and values[each.name] == each.declaration.stream:
            users[each.declaration.stream].append(each.declaration.shown)
    for stream, names in users.items():
        if len(names) > 1:
            raise UsageError(
                f"{NAMES[stream]} is used twice: expected - once, got it for"
                f" {', '.join(names[:-1])} and {names[-1]}",
                hint="name files for the others",
            )
    if users[STDOUT] and as_json:
        raise UsageError(
            f"two results on standard output: expected {users[STDOUT][0]} - or --json, got both",
            hint="write the output to a file, or omit --json",
        )
    return bool(users[STDOUT])
