"""The command line's entry point.

Start-up stays light: numpy, llvmlite and the mathematics load inside the commands.
"""

from zkctl.runtime.import_path import forget_working_folder

forget_working_folder()  # before anything else is imported, even __future__

# ruff: noqa: E402
import atexit
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer

from zkctl import __version__
from zkctl.cli.command import (
    SWITCHES,
    Debug,
    Json,
    Quiet,
    Terminated,
    Verbose,
    catch_termination,
    command_name,
    execute,
    occupy_standard_descriptors,
    show_help_and_exit,
)
from zkctl.cli.help import Sections, sectioned
from zkctl.cli.output import EXIT_BROKEN_PIPE, Answer, Terminal, unwritable
from zkctl.errors import UsageError, ZkctlError

# the class of "No such option" and its kin; typer exports only this subclass of it
ParseError: Any = typer.BadParameter.__mro__[1]

Version = Annotated[bool, typer.Option("--version", "-V", help="Print the version.")]

SECTIONS: Sections = {
    "Circuits": ("compile", "witness"),
    "Setup": ("ptau", "setup", "ceremony"),
    "Proofs": ("export-vkey", "prove", "verify"),
    "Inspect": ("info", "bench", "doctor"),
}

# the modules of zkctl.cli.commands, each with the first words of its commands
PARTS = {
    "circuit": ("compile", "witness"),
    "ptau": ("ptau", "powersoftau"),
    "proof": ("setup", "export-vkey", "prove", "verify", "groth16"),
    "ceremony": ("ceremony", "zkey"),
    "inspect": ("info", "doctor"),
    "bench": ("bench",),
}


def application(word: str | None = None) -> typer.Typer:
    """Return an application with the commands that begin with `word`, with all of them for any other word.

    Describing a command to typer takes milliseconds, so commands that the word excludes are not loaded.
    """
    app = typer.Typer(
        name="zkctl",
        cls=sectioned(SECTIONS),
        add_completion=False,
        rich_markup_mode=None,  # rich costs more start-up time than all the rest
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    wanted = [part for part, words in PARTS.items() if word in words] or PARTS
    for part in wanted:
        import_module(f"zkctl.cli.commands.{part}").register(app)
    if wanted is not PARTS:
        app.registered_commands = [each for each in app.registered_commands if each.name == word]
        app.registered_groups = [each for each in app.registered_groups if each.name == word]
    app.callback(invoke_without_command=True)(root)
    return app


def root(
    context: typer.Context,
    version: Version = False,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Zero-knowledge proofs from circuit to verified proof.

    Files are compatible with circom and snarkjs.
    """
    switches = {"as_json": as_json, "quiet": quiet, "verbose": verbose, "debug": debug}
    context.meta[SWITCHES] = switches
    if version:
        terminal = Terminal(command="version", **switches)
        answer = Answer({"version": __version__}, text=f"zkctl {__version__}")
        raise typer.Exit(execute(terminal, lambda: answer))
    if context.invoked_subcommand is None:
        show_help_and_exit(context)


def run() -> NoReturn:
    """Run the command line as a process and end the process.

    The interpreter is not shut down: freeing every object of numpy and typer takes longer than
    verifying a proof.  Exit handlers run; all output files are complete by then.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # closed, or its reader is gone
            stream.flush()
    atexit._run_exitfuncs()
    os._exit(code)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    occupy_standard_descriptors()
    with suppress(ValueError):  # not in the main thread: the embedding program handles signals
        catch_termination()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy starts threads we never use: 35 ms
    terminal = Terminal(command="", as_json="--json" in arguments, debug="--debug" in arguments)
    word = next((each for each in arguments if not each.startswith("-")), None)
    app = application(word)
    return _guarded(terminal, lambda: app(arguments, prog_name="zkctl", standalone_mode=False))


def _guarded(terminal: Terminal, run: Callable[[], int | None]) -> int:
    """Run, and return an exit code also for errors before and after the command."""
    refusal: ZkctlError
    try:
        return run() or 0
    except ParseError as error:
        refusal = _refusal(terminal, error)
    except ZkctlError as error:
        refusal = error
    except (KeyboardInterrupt, typer.Abort):
        return terminal.fail_interrupted()
    except Terminated as termination:
        return terminal.fail_interrupted(termination.exit_code)
    except SystemExit:  # typer's answer to a reader of a help text that left
        return EXIT_BROKEN_PIPE
    except OSError as error:  # a help text that cannot be written
        refusal = unwritable(error)
    return execute(terminal, partial(_raise, refusal))


def _refusal(terminal: Terminal, error: Any) -> UsageError:
    """Return the UsageError for words that do not form a command."""
    path = error.ctx.command_path if error.ctx is not None else "zkctl"
    terminal.command = command_name(path)
    message = error.format_message().strip()
    message = message[:1].lower() + message[1:].rstrip(".")
    return UsageError(message, hint=f"run {path} --help")


def _raise(error: ZkctlError) -> Answer:
    raise error


if __name__ == "__main__":
    run()
