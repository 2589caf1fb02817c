"""The commands as an application of typer: it shows help, parses every command line and explains what is wrong."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from zkctl.cli.command import SWITCHES, Command, CommandGroup, execute, run_command
from zkctl.cli.help import CommandWithExample, help_and_example, sectioned
from zkctl.cli.narrator import say
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import REQUIRED, Parameter, parameter, path_of
from zkctl.errors import UsageError

# the class of "No such option" and its kin; typer exports only this subclass of it
_ParseError: Any = typer.BadParameter.__mro__[1]
_BEFORE = "zkctl.switches"  # where switches given before the command's name are kept


def typer_application(root: CommandGroup, version: Any, answer: Answer) -> typer.Typer:
    """Return the application `zkctl`; the option `version` prints `answer`."""
    app = typer.Typer(
        name="zkctl",
        help=root.summary,
        cls=sectioned(root.sections),
        add_completion=False,
        rich_markup_mode=None,  # rich costs more start-up time than all the rest
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    _fill(app, root)

    def begin(context: typer.Context, **values: bool) -> None:
        wants_version = values.pop("version")
        context.meta[_BEFORE] = values
        if wants_version:
            raise typer.Exit(execute(Terminal(command="version", **values), lambda: answer))
        if context.invoked_subcommand is None:
            _show_help_and_exit(context)

    options = [parameter("version", version, False)]
    options += [parameter(name, annotation, False) for name, annotation in SWITCHES.items()]
    app.callback(invoke_without_command=True)(_with_signature(begin, options))
    return app


def run_in_typer(app: typer.Typer, arguments: list[str], terminal: Terminal) -> int:
    """Read the command line, run its command and return the exit code.

    Raises: UsageError for words that do not form a command; the terminal then has the command's name.
    """
    try:
        return app(arguments, prog_name="zkctl", standalone_mode=False) or 0
    except _ParseError as error:
        path = error.ctx.command_path if error.ctx is not None else "zkctl"
        terminal.command = _command_name(path)
        message = error.format_message().strip()
        message = message[:1].lower() + message[1:].rstrip(".")
        raise UsageError(message, hint=f"run {path} --help") from None
    except typer.Abort:
        return terminal.fail_interrupted()


def _fill(app: typer.Typer, group: CommandGroup) -> None:
    """Add the commands and groups of a group."""
    for name, chosen in group.commands.items():
        text, example = help_and_example(chosen.function)
        declare = app.command(name, cls=CommandWithExample, help=text, epilog=example)
        declare(_with_signature(_runner(chosen), chosen.parameters()))
    for name, inner in group.groups.items():
        below = typer.Typer(help=inner.summary, cls=sectioned(inner.sections))
        _fill(below, inner)
        below.callback(invoke_without_command=True)(_show_help_without_command)
        app.add_typer(below, name=name, hidden=name in group.hidden)


def _runner(chosen: Command) -> Callable[..., None]:
    def run(context: typer.Context, **values: Any) -> None:
        path = _command_name(context.command_path)
        raise typer.Exit(run_command(chosen, path, values, _switches_before(context)))

    return run


def _with_signature(
    function: Callable[..., None], parameters: list[Parameter]
) -> Callable[..., None]:
    """Return the function, which takes any names, with the parameters that typer shall see."""
    every = [
        inspect.Parameter(
            each.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if each.default is REQUIRED else each.default,
            annotation=Annotated[each.type, _in_typer(each)],
        )
        for each in parameters
    ]
    every.append(
        inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    )
    function.__annotations__ = {each.name: each.annotation for each in every}
    function.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]  # inspect reads it
    return function


def _in_typer(each: Parameter) -> Any:
    """Return typer's own declaration."""
    names = "metavar", "help", "min", "max", "callback"
    shared: dict[str, Any] = {name: getattr(each.declaration, name) for name in names}
    shared["parser"] = _path_parser(each)
    flags = each.declaration.flags
    return typer.Option(*flags, **shared) if flags else typer.Argument(**shared)


def _path_parser(each: Parameter) -> Callable[[str], Path] | None:
    """Return the reader of a path; None for values of other types."""
    if Path not in (each.type, *get_args(each.type)):
        return None

    def parse(word: str) -> Path:
        return path_of(word, each.declaration)

    return parse


def _show_help_without_command(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        _show_help_and_exit(context)


def _show_help_and_exit(context: typer.Context) -> None:
    """Show the group's commands; raises UsageError or, after the help text, Exit."""
    if _switches_before(context).get("as_json", False):
        path = context.command_path
        raise UsageError("a command is missing", hint=f"run {path} --help")
    say(context.get_help())
    raise typer.Exit(UsageError.exit_code)


def _switches_before(context: typer.Context) -> dict[str, bool]:
    switches: dict[str, bool] = context.find_root().meta.get(_BEFORE, {})
    return switches


def _command_name(command_path: str) -> str:
    """Return the words after the program's name: "zkctl ptau new" -> "ptau new"."""
    return command_path.partition(" ")[2]
