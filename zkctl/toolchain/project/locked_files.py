"""Compare powers of tau, keys and compiled files with zkctl.lock; no code of a circuit runs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from zkctl.runtime.printable import printable
from zkctl.storage.mapped import check_is_file, system_errors
from zkctl.toolchain.project.circuits import digest_of
from zkctl.toolchain.project.lock_file import (
    MISSING,
    Difference,
    Lock,
    check_no_differences,
    check_settings,
    read_lock,
)
from zkctl.toolchain.project.settings import (
    Project,
    ProjectCircuit,
    PublishedPtau,
    find_project,
    read_project,
)

_KEYS = ((".zkey", "zkey"), (".vkey.json", "vkey"))
_COMPILED = ((".r1cs", "r1cs"), (".wprog", "wprog"))


def digest_if_there(file: Path | None) -> str:
    """Return the digest of a file, "" if there is none.  Raises: EnvironmentProblem if it cannot be read."""
    return digest_of(file) if file is not None and file.is_file() else ""


def ptau_file(project: Project) -> Path | None:
    """Return the powers of tau that a project names as a file."""
    return project.ptau if isinstance(project.ptau, Path) else None


def file_differences(
    lock: Lock, project: Project, circuits: Sequence[ProjectCircuit]
) -> Iterator[Difference]:
    """Yield the files that are not as locked; compiled files may be missing, because they can be made again."""
    yield from _difference("ptau", lock.ptau, digest_if_there(ptau_file(project)))
    for circuit in circuits:
        locked = lock.circuits[circuit.name]
        for suffix, kind in (*_KEYS, *_COMPILED):
            name, digest = f"{circuit.name}{suffix}", getattr(locked, kind)
            found = digest_if_there(project.output / name)
            if not found and (suffix, kind) in _COMPILED:
                continue
            yield from _difference(name, digest, found)


def warnings_before_code_runs(
    lock: Lock, project: Project, circuits: Sequence[ProjectCircuit], *, whole: bool
) -> list[str]:
    """Check settings, sources, powers of tau and keys; return a warning for each locked file that is not there.

    A machine that compiles needs no key.  Raises: IntegrityError with all differences.
    """
    check_settings(lock, project, circuits, whole=whole)
    found = list(file_differences(lock, project, circuits))
    compiled = {f"{each.name}{suffix}" for each in circuits for suffix, _ in _COMPILED}
    absent = [each.thing for each in found if each.found == MISSING]
    check_no_differences(
        project, [each for each in found if each.found != MISSING and each.thing not in compiled]
    )
    return [f"{name} is locked and not there: it was not compared" for name in absent]


def check_locked_setup(r1cs: Path, ptau: Path, *, project: Path | None = None) -> None:
    """Check that circuit and powers of tau of a setup are those of zkctl.lock, that of a project or of the working folder.

    Published powers of tau are compared with the catalogue.
    Raises: IntegrityError with a table; EnvironmentProblem if there is no project or no lock; as `read_project`.
    """
    found, lock = _locked_project(project)
    differences = list(_given_differences(lock, {"r1cs": r1cs}))
    if isinstance(found.ptau, PublishedPtau):
        differences += _published_differences(found.ptau, ptau)
    else:
        differences += _difference(_name(ptau), lock.ptau, digest_of(ptau))
    check_no_differences(found, differences)


def check_locked_proof(
    key: Path,
    *,
    program: Path | None = None,
    r1cs: Path | None = None,
    project: Path | None = None,
) -> None:
    """Check that the files of a proof are those of one circuit of zkctl.lock, that of a project or of the working folder.

    Raises: as `check_locked_setup`.
    """
    found, lock = _locked_project(project)
    files = {"zkey": key, "wprog": program, "r1cs": r1cs}
    given = {kind: path for kind, path in files.items() if path is not None}
    check_no_differences(found, list(_given_differences(lock, given)))


def _locked_project(file: Path | None) -> tuple[Project, Lock]:
    project = read_project(find_project(Path.cwd()) if file is None else file)
    return project, read_lock(project)


def _given_differences(lock: Lock, given: dict[str, Path]) -> Iterator[Difference]:
    """Yield the files that are not those of one circuit; the first of them says which circuit is meant."""
    digests = {kind: digest_of(path) for kind, path in given.items()}
    first = next(iter(given))
    meant = [each for each in lock.circuits.values() if getattr(each, first) == digests[first]]
    if not meant:
        by_name = lock.circuits.get(given[first].name.partition(".")[0])
        expected = getattr(by_name, first, "") or f"no .{first} of this digest"
        yield Difference(_name(given[first]), expected, digests[first])
        return
    for kind, path in given.items():
        same = [each for each in meant if getattr(each, kind) == digests[kind]]
        if not same:
            yield Difference(_name(path), getattr(meant[0], kind) or MISSING, digests[kind])
        meant = same or meant


def _published_differences(wanted: PublishedPtau, ptau: Path) -> Iterator[Difference]:
    from zkctl.toolchain.ptau.catalogue import published_file

    file = published_file(wanted.power, wanted.source)
    check_is_file(ptau)
    with system_errors("read the file", ptau), ptau.open("rb") as stream:
        found = hashlib.file_digest(stream, file.algorithm).hexdigest()
    if found != file.digest:
        yield Difference(_name(ptau), file.name, found)


def _name(path: Path) -> str:
    return printable(path.name, 80)


def _difference(thing: str, locked: str, found: str) -> Iterator[Difference]:
    if locked != found:
        yield Difference(thing, locked or MISSING, found or MISSING)
