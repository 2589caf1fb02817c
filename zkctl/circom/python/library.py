"""Templates of a .circom file for circuits in Python: `load(file).Template(parameters)`."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from zkctl.circom.includes import load_definitions
from zkctl.circom.nodes import Program, Template
from zkctl.circom.python.loaded import note_files
from zkctl.circom.python.parameters import Parameter, parameters_of
from zkctl.circom.python.template import CircomTemplate
from zkctl.dsl.spans import author_place, capture_whole
from zkctl.errors import CircuitError
from zkctl.runtime.collection import rare_collections
from zkctl.runtime.printable import printable

_MOST_NAMES = 20  # in a hint


class UnknownTemplate(CircuitError, AttributeError):
    """A file has no template of a name; also an AttributeError, so that `hasattr` works."""


class TemplateMaker:
    """A template without its parameters: call it with them."""

    __slots__ = ("_made", "node", "program")

    def __init__(self, program: Program, node: Template) -> None:
        self.program, self.node = program, node
        self._made: dict[tuple[Parameter, ...], CircomTemplate] = {}

    def __call__(self, *parameters: Any, **named: Any) -> CircomTemplate:
        """Return the template with parameters: integers, or nested lists of them.  Raises: CircuitError."""
        values = parameters_of(self.node, parameters, named)
        if values not in self._made:
            self._made[values] = CircomTemplate(self.program, self.node, values)
        return self._made[values]

    def __repr__(self) -> str:
        return f"<circom template {self.node.name}({', '.join(self.node.parameters)})>"


class CircomLibrary:
    """The templates of a .circom file and of all that it includes, as attributes: `found.T`, or `found["T"]`."""

    __slots__ = ("_makers", "_path", "_program")

    def __init__(self, program: Program, path: Path) -> None:
        self._program, self._path = program, path
        self._makers = {
            name: TemplateMaker(program, node)
            for name, node in program.definitions.items()
            if isinstance(node, Template)
        }

    def __getattr__(self, name: str) -> TemplateMaker:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self._makers:
            raise UnknownTemplate(
                f"{printable(self._path.name)} and its included files have no template {name}",
                where=author_place(capture_whole()),
                hint=_near(name, list(self._makers)),
            )
        return self._makers[name]

    def __getitem__(self, name: str) -> TemplateMaker:
        return self._makers[name] if name in self._makers else self.__getattr__(name)

    def __dir__(self) -> list[str]:
        return list(self._makers)

    def __repr__(self) -> str:
        return f"<circom file {self._path.name}: {len(self._makers)} templates>"


def load(
    path: str | os.PathLike[str], libraries: Sequence[str | os.PathLike[str]] = ()
) -> CircomLibrary:
    """Read a .circom file; its templates are attributes of the result.

    Paths are relative to the file of the caller, as those of circom's `include`; `libraries` are folders of included files.  A main
    component is ignored.
    Raises: CircomError for a file that circom refuses; EnvironmentProblem if it cannot be read.
    """
    folder = _folder_of(sys._getframe(1))
    source = folder / path
    if isinstance(libraries, str | os.PathLike):
        libraries = [libraries]
    with rare_collections():
        program = load_definitions(source, [folder / each for each in libraries])
    note_files(file.path for file in program.files)
    return CircomLibrary(program, source)


def _folder_of(frame: FrameType) -> Path:
    """Return the folder of the file whose code runs, the working folder if there is none."""
    file = Path(frame.f_code.co_filename)
    return file.parent if file.is_file() else Path()


def _near(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    folded = [each for each in known if each.lower() == name.lower()]
    if near or folded:
        return f"did you mean {', '.join(dict.fromkeys([*folded, *near]))}?"
    shown = ", ".join(known[:_MOST_NAMES])
    more = f" and {len(known) - _MOST_NAMES} more" if len(known) > _MOST_NAMES else ""
    return f"its templates are {shown or 'none'}{more}"
