"""Arguments and options that several commands have.

An option of one command only is defined beside that command; those of every command in `command.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from zkctl.cli.command import data_file
from zkctl.cli.parameters import Argument, Option
from zkctl.errors import UsageError
from zkctl.runtime.standard_streams import STDOUT

# circuits and phase 1
Source = Annotated[
    str, Argument(metavar="FILE.py[:NAME]", help="The circuit; NAME if the file has several.")
]
Parameters = Annotated[
    list[str] | None,
    Option("-P", "--param", metavar="NAME=VALUE", help="A template parameter; repeatable."),
]
Circuit = Annotated[
    Path, Argument(metavar="NAME.r1cs", help="The compiled circuit.", callback=data_file)
]
Ptau = Annotated[Path, Argument(metavar="POT.ptau", help="The phase 1.", callback=data_file)]
OldPtau = Annotated[
    Path, Argument(metavar="OLD.ptau", help="The phase 1 to build on.", callback=data_file)
]
NewPtau = Annotated[Path, Option("-o", "--output", metavar="NEW.ptau", help="The file to write.")]
OutputFile = Annotated[Path, Option("-o", "--output", metavar="FILE", help="The file to write.")]
JsonOutput = Annotated[
    Path, Option("-o", "--output", metavar="FILE.json", help="The file to write.", stream=STDOUT)
]

# projects
ProjectFile = Annotated[
    Path | None,
    Option(
        "--project",
        metavar="zkctl.yaml",
        help="The file of the project, by default found upwards from here.",
        callback=data_file,
    ),
]
Locked = Annotated[
    bool, Option("--locked", help="Refuse what differs from zkctl.lock, with a table.")
]

# keys
Key = Annotated[Path, Argument(metavar="KEY.zkey", help="The key.", callback=data_file)]

# ceremonies
Folder = Annotated[Path, Argument(metavar="FOLDER", help="The folder of the ceremony.")]
SigningKey = Annotated[
    Path | None,
    Option("--sign", metavar="KEYFILE", help="An Ed25519 key to sign with (ssh or keygen)."),
]
Program = Annotated[
    Path,
    Argument(metavar="NAME.wprog", help="Witness program (or circom .wasm).", callback=data_file),
]
Reduce = Annotated[
    bool,
    Option("--reduce", help="Reduce inputs modulo the field as circom does, instead of refusing."),
]


def template_parameters(assignments: list[str]) -> dict[str, str]:
    """Return the parameters of NAME=VALUE strings.

    Raises: UsageError for a string without a name, or a name given twice.
    """
    values: dict[str, str] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier():
            raise UsageError(
                f"expected NAME=VALUE after -P, got {assignment!r}", hint="for example -P depth=20"
            )
        if name in values:
            raise UsageError(f"parameter {name} is given twice: {values[name]} and {value}")
        values[name] = value.strip()
    return values


def compares_with_lock(locked: bool, project: Path | None) -> bool:
    """Return whether files are compared with zkctl.lock.  Raises: UsageError for a project without --locked."""
    if project is not None and not locked:
        raise UsageError(
            "--project needs --locked: expected both, got --project",
            hint="pass --locked to compare the files with zkctl.lock",
        )
    return locked
