"""Contributions to phase 1: `zkctl ptau contribute` and `zkctl ptau beacon`."""

from __future__ import annotations

from pathlib import Path

from zkctl.ceremony.beacon import beacon_origin
from zkctl.ceremony.contribution import Origin
from zkctl.ceremony.knowledge import parse_name, participant
from zkctl.ceremony.phase1.contribute import contribute_phase1
from zkctl.formats.binary.ptau.file import PtauFile, read_ptau
from zkctl.runtime.printable import located
from zkctl.runtime.progress import Progress, silent
from zkctl.storage.atomic import atomic_output, check_destination
from zkctl.storage.scratch import scratch_beside
from zkctl.toolchain.ptau.new import PtauSummary
from zkctl.toolchain.ptau.powers_file import ptau_summary, write_powers
from zkctl.toolchain.secret_step import SecretStep, run_secret_step


def contribute_ptau(
    old: Path,
    *,
    output: Path,
    name: str,
    entropy: str = "",
    force: bool = False,
    progress: Progress = silent,
) -> PtauSummary:
    """Write the powers with one more contribution; its secrets come from the operating system and `entropy`.

    Raises: UsageError for an invalid name; InputError for a file that cannot be built on.
    """
    check_destination(output, force=force, inputs=[old])
    step = SecretStep("ptau", old, name=participant(name).name, entropy=entropy)
    with atomic_output(output, force=force, inputs=[old], check=read_ptau) as stream:
        run_secret_step(step, stream, output, progress=progress)
    return ptau_summary(output, read_ptau(output), [old])


def beacon_ptau(
    old: Path,
    *,
    output: Path,
    beacon_hex: str,
    iterations: int,
    name: str = "",
    force: bool = False,
    progress: Progress = silent,
) -> PtauSummary:
    """Write the powers with the secrets that are derived from a public beacon.

    Raises: UsageError for an invalid beacon; InputError for a file that cannot be built on.
    """
    origin = beacon_origin(beacon_hex, iterations, parse_name(name))
    return _extend(old, output, origin, force=force, progress=progress)


def _extend(
    old: Path, output: Path, origin: Origin, *, force: bool, progress: Progress
) -> PtauSummary:
    check_destination(output, force=force, inputs=[old])
    file = read_ptau(old)
    progress("contributing to the powers of tau", None)
    with located(old), scratch_beside(output):
        powers, record = contribute_phase1(
            file.powers, file.contributions, origin, progress=progress
        )
    extended = PtauFile(powers, [*file.contributions, record])
    return write_powers(extended, output, force=force, inputs=[old], progress=progress)
