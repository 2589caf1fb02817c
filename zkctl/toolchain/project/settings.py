"""zkctl.yaml: the circuits of a project, their sources, parameters and inputs, and where outputs go.

The same rules as a JSON Schema are in zkctl.schema.json beside this module, for editors.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from zkctl.errors import EnvironmentProblem, FormatError, UsageError
from zkctl.formats.yaml_tree import YamlNode, load_yaml_tree
from zkctl.runtime.printable import printable
from zkctl.runtime.records import made_by, record
from zkctl.storage.mapped import read_bytes
from zkctl.toolchain.circuit.source_name import file_of_source

FILE = "zkctl.yaml"
VERSION = 1
MAX_BYTES = 1 << 16
DEFAULT_OUTPUT = "build"
DEFAULT_LEVEL = 2
LEVELS = (0, 1, 2)
SYSTEMS = ("groth16", "plonk", "fflonk")
BAD = "bad"  # the start of the names of files of inputs that must be refused
_CIRCUIT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_PARAMETER_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_CHARACTER = r"[^:\\\x00-\x1f\x7f]"
_SOURCE = re.compile(rf"(?!/){_CHARACTER}{{1,400}}\.(circom|py(:[A-Za-z_][A-Za-z0-9_]{{0,63}})?)")
_PATH = re.compile(rf"{_CHARACTER}{{1,400}}")
_RELATIVE_PATH = re.compile(rf"(?!/){_CHARACTER}{{1,400}}")
_PUBLISHED = re.compile(r"(hermez|ppot-0080):([1-9][0-9]?)")
_SOURCES = {"hermez": "hez"}  # the names of the catalogue where they differ


@record
class PublishedPtau:
    """Published powers of tau by their ceremony, as in the catalogue, and their power."""

    source: str
    power: int


@record
class ProjectCircuit:
    """One circuit: its name is that of its outputs, `source` is FILE.py:NAME or FILE.py with the file's path complete."""

    name: str
    source: str
    parameters: dict[str, str]
    inputs: Path
    level: int
    expect: dict[str, str] = made_by(dict)  # the name of a file of inputs -> text of its refusal
    fewest_rows_of: str | None = None  # plonk or fflonk: it decides about the simplification

    @property
    def file(self) -> Path:
        """The source file."""
        return file_of_source(self.source)


@record
class Project:
    """A project; its paths are complete.

    `ptau` is a file, published powers of tau, or None for none.  `libraries` are searched for files that a .circom file includes.
    """

    folder: Path
    output: Path
    ptau: Path | PublishedPtau | None
    circuits: tuple[ProjectCircuit, ...]
    libraries: tuple[Path, ...] = ()

    @property
    def file(self) -> Path:
        """The file that describes the project."""
        return self.folder / FILE

    def circuit(self, name: str) -> ProjectCircuit:
        """Return the circuit of a name.  Raises: UsageError."""
        for circuit in self.circuits:
            if circuit.name == name:
                return circuit
        names = ", ".join(each.name for each in self.circuits)
        raise UsageError(
            f"the project has no circuit {printable(name, 64)}: expected one of {names}",
            where=printable(self.file),
        )


def find_project(start: Path) -> Path:
    """Return the zkctl.yaml of a folder or of the nearest folder above it.  Raises: EnvironmentProblem."""
    folder = start.resolve()
    for place in (folder, *folder.parents):
        if (place / FILE).is_file():
            return place / FILE
    raise EnvironmentProblem(
        f"there is no {FILE} here or in a folder above",
        where=printable(folder),
        hint="run in the folder of a project, or name its file as `project`",
    )


def read_project(path: Path) -> Project:
    """Return the project of a zkctl.yaml, or of the folder that has one.

    Raises: FormatError naming the line; EnvironmentProblem if there is no such file.
    """
    file = path / FILE if path.is_dir() else path
    root = load_yaml_tree(read_bytes(file, MAX_BYTES), printable(file), with_lists=True)
    return _Reader(file.absolute().parent).project(root)


def libraries_of_source(source: Path) -> tuple[Path, ...]:
    """Return the libraries of the project whose folder has a source, none outside projects.  Raises: as `read_project`."""
    folder = source.resolve().parent
    for place in (folder, *folder.parents):
        if (place / FILE).is_file():
            return read_project(place / FILE).libraries
    return ()


class _Reader:
    """Makes a project of the nodes of its file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def project(self, root: YamlNode) -> Project:
        """Return the project of the whole file."""
        known = ("version", "output", "ptau", "libraries", "circuits")
        members = _members(root, "the file", known, required=("version", "circuits"))
        if _integer(members["version"], "version") != VERSION:
            raise FormatError(
                f"the version is unknown: expected {VERSION}, got {members['version'].value}",
                where=members["version"].place,
                hint="use a newer version of zkctl",
            )
        output = self._output(members.get("output", YamlNode(DEFAULT_OUTPUT, root.place)))
        ptau = self._ptau(members["ptau"]) if "ptau" in members else None
        libraries = self._libraries(members["libraries"]) if "libraries" in members else ()
        circuits = _mapping(members["circuits"], "circuits")
        if not circuits:
            raise FormatError(
                "the project has no circuits: expected at least one",
                where=members["circuits"].place,
            )
        _check_names(circuits, "circuit", _CIRCUIT_NAME)
        _check_distinct(circuits)
        made = tuple(self._circuit(name, node) for name, node in circuits.items())
        return Project(self.folder, output, ptau, made, libraries)

    def _output(self, node: YamlNode) -> Path:
        """Return the folder of outputs, which is inside the project."""
        path = self._path(node, "output")
        found, folder = os.path.realpath(path), os.path.realpath(self.folder)  # no fault for a loop
        if not Path(found).is_relative_to(folder):
            raise FormatError(
                f"the output leaves the project: expected a folder in it, got {printable(str(node.value), 80)!r}",
                where=node.place,
            )
        return path

    def _libraries(self, node: YamlNode) -> tuple[Path, ...]:
        if not isinstance(node.value, tuple):
            raise _wrong_kind(node, "libraries", "a list")
        return tuple(self._path(each, "libraries") for each in node.value)

    def _ptau(self, node: YamlNode) -> Path | PublishedPtau:
        text = _string(node, "ptau")
        published = _PUBLISHED.fullmatch(text)
        if published:
            return PublishedPtau(_SOURCES.get(published[1], published[1]), int(published[2]))
        if not _PATH.fullmatch(text):
            raise FormatError(
                f"the ptau is neither a file nor published: expected a path or a name like hermez:14,"
                f" got {printable(text, 80)!r}",
                where=node.place,
            )
        return self.folder / text

    def _circuit(self, name: str, node: YamlNode) -> ProjectCircuit:
        known = ("source", "parameters", "inputs", "level", "for", "expect")
        members = _members(node, f"the circuit {name}", known, required=("source",))
        source = _string(members["source"], "source")
        if not _SOURCE.fullmatch(source):
            raise FormatError(
                f"the source is malformed: expected FILE.py, FILE.py:NAME or FILE.circom, got {printable(source, 80)!r}",
                where=members["source"].place,
            )
        parameters = {}
        if "parameters" in members:
            given = _mapping(members["parameters"], "parameters")
            _check_names(given, "parameter", _PARAMETER_NAME)
            parameters = {each: _parameter(each, value) for each, value in given.items()}
        inputs = self.folder / "inputs" / name
        if "inputs" in members:
            inputs = self._path(members["inputs"], "inputs")
        level = DEFAULT_LEVEL
        if "level" in members:
            level = _level(members["level"])
        expect = _expected(members["expect"]) if "expect" in members else {}
        system = _system(members) if "for" in members else None
        return ProjectCircuit(
            name, f"{self.folder}/{source}", parameters, inputs, level, expect, system
        )

    def _path(self, node: YamlNode, name: str) -> Path:
        text = _string(node, name)
        if not _RELATIVE_PATH.fullmatch(text):
            raise FormatError(
                f"the path {name} is malformed: expected one relative to the file, got {printable(text, 80)!r}",
                where=node.place,
            )
        return self.folder / text


def _mapping(node: YamlNode, name: str) -> dict[str, YamlNode]:
    if isinstance(node.value, dict):
        return node.value
    raise _wrong_kind(node, name, "a mapping")


def _members(
    node: YamlNode, name: str, known: tuple[str, ...], *, required: tuple[str, ...]
) -> dict[str, YamlNode]:
    """Return the members of a mapping.  Raises: FormatError for an unknown or a missing one."""
    members = _mapping(node, name)
    for key, member in members.items():
        if key not in known:
            raise FormatError(
                f"{name} has the unknown field {key!r}: expected {', '.join(known)}",
                where=member.place,
            )
    for key in required:
        if key not in members:
            raise FormatError(f"{name} lacks the field {key!r}", where=node.place)
    return members


def _string(node: YamlNode, name: str) -> str:
    if isinstance(node.value, str):
        return node.value
    raise _wrong_kind(node, name, "a string")


def _integer(node: YamlNode, name: str) -> int:
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        return node.value
    raise _wrong_kind(node, name, "an integer")


def _level(node: YamlNode) -> int:
    level = _integer(node, "level")
    if level not in LEVELS:
        raise FormatError(
            f"the level is unknown: expected 0, 1 or 2, got {level}", where=node.place
        )
    return level


def _system(members: dict[str, YamlNode]) -> str | None:
    """Return the proof system whose rows decide about the simplification; None for groth16, which has the default level."""
    node = members["for"]
    system = _string(node, "for")
    if system not in SYSTEMS:
        raise FormatError(
            f"the proof system is unknown: expected {', '.join(SYSTEMS)}, got {printable(system, 80)!r}",
            where=node.place,
        )
    if "level" in members:
        raise FormatError(
            "a circuit has both a level and a proof system: expected one of level and for",
            where=node.place,
        )
    return None if system == "groth16" else system


def _parameter(name: str, node: YamlNode) -> str:
    """Return a template parameter as on the command line."""
    value = node.value
    if isinstance(value, dict | tuple):
        raise _wrong_kind(node, name, "an integer, a string, true or false")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _expected(node: YamlNode) -> dict[str, str]:
    """Return the texts of refusals by the names of files of inputs, without .json."""
    found = {}
    for name, value in _mapping(node, "expect").items():
        text = _string(value, name)
        if not name.startswith(BAD) or not text:
            raise FormatError(
                f"the expectation is malformed: expected {BAD}NAME and a text of its refusal,"
                f" got {name} and {printable(text, 80)!r}",
                where=value.place,
            )
        found[name] = text
    return found


def _wrong_kind(node: YamlNode, name: str, wanted: str) -> FormatError:
    return FormatError(
        f"the field {name!r} has a wrong type: expected {wanted}, got {node.kind}",
        where=node.place,
    )


def _check_names(members: dict[str, YamlNode], what: str, form: re.Pattern[str]) -> None:
    for name, node in members.items():
        if not form.fullmatch(name):
            raise FormatError(
                f"the name of a {what} is malformed: expected letters, digits and _ after a letter, got {name!r}",
                where=node.place,
            )


def _check_distinct(circuits: dict[str, YamlNode]) -> None:
    """Check that no two names differ in their case only: some file systems have one file for both."""
    seen: dict[str, str] = {}
    for name, node in circuits.items():
        other = seen.setdefault(name.lower(), name)
        if other != name:
            raise FormatError(
                f"two circuits have outputs of the same name: expected different ones, got {other} and {name}",
                where=node.place,
            )
