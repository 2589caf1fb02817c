"""Other forms of a phase 1: `zkctl ptau truncate, convert, export-json`."""

from __future__ import annotations

from pathlib import Path

from zkctl.errors import EnvironmentProblem, InputError, UsageError
from zkctl.formats.binary.ptau.cut import check_section_bytes, write_cut
from zkctl.formats.binary.ptau.file import lacks_largest_block, open_ptau, read_ptau
from zkctl.formats.json.ptau import write_ptau_json
from zkctl.runtime.printable import located, printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.runtime.standard_streams import name_of
from zkctl.srs.lagrange import with_largest_block
from zkctl.storage.atomic import atomic_output, check_destination
from zkctl.storage.scratch import scratch_beside
from zkctl.toolchain.ptau.catalogue import recognise
from zkctl.toolchain.ptau.new import PtauSummary
from zkctl.toolchain.ptau.powers_file import write_powers


@record
class TruncateSummary:
    """The file that was cut; published_as: the published file it equals."""

    ptau: str
    curve: str
    power: int
    ceremony_power: int
    published_as: str


@record
class PtauJsonSummary:
    """The exported file."""

    json: str
    curve: str
    power: int
    n_contributions: int


def truncate_ptau(
    source: Path, *, output: Path, power: int, force: bool = False, progress: Progress = silent
) -> TruncateSummary:
    """Write the file cut to a smaller power, piece by piece; the points are copied, not checked.

    Raises: UsageError unless the power is smaller than the file's; FormatError.
    """
    check_destination(output, force=force, inputs=[source])
    file, header = open_ptau(source)
    if not 1 <= power < header.power:
        raise UsageError(
            f"cannot cut powers of 2^{header.power} to 2^{power}",
            where=printable(source),
            hint=f"pass 1 to {header.power - 1} as `power`",
        )
    if lacks_largest_block(file, header):
        raise _needs_conversion(source)
    check_section_bytes(file, header)
    progress("writing the powers of tau", None)
    with atomic_output(output, force=force, inputs=[source], check=read_ptau) as stream:
        write_cut(stream, file, header, power)
        file.source.check_unchanged()
    published = recognise(output)
    return TruncateSummary(
        ptau=str(output),
        curve=header.curve.name,
        power=power,
        ceremony_power=header.ceremony_power,
        published_as=published.title if published else "",
    )


def _needs_conversion(source: Path) -> InputError:
    return InputError(
        "an old snarkjs prepared this file, the largest block of its Lagrange form is missing",
        where=printable(source),
        hint="run `convert_ptau()` to complete it",
    )


def convert_ptau(
    old: Path, *, output: Path, force: bool = False, progress: Progress = silent
) -> PtauSummary:
    """Write a file that an old snarkjs prepared with the block that is missing in it.

    Raises: EnvironmentProblem for a file without a Lagrange form, InputError for a complete one.
    """
    check_destination(output, force=force, inputs=[old])
    section_file, header = open_ptau(old)
    if 12 not in section_file.sections:
        raise EnvironmentProblem(
            "phase 2 is not prepared in this file, there is nothing to convert",
            where=printable(old),
            hint="run `prepare_ptau()` first",
        )
    if not lacks_largest_block(section_file, header):
        raise InputError("the file is complete, there is nothing to convert", where=printable(old))
    file = read_ptau(old, largest_block=False)
    progress("computing the largest block in G1", None)
    with located(old), scratch_beside(output):
        complete = type(file)(with_largest_block(file.powers), file.contributions)
    return write_powers(complete, output, force=force, inputs=[old], progress=progress)


def export_ptau_json(
    source: Path, *, output: Path, force: bool = False, progress: Progress = silent
) -> PtauJsonSummary:
    """Write the powers, the Lagrange form and the contributions as JSON; `output` may be STDOUT."""
    check_destination(output, force=force, inputs=[source], stdout=True)
    file = read_ptau(source)
    progress("writing JSON", None)
    to_output = atomic_output(output, force=force, inputs=[source], stdout=True)
    with located(source), to_output as stream:
        write_ptau_json(stream, file)
    powers = file.powers
    return PtauJsonSummary(
        name_of(output), powers.curve.name, powers.power, len(file.contributions)
    )
