"""zkctl.lock: the digests of a project's sources, circuits, powers of tau and keys, and a comparison with it.

JSON with sorted names, so that versions of it can be compared line by line.  A digest is a BLAKE2b-256 in hexadecimal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from zkctl.errors import EnvironmentProblem, FormatError, IntegrityError
from zkctl.formats.json.strict import Json, load_json, name_of_value
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.toolchain.project.circuits import digest_of, digests_of, source_digests
from zkctl.toolchain.project.settings import Project, ProjectCircuit

if TYPE_CHECKING:
    from zkctl.toolchain.circuit.compile import CompiledSource

LOCK_FILE = "zkctl.lock"
SCHEMA = "zkctl-lock/1"
MAX_BYTES = 16 << 20
MISSING = "missing"
_SHOWN = 16  # digits of a digest in a message
_DIGEST = re.compile(r"[0-9a-f]{64}|")  # empty: the file was not there
_SOURCE = re.compile(r"(?!/)[^\\\x00]{1,4000}\.(py|pyc|so|pyd|circom)")
_ROWS_SHOWN = 40


@record
class LockedCircuit:
    """The digests of one circuit; `zkey` and `vkey` are empty if there was no key."""

    settings: str
    sources: dict[str, str]
    r1cs: str
    wprog: str
    zkey: str
    vkey: str


@record
class Lock:
    """The digests of a project; `ptau` is empty if it names no file, or the file was not there."""

    ptau: str
    circuits: dict[str, LockedCircuit]


class Difference(NamedTuple):
    """One thing that is not as locked: its name, and both values."""

    thing: str
    locked: str
    found: str


def settings_text(project: Project, circuit: ProjectCircuit) -> str:
    """Return the settings of a circuit that decide about its outputs, as one line."""
    source = circuit.source.removeprefix(f"{project.folder}/")
    system = circuit.fewest_rows_of
    level = f"level={circuit.level}" if system is None else f"for={system}"
    return f"{source} {level} {json.dumps(circuit.parameters, sort_keys=True)}"


def lock_text(lock: Lock) -> str:
    """Return the content of zkctl.lock."""
    circuits = {
        name: {each: getattr(circuit, each) for each in LockedCircuit.__match_args__}
        for name, circuit in lock.circuits.items()
    }
    value = {"schema": SCHEMA, "ptau": lock.ptau, "circuits": circuits}
    return json.dumps(value, indent=2, sort_keys=True) + "\n"


def read_lock(project: Project) -> Lock:
    """Return the lock beside zkctl.yaml.  Raises: EnvironmentProblem if there is none; FormatError."""
    path = project.folder / LOCK_FILE
    if not path.is_file():
        raise EnvironmentProblem(
            f"the project has no {LOCK_FILE}",
            where=printable(path),
            hint="run `write_lock()` first",
        )
    return read_lock_file(path)


def read_lock_file(path: Path) -> Lock:
    """Return the lock of a file.  Raises: FormatError; EnvironmentProblem if it cannot be read."""
    where = printable(path)
    members = _object(load_json(path, max_bytes=MAX_BYTES), "the lock", where)
    if members.get("schema") != SCHEMA:
        raise FormatError(f"the lock is not of the schema {SCHEMA}", where=where)
    _check_members(members, ("schema", "ptau", "circuits"), "the lock", where)
    circuits = _object(members["circuits"], "circuits", where)
    read = {name: _circuit(name, value, where) for name, value in circuits.items()}
    return Lock(_digest(members["ptau"], "ptau", where), read)


def _circuit(name: str, value: Json, where: str) -> LockedCircuit:
    name = printable(name, 64)
    members = _object(value, name, where)
    _check_members(members, LockedCircuit.__match_args__, name, where)
    settings = members["settings"]
    if not isinstance(settings, str):
        raise _malformed(f"{name}.settings", "a string", settings, where)
    sources = _object(members["sources"], f"{name}.sources", where)
    digests = {file: _digest(each, f"{name}.sources", where) for file, each in sources.items()}
    for file in sources:
        _check_source(file, where)
    return LockedCircuit(
        settings=settings,
        sources=digests,
        r1cs=_digest(members["r1cs"], f"{name}.r1cs", where),
        wprog=_digest(members["wprog"], f"{name}.wprog", where),
        zkey=_digest(members["zkey"], f"{name}.zkey", where),
        vkey=_digest(members["vkey"], f"{name}.vkey", where),
    )


def _check_source(file: str, where: str) -> None:
    """Check that the name of a source is a relative path of a module: it is read, and a device may never end."""
    if not _SOURCE.fullmatch(file):
        raise FormatError(
            f"the lock is malformed: expected relative paths of modules, got {printable(file, 80)!r}",
            where=where,
        )


def _object(value: Json, name: str, where: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise _malformed(name, "an object", value, where)
    return value


def _digest(value: Json, name: str, where: str) -> str:
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        raise _malformed(name, "64 hexadecimal digits or an empty string", value, where)
    return value


def _malformed(name: str, wanted: str, value: Json, where: str) -> FormatError:
    found = name_of_value(value)
    return FormatError(
        f"the lock is malformed: expected {wanted} for {name}, got {found}", where=where
    )


def _check_members(
    members: Mapping[str, Json], names: Sequence[str], what: str, where: str
) -> None:
    if set(members) != set(names):
        wrong = printable(sorted(set(members) ^ set(names))[0], 64)
        raise FormatError(
            f"the lock is malformed: expected the members {', '.join(names)} of {what}, the difference is {wrong}",
            where=where,
        )


# -- comparison


def check_settings(
    lock: Lock, project: Project, circuits: Sequence[ProjectCircuit], *, whole: bool
) -> None:
    """Check settings and sources before any code runs; for the `whole` project also which circuits there are.

    Raises: IntegrityError with all differences.
    """
    found = [each for circuit in circuits for each in _settings_differences(lock, project, circuit)]
    if whole:
        gone = set(lock.circuits) - {each.name for each in circuits}
        found += [Difference(printable(name, 64), "a circuit", MISSING) for name in sorted(gone)]
    check_no_differences(project, found)


def check_compiled(
    lock: Lock, project: Project, circuit: ProjectCircuit, found: CompiledSource
) -> None:
    """Check the modules and the outputs of a compiled circuit.  Raises: IntegrityError with all differences."""
    check_no_differences(project, list(compiled_differences(lock, project, circuit, found)))


def _settings_differences(
    lock: Lock, project: Project, circuit: ProjectCircuit
) -> Iterator[Difference]:
    locked = lock.circuits.get(circuit.name)
    if locked is None:
        yield Difference(circuit.name, MISSING, "a circuit")
        return
    settings = settings_text(project, circuit)
    if settings != locked.settings:
        yield Difference(f"{circuit.name} settings", locked.settings, settings)
    for name, digest in locked.sources.items():
        file = project.folder / name
        found = digest_of(file) if file.is_file() else MISSING
        if found != digest:
            yield Difference(f"{circuit.name} {name}", digest, found)


def compiled_differences(
    lock: Lock, project: Project, circuit: ProjectCircuit, found: CompiledSource
) -> Iterator[Difference]:
    """Yield what differs between a compiled circuit and the lock, which has this circuit."""
    locked, digests = lock.circuits[circuit.name], digests_of(found)
    sources = source_digests(project, found)
    for name in sorted(set(sources) | set(locked.sources)):
        one, other = locked.sources.get(name, MISSING), sources.get(name, MISSING)
        if one != other:
            yield Difference(f"{circuit.name} {name}", one, other)
    for name in ("r1cs", "wprog"):
        one, other = getattr(locked, name), getattr(digests, name)
        if one != other:
            yield Difference(f"{circuit.name}.{name}", one, other)


def check_no_differences(project: Project, found: Sequence[Difference]) -> None:
    """Check that a list of differences is empty.  Raises: IntegrityError with a table of them."""
    if not found:
        return
    rows = [tuple(_shortened(printable(cell, 200)) for cell in row) for row in found[:_ROWS_SHOWN]]
    rows.insert(0, ("what", "locked", "found"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    if len(found) > _ROWS_SHOWN:
        lines.append(f"and {len(found) - _ROWS_SHOWN} more")
    raise IntegrityError(
        f"the project differs from {LOCK_FILE}: expected no difference, got {len(found)}",
        where="\n".join([printable(project.folder / LOCK_FILE), *lines]),
        hint="undo the change, or, if it is meant, run `write_lock()`",
    )


def _shortened(cell: str) -> str:
    return f"{cell[:_SHOWN]}..." if len(cell) == 64 and _DIGEST.fullmatch(cell) else cell
