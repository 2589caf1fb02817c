"""Write zkctl.lock, or compare everything that it names with the files that are there."""

from __future__ import annotations

from pathlib import Path

from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output
from zkctl.toolchain.project.circuits import compile_of, digests_of, source_digests
from zkctl.toolchain.project.lock_file import (
    LOCK_FILE,
    Lock,
    LockedCircuit,
    check_no_differences,
    check_settings,
    compiled_differences,
    lock_text,
    read_lock,
    settings_text,
)
from zkctl.toolchain.project.locked_files import digest_if_there, file_differences, ptau_file
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
    lock = Lock(digest_if_there(ptau_file(project)), circuits)
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
    found = list(file_differences(lock, project, project.circuits))
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
        zkey=digest_if_there(project.output / f"{circuit.name}.zkey"),
        vkey=digest_if_there(project.output / f"{circuit.name}.vkey.json"),
    )


def _summary(project: Project, lock: Lock) -> LockSummary:
    circuits = lock.circuits.values()
    return LockSummary(
        lock=printable(project.folder / LOCK_FILE),
        n_circuits=len(circuits),
        n_sources=len({name for each in circuits for name in each.sources}),
        n_keys=sum(bool(each.zkey) for each in circuits),
        ptau=bool(lock.ptau),
    )
