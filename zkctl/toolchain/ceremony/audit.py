"""The audit of a ceremony's folder: its verification and its status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from zkctl.ceremony.contribution import ContributorKind, Origin
from zkctl.ceremony.drand import QUICKNET, parse_signature, randomness, round_time
from zkctl.ceremony.record.contributions import check_continues
from zkctl.ceremony.record.ledger import BEACON, CONTRIBUTION, REJECTED, compare_contributions
from zkctl.ceremony.record.rules import parse_time, time_text
from zkctl.errors import CheckFailed, IntegrityError
from zkctl.formats.binary.zkey_groth16 import read_zkey
from zkctl.runtime.printable import located, printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.toolchain.ceremony.admission import check_admitted
from zkctl.toolchain.ceremony.folder import (
    CIRCUIT,
    FINAL,
    LEDGER,
    PHASE1,
    CeremonyFolder,
    blake2b,
    check_ledger_names,
    open_ceremony,
    verified_newest_key,
)
from zkctl.toolchain.ceremony.key import KeyVerifySummary, verify_key
from zkctl.toolchain.ceremony.manifest import check_manifest


@record
class StatusSummary:
    """The state of a ceremony, from its ledger alone."""

    ceremony: str
    title: str
    admission: str
    n_contributions: int
    n_rejected: int
    minimum_players: int
    deadline: str
    beacon: str
    state: str
    next_key: str
    newest_contribution: str


def ceremony_status(folder: Path) -> StatusSummary:
    """Return the state of a ceremony; only rules and ledger are read."""
    return status_of(open_ceremony(folder))


def status_of(ceremony: CeremonyFolder) -> StatusSummary:
    """Return the state of a ceremony that is already read."""
    kinds = [entry.kind for entry in ceremony.ledger.entries]
    closed = ceremony.ledger.newest.kind == BEACON
    final = ceremony.file(FINAL).exists()
    rules = ceremony.rules
    return StatusSummary(
        ceremony=ceremony.ceremony_id,
        title=rules.title,
        admission=rules.admission,
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
    """Check a ceremony from its public folder: rules, ledger, files, beacon, newest key, manifest.

    Raises: CheckFailed, IntegrityError, FormatError naming the first fault.
    """
    ceremony = open_ceremony(folder)
    progress("comparing the files with their digests", None)
    _check_files(ceremony)
    key = verified_newest_key(ceremony)
    files = ceremony.file(CIRCUIT), ceremony.file(PHASE1)
    summary = verify_key(
        key, *files, expected=expected, allow_insecure=allow_insecure, progress=progress
    )
    if not isinstance(summary, KeyVerifySummary):
        raise CheckFailed(
            f"the newest key takes no contributions: expected a groth16 key, got {summary.protocol}",
            where=printable(key),
        )
    compare_with_ledger(ceremony, [c.contribution_hash for c in summary.contributors])
    if ceremony.ledger.entries[0].contribution != summary.circuit_hash:
        raise CheckFailed(
            "the ledger began with another circuit", where=printable(ceremony.file(LEDGER))
        )
    _check_times(ceremony)
    warnings = [*summary.warnings, *_warnings_for_beacon(ceremony)]
    warnings += _warnings_for_unsigned(ceremony)
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
    newest = read_zkey(ceremony.newest_key).contributions
    with located(ceremony.path):
        check_ledger_names(ceremony.ledger, newest)
    for entry in ceremony.ledger.accepted:
        older = ceremony.file(entry.file)
        if older != ceremony.newest_key and older.exists():
            with located(older):
                check_continues(read_zkey(older).contributions, newest[: entry.number])


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


def _warnings_for_unsigned(ceremony: CeremonyFolder) -> list[str]:
    """Return a warning for contributions without a signature; the signatures are checked with the ledger.

    Raises: CheckFailed if the rules require signatures.
    """
    entries = ceremony.ledger.entries
    for entry in entries:
        if entry.kind == CONTRIBUTION:
            check_admitted(entry.public_key, ceremony.path, ceremony.rules)
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


def _check_times(ceremony: CeremonyFolder) -> None:
    """Check that the recorded times, which the coordinator claims, agree with the rules (CheckFailed)."""
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


def _warnings_for_beacon(ceremony: CeremonyFolder) -> list[str]:
    """Check the beacon contribution against the announced source and return warnings."""
    newest, rules, where = ceremony.ledger.newest, ceremony.rules, printable(ceremony.file(LEDGER))
    if any(entry.kind == BEACON for entry in ceremony.ledger.accepted[:-1]):
        raise CheckFailed("a contribution follows the beacon", where=where)
    origins = [c.origin for c in read_zkey(ceremony.newest_key).contributions]
    beacons = [origin.kind is ContributorKind.BEACON for origin in origins]
    if beacons != [entry.kind == BEACON for entry in ceremony.ledger.accepted]:
        raise CheckFailed("key and ledger differ in their beacons", where=where)
    if newest.kind != BEACON:
        return ["the ceremony has no beacon yet"]
    if rules.beacon_source != QUICKNET:
        source = rules.beacon_source or "none"
        return [
            f"compare the beacon {origins[-1].beacon.hex()} with the announced source: {source}"
        ]
    _check_drand(origins[-1], newest.drand_round, newest.drand_signature, where)
    if newest.drand_round != rules.beacon_round:
        raise CheckFailed(
            f"the beacon is round {newest.drand_round}, expected the announced round {rules.beacon_round}",
            where=where,
        )
    return []


def _check_drand(origin: Origin, number: int, signature: str, where: str) -> None:
    if randomness(number, parse_signature(signature)) != origin.beacon:
        raise CheckFailed("the beacon in the key is not the randomness of its round", where=where)
