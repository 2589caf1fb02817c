"""The parameters of commands as data, for the application of typer and for the quick reading of plain lines.

Importing typer takes longer than verifying a proof, so commands are declared without it.
"""

# ruff: noqa: A002  # help, min and max are typer's names

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from zkctl.runtime.records import record


@record
class ParameterDeclaration:
    """An argument (without flags) or an option of a command."""

    flags: tuple[str, ...] = ()
    metavar: str | None = None
    help: str | None = None
    min: float | None = None
    max: float | None = None
    callback: Callable[[Any], Any] | None = None


def Argument(  # noqa: N802  # reads as typer.Argument does
    *,
    metavar: str,
    help: str | None = None,
    min: float | None = None,
    max: float | None = None,
    callback: Callable[[Any], Any] | None = None,
) -> ParameterDeclaration:
    """Declare an argument with its limits; `callback` checks and returns its value."""
    return ParameterDeclaration((), metavar, help, min, max, callback)


def Option(  # noqa: N802  # reads as typer.Option does
    *flags: str,
    help: str,
    metavar: str | None = None,
    min: float | None = None,
    max: float | None = None,
    callback: Callable[[Any], Any] | None = None,
) -> ParameterDeclaration:
    """Declare an option with its spellings, its limits and a check of its value."""
    return ParameterDeclaration(flags, metavar, help, min, max, callback)


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
