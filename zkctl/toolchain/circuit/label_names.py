"""The names of the signals inside of components, for the error of a witness: from the .sym file beside a program of a circom circuit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from zkctl.constraints.witness_program import WitnessProgram
from zkctl.errors import ZkctlError
from zkctl.formats.sym import read_sym
from zkctl.runtime.printable import printable
from zkctl.toolchain.circuit.source_name import takes_flat_arrays

_MAX_NAME = 200  # characters shown


class LabelNames(Mapping[int, str]):
    """The name of each label of a .sym file, read when the first is asked for; none if the file is malformed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _names(self) -> dict[int, str]:
        try:
            rows = read_sym(self._path)
        except ZkctlError:
            return {}
        return {row.label: printable(row.name.removeprefix("main."), _MAX_NAME) for row in rows}

    def __getitem__(self, label: int) -> str:
        return self._names[label]

    def __iter__(self) -> Iterator[int]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def with_label_names(program: WitnessProgram, path: Path) -> WitnessProgram:
    """Return a program whose wires are the labels of a .circom source with their names, if NAME.sym is beside it."""
    symbols = path.with_suffix(".sym")
    if program.wire_names or not takes_flat_arrays(program) or not symbols.is_file():
        return program
    from dataclasses import replace  # not for programs of other sources

    return replace(program, wire_names=LabelNames(symbols))
