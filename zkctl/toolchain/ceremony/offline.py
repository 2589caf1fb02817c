"""Contribute away from the ceremony's folder: a key is read, a key and a receipt are written."""

from __future__ import annotations

from pathlib import Path

from zkctl.ceremony.phase2.verify import check_contributions, check_delta
from zkctl.ceremony.record.contributions import check_no_beacon
from zkctl.formats.binary.zkey_groth16 import read_zkey
from zkctl.runtime.printable import located
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import check_destinations
from zkctl.toolchain.ceremony.folder import check_ledger_names, read_ledger_ending_in
from zkctl.toolchain.ceremony.key import (
    ContributeSummary,
    contribute_summary,
    write_contribution,
)
from zkctl.toolchain.ceremony.receipts import make_receipt, save_receipt
from zkctl.toolchain.ceremony.requests import ContributionRequest


@record
class OfflineSummary(ContributeSummary):
    """The key and the receipt written."""

    receipt: str


def contribute_offline(
    old: Path,
    output: Path,
    request: ContributionRequest,
    *,
    ledger: Path | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> OfflineSummary:
    """Write the key with one more secret, and a receipt; with a ledger, check the parent first.

    The receipt's default place is beside the key, with .receipt.json after its name.
    Raises: IntegrityError for a key that is not the ledger's newest; CheckFailed, EncodingError
    for one that must not be built on.
    """
    place = request.receipt or output.with_name(output.name + ".receipt.json")
    check_destinations([output, place], force=force, inputs=[old])
    ceremony_id = "" if ledger is None else _ceremony_id_of_parent(old, ledger, progress)
    new = write_contribution(
        old, output, name=request.name, entropy=request.entropy, force=force, progress=progress
    )
    made = make_receipt(new, output, ceremony_id, new.circuit_hash, request.signing_key)
    save_receipt(made, place, force=force)
    return OfflineSummary(**vars(contribute_summary(old, output, new)), receipt=str(place))


def _ceremony_id_of_parent(old: Path, ledger: Path, progress: Progress) -> str:
    """Check that the key is the newest one and valid, and return the ceremony id."""
    progress("checking the key against the ledger", None)
    recorded, stored = read_ledger_ending_in(old, ledger), read_zkey(old, only_defined=True)
    with located(old):
        check_ledger_names(recorded, stored.contributions)
        check_no_beacon([contribution.origin for contribution in stored.contributions])
        check_contributions(stored.key.curve, stored.circuit_hash, stored.contributions)
        check_delta(stored.key, stored.contributions)
    return recorded.entries[0].ceremony_id
