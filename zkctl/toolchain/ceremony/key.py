"""Phase 2 on single keys as a user's actions: contribute, beacon, verify."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zkctl.ceremony.contribution import Origin
from zkctl.ceremony.hashing import contribution_hash
from zkctl.ceremony.knowledge import participant
from zkctl.ceremony.phase2.circuit_hash import is_of_old_style
from zkctl.ceremony.phase2.contribute import contribute_phase2
from zkctl.ceremony.phase2.verify import check_phase2
from zkctl.ceremony.policy import (
    warnings_for_phase1,
    warnings_for_phase2,
    warnings_for_powers,
    warnings_for_verifying_key,
)
from zkctl.ceremony.record.contributions import check_recorded
from zkctl.ceremony.record.ledger import check_expected_contributions, check_ledger
from zkctl.ceremony.record.trust import Contributor, contributors, trust_statement
from zkctl.errors import UsageError
from zkctl.formats.binary.ptau.file import PTAU_KIND, PtauFile, read_ptau
from zkctl.formats.binary.r1cs import R1CS_KIND, read_r1cs
from zkctl.formats.binary.sections import warnings_for_sections
from zkctl.formats.binary.zkey_groth16 import (
    CONTRIBUTION_ORDER,
    GROTH16_KIND,
    ZkeyFile,
    read_zkey,
    write_zkey,
)
from zkctl.formats.ceremony_files import read_ledger
from zkctl.groth16.setup import initial_key
from zkctl.runtime.printable import located, printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output, check_destination
from zkctl.storage.mapped import read_input
from zkctl.toolchain.ceremony.requests import BeaconRequest
from zkctl.toolchain.ceremony.universal_key import (
    UniversalKeySummary,
    verify_universal_key,
)
from zkctl.toolchain.proof.systems import system_of_key
from zkctl.toolchain.ptau.catalogue import UNPUBLISHED, recognise
from zkctl.toolchain.secret_step import SecretStep, run_secret_step

OLD_HASH = (
    "the key has the circuit hash of snarkjs 0.6, which is right: later versions of snarkjs hash points"
    " at infinity otherwise and report that the circuit does not match"
)


@record
class ContributeSummary:
    """The key written; the contributor publishes contribution_hash."""

    key: str
    curve: str
    n_contributions: int
    contribution_hash: str
    warnings: list[str]


@record
class KeyVerifySummary:
    """The verified key, its contributors, and the assumption of its soundness."""

    key: str
    curve: str
    n_public: int
    domain_size: int
    circuit_hash: str
    ptau_published_as: str
    trust: str
    contributors: list[Contributor]
    warnings: list[str]


def contribute_key(
    old: Path,
    output: Path,
    *,
    name: str,
    entropy: str = "",
    force: bool = False,
    progress: Progress = silent,
) -> ContributeSummary:
    """Write the key with one more contributor's secret, from the operating system and `entropy`.

    Raises: UsageError for an invalid name; EncodingError for a key that must not be built on.
    """
    new = write_contribution(
        old, output, name=name, entropy=entropy, force=force, progress=progress
    )
    return contribute_summary(old, output, new)


def beacon_key(
    old: Path,
    output: Path,
    request: BeaconRequest,
    *,
    force: bool = False,
    progress: Progress = silent,
) -> ContributeSummary:
    """Write the key with the secret of a beacon, which is public; a drand round's signature is verified.

    Raises: UsageError for an invalid beacon; EncodingError for a key that must not be built on; CheckFailed
    for another signature than the round's.
    """
    new = write_beacon(old, output, request.origin(), force=force, progress=progress)
    return contribute_summary(old, output, new)


def verify_key(
    key: Path,
    r1cs: Path,
    ptau: Path,
    *,
    expected: Sequence[str] = (),
    ledger: Path | None = None,
    allow_insecure: bool = False,
    progress: Progress = silent,
) -> KeyVerifySummary | UniversalKeySummary:
    """Check that a key is this circuit's, made from these powers of tau by these contributions.

    `expected` are hashes of contributions that must be in it, in this order; with a ledger its
    contributions must be exactly the recorded ones.  A key that takes no contributions is made again (universal_key.py).
    Raises: CheckFailed or EncodingError naming the fault; IntegrityError for parameters that
    policy refuses; UsageError for contributions expected of a key that takes none.
    """
    system = system_of_key(key)
    if not system.has_contributions:
        _check_no_contributions(system.name, key, expects_some=bool(expected) or ledger is not None)
        return verify_universal_key(
            key, r1cs, ptau, allow_insecure=allow_insecure, progress=progress
        )
    progress("reading the files", None)
    stored, circuit, phase1 = read_zkey(key), read_r1cs(r1cs), read_ptau(ptau)
    warnings = [f"{printable(key)}: {warning}" for warning in stored.warnings]
    for path, kind in ((r1cs, R1CS_KIND), (ptau, PTAU_KIND)):
        warnings += warnings_for_sections(path, kind)
    with located(ptau):
        warnings += _warnings_for_phase1(phase1, allow_insecure=allow_insecure)
    with located(key):
        warnings += warnings_for_phase2(stored.contributions, allow_insecure=allow_insecure)
        vk = stored.key.verifying_key
        warnings += warnings_for_verifying_key(vk, allow_insecure=allow_insecure)
    progress("deriving the initial key from the circuit", None)
    initial = initial_key(circuit, phase1.powers)
    with located(key):
        parts = (stored.key, stored.circuit_hash, stored.contributions)
        check_phase2(*parts, initial, phase1.powers, progress)
    if is_of_old_style(stored.circuit_hash, initial, phase1.powers):
        warnings.append(OLD_HASH)
    progress("looking for the powers of tau among the published ones", None)
    published = recognise(ptau)
    origins = [each.origin for each in stored.contributions]
    hashes = [contribution_hash(each) for each in stored.contributions]
    with located(key):
        _check_expected(expected, hashes)
        if ledger is not None:
            _check_against_ledger(stored, ledger)
    return KeyVerifySummary(
        key=str(key),
        curve=stored.key.curve.name,
        n_public=stored.key.n_public,
        domain_size=stored.key.domain_size,
        circuit_hash=stored.circuit_hash.hex(),
        ptau_published_as=f"{published.name} ({published.ceremony})" if published else "",
        trust=trust_statement(origins),
        contributors=contributors(origins, hashes),
        warnings=warnings if published else [*warnings, UNPUBLISHED],
    )


def _check_no_contributions(system: str, key: Path, *, expects_some: bool) -> None:
    if expects_some:
        raise UsageError(
            f"{system} keys take no contributions: expected neither hashes nor a ledger",
            where=printable(key),
            hint="such a key stands on the contributions to its powers of tau",
        )


def _check_expected(expected: Sequence[str], hashes: Sequence[bytes]) -> None:
    asked = [each.lower().removeprefix("0x") for each in expected]
    check_expected_contributions(asked, [digest.hex() for digest in hashes])


def _check_against_ledger(stored: ZkeyFile, ledger: Path) -> None:
    recorded = read_ledger(ledger, read_input)
    check_ledger(recorded, printable(ledger))
    names = [printable(contribution.origin.name) for contribution in stored.contributions]
    check_recorded(recorded.accepted, stored.contributions, names)


def _warnings_for_phase1(phase1: PtauFile, *, allow_insecure: bool) -> list[str]:
    warnings = warnings_for_phase1(phase1.contributions, allow_insecure=allow_insecure)
    return warnings + warnings_for_powers(phase1.powers, allow_insecure=allow_insecure)


def write_contribution(
    old: Path, output: Path, *, name: str, entropy: str, force: bool, progress: Progress = silent
) -> ZkeyFile:
    """Write the key with one more contributor's secret, made in a separate process; return it."""
    progress("contributing to the key in a separate process", None)
    with atomic_output(output, force=force, inputs=[old], check=read_zkey) as stream:
        step = SecretStep("key", old, name=participant(name).name, entropy=entropy)
        run_secret_step(step, stream, output, progress=progress)
    return read_zkey(output)


def write_beacon(
    old: Path, output: Path, origin: Origin, *, force: bool, progress: Progress = silent
) -> ZkeyFile:
    """Write the key with the secret of a beacon; return it."""
    check_destination(output, force=force, inputs=[old])
    progress("reading the key", None)
    stored = read_zkey(old)
    progress("contributing to the key", None)
    with located(old):
        parts = stored.key, stored.circuit_hash, stored.contributions
        updated, record = contribute_phase2(*parts, origin, progress=progress)
    new = ZkeyFile(updated, stored.circuit_hash, [*stored.contributions, record])
    progress("writing the key", None)
    with atomic_output(output, force=force, inputs=[old], check=read_zkey) as stream:
        write_zkey(stream, new, order=CONTRIBUTION_ORDER)
    return new


def contribute_summary(old: Path, output: Path, new: ZkeyFile) -> ContributeSummary:
    """Return the facts about a key just written; a section that was left behind is a warning."""
    warnings = warnings_for_sections(old, GROTH16_KIND)
    warnings += warnings_for_phase2(new.contributions, allow_insecure=True)
    return ContributeSummary(
        key=str(output),
        curve=new.key.curve.name,
        n_contributions=len(new.contributions),
        contribution_hash=contribution_hash(new.contributions[-1]).hex(),
        warnings=warnings,
    )
