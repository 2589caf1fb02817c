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
from typing import TYPE_CHECKING, Annotated, NoReturn

from zkctl import __version__
from zkctl.cli.command import (
    CommandGroup,
    Sections,
    Terminated,
    catch_termination,
    execute,
    occupy_standard_descriptors,
    run_command,
)
from zkctl.cli.output import EXIT_BROKEN_PIPE, Answer, Terminal
from zkctl.cli.parameters import Option
from zkctl.cli.plain_arguments import leading_switches, read_plain
from zkctl.errors import ZkctlError
from zkctl.runtime.standard_streams import own_streams, unwritable

if TYPE_CHECKING:
    import typer

Version = Annotated[bool, Option("--version", "-V", help="Print the version.")]

SUMMARY = """Zero-knowledge proofs from circuit to verified proof.

Files are compatible with circom and snarkjs."""

SECTIONS: Sections = {
    "Projects": ("init", "check", "test", "snapshot", "lock"),
    "Circuits": ("compile", "circom", "lint", "profile", "witness", "check-witness", "print"),
    "Setup": ("ptau", "setup", "ceremony"),
    "Proofs": ("export-vkey", "prove", "fullprove", "verify"),
    "On chain": ("export-solidity", "calldata"),
    "Address protocol": ("address",),
    "Service": ("serve", "service", "deploy"),
    "Inspect": ("info", "export-json", "bench", "doctor"),
}

# the modules of zkctl.cli.commands, each with the first words of its commands
PARTS = {
    "compile": ("compile",),
    "circuit": ("witness", "check-witness", "print"),
    "circom": ("circom",),
    "lint": ("lint",),
    "profile": ("profile",),
    "project": ("init", "check", "lock"),
    "project_tests": ("test", "snapshot"),
    "ptau": ("ptau", "powersoftau"),
    "setup": ("setup",),
    "proof": ("export-vkey", "prove", "fullprove", "verify", "groth16", "plonk", "fflonk"),
    "contract": ("export-solidity", "calldata"),
    "ceremony": ("ceremony", "zkey"),
    "address": ("address",),
    "serve": ("serve",),
    "service": ("service",),
    "deploy": ("deploy",),
    "inspect": ("info", "export-json", "doctor"),
    "bench": ("bench",),
}

CIRCOM = "circom"  # its command line is circom's, which knows one exit code for every refusal
CIRCOM_REFUSES = 1
REFUSALS = range(2, 10)


def commands(word: str | None = None) -> CommandGroup:
    """Return the commands that begin with `word`, all of them for any other word."""
    root = CommandGroup(SUMMARY, SECTIONS)
    wanted = [part for part, words in PARTS.items() if word in words] or PARTS
    for part in wanted:
        import_module(f"zkctl.cli.commands.{part}").register(root)
    if wanted is not PARTS:
        root.commands = {name: each for name, each in root.commands.items() if name == word}
        root.groups = {name: each for name, each in root.groups.items() if name == word}
    return root


def application(word: str | None = None) -> "typer.Typer":
    """Return typer's application with the commands that begin with `word`, with all of them for any other word.

    Describing a command to typer takes milliseconds, so commands that the word excludes are not loaded.
    """
    return _in_typer(commands(word))


def _in_typer(root: CommandGroup) -> "typer.Typer":
    from zkctl.cli.typer_application import typer_application

    return typer_application(root, Version, _version())


def _version() -> Answer:
    return Answer({"version": __version__}, text=f"zkctl {__version__}")


def run() -> NoReturn:
    """Run the command line as a process and end the process.

    The interpreter is not shut down: freeing every object of numpy and typer takes longer than
    verifying a proof.  Exit handlers run; all output files are complete by then.
    """
    own_streams()
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
    word = next((each for each in arguments if not each.startswith("-")), None)
    as_json = "--json" in arguments and word != CIRCOM  # there it asks for a file
    terminal = Terminal(command="", as_json=as_json, debug="--debug" in arguments)
    before, rest = leading_switches(arguments)
    if rest in (["--version"], ["-V"]):
        return execute(Terminal(command="version", **before), _version)
    code = _run_words(word, arguments, terminal)
    return CIRCOM_REFUSES if word == CIRCOM and code in REFUSALS else code


def _run_words(word: str | None, arguments: list[str], terminal: Terminal) -> int:
    """Run the command that begins with `word` and return its exit code."""
    root = commands(word)
    call = read_plain(root, arguments)
    if call is not None:
        parts = call.command, call.path, call.values, call.before
        return _guarded(terminal, lambda: run_command(*parts))
    from zkctl.cli.typer_application import run_in_typer

    return _guarded(terminal, lambda: run_in_typer(_in_typer(root), arguments, terminal))


def _guarded(terminal: Terminal, run: Callable[[], int | None]) -> int:
    """Run, and return an exit code also for errors before and after the command."""
    try:
        return run() or 0
    except ZkctlError as error:
        refusal = error
    except KeyboardInterrupt:
        return terminal.fail_interrupted()
    except Terminated as termination:
        return terminal.fail_interrupted(termination.exit_code)
    except SystemExit:  # typer's answer to a reader of a help text that left
        return EXIT_BROKEN_PIPE
    except OSError as error:  # a help text that cannot be written
        refusal = unwritable(error)
    return execute(terminal, partial(_raise, refusal))


def _raise(error: ZkctlError) -> Answer:
    raise error


if __name__ == "__main__":
    run()
