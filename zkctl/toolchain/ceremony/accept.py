"""A key that a contributor sends to the coordinator: verified, then made the newest, or refused on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from zkctl.ceremony.contribution import ContributorKind, Phase2Contribution
from zkctl.ceremony.hashing import contribution_hash
from zkctl.ceremony.record.contributions import check_continues
from zkctl.ceremony.record.ledger import CONTRIBUTION, REJECTED, Entry, compare_contributions
from zkctl.ceremony.record.rules import check_open
from zkctl.ceremony.record.signing import check_signed
from zkctl.errors import CheckFailed, InputError, IntegrityError, ZkctlError
from zkctl.formats.binary.zkey_groth16 import ZkeyFile, read_zkey
from zkctl.formats.ceremony_files import Receipt, read_receipt
from zkctl.runtime import clock
from zkctl.runtime.printable import located, printable
from zkctl.runtime.progress import Progress, silent
from zkctl.storage.atomic import copy_file
from zkctl.toolchain.ceremony.admission import check_admitted
from zkctl.toolchain.ceremony.folder import (
    CeremonyFolder,
    append,
    blake2b,
    blank_entry,
    check_ledger_names,
    key_name,
    locked,
    verified_newest_key,
)
from zkctl.toolchain.ceremony.folder_steps import (
    CeremonySummary,
    check_step,
    check_unfinished,
    entry_of,
    step_summary,
)
from zkctl.toolchain.ceremony.receipts import make_receipt

_SHOWN_DIGITS = 16  # characters of a digest in a message


def accept_contribution(
    folder: Path, key: Path, *, receipt: Path | None = None, progress: Progress = silent
) -> CeremonySummary:
    """Verify a key that a contributor sent and make it the newest; record a refusal as well.

    Raises: CheckFailed, IntegrityError, InputError for a key that is refused.
    """
    with locked(folder) as ceremony:
        check_unfinished(ceremony)
        target = ceremony.file(ceremony.next_name)
        try:
            check_open(ceremony.rules, clock.now())
            made = _store(ceremony, key, target, receipt, progress)
        except (CheckFailed, IntegrityError, InputError) as problem:
            place = problem.where.removeprefix(printable(key)).lstrip(", ")
            reason = printable(f"{problem.message} ({place})" if place else problem.message, 500)
            append(ceremony, replace(blank_entry(REJECTED), key_digest=_digest(key), reason=reason))
            raise
        return step_summary(append(ceremony, entry_of(CONTRIBUTION, target, made)), "")


def _store(
    ceremony: CeremonyFolder, key: Path, target: Path, receipt: Path | None, progress: Progress
) -> Receipt:
    """Copy the key, verify the copy, then publish it."""
    made: list[Receipt] = []

    def check(copy: Path) -> None:
        try:
            made.append(_receive_key(ceremony, copy, receipt, progress))
        except ZkctlError as problem:
            problem.where = problem.where.replace(printable(copy), printable(key))
            raise

    # force: a key without a line was left by a killed run
    copy_file(key, target, force=True, check=check)
    return made[0]


def _receive_key(
    ceremony: CeremonyFolder, key: Path, receipt: Path | None, progress: Progress
) -> Receipt:
    """Check that a key continues the newest one by one contribution, and return its receipt.

    The cheap checks come first: the receipt, the records, then the proofs.
    """
    progress("checking the contribution", None)
    arrived, accepted = read_zkey(key, only_defined=True), ceremony.ledger.accepted
    first, parent = ceremony.file(key_name(0)), read_zkey(verified_newest_key(ceremony))
    with located(key):
        _check_same_circuit(arrived, parent)
        _check_is_next(arrived.contributions, accepted, _digest(key))
        _check_is_contribution(arrived.contributions[-1])
        check_continues(parent.contributions, arrived.contributions)
        check_ledger_names(ceremony.ledger, arrived.contributions[:-1])
    made = make_receipt(arrived, key, ceremony.ceremony_id, arrived.circuit_hash, None)
    if receipt is not None:
        made = _signed_by(made, read_receipt(receipt), printable(receipt))
    if ceremony.rules.signatures_required and not made.signature:
        raise IntegrityError(
            "the rules of the ceremony require a signature",
            hint="pass `receipt`, a signed receipt",
        )
    check_admitted(made.public_key, ceremony.path, ceremony.rules)
    with located(key):
        check_step(arrived, read_zkey(first))
    return made


def _check_same_circuit(arrived: ZkeyFile, parent: ZkeyFile) -> None:
    """Check that a key is of the ceremony's circuit: no contribution changes the circuit hash."""
    if arrived.circuit_hash != parent.circuit_hash:
        ours, theirs = (one.circuit_hash.hex()[:_SHOWN_DIGITS] for one in (parent, arrived))
        raise IntegrityError(
            "the circuit hash is not that of the ceremony's first key: expected"
            f" {ours}..., got {theirs}..., so the key is of another circuit or phase 1",
            hint="contribute to a key of this ceremony",
        )


def _check_is_next(
    contributions: Sequence[Phase2Contribution], accepted: Sequence[Entry], digest: str
) -> None:
    """Check that a key has one contribution more than the ledger, after the same ones."""
    found = [contribution_hash(c).hex() for c in contributions]
    known = [entry.contribution for entry in accepted]
    if not found:
        raise IntegrityError(
            "the key has no contribution: it is the first key of the ceremony",
            hint="contribute to the newest key",
        )
    if found == known[: len(found)]:
        number = f"number {len(found)}"
        if digest == accepted[len(found) - 1].key_digest:
            raise CheckFailed(f"this contribution is accepted already, as {number}")
        raise CheckFailed(
            f"the key ends in contribution {number}, which is accepted already, but its bytes are not those"
            " of the accepted key: it was altered or damaged",
            hint="send the key that the contribution to the newest key wrote",
        )
    compare_contributions(known[: len(found) - 1], found[:-1])
    if len(found) <= len(known):
        raise IntegrityError(
            f"the newest key is #{len(known)}, your file continues #{len(found) - 1}",
            hint="contribute to the newest key",
        )


def _check_is_contribution(contribution: Phase2Contribution) -> None:
    if contribution.origin.kind is ContributorKind.BEACON:
        raise CheckFailed("the contribution is a beacon, whose secret is public")


def _signed_by(made: Receipt, sent: Receipt, where: str) -> Receipt:
    """Return the receipt with the signature of the one that came with the key, checked."""
    if sent.statement != made.statement or sent.key_digest != made.key_digest:
        raise CheckFailed("the receipt is not that of this key", where=where)
    if (sent.name, sent.circuit_hash) != (made.name, made.circuit_hash):
        raise CheckFailed(
            f"the name or circuit in the receipt is not that of the key:"
            f" expected {made.name!r}, got {printable(sent.name, 80)!r}",
            where=where,
        )
    check_signed(sent.public_key, sent.signature, sent.statement, where)
    return replace(made, public_key=sent.public_key, signature=sent.signature)


def _digest(key: Path) -> str:
    try:
        return blake2b(key)
    except ZkctlError:
        return ""
