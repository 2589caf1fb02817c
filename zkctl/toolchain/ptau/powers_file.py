"""New files of powers of tau: written, read again, summarised."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zkctl.ceremony.hashing import response_hash
from zkctl.formats.binary.ptau.file import PTAU_KIND, PtauFile, read_ptau, write_ptau
from zkctl.formats.binary.sections import warnings_for_sections
from zkctl.runtime.progress import Progress
from zkctl.storage.atomic import atomic_output
from zkctl.toolchain.ptau.new import NO_CONTRIBUTION, PtauSummary


def write_powers(
    file: PtauFile, output: Path, *, force: bool, inputs: list[Path], progress: Progress
) -> PtauSummary:
    """Write a ptau file and return its facts.  Raises: EnvironmentProblem, UsageError."""
    progress("writing the powers of tau", None)
    with atomic_output(output, force=force, inputs=inputs, check=read_ptau) as stream:
        write_ptau(stream, file)
    return ptau_summary(output, file, inputs)


def ptau_summary(output: Path, file: PtauFile, inputs: Sequence[Path]) -> PtauSummary:
    """Return the facts about a file just written; a section of the old one that was left behind is a warning.

    The first of the inputs is the old file.
    """
    last = file.contributions[-1] if file.contributions else None
    return PtauSummary(
        ptau=str(output),
        curve=file.powers.curve.name,
        power=file.powers.power,
        n_contributions=len(file.contributions),
        contribution_hash=response_hash(last.partial_hash, last.public_key).hex() if last else "",
        prepared=file.powers.lagrange is not None,
        warnings=warnings_for_sections(inputs[0], PTAU_KIND) + ([] if last else [NO_CONTRIBUTION]),
    )
