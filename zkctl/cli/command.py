"""Commands as data, and the run of one: its answer is printed, its errors become exit codes."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, TypeVar

from zkctl.cli.output import EXIT_BROKEN_PIPE, Answer, Terminal
from zkctl.cli.parameters import Option, Parameter, parameter, parameters_of, takes_stdout
from zkctl.errors import EnvironmentProblem, LimitError, UsageError, ZkctlError
from zkctl.runtime.notices import heard_by
from zkctl.runtime.records import record
from zkctl.runtime.settings import using
from zkctl.runtime.standard_streams import STDIN, STDOUT, ReaderGone, keep_stdout

Action = Callable[..., Answer]
F = TypeVar("F", bound=Action)

# the title of a section of a help text -> its commands, in the order of use
Sections = dict[str, tuple[str, ...]]

Json = Annotated[bool, Option("--json", help="Print one JSON object instead of text.")]
Quiet = Annotated[bool, Option("--quiet", "-q", help="Print no narration and no progress.")]
Verbose = Annotated[bool, Option("--verbose", "-v", help="Report how long each stage took.")]
Debug = Annotated[bool, Option("--debug", help="Show the traceback of an error.")]

Force = Annotated[bool, Option("--force", help="Overwrite existing output files.")]
AllowInsecure = Annotated[
    bool,
    Option("--allow-insecure", help="Accept, with a warning, what anyone could forge."),
]

Threads = Annotated[
    int | None,
    Option(
        "--threads",
        metavar="N",
        min=1,
        max=256,
        help="Threads to compute with, instead of one per processor.",
    ),
]

Memory = Annotated[
    int | None,
    Option(
        "--memory",
        metavar="MIB",
        min=1,
        max=1 << 24,
        help="Working memory in MiB beside the program's own, instead of 512.",
    ),
]

Strict = Annotated[
    bool | None,
    Option("--strict", help="Refuse files with sections that their format does not define."),
]

# options of every command, also before its name
SWITCHES = {"as_json": Json, "quiet": Quiet, "verbose": Verbose, "debug": Debug}


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
    """Return the path; refuse a Python program, because only commands that say so run code from their inputs."""
    if path is not None and path.suffix == ".py":
        raise UsageError(
            f"expected a data file, got the program {path}",
            hint="pass a .py file to zkctl compile, profile, check or test; no other command runs code from its inputs",
        )
    return path


@record
class Command:
    """A command: its function, and the settings that it runs with, by name with their annotations.

    The function's parameters are the command's own arguments; one named `terminal` receives the
    run's Terminal.  Its docstring is the help and ends with a section `Example:`.
    """

    name: str
    function: Action
    settings: dict[str, Any]
    runs_code: bool = False

    def parameters(self) -> list[Parameter]:
        """Return its own parameters, its settings, and the switches of every command."""
        return [
            *parameters_of(self.function),
            *(parameter(name, annotation, None) for name, annotation in self.settings.items()),
            *(parameter(name, annotation, False) for name, annotation in SWITCHES.items()),
        ]


class CommandGroup:
    """Commands and groups of commands; without a command it shows its help on stderr and exits with 2."""

    def __init__(self, summary: str = "", sections: Sections | None = None) -> None:
        self.summary = summary
        self.sections: Sections = sections or {"Commands": ()}
        self.commands: dict[str, Command] = {}
        self.groups: dict[str, CommandGroup] = {}
        self.hidden: set[str] = set()

    def add(self, group: CommandGroup, name: str, *, hidden: bool = False) -> None:
        """Add a group; a hidden one is not listed in the help."""
        self.groups[name] = group
        if hidden:
            self.hidden.add(name)


def command(
    group: CommandGroup,
    name: str,
    *,
    threads: bool = False,
    memory: bool = False,
    strict: bool = False,
    runs_code: bool = False,
) -> Callable[[F], F]:
    """Register a function as the command `name` of `group`.

    `threads`, `memory` and `strict` add the option of that name, a setting that the function runs
    with and does not receive.  `runs_code`: it runs code from its input, which gets no stdout.
    """
    offered = {
        "strict": (strict, Strict),
        "memory": (memory, Memory),
        "threads": (threads, Threads),
    }
    settings = {each: annotation for each, (wanted, annotation) in offered.items() if wanted}

    def register(function: F) -> F:
        group.commands[name] = Command(name, function, settings, runs_code)
        return function

    return register


def run_command(
    chosen: Command, path: str, values: Mapping[str, Any], before: Mapping[str, bool]
) -> int:
    """Run a command with the values of all its parameters and return its exit code.

    `path` is its words after the program's name, `before` the switches given before them.
    """
    arguments = dict(values)
    switches = {name: arguments.pop(name) or before.get(name, False) for name in SWITCHES}
    terminal = Terminal(command=path, **switches)
    settings = {name: arguments.pop(name) for name in chosen.settings}
    code = chosen.function.__code__
    if "terminal" in code.co_varnames[: code.co_argcount]:
        arguments["terminal"] = terminal

    def action() -> Answer:
        if STDIN in values.values() or STDOUT in values.values():
            parameters = chosen.parameters()
            terminal.stdout_has_output = takes_stdout(parameters, values, as_json=terminal.as_json)
        if chosen.runs_code:
            keep_stdout()
        listener = (lambda _text: None) if terminal.as_json else terminal.note
        with using(**settings), heard_by(listener):
            return chosen.function(**arguments)

    return execute(terminal, action)


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
    except ReaderGone:  # of an output
        terminal.progress.close()
        raise
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
