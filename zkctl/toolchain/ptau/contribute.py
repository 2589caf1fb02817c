"""Phase 1 as a user's actions: what `zkctl ptau contribute, beacon, prepare, verify` do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from zkctl.ceremony.beacon import beacon_origin
from zkctl.ceremony.contribution import Origin
from zkctl.ceremony.hashing import response_hash
from zkctl.ceremony.knowledge import parse_name, participant
from zkctl.ceremony.phase1.contribute import check_group_members, contribute_phase1
from zkctl.ceremony.phase1.verify import check_phase1, verify_unused_bytes
from zkctl.ceremony.policy import warnings_for_phase1, warnings_for_powers
from zkctl.ceremony.record.trust import Contributor, contributors, trust_statement
from zkctl.formats.binary.ptau.file import PTAU_KIND, PtauFile, read_ptau, write_ptau
from zkctl.formats.binary.sections import warnings_for_sections
from zkctl.runtime.printable import located
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.settings import is_strict
from zkctl.srs.lagrange import with_lagrange
from zkctl.storage.atomic import atomic_output, check_destination
from zkctl.storage.scratch import scratch_beside
from zkctl.toolchain.ptau.catalogue import recognise
from zkctl.toolchain.ptau.new import NO_CONTRIBUTION, PtauSummary
from zkctl.toolchain.secret_step import SecretStep, run_secret_step

TRUNCATED = (
    "the file is cut from a ceremony of power {}: its last contribution cannot be compared with"
    " the published challenge, only a pinned digest can tell that it is the published file"
)


@dataclass(frozen=True)
class PtauVerifySummary:
    """What was verified, who contributed, and what soundness rests on."""

    ptau: str
    curve: str
    power: int
    ceremony_power: int
    prepared: bool
    published_as: str
    trust: str
    contributors: list[Contributor]
    warnings: list[str]


def contribute_ptau(
    old: Path,
    output: Path,
    *,
    name: str,
    entropy: str = "",
    force: bool = False,
    progress: Progress = silent,
) -> PtauSummary:
    """Write the powers with one more person's secrets, from the operating system and the text.

    Raises: UsageError for an impossible name; InputError for a file that cannot be built on.
    """
    check_destination(output, force=force, inputs=[old])
    step = SecretStep("ptau", old, name=participant(name).name, entropy=entropy)
    with atomic_output(output, force=force, inputs=[old], check=read_ptau) as stream:
        run_secret_step(step, stream, output, progress=progress)
    return ptau_summary(output, read_ptau(output), [old])


def beacon_ptau(
    old: Path,
    output: Path,
    *,
    beacon_hex: str,
    iterations: int,
    name: str = "",
    force: bool = False,
    progress: Progress = silent,
) -> PtauSummary:
    """Write the powers with the secrets that everybody derives from a beacon.

    Raises: UsageError for an impossible beacon; InputError for a file that cannot be built on.
    """
    origin = beacon_origin(beacon_hex, iterations, parse_name(name))
    return _extend(old, output, origin, force=force, progress=progress)


def prepare_ptau(
    old: Path, output: Path, *, force: bool = False, progress: Progress = silent
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


def verify_ptau(
    path: Path, *, allow_insecure: bool = False, progress: Progress = silent
) -> PtauVerifySummary:
    """Check every power and every contribution.

    Raises: CheckFailed or EncodingError for what is wrong; IntegrityError for powers whose secrets
    are public.
    """
    file = read_ptau(path)
    with located(path):
        warnings = warnings_for_sections(path, PTAU_KIND)
        warnings += warnings_for_phase1(file.contributions, allow_insecure=allow_insecure)
        warnings += warnings_for_powers(file.powers, allow_insecure=allow_insecure)
        check_phase1(file.powers, file.contributions, progress)
        if is_strict():
            progress("comparing the unused bytes of the last hash state", None)
            verify_unused_bytes(file.powers, file.contributions)
        hashes = [response_hash(c.partial_hash, c.public_key) for c in file.contributions]
    published = recognise(path)
    powers = file.powers
    is_cut = powers.power != powers.ceremony_power
    if is_cut and published is None:
        warnings.append(TRUNCATED.format(powers.ceremony_power))
    if powers.lagrange is None:
        warnings.append("phase 2 is not prepared: run `zkctl ptau prepare` before setup")
    origins = [contribution.origin for contribution in file.contributions]
    return PtauVerifySummary(
        ptau=str(path),
        curve=powers.curve.name,
        power=powers.power,
        ceremony_power=powers.ceremony_power,
        prepared=powers.lagrange is not None,
        published_as=published.title if published else "",
        trust=trust_statement(origins),
        contributors=contributors(origins, hashes, verified_from=len(hashes) + is_cut),
        warnings=warnings,
    )


def _extend(
    old: Path, output: Path, origin: Origin, *, force: bool, progress: Progress
) -> PtauSummary:
    check_destination(output, force=force, inputs=[old])
    file = read_ptau(old)
    progress("contributing to the powers of tau", None)
    with located(old), scratch_beside(output):
        powers, record = contribute_phase1(file.powers, file.contributions, origin, "")
    extended = PtauFile(powers, [*file.contributions, record])
    return write_powers(extended, output, force=force, inputs=[old], progress=progress)


def write_powers(
    file: PtauFile, output: Path, *, force: bool, inputs: list[Path], progress: Progress
) -> PtauSummary:
    """Write a ptau file and tell what was written.  Raises: EnvironmentProblem, UsageError."""
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
