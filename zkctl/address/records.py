"""Signed records of roots: a chain in which each record holds the digest of the one before.

A record is a JSON object (RFC 8785) whose values are strings; the signature is Ed25519 over its `v`, a zero byte and its bytes.  The
three kinds are those of a registry, of a locker operator, and the withdrawal of an earlier epoch of either.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

from zkctl.address.poseidon_rounds import MODULUS
from zkctl.ceremony.record.signing import check_message_signature, sign_message
from zkctl.errors import CheckFailed, FormatError, IntegrityError
from zkctl.runtime.records import record

ROOTS, LOCKERS, WITHDRAWN = "zkap.v1.roots", "zkap.v1.lockers", "zkap.v1.withdrawn"
_NUMBERS = {
    ROOTS: [
        "depth",
        "epoch",
        "issued_at",
        "revocation_depth",
        "revocation_root",
        "root",
        "valid_until",
    ],
    LOCKERS: ["depth", "epoch", "issued_at", "locker_root", "valid_until"],
    WITHDRAWN: ["epoch", "issued_at", "withdrawn"],
}
_OWNER = {ROOTS: ("registry",), LOCKERS: ("operator",), WITHDRAWN: ("registry", "operator")}
_NUMBER = re.compile(r"0|[1-9][0-9]{0,77}")
_DIGEST = re.compile(r"(?:[0-9a-f]{64})?")
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,100}")
Body = Mapping[str, str]


@record
class SignedRecord:
    """The bytes of a record and its signature in hexadecimal."""

    body: bytes
    signature: str

    def digest(self) -> str:
        """Return the SHA-256 that the next record holds as `prev`."""
        return hashlib.sha256(self.body).hexdigest()


@record
class Epoch:
    """A record whose content and signature are valid."""

    kind: str
    owner: str
    prev: str
    numbers: dict[str, int]
    digest: str

    @property
    def number(self) -> int:
        """The epoch's number."""
        return self.numbers["epoch"]

    @property
    def issued_at(self) -> int:
        """Unix seconds."""
        return self.numbers["issued_at"]


def canonical(body: Body) -> bytes:
    """Return the bytes of a record: sorted keys, no spaces."""
    return json.dumps(
        dict(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def sign_record(private: bytes, body: Body, *, where: str) -> SignedRecord:
    """Sign a record.  Raises: FormatError for a key that is not Ed25519, or a wrong record."""
    raw = canonical(body)
    _parse(raw, where)
    return SignedRecord(raw, sign_message(private, _message(body["v"], raw), where))


def parse_unsigned_record(signed: SignedRecord, *, where: str) -> Epoch:
    """Return a record without a look at its signature: for one before a record that was seen, whose digest covers it."""
    return _parse(signed.body, where)


def parse_record(public_key: str, signed: SignedRecord, *, where: str) -> Epoch:
    """Check a record's form and signature and return it.

    Raises: FormatError; CheckFailed for another signature.  The key is the pinned one, never one from the record.
    """
    epoch = _parse(signed.body, where)
    check_message_signature(public_key, signed.signature, _message(epoch.kind, signed.body), where)
    return epoch


def check_chain(epochs: Sequence[Epoch], owner: str, *, where: str) -> None:
    """Check that records follow each other: one owner, digests, epochs that grow by 1, times that never fall.

    Raises: IntegrityError.
    """
    previous: Epoch | None = None
    for epoch in epochs:
        place = f"{where} epoch {epoch.number}"
        if epoch.owner != owner:
            raise IntegrityError("the record is of another registry or operator", where=place)
        expected = 1 if previous is None else previous.number + 1
        if epoch.number != expected:
            raise IntegrityError(
                f"the epochs do not follow: expected {expected}, got {epoch.number}", where=place
            )
        if epoch.prev != ("" if previous is None else previous.digest):
            raise IntegrityError(
                "the chain of records is broken: prev is not the digest of the record before",
                where=place,
            )
        if previous is not None and epoch.issued_at < previous.issued_at:
            raise IntegrityError(
                f"the time of issue falls: expected at least {previous.issued_at}, got {epoch.issued_at}",
                where=place,
            )
        if epoch.kind == WITHDRAWN and not 1 <= epoch.numbers["withdrawn"] < epoch.number:
            raise IntegrityError("the withdrawn epoch is not an earlier one", where=place)
        previous = epoch


def withdrawn_epochs(epochs: Sequence[Epoch]) -> set[int]:
    """Return the numbers of the epochs that a later record withdraws."""
    return {each.numbers["withdrawn"] for each in epochs if each.kind == WITHDRAWN}


def _is_canonical(body: Body, raw: bytes) -> bool:
    try:
        return canonical(body) == raw
    except UnicodeEncodeError:  # a lone surrogate has no bytes
        return False


def _message(kind: str, raw: bytes) -> bytes:
    return kind.encode("ascii") + b"\0" + raw


def _parse(raw: bytes, where: str) -> Epoch:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise FormatError("the record is not JSON", where=where) from None
    if not isinstance(body, dict) or not all(isinstance(x, str) for x in body.values()):
        raise FormatError("the record is not an object of strings", where=where)
    kind = body.get("v", "")
    if kind not in _NUMBERS:
        raise FormatError("the record is of an unknown kind", where=where)
    owners = [name for name in _OWNER[kind] if name in body]
    if len(owners) != 1 or set(body) != {*_NUMBERS[kind], *owners, "prev", "v"}:
        raise FormatError(f"the record has wrong members: expected those of {kind}", where=where)
    if not _is_canonical(body, raw):
        raise FormatError("the record is not in its canonical form", where=where)
    for name in _NUMBERS[kind]:
        if not _NUMBER.fullmatch(body[name]) or int(body[name]) >= MODULUS:
            raise FormatError(f"{name} of the record is not a decimal number below p", where=where)
    if not _DIGEST.fullmatch(body["prev"]) or not _NAME.fullmatch(body[owners[0]]):
        raise FormatError("prev or the name in the record has a wrong form", where=where)
    numbers = {name: int(body[name]) for name in _NUMBERS[kind]}
    return Epoch(kind, body[owners[0]], body["prev"], numbers, hashlib.sha256(raw).hexdigest())


def check_not_rolled_back(
    epochs: Sequence[Epoch], seen: tuple[int, str] | None, *, where: str
) -> None:
    """Check that a chain continues the last record that a verifier saw, its number and digest.

    Raises: CheckFailed.
    """
    if seen is None:
        return
    number, digest = seen
    if not epochs or epochs[-1].number < number:
        newest = epochs[-1].number if epochs else 0
        raise CheckFailed(
            f"the records are rolled back: expected epoch {number} or later, got {newest}",
            where=where,
        )
    if epochs[number - 1].digest != digest:
        raise CheckFailed(f"there are two records of epoch {number}", where=where)
