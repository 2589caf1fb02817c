"""The files of a contributor: signing keys, receipts, attestations, and the proof of inclusion."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from zkctl.ceremony.contribution import ContributorKind, Origin
from zkctl.ceremony.hashing import contribution_hash
from zkctl.ceremony.phase2.verify import check_contributions, check_delta
from zkctl.ceremony.record.ledger import check_expected_contributions
from zkctl.ceremony.record.rules import time_text
from zkctl.ceremony.record.signing import (
    check_signature,
    check_signed,
    new_key,
    public_key_of,
    sign,
    ssh_signature,
)
from zkctl.errors import CheckFailed, FormatError, UsageError
from zkctl.formats.binary.zkey_groth16 import ZkeyFile, read_zkey
from zkctl.formats.ceremony_files import Receipt, read_receipt, receipt_fields, receipt_text
from zkctl.formats.identify import name_of_content
from zkctl.runtime import clock
from zkctl.runtime.printable import located, printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output, atomic_outputs
from zkctl.storage.mapped import map_file, read_bytes
from zkctl.storage.private import read_secret
from zkctl.toolchain.ceremony.folder import blake2b, tool

MAX_KEY_BYTES = 1 << 16
_KEY_START = 100  # bytes that hold the first line of a key file
_SHOWN_DIGITS = 16  # characters of a digest in a message
UNSIGNED = "the attestation is not signed: pass `signing_key` to tie it to your public key"


@record
class KeygenSummary:
    """The file of the private key, and the public key to publish."""

    signing_key: str
    public_key: str


@record
class IncludedSummary:
    """The place of a contribution in a key."""

    key: str
    number: int
    n_contributions: int
    name: str
    statement: str


@record
class AttestSummary:
    """The attestation written."""

    attestation: str
    public_key: str
    warnings: list[str]


@record
class StatementSummary:
    """The lines written, for a signing program."""

    statement: str


def generate_signing_key(output: Path, *, force: bool = False) -> KeygenSummary:
    """Write a fresh Ed25519 key that only its owner can read."""
    private = new_key()
    with atomic_output(output, force=force, private=True) as stream:
        stream.write(private)
    return KeygenSummary(str(output), public_key_of(private, printable(output)))


def make_receipt(
    new: ZkeyFile, key: Path, ceremony_id: str, circuit_hash: bytes, signing_key: Path | None
) -> Receipt:
    """Return the receipt of a key's last contribution, signed if there is a key to sign with."""
    hashes = [contribution_hash(c).hex() for c in new.contributions]
    receipt = Receipt(
        ceremony_id=ceremony_id,
        circuit_hash=circuit_hash.hex(),
        number=len(hashes),
        name=printable(new.contributions[-1].origin.name),
        parent=[circuit_hash.hex(), *hashes][-2],
        contribution=hashes[-1],
        key_digest=blake2b(key),
        time=time_text(clock.now()),
        tool=tool(),
    )
    return receipt if signing_key is None else signed(receipt, signing_key)


def signed(receipt: Receipt, signing_key: Path) -> Receipt:
    """Return the receipt with a signature.  Raises: FormatError for a key that is not Ed25519."""
    _check_is_private_key(signing_key)
    private, where = read_secret(signing_key, MAX_KEY_BYTES), printable(signing_key)
    return replace(
        receipt,
        public_key=public_key_of(private, where),
        signature=sign(private, receipt.statement, where),
    )


def _check_is_private_key(path: Path) -> None:
    """Check that a file begins as a private key: the mode of any other file is no matter.  Raises: FormatError."""
    source = map_file(path)
    start = bytes(source.data[:_KEY_START]).lstrip()
    if not start.startswith(b"-----BEGIN ") or b"PRIVATE KEY-----" not in start:
        raise FormatError(
            f"expected an Ed25519 private key, found {name_of_content(source.data)}",
            where=source.where,
            hint="make a key with `generate_signing_key()`",
        )


def save_receipt(receipt: Receipt, output: Path, *, force: bool = False) -> None:
    """Write a receipt that only its owner can read."""
    with atomic_output(output, force=force, private=True) as stream:
        stream.write(receipt_text(receipt).encode())


def attest_contribution(
    receipt: Path,
    output: Path,
    *,
    signing_key: Path | None = None,
    ssh: Path | None = None,
    signed_receipt: Path | None = None,
    force: bool = False,
) -> AttestSummary:
    """Write the attestation that a contributor publishes, with the signed receipt inside.

    The signature is made with a key, or one by ssh-keygen is copied; with `signed_receipt` the receipt
    is written with it.
    Raises: CheckFailed for a signature that is wrong; UsageError for a receipt signed by another key.
    """
    if signing_key is not None and ssh is not None:
        raise UsageError(
            "there is a signing key and an ssh signature: expected one of them",
            hint="pass `signing_key` or `ssh`",
        )
    found = read_receipt(receipt)
    check_signed(found.public_key, found.signature, found.statement, printable(receipt))
    if signing_key is not None:
        again = signed(found, signing_key)
        if found.signature and again.public_key != found.public_key:
            raise UsageError("the receipt is signed by another key", where=printable(signing_key))
        found = again
    if ssh is not None:
        found = _signed_by_ssh(found, ssh)
    outputs = [output] if signed_receipt is None else [output, signed_receipt]
    with atomic_outputs(outputs, force=force, inputs=[receipt], stdout=True) as streams:
        for stream, text in zip(streams, (_attestation(found), receipt_text(found)), strict=False):
            stream.write(text.encode())
    warnings = [] if found.signature else [UNSIGNED]
    return AttestSummary(str(output), found.public_key, warnings)


def _signed_by_ssh(receipt: Receipt, file: Path) -> Receipt:
    where = printable(file)
    raw = read_bytes(file, MAX_KEY_BYTES)
    try:
        public_key, signature = ssh_signature(raw.decode("utf-8", "replace"), where)
    except FormatError as problem:
        problem.message += f": found {name_of_content(raw)}"
        raise
    check_signature(public_key, signature, receipt.statement, where)
    if receipt.signature and receipt.public_key != public_key:
        raise UsageError("the receipt is signed by another key", where=where)
    return replace(receipt, public_key=public_key, signature=signature)


def write_statement(receipt: Path, output: Path, *, force: bool = False) -> StatementSummary:
    """Write the five lines that a signature of this receipt covers."""
    with atomic_output(output, force=force, inputs=[receipt]) as stream:
        stream.write(read_receipt(receipt).statement.message())
    return StatementSummary(str(output))


def _attestation(receipt: Receipt) -> str:
    facts = receipt_fields(receipt)
    rows = "\n".join(f"    {name:<13} {facts[name]}" for name in facts if facts[name] != "")
    who = receipt.name or "a contributor without a name"
    return f"""# Attestation

I, {who}, made contribution {receipt.number} to the trusted setup of the circuit below at {receipt.time}. The secret came
from my machine's operating system; I kept no copy of it and know of none.

{rows}

The signature, if there is one, is Ed25519 over these lines: zkctl-ceremony-v1, ceremony, number, parent, contribution.
To check that this contribution is in a final key:

    zkctl ceremony included --receipt RECEIPT.json FINAL.zkey

The receipt:

    {receipt_text(receipt).strip().replace(chr(10), chr(10) + "    ")}
"""


def verify_inclusion(receipt: Path, key: Path, *, progress: Progress = silent) -> IncludedSummary:
    """Check the chain of contributions of a key, and return the place of a contribution in it.

    Raises: CheckFailed if it is not there, at another place, or the chain is broken.
    """
    found, stored = read_receipt(receipt), read_zkey(key)
    check_signed(found.public_key, found.signature, found.statement, printable(receipt))
    with located(key):
        if stored.circuit_hash.hex() != found.circuit_hash:
            raise CheckFailed("the key belongs to another circuit than the receipt")
        hashes = [contribution_hash(c).hex() for c in stored.contributions]
        check_expected_contributions([found.contribution], hashes)
        number = hashes.index(found.contribution) + 1
        parent = [found.circuit_hash, *hashes][number - 1]
        if number != found.number:
            raise CheckFailed(
                f"the contribution is number {number} in the key, number {found.number} in the receipt"
            )
        if parent != found.parent:
            raise CheckFailed(
                f"the contribution follows another one in the key: expected {found.parent[:_SHOWN_DIGITS]}...,"
                f" got {parent[:_SHOWN_DIGITS]}..."
            )
        _check_origin(found, stored.contributions[number - 1].origin)
        progress("checking the chain of contributions", None)
        check_contributions(stored.key.curve, stored.circuit_hash, stored.contributions)
        check_delta(stored.key, stored.contributions)
    statement = f"your contribution #{number} of {len(hashes)} is in this key"
    return IncludedSummary(str(key), number, len(hashes), found.name, statement)


def _check_origin(receipt: Receipt, origin: Origin) -> None:
    """Check that the key calls the contributor as the receipt does: its hashes do not cover that."""
    if origin.kind is ContributorKind.BEACON:
        raise CheckFailed("the contribution is a beacon in the key: expected a contribution")
    if printable(origin.name) != receipt.name:
        raise CheckFailed(
            f"the name of contribution {receipt.number} in the key differs from the receipt:"
            f" expected {printable(receipt.name, 80)!r}, got {printable(origin.name, 80)!r}",
            hint="ask the coordinator for a key with the records that were sent",
        )
