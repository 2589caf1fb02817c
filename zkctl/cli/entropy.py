"""Options of the contributing commands, and the optional prompt for extra entropy."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, cast

from zkctl.cli.narrator import stderr_is_terminal
from zkctl.cli.output import Terminal
from zkctl.cli.parameters import Option
from zkctl.errors import UsageError
from zkctl.runtime.standard_streams import STDIN, standard_input


def visible_name(name: str) -> str:
    """Return the name of a contributor; refuse one that shows nothing."""
    if not any(c.isprintable() and not c.isspace() for c in name):
        raise UsageError(
            "the name is empty: expected a name that others can see",
            hint='pass a name or a pseudonym, for example --name "Ann"',
        )
    return name


Name = Annotated[
    str,
    Option(
        "--name",
        "-n",
        metavar="TEXT",
        help="Your name; recorded in the file.",
        callback=visible_name,
    ),
]
OptionalName = Annotated[
    str, Option("--name", "-n", metavar="TEXT", help="A label; recorded in the file.")
]
Entropy = Annotated[
    str | None,
    Option("--entropy", "-e", metavar="TEXT", help="Mixed into the operating system's randomness."),
]
EntropyFile = Annotated[
    Path | None,
    Option(
        "--entropy-file",
        metavar="FILE",
        help="A file to mix in: dice rolls, noise; - is stdin.",
        stream=STDIN,
    ),
]
BeaconHex = Annotated[
    str, Option("--hex", metavar="HEX", help="The beacon, 1 to 255 bytes in hex.")
]
Iterations = Annotated[
    int,
    Option("--iterations", metavar="N", min=10, max=63, help="Hash the beacon 2^N times."),
]


def read_entropy(terminal: Terminal, given: str | None) -> str:
    """Return the contributor's own entropy: the option's (with a warning), or the answer to a prompt.

    The secret is drawn from the operating system in any case, so an empty answer is safe.
    """
    if given is not None:
        terminal.warn(
            "entropy on the command line can be seen in the process list and the shell history"
        )
        return given
    if terminal.quiet or terminal.as_json or not _is_interactive():
        return ""
    import getpass

    return getpass.getpass("Type something random, or just press Enter: ", stream=sys.stderr)


def read_entropy_file(path: Path | None) -> str:
    """Return the digest of a file's bytes, of stdin's for "-", or "" without a file.

    Raises: EnvironmentProblem if it cannot be read.
    """
    if path is None:
        return ""
    import hashlib

    from zkctl.storage.mapped import system_errors

    with system_errors("read the entropy file", path):
        if path == STDIN:
            return hashlib.file_digest(cast("Any", standard_input()), "blake2b").hexdigest()
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "blake2b").hexdigest()


def _is_interactive() -> bool:
    try:
        return sys.stdin is not None and sys.stdin.isatty() and stderr_is_terminal()
    except ValueError:  # stdin is closed
        return False
