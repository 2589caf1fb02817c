"""Write zkctl.lock, or compare everything that it names with the files that are there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output
from zkctl.toolchain.project.circuits import compile_of, digest_of, digests_of, source_digests
from zkctl.toolchain.project.lock_file import (
    LOCK_FILE,
    MISSING,
    Difference,
    Lock,
    LockedCircuit,
    check_no_differences,
    check_settings,
    compiled_differences,
    lock_text,
    read_lock,
    settings_text,
)
from zkctl.toolchain.project.settings import Project, ProjectCircuit, read_project


@record
class LockSummary:
    """A lock: its file, and the number of things that it names."""

    lock: str
    n_circuits: int
    n_sources: int
    n_keys: int
    ptau: bool


def write_lock(file: Path, *, progress: Progress = silent) -> LockSummary:
    """Compile all circuits of a project and write zkctl.lock beside its file, replacing an old one.

    Keys are those in the folder of outputs: NAME.zkey and NAME.vkey.json, where they exist; nothing else is written.
    Raises: as `read_project` and `compile_circuit`.
    """
    project = read_project(file)
    circuits = {each.name: _locked(project, each, progress) for each in project.circuits}
    ptau = project.ptau if isinstance(project.ptau, Path) else None
    lock = Lock(_digest_if_there(ptau), circuits)
    with atomic_output(project.folder / LOCK_FILE, force=True) as stream:
        stream.write(lock_text(lock).encode())
    return _summary(project, lock)


def verify_lock(file: Path, *, progress: Progress = silent) -> LockSummary:
    """Compare sources, circuits, powers of tau and keys with zkctl.lock, and compiled files that exist with what they should be.

    Raises: IntegrityError with a table of all differences, a missing file that is locked among them; as `write_lock`.
    """
    project = read_project(file)
    lock = read_lock(project)
    check_settings(lock, project, project.circuits, whole=True)
    found = list(_file_differences(project, lock))
    for circuit in project.circuits:
        compiled = compile_of(project, circuit, progress)
        found += compiled_differences(lock, project, circuit, compiled)
    check_no_differences(project, found)
    return _summary(project, lock)


def _locked(project: Project, circuit: ProjectCircuit, progress: Progress) -> LockedCircuit:
    found = compile_of(project, circuit, progress)
    digests = digests_of(found)
    return LockedCircuit(
        settings=settings_text(project, circuit),
        sources=source_digests(project, found),
        r1cs=digests.r1cs,
        wprog=digests.wprog,
        zkey=_digest_if_there(project.output / f"{circuit.name}.zkey"),
        vkey=_digest_if_there(project.output / f"{circuit.name}.vkey.json"),
    )


def _digest_if_there(file: Path | None) -> str:
    return digest_of(file) if file is not None and file.is_file() else ""


def _file_differences(project: Project, lock: Lock) -> Iterator[Difference]:
    """Yield the files that are not as locked; compiled files may be missing, because they can be made again."""
    ptau = project.ptau if isinstance(project.ptau, Path) else None
    yield from _difference("ptau", lock.ptau, _digest_if_there(ptau))
    for name, locked in lock.circuits.items():
        for suffix, digest in ((".zkey", locked.zkey), (".vkey.json", locked.vkey)):
            found = _digest_if_there(project.output / f"{name}{suffix}")
            yield from _difference(f"{name}{suffix}", digest, found)
        for suffix, digest in ((".r1cs", locked.r1cs), (".wprog", locked.wprog)):
            found = _digest_if_there(project.output / f"{name}{suffix}")
            yield from _difference(f"{name}{suffix}", digest, found or digest)


def _difference(thing: str, locked: str, found: str) -> Iterator[Difference]:
    if locked != found:
        yield Difference(thing, locked or MISSING, found or MISSING)


def _summary(project: Project, lock: Lock) -> LockSummary:
    circuits = lock.circuits.values()
    return LockSummary(
        lock=printable(project.folder / LOCK_FILE),
        n_circuits=len(circuits),
        n_sources=len({name for each in circuits for name in each.sources}),
        n_keys=sum(bool(each.zkey) for each in circuits),
        ptau=bool(lock.ptau),
    )
