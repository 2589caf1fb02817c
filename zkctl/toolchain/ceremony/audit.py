"""What an auditor asks of a ceremony's folder, verify and status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from zkctl.ceremony.contribution import Kind, Origin
from zkctl.ceremony.drand import QUICKNET, parse_signature, randomness, round_time
from zkctl.ceremony.record.contributions import check_continues
from zkctl.ceremony.record.ledger import BEACON, CONTRIBUTION, REJECTED, compare_contributions
from zkctl.ceremony.record.rules import parse_time, time_text
from zkctl.errors import CheckFailed, IntegrityError
from zkctl.formats.binary.zkey_groth16 import read_zkey
from zkctl.runtime.printable import located, printable
from zkctl.runtime.progress import Progress, silent
from zkctl.toolchain.ceremony.folder import (
    CIRCUIT,
    FINAL,
    LEDGER,
    PHASE1,
    CeremonyFolder,
    blake2b,
    check_ledger_names,
    check_tip,
    open_ceremony,
)
from zkctl.toolchain.ceremony.key import KeyVerifySummary, verify_key
from zkctl.toolchain.ceremony.manifest import check_manifest


@dataclass(frozen=True)
class StatusSummary:
    """Where a ceremony stands, from its transcript alone."""

    ceremony: str
    n_contributions: int
    n_rejected: int
    minimum_players: int
    deadline: str
    beacon: str
    state: str
    next_key: str
    newest_contribution: str


def ceremony_status(folder: Path) -> StatusSummary:
    """Tell where a ceremony stands; only rules and transcript are read."""
    return status_of(open_ceremony(folder))


def status_of(ceremony: CeremonyFolder) -> StatusSummary:
    """As `ceremony_status`, of a ceremony that is read already."""
    kinds = [entry.kind for entry in ceremony.ledger.entries]
    closed = ceremony.ledger.newest.kind == BEACON
    final = ceremony.file(FINAL).exists()
    rules = ceremony.rules
    return StatusSummary(
        ceremony=ceremony.id,
        n_contributions=kinds.count(CONTRIBUTION),
        n_rejected=kinds.count(REJECTED),
        minimum_players=rules.minimum_players,
        deadline=rules.deadline,
        beacon=_beacon_text(ceremony),
        state="finalized" if final else "closed by its beacon" if closed else "open",
        next_key="" if closed or final else ceremony.next_name,
        newest_contribution=ceremony.ledger.newest.contribution
        if kinds.count(CONTRIBUTION)
        else "",
    )


def _beacon_text(ceremony: CeremonyFolder) -> str:
    source, number = ceremony.rules.beacon_source, ceremony.rules.beacon_round
    if not number:
        return source
    return f"{source} round {number}, published at {time_text(round_time(number))}"


def verify_ceremony(
    folder: Path,
    *,
    expected: Sequence[str] = (),
    allow_insecure: bool = False,
    progress: Progress = silent,
) -> KeyVerifySummary:
    """Check a ceremony from its public folder: rules, transcript, files, beacon, newest key, manifest.

    Raises: CheckFailed, IntegrityError, FormatError naming the first thing that is wrong.
    """
    ceremony = open_ceremony(folder)
    progress("comparing the files with their digests", None)
    _check_files(ceremony)
    key = check_tip(ceremony)
    files = ceremony.file(CIRCUIT), ceremony.file(PHASE1)
    summary = verify_key(
        key, *files, expected=expected, allow_insecure=allow_insecure, progress=progress
    )
    compare_with_ledger(ceremony, [c.contribution_hash for c in summary.contributors])
    if ceremony.ledger.entries[0].contribution != summary.circuit_hash:
        raise CheckFailed(
            "the transcript began with another circuit", where=printable(ceremony.file(LEDGER))
        )
    warnings = [*summary.warnings, *_check_times(ceremony), *_check_beacon(ceremony)]
    warnings += _check_signed(ceremony)
    named = [
        replace(contributor, claimed_name=entry.name)
        for contributor, entry in zip(summary.contributors, ceremony.ledger.accepted, strict=True)
    ]
    summary = replace(summary, contributors=named, warnings=warnings)
    check_manifest(ceremony, summary)
    _check_records(ceremony)
    return summary


def compare_with_ledger(ceremony: CeremonyFolder, found: list[str]) -> None:
    """Check that a key's contributions are the recorded ones (CheckFailed with the index)."""
    with located(ceremony.path):
        compare_contributions([entry.contribution for entry in ceremony.ledger.accepted], found)


def _check_records(ceremony: CeremonyFolder) -> None:
    """Check the newest key's records against the ledger, and those of each older key in the folder.

    Raises: CheckFailed with the index.
    """
    tip = read_zkey(ceremony.tip).contributions
    with located(ceremony.path):
        check_ledger_names(ceremony.ledger, tip)
    for entry in ceremony.ledger.accepted:
        older = ceremony.file(entry.file)
        if older != ceremony.tip and older.exists():
            with located(older):
                check_continues(read_zkey(older).contributions, tip[: entry.number])


def _check_files(ceremony: CeremonyFolder) -> None:
    rules = ceremony.rules
    expected = {CIRCUIT: rules.circuit_blake2b, PHASE1: rules.phase1_blake2b}
    for entry in ceremony.ledger.entries:
        if entry.kind != REJECTED and (entry.number == 0 or ceremony.file(entry.file).exists()):
            expected[entry.file] = entry.key_digest
    for name, digest in expected.items():
        path = ceremony.file(name)
        if blake2b(path) != digest:
            raise IntegrityError("the file is not the recorded one", where=printable(path))


def _check_signed(ceremony: CeremonyFolder) -> list[str]:
    """Signatures themselves are checked with the transcript; here, that none is missing."""
    entries = ceremony.ledger.entries
    unsigned = [e for e in entries if e.kind == CONTRIBUTION and not e.signature]
    if unsigned and ceremony.rules.signatures_required:
        raise CheckFailed(
            f"contribution {unsigned[0].number} is not signed, and the rules require it",
            where=f"{printable(ceremony.file(LEDGER))}, line {unsigned[0].index + 1}",
        )
    return (
        [f"{len(unsigned)} contributions are not signed: their names are claims"]
        if unsigned
        else []
    )


def _check_times(ceremony: CeremonyFolder) -> list[str]:
    """The recorded times are the coordinator's claims; they must at least agree with the rules."""
    rules, where = ceremony.rules, printable(ceremony.file(LEDGER))
    limit = parse_time(rules.deadline) if rules.deadline else None
    if rules.beacon_round:
        known = round_time(rules.beacon_round) - 1
        limit = known if limit is None else min(limit, known)
    for entry in ceremony.ledger.accepted:
        if entry.kind == CONTRIBUTION and limit is not None and parse_time(entry.time) > limit:
            raise CheckFailed(
                f"contribution {entry.number} was recorded at {entry.time}, after {time_text(limit)}",
                where=where,
            )
    return []


def _check_beacon(ceremony: CeremonyFolder) -> list[str]:
    """Check the beacon contribution against the announced source."""
    tip, rules, where = ceremony.ledger.newest, ceremony.rules, printable(ceremony.file(LEDGER))
    if any(entry.kind == BEACON for entry in ceremony.ledger.accepted[:-1]):
        raise CheckFailed("a contribution follows the beacon", where=where)
    origins = [c.origin for c in read_zkey(ceremony.tip).contributions]
    beacons = [origin.kind is Kind.BEACON for origin in origins]
    if beacons != [entry.kind == BEACON for entry in ceremony.ledger.accepted]:
        raise CheckFailed("key and transcript differ in what is a beacon", where=where)
    if tip.kind != BEACON:
        return ["the ceremony has no beacon yet"]
    if rules.beacon_source != QUICKNET:
        source = rules.beacon_source or "none"
        return [
            f"compare the beacon {origins[-1].beacon.hex()} with the announced source: {source}"
        ]
    _check_drand(origins[-1], tip.drand_round, tip.drand_signature, where)
    if tip.drand_round != rules.beacon_round:
        raise CheckFailed(
            f"the beacon is round {tip.drand_round}, announced was {rules.beacon_round}",
            where=where,
        )
    return []


def _check_drand(origin: Origin, number: int, signature: str, where: str) -> None:
    if randomness(number, parse_signature(signature)) != origin.beacon:
        raise CheckFailed("the beacon in the key is not the randomness of its round", where=where)
