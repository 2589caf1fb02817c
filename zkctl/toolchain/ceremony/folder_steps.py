"""The steps of a ceremony in its folder: begin, contribute, beacon."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from zkctl.ceremony.drand import QUICKNET
from zkctl.ceremony.knowledge import participant
from zkctl.ceremony.phase2.verify import (
    check_contributions,
    check_delta,
    check_divided_queries,
    check_unchanged_parts,
)
from zkctl.ceremony.record.contributions import check_no_beacon
from zkctl.ceremony.record.ledger import BEACON, CONTRIBUTION, Entry
from zkctl.ceremony.record.rules import Rules, check_beacon_is_ahead, check_open, check_rules
from zkctl.errors import (
    CheckFailed,
    EnvironmentProblem,
    IntegrityError,
    ZkctlError,
)
from zkctl.formats.binary.ptau.file import PTAU_KIND
from zkctl.formats.binary.r1cs import R1CS_KIND
from zkctl.formats.binary.sections import check_defined_sections
from zkctl.formats.binary.zkey_groth16 import ZkeyFile, read_zkey
from zkctl.formats.ceremony_files import Receipt, rules_text
from zkctl.runtime import clock
from zkctl.runtime.printable import located, printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output, check_destination, copy_file, synchronise_folder
from zkctl.storage.mapped import system_errors
from zkctl.toolchain.ceremony.admission import PARTICIPANTS, admitted_keys
from zkctl.toolchain.ceremony.folder import (
    CIRCUIT,
    FINAL,
    LEDGER,
    PHASE1,
    RULES,
    CeremonyFolder,
    append,
    blake2b,
    blank_entry,
    check_ledger_names,
    first_line,
    key_name,
    locked,
    verified_newest_key,
)
from zkctl.toolchain.ceremony.key import write_beacon, write_contribution
from zkctl.toolchain.ceremony.receipts import make_receipt, save_receipt
from zkctl.toolchain.ceremony.requests import BeaconRequest, ContributionRequest
from zkctl.toolchain.proof.setup import make_key


@record
class CeremonySummary:
    """The state of a ceremony after a step."""

    folder: str
    ceremony: str
    key: str
    n_contributions: int
    contribution_hash: str
    receipt: str
    warnings: list[str]


def init_ceremony(
    folder: Path,
    r1cs: Path,
    ptau: Path,
    *,
    rules: Rules,
    participants: Path | None = None,
    allow_insecure: bool = False,
    progress: Progress = silent,
) -> CeremonySummary:
    """Begin a ceremony in a new folder; the digests of circuit and phase 1 are filled into the rules.

    Raises: UsageError for invalid rules; IntegrityError for a beacon that is known already or a
    phase 1 that policy refuses; EnvironmentProblem if the folder exists.
    """
    rules = replace(rules, circuit=CIRCUIT, phase1=PHASE1)
    if participants is not None:
        rules = replace(rules, admission_blake2b=blake2b(participants))
    check_rules(rules)
    check_beacon_is_ahead(rules, clock.now())
    if folder.exists():
        raise _exists(folder)
    unfinished = folder.with_name(f".{folder.name}.partial-{secrets.token_hex(8)}")
    with system_errors("make the folder", folder):
        unfinished.mkdir()
    sources = {CIRCUIT: r1cs, PHASE1: ptau, PARTICIPANTS: participants}
    try:
        progress("copying circuit and phase 1", None)
        for source, name in ((r1cs, CIRCUIT), (ptau, PHASE1)):
            copy_file(source, unfinished / name)
        for name, kind in ((CIRCUIT, R1CS_KIND), (PHASE1, PTAU_KIND)):
            check_defined_sections(unfinished / name, kind)
        files = unfinished / CIRCUIT, unfinished / PHASE1
        rules = replace(rules, circuit_blake2b=blake2b(files[0]), phase1_blake2b=blake2b(files[1]))
        if participants is not None:
            copy_file(participants, unfinished / PARTICIPANTS)
            admitted_keys(unfinished, rules)
        key = unfinished / key_name(0)
        setup = make_key(*files, output=key, allow_insecure=allow_insecure, progress=progress)
        text = rules_text(rules).encode()
        ceremony_id = hashlib.sha256(text).hexdigest()
        assert setup.circuit_hash is not None, "a key with a phase 2 has one"
        first = first_line(ceremony_id, key, setup.circuit_hash)
        for name, content in ((RULES, text), (LEDGER, first)):
            with atomic_output(unfinished / name) as stream:
                stream.write(content)
        _publish_folder(unfinished, folder)
    except ZkctlError as problem:  # its place is the user's file, not our copy
        problem.where = _in_sources(problem.where, unfinished, sources)
        raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    warnings = [_in_sources(warning, unfinished, sources) for warning in setup.warnings]
    return CeremonySummary(str(folder), ceremony_id, key.name, 0, "", "", warnings)


def _in_sources(text: str, unfinished: Path, sources: Mapping[str, Path | None]) -> str:
    """Return a text with the names of the given files in place of those of their copies."""
    for name, source in sources.items():
        text = text.replace(printable(unfinished / name), printable(source or ""))
    return text


def _exists(folder: Path) -> EnvironmentProblem:
    return EnvironmentProblem("the folder of the ceremony exists", where=printable(folder))


def _publish_folder(unfinished: Path, folder: Path) -> None:
    """Rename the complete folder atomically; raise if another process created it first."""
    with system_errors("make the folder", folder):
        try:
            unfinished.rename(folder)
        except OSError:
            if folder.exists():  # another process created it first
                raise _exists(folder) from None
            raise
    synchronise_folder(folder.parent)


def contribute_in_folder(
    folder: Path,
    request: ContributionRequest,
    *,
    progress: Progress = silent,
) -> CeremonySummary:
    """Contribute to the newest key of a ceremony and record it; the parent is checked first.

    The receipt is written to its own path, or to receipts/ in the folder.
    Raises: IntegrityError for a parent that is not the recorded one, an ended ceremony, a missing
    signature; CheckFailed, EncodingError for a parent that is not valid.
    """
    participant(request.name)
    if request.receipt is not None:
        check_destination(request.receipt)
    with locked(folder) as ceremony:
        check_open(ceremony.rules, clock.now())
        check_unfinished(ceremony)
        if ceremony.rules.signatures_required and request.signing_key is None:
            raise IntegrityError(
                "the rules of the ceremony require a signature", hint="pass `signing_key`"
            )
        progress("checking the newest key", None)
        parent = _read_parent(ceremony)
        target = ceremony.file(ceremony.next_name)
        # a key without a line was left by a killed run, and its secret is lost
        new = write_contribution(
            verified_newest_key(ceremony),
            target,
            name=request.name,
            entropy=request.entropy,
            force=True,
            progress=progress,
        )
        made = make_receipt(
            new, target, ceremony.ceremony_id, parent.circuit_hash, request.signing_key
        )
        place = request.receipt or _receipt_place(ceremony, made.number)
        save_receipt(made, place, force=request.receipt is None)
        entry = entry_of(CONTRIBUTION, target, made)
        return step_summary(append(ceremony, entry), str(place))


def beacon_in_folder(
    folder: Path, request: BeaconRequest, *, progress: Progress = silent
) -> CeremonySummary:
    """Close a ceremony with its announced beacon.

    Raises: IntegrityError for another beacon than the announced one; CheckFailed for a signature
    that is not the round's.
    """
    with locked(folder) as ceremony:
        check_unfinished(ceremony)
        origin = request.origin()
        _check_announced(ceremony.rules, request.drand_round)
        parent = _read_parent(ceremony)
        target = ceremony.file(ceremony.next_name)
        new = write_beacon(
            verified_newest_key(ceremony), target, origin, force=True, progress=progress
        )
        made = make_receipt(new, target, ceremony.ceremony_id, parent.circuit_hash, None)
        entry = entry_of(BEACON, target, made)
        signature = request.drand_signature.lower()
        entry = replace(entry, drand_round=request.drand_round, drand_signature=signature)
        return step_summary(append(ceremony, entry), "")


def _check_announced(rules: Rules, drand_round: int) -> None:
    if (rules.beacon_source == QUICKNET) != bool(drand_round):
        announced = rules.beacon_source or "none"
        raise IntegrityError(f"the beacon is of another kind: expected {announced}")
    if drand_round != rules.beacon_round:
        raise IntegrityError(
            f"the beacon is another round: expected {rules.beacon_round}, got {drand_round}"
        )


def check_unfinished(ceremony: CeremonyFolder) -> None:
    """Check that the ceremony has no beacon yet (IntegrityError)."""
    if ceremony.ledger.newest.kind == BEACON or ceremony.file(FINAL).exists():
        raise IntegrityError(
            "the ceremony is closed: its beacon is in the key", where=printable(ceremony.path)
        )


def _read_parent(ceremony: CeremonyFolder) -> ZkeyFile:
    """Return the newest key, its records and sections checked against the first one."""
    newest = verified_newest_key(ceremony)
    parent = read_zkey(newest)
    with located(newest):
        check_ledger_names(ceremony.ledger, parent.contributions)
        check_no_beacon([contribution.origin for contribution in parent.contributions])
        check_step(parent, read_zkey(ceremony.file(key_name(0))))
    return parent


def check_step(key: ZkeyFile, first: ZkeyFile) -> None:
    """Check that a key is the ceremony's first key after its contributions."""
    if key.circuit_hash != first.circuit_hash:
        raise CheckFailed("the circuit hash is not that of the ceremony's first key")
    check_unchanged_parts(key.key, first.key)
    check_contributions(key.key.curve, key.circuit_hash, key.contributions)
    check_delta(key.key, key.contributions)
    check_divided_queries(key.key, first.key)


def _receipt_place(ceremony: CeremonyFolder, number: int) -> Path:
    folder = ceremony.file("receipts")
    folder.mkdir(exist_ok=True)
    return folder / f"{number:04}.json"


def entry_of(kind: str, key: Path, made: Receipt) -> Entry:
    """Return the line of a key that is accepted."""
    return replace(
        blank_entry(kind),
        file=key.name,
        key_digest=made.key_digest,
        number=made.number,
        contribution=made.contribution,
        parent=made.parent,
        name=made.name,
        public_key=made.public_key,
        signature=made.signature,
    )


def step_summary(ceremony: CeremonyFolder, receipt: str) -> CeremonySummary:
    """Return the state of a ceremony after a step."""
    newest = ceremony.ledger.newest
    return CeremonySummary(
        folder=str(ceremony.path),
        ceremony=ceremony.ceremony_id,
        key=str(ceremony.newest_key),
        n_contributions=newest.number,
        contribution_hash=newest.contribution,
        receipt=receipt,
        warnings=[],
    )
