"""The Lagrange form of a phase 1, which a setup needs: `zkctl ptau prepare`."""

from __future__ import annotations

from pathlib import Path

from zkctl.ceremony.phase1.contribute import check_group_members
from zkctl.formats.binary.ptau.file import PtauFile, read_ptau
from zkctl.runtime.printable import located
from zkctl.runtime.progress import Progress, silent
from zkctl.srs.lagrange import with_lagrange
from zkctl.storage.atomic import check_destination
from zkctl.storage.scratch import scratch_beside
from zkctl.toolchain.ptau.new import PtauSummary
from zkctl.toolchain.ptau.powers_file import write_powers


def prepare_ptau(
    old: Path, *, output: Path, force: bool = False, progress: Progress = silent
) -> PtauSummary:
    """Write the powers together with their Lagrange form, which setup needs.

    Raises: EncodingError for a point outside its group; LimitError where the field has no domain
    that large.
    """
    check_destination(output, force=force, inputs=[old])
    file = read_ptau(old)
    with located(old), scratch_beside(output):
        progress("checking that every point is in its group", None)
        check_group_members(file.powers)
        prepared = PtauFile(with_lagrange(file.powers, progress), file.contributions)
    return write_powers(prepared, output, force=force, inputs=[old], progress=progress)
