"""The source of a circuit: FILE.py or FILE.py:NAME, with its parameters."""

from __future__ import annotations

from pathlib import Path

from zkctl.constraints.witness_program import WitnessProgram
from zkctl.runtime.records import made_by, record

CIRCOM = ".circom"


@record
class CircuitSource:
    """A source with its parameters and level; `root` is the folder of its project, for modules beside other circuits."""

    source: str
    parameters: dict[str, str] = made_by(dict)
    level: int = 2
    root: Path | None = None
    fewest_rows_of: str | None = None  # plonk or fflonk, in the place of the level
    folders: tuple[Path, ...] = ()  # of files that a .circom file includes


def split_source(source: str) -> tuple[str, str]:
    """Return file and name, "" if there is none, as in FILE.circom; folders may have any character in their names.

    A text of another form is returned whole, as a file.
    """
    file, _, name = source.rpartition(":")
    if source.endswith((".py", CIRCOM)) or not file.endswith(".py"):
        return source, ""
    return file, name


def file_of_source(source: str) -> Path:
    """Return the path of the file."""
    return Path(split_source(source)[0])


def takes_flat_arrays(program: WitnessProgram) -> bool:
    """Return whether a list of all values may stand for an array of any shape: the program was compiled from circom."""
    spans = program.source.spans
    return bool(spans) and spans[-1].file.endswith(CIRCOM)
