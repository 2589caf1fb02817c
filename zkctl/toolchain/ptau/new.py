"""The start of a phase 1: `zkctl ptau new`."""

from __future__ import annotations

from pathlib import Path

from zkctl.formats.binary.ptau.start import start_of, write_start
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.srs.powers_of_tau import check_power
from zkctl.storage.atomic import atomic_output

NO_CONTRIBUTION = "these powers of tau have no contribution: anyone can forge proofs made with them"


@record
class PtauSummary:
    """The written file.  contribution_hash: published by the last contributor, empty without one."""

    ptau: str
    curve: str
    power: int
    n_contributions: int
    contribution_hash: str
    prepared: bool
    warnings: list[str]


def new_ptau(
    curve: str, power: int, output: Path, *, force: bool = False, progress: Progress = silent
) -> PtauSummary:
    """Write powers of tau without contributions.

    Raises: UsageError for an unknown curve, LimitError for a power out of range.
    """
    start = start_of(curve)
    check_power(power)
    progress("writing the powers of tau", None)
    with atomic_output(output, force=force) as file:
        write_start(file, start, power)
    return PtauSummary(
        ptau=str(output),
        curve=start.curve,
        power=power,
        n_contributions=0,
        contribution_hash="",
        prepared=False,
        warnings=[NO_CONTRIBUTION],
    )
