"""The names of the signals inside of components, for the error of a witness: from the .sym file beside a program of a circom circuit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from zkctl.constraints.witness_program import WitnessProgram
from zkctl.formats.sym import find_name, read_sym
from zkctl.runtime.printable import printable
from zkctl.toolchain.circuit.source_name import takes_flat_arrays

_MAX_NAME = 200  # characters shown


class LabelNames(Mapping[int, str]):
    """The names of labels in a .sym file, each looked up when it is asked for; none if the file is malformed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __getitem__(self, label: int) -> str:
        name = find_name(self._path, label)
        if name is None:
            raise KeyError(label)
        return printable(name.removeprefix("main."), _MAX_NAME)

    def __iter__(self) -> Iterator[int]:
        return (row.label for row in read_sym(self._path))

    def __len__(self) -> int:
        return len(read_sym(self._path))


def with_label_names(program: WitnessProgram, path: Path) -> WitnessProgram:
    """Return a program whose wires are the labels of a .circom source with their names, if NAME.sym is beside it."""
    symbols = path.with_suffix(".sym")
    if program.wire_names or not takes_flat_arrays(program) or not symbols.is_file():
        return program
    from dataclasses import replace  # not for programs of other sources

    return replace(program, wire_names=LabelNames(symbols))
