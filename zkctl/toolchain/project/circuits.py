"""One circuit of a project: its compilation, its files, and their digests."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

from zkctl.runtime.digests import blake2b
from zkctl.runtime.progress import Progress
from zkctl.runtime.records import record
from zkctl.storage.mapped import check_is_file, system_errors
from zkctl.toolchain.circuit.compile import (
    OUTPUT_SUFFIXES,
    CompiledSource,
    compile_source,
    write_compiled,
)
from zkctl.toolchain.circuit.proof_rows import Simplification
from zkctl.toolchain.project.settings import Project, ProjectCircuit

_DIGEST_BYTES = 32  # BLAKE2b-256


@record
class OutputDigests:
    """The digests of circuit and program; that of the names (.sym) is not needed to prove."""

    r1cs: str
    wprog: str


def compile_of(
    project: Project,
    circuit: ProjectCircuit,
    progress: Progress,
    folders: Sequence[Path] = (),
) -> CompiledSource:
    """Run the code of a circuit and return it compiled; `folders` as in `compile_source`, before those of the project.

    Raises: as `compile_circuit`.
    """
    return compile_source(
        circuit.source,
        circuit.parameters,
        simplification=Simplification(circuit.level, circuit.fewest_rows_of),
        root=project.folder,
        folders=(*folders, *project.libraries),
        progress=progress,
    )


def output_files(project: Project, circuit: ProjectCircuit) -> list[Path]:
    """Return the compiled files of a circuit, in the order of OUTPUT_SUFFIXES."""
    return [project.output / f"{circuit.name}{suffix}" for suffix in OUTPUT_SUFFIXES]


def digests_of(found: CompiledSource) -> OutputDigests:
    """Return the digests of the files that a compiled circuit would have; nothing is written."""
    sinks = [_Sink() for _ in OUTPUT_SUFFIXES]
    write_compiled(found.compiled, [cast("BinaryIO", sink) for sink in sinks])
    r1cs, _, wprog = (sink.digest.hexdigest() for sink in sinks)
    return OutputDigests(r1cs, wprog)


def source_digests(project: Project, found: CompiledSource) -> dict[str, str]:
    """Return the digests of all modules of a circuit by their paths from the project's folder."""
    return {path_from(project, file): digest_of(file) for file in found.modules}


def path_from(project: Project, file: Path) -> str:
    """Return a path as the lock names it: from the project's folder, with ../ where it is outside."""
    return Path(os.path.relpath(file.resolve(), project.folder.resolve())).as_posix()


def digest_of(file: Path) -> str:
    """Return the BLAKE2b-256 of a file.  Raises: EnvironmentProblem if it cannot be read."""
    check_is_file(file)
    with system_errors("read the file", file), file.open("rb") as stream:
        return hashlib.file_digest(stream, _new_digest).hexdigest()


def _new_digest() -> Any:
    return blake2b(digest_size=_DIGEST_BYTES)


class _Sink:
    """A file whose bytes are only hashed."""

    def __init__(self) -> None:
        self.digest = _new_digest()

    def write(self, data: Any) -> int:
        """Hash bytes or a view of bytes."""
        self.digest.update(data)
        return len(memoryview(data).cast("B"))
