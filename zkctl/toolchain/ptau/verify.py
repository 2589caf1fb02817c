"""The verification of a phase 1: `zkctl ptau verify`."""

from __future__ import annotations

from pathlib import Path

from zkctl.ceremony.hashing import response_hash
from zkctl.ceremony.phase1.verify import check_phase1, check_unused_bytes
from zkctl.ceremony.policy import warnings_for_phase1, warnings_for_powers
from zkctl.ceremony.record.trust import Contributor, contributors, trust_statement
from zkctl.formats.binary.ptau.file import PTAU_KIND, read_ptau
from zkctl.formats.binary.sections import warnings_for_sections
from zkctl.runtime.printable import located
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.runtime.settings import is_strict
from zkctl.toolchain.ptau.catalogue import recognise

TRUNCATED = (
    "the file is cut from a ceremony of power {}: its last contribution cannot be compared with"
    " the published challenge, only a pinned digest can show that it is the published file"
)


@record
class PtauVerifySummary:
    """The verified file, its contributors, and the condition of soundness."""

    ptau: str
    curve: str
    power: int
    ceremony_power: int
    prepared: bool
    published_as: str
    trust: str
    contributors: list[Contributor]
    warnings: list[str]


def verify_ptau(
    path: Path, *, allow_insecure: bool = False, progress: Progress = silent
) -> PtauVerifySummary:
    """Check every power and every contribution.

    Raises: CheckFailed or EncodingError for a wrong power or contribution; IntegrityError for powers whose secrets
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
            check_unused_bytes(file.powers, file.contributions)
        hashes = [response_hash(c.partial_hash, c.public_key) for c in file.contributions]
    published = recognise(path)
    powers = file.powers
    is_cut = powers.power != powers.ceremony_power
    if is_cut and published is None:
        warnings.append(TRUNCATED.format(powers.ceremony_power))
    if powers.lagrange is None:
        warnings.append("phase 2 is not prepared: run `prepare_ptau()` before setup")
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
