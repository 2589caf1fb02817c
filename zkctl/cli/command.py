"""Turning a function into a command: shared options, the printed answer, errors as exit codes."""

from __future__ import annotations

import inspect
import os
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import Parameter
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, TypeVar

import typer

from zkctl.cli.help import CommandWithExample, Sections, help_and_example, sectioned
from zkctl.cli.narrator import say
from zkctl.cli.output import EXIT_BROKEN_PIPE, Answer, Terminal
from zkctl.errors import EnvironmentProblem, LimitError, UsageError, ZkctlError
from zkctl.runtime.settings import using

Action = Callable[..., Answer]
F = TypeVar("F", bound=Action)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print no narration and no progress.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Report how long each stage took.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]

Force = Annotated[bool, typer.Option("--force", help="Overwrite existing output files.")]
AllowInsecure = Annotated[
    bool,
    typer.Option("--allow-insecure", help="Accept, with a warning, what anyone could forge."),
]

Threads = Annotated[
    int | None,
    typer.Option(
        "--threads",
        metavar="N",
        min=1,
        max=256,
        help="Threads to compute with, instead of one per processor.",
    ),
]

Memory = Annotated[
    int | None,
    typer.Option(
        "--memory",
        metavar="MIB",
        min=1,
        max=1 << 24,
        help="Working memory in MiB beside the program's own, instead of 512.",
    ),
]

Strict = Annotated[
    bool | None,
    typer.Option("--strict", help="Refuse files with sections that their format does not define."),
]

SWITCHES = "zkctl.switches"  # where shared options given before the command's name are kept
_SHARED = {"as_json": Json, "quiet": Quiet, "verbose": Verbose, "debug": Debug}


class Terminated(BaseException):
    """The arrival of SIGTERM or SIGHUP; unfinished output is removed while it propagates."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.exit_code = 128 + signal_number


def catch_termination() -> None:
    """Turn SIGTERM and SIGHUP into an exception, as Python does with SIGINT.

    A signal that the caller had ignored (nohup) stays ignored.
    """

    def stop(number: int, _frame: FrameType | None) -> None:
        raise Terminated(number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, stop)


def occupy_standard_descriptors() -> None:
    """Open /dev/null for each standard stream that the caller closed.

    Otherwise the next file opened gets its number: an output would be a standard stream of a child process.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number: this one


P = TypeVar("P", Path, None)


def data_file(path: P) -> P:
    """Return the path; refuse a Python program, because only `compile` runs code from its inputs."""
    if path is not None and path.suffix == ".py":
        raise UsageError(
            f"expected a data file, got the program {path}",
            hint="only zkctl compile takes a .py file; no other command runs code from its inputs",
        )
    return path


def command(
    group: typer.Typer,
    name: str,
    *,
    threads: bool = False,
    memory: bool = False,
    strict: bool = False,
) -> Callable[[F], F]:
    """Register a function as the command `name` of `group`.

    Its parameters are the command's own arguments; one named `terminal` receives the run's Terminal.
    Its docstring is the help and ends with a section `Example:`.  `threads`, `memory` and `strict`
    add the option of that name, which the function does not receive.
    """

    def register(function: F) -> F:
        action: Action = function
        if strict:
            action = _within(action, "strict", Strict)
        if memory:
            action = _within(action, "memory", Memory)
        if threads:
            action = _within(action, "threads", Threads)
        text, example = help_and_example(function)
        declare = group.command(name, cls=CommandWithExample, help=text, epilog=example)
        declare(_as_typer_function(action))
        return function

    return register


def command_group(summary: str = "", sections: Sections | None = None) -> typer.Typer:
    """Make a group of commands; without a command it shows its help on stderr and exits with 2."""
    group = typer.Typer(help=summary, cls=sectioned(sections or {"Commands": ()}))

    @group.callback(invoke_without_command=True)
    def show_help(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            show_help_and_exit(context)

    return group


def show_help_and_exit(context: typer.Context) -> None:
    """Show the group's commands; raises UsageError or, after the help text, Exit."""
    if _switches_before(context).get("as_json", False):
        path = context.command_path
        raise UsageError("a command is missing", hint=f"run {path} --help")
    say(context.get_help())
    raise typer.Exit(UsageError.exit_code)


def execute(terminal: Terminal, action: Callable[[], Answer]) -> int:
    """Run a command and return its exit code: one for every way in which it can end."""
    try:
        return _execute(terminal, action)
    except BrokenPipeError:
        return EXIT_BROKEN_PIPE
    except ZkctlError as error:  # the result could not be written
        terminal.as_json = False
        return terminal.fail(error)


def _execute(terminal: Terminal, action: Callable[[], Answer]) -> int:
    try:
        with _warnings_as_lines(terminal):
            answer = action()
    except KeyboardInterrupt:
        return terminal.fail_interrupted()
    except Terminated as termination:
        return terminal.fail_interrupted(termination.exit_code)
    except ZkctlError as error:
        return terminal.fail(error)
    except OSError as error:
        return terminal.fail(environment_problem(error))
    except MemoryError:
        return terminal.fail(
            LimitError("out of memory", hint="close other programs or use a machine with more")
        )
    except Exception as error:  # our bug: one line, exit 70
        return terminal.fail_internally(error)
    return terminal.succeed(answer)


@contextmanager
def _warnings_as_lines(terminal: Terminal) -> Iterator[None]:
    """Print the library's warnings of the block as one line on stderr each."""
    with warnings.catch_warnings():
        show = warnings.showwarning

        def showwarning(message: Warning | str, category: type[Warning], *rest: Any) -> None:
            if issubclass(category, UserWarning):
                terminal.warn(str(message))
            else:
                show(message, category, *rest)

        warnings.showwarning = showwarning  # type: ignore[assignment]  # rest: file and line
        yield


def environment_problem(error: OSError) -> EnvironmentProblem:
    """Return an operating system's error as an EnvironmentProblem."""
    reason = (error.strerror or str(error) or type(error).__name__).lower()
    return EnvironmentProblem(reason, where="" if error.filename is None else str(error.filename))


def _within(function: Action, name: str, annotation: Any) -> Action:
    """Return the function with one more option, a setting that it runs with."""
    signature = inspect.signature(function, eval_str=True)
    option = Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)

    @wraps(function)
    def run(**arguments: Any) -> Answer:
        value = arguments.pop(name)
        if value is None:
            return function(**arguments)
        with using(**{name: value}):
            return function(**arguments)

    run.__signature__ = signature.replace(  # type: ignore[attr-defined]  # as below
        parameters=[*signature.parameters.values(), option]
    )
    return run


def _as_typer_function(function: Action) -> Callable[..., None]:
    signature = inspect.signature(function, eval_str=True)
    own = [p for p in signature.parameters.values() if p.name != "terminal"]
    shared = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=False, annotation=annotation)
        for name, annotation in _SHARED.items()
    ]
    context = Parameter("context", Parameter.KEYWORD_ONLY, annotation=typer.Context)
    wants_terminal = "terminal" in signature.parameters

    @wraps(function)
    def run(*, context: typer.Context, **arguments: Any) -> None:
        terminal = _terminal(context, {name: arguments.pop(name) for name in _SHARED})
        if wants_terminal:
            arguments["terminal"] = terminal
        raise typer.Exit(execute(terminal, lambda: function(**arguments)))

    del run.__dict__["__wrapped__"]  # typer must see the extended signature
    parameters = [*own, *shared, context]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    run.__signature__ = signature.replace(  # type: ignore[attr-defined]  # an attribute inspect reads
        parameters=parameters, return_annotation=None
    )
    return run


def _terminal(context: typer.Context, switches: dict[str, bool]) -> Terminal:
    """Merge the switches given before and after the command's name."""
    before = _switches_before(context)
    merged = {name: value or before.get(name, False) for name, value in switches.items()}
    return Terminal(command=command_name(context.command_path), **merged)


def _switches_before(context: typer.Context) -> dict[str, bool]:
    switches: dict[str, bool] = context.find_root().meta.get(SWITCHES, {})
    return switches


def command_name(command_path: str) -> str:
    """Return the words after the program's name: "zkctl ptau new" -> "ptau new"."""
    return command_path.partition(" ")[2]
