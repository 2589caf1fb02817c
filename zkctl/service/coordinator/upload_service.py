"""The upload of a key: announced with its receipt, sent in pieces, verified, settled.

The ledger decides who is accepted; the database only remembers.  A key counts from the moment its line
is in the ledger, before any answer is sent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from zkctl.ceremony.record.ledger import Entry
from zkctl.ceremony.record.signing import check_signature
from zkctl.errors import CheckFailed, FormatError, IntegrityError, LimitError
from zkctl.formats.ceremony_files import Receipt, receipt_from
from zkctl.runtime.records import record
from zkctl.service.coordinator.queue import Coordinator
from zkctl.service.coordinator.settings import EXTRA_BYTES
from zkctl.service.coordinator.slots import Slots
from zkctl.service.coordinator.store import VERIFYING, Participant, Upload
from zkctl.storage.space import check_free_space

_DIGEST_CHARACTERS = 128  # BLAKE2b-512 in hexadecimal

Settle = Callable[[Slots, Participant], None]


@record
class VerificationJob:
    """A key that has arrived and waits for its verdict."""

    participant: Participant
    upload: Upload
    key: Path
    receipt: Path

    @property
    def is_whole(self) -> bool:
        """Is all that was taken still on the disk?"""
        return self.key.is_file() and self.key.stat().st_size == self.upload.n_bytes


class UploadService:
    """The receiver of keys from the holder of the slot."""

    def __init__(self, coordinator: Coordinator) -> None:
        self.coordinator = coordinator
        self.store, self.incoming = coordinator.store, coordinator.incoming

    def begin(self, participant: Participant, n_bytes: int, receipt: Any) -> int:
        """Announce a key; returns the number of its bytes that have arrived already.

        Raises: IntegrityError for a key that does not continue the newest; CheckFailed for another
        contributor's receipt; LimitError, EnvironmentProblem for a key too large.
        """
        made = receipt_from(receipt, "receipt")
        ceremony = self.coordinator.published.ceremony()
        with self.coordinator.change():
            holder = self.coordinator.holder(participant)
            _check_continues(ceremony.ledger.newest, made)
            _check_author(holder, made, ceremony.ceremony_id)
            limit = ceremony.newest_key.stat().st_size + EXTRA_BYTES
            if not 0 < n_bytes <= limit:
                raise LimitError(f"the key has {n_bytes} bytes, expected at most {limit}")
            known = self._upload(holder)
            if known is not None and (known.digest, known.n_bytes) == (made.key_digest, n_bytes):
                return known.n_stored
            check_free_space(self.incoming.folder, 2 * n_bytes)
            self.store.begin_upload(holder, n_bytes, made.key_digest, json.dumps(receipt))
            return 0

    def offset(self, participant: Participant) -> int:
        """Return the number of arrived bytes of the announced key.  Raises: IntegrityError if none is."""
        with self.coordinator.lock:
            upload = self._upload(participant)
        if upload is None:
            raise IntegrityError("no key is announced", hint="begin the upload again")
        return upload.n_stored

    def append(self, participant: Participant, offset: int, digest: str, data: bytes) -> int:
        """Store the next piece of a key; returns the offset after it.  The last piece starts the verification.

        Raises: IntegrityError for a piece that is out of order or was damaged.
        """
        if hashlib.sha256(data).hexdigest() != digest:
            raise IntegrityError("the piece was damaged on the way", hint="send it again")
        with self.coordinator.change():
            holder = self.coordinator.holder(participant)
            upload = self._upload(holder)
            if upload is None:
                raise IntegrityError("no key is announced", hint="begin the upload again")
            end = _parse_end(upload, offset, len(data))
            self.incoming.write(holder, offset, data)
            self.store.change_upload(upload, n_stored=end)
            self.coordinator.slots.note_progress(holder, end, upload.n_bytes)
            if end == upload.n_bytes:
                lines = len(self.coordinator.published.ceremony().ledger.entries)
                self.store.change_upload(upload, first_line=lines)
                self.coordinator.slots.start_verification(holder)
        return end

    def _upload(self, participant: Participant) -> Upload | None:
        """Return the announced upload, with n_stored limited to the bytes on disk."""
        upload = self.store.upload(participant)
        if upload is None:
            return None
        return replace(upload, n_stored=min(upload.n_stored, self.incoming.n_stored(participant)))

    # -- the verdict

    def job(self) -> VerificationJob | None:
        """Return the key that waits for its verdict, if there is one."""
        with self.coordinator.lock:
            holder = self.store.holder()
            upload = None if holder is None else self.store.upload(holder)
            if holder is None or upload is None or holder.state != VERIFYING:
                return None
            receipt = receipt_from(json.loads(upload.receipt), "receipt")
            self.incoming.write_receipt(holder, receipt)
            return VerificationJob(
                holder, upload, self.incoming.key(holder), self.incoming.receipt(holder)
            )

    def recorded(self, job: VerificationJob) -> Entry | None:
        """Return the line of the ledger about this key, written since it arrived."""
        entries = self.coordinator.published.ceremony().ledger.entries[job.upload.first_line :]
        return next((entry for entry in entries if entry.key_digest == job.upload.digest), None)

    def settle(self, job: VerificationJob, settle: Settle) -> None:
        """Note a verdict, remove the upload, and assign the slot to the next contributor."""
        with self.coordinator.change():
            settle(self.coordinator.slots, self.store.participant(job.participant.id))

    def count_attempt(self, job: VerificationJob) -> int:
        """Count a verification that failed without a verdict; returns the number of attempts."""
        attempts = job.upload.attempts + 1
        with self.coordinator.change():
            self.store.change_upload(job.upload, attempts=attempts)
        return attempts


def _parse_end(upload: Upload, offset: int, n_bytes: int) -> int:
    """Return the end of a piece that follows the stored bytes and is not empty."""
    if offset != upload.n_stored:
        raise IntegrityError(
            f"upload offset is {offset}, expected {upload.n_stored}",
            hint="ask for the offset",
        )
    end = offset + n_bytes
    if not offset < end <= upload.n_bytes:
        raise IntegrityError(f"the piece ends at {end}, the key at {upload.n_bytes}")
    return end


def _check_continues(tip: Entry, receipt: Receipt) -> None:
    built_on = receipt.number - 1
    if built_on != tip.number:
        raise IntegrityError(
            f"the newest key is #{tip.number}, your file continues #{built_on}",
            hint="contribute to the newest key",
        )
    if receipt.parent != tip.contribution:
        raise IntegrityError(
            f"your file continues another contribution #{built_on} than the recorded one",
            hint="contribute to the newest key",
        )


def _check_author(holder: Participant, receipt: Receipt, ceremony: str) -> None:
    if receipt.public_key != holder.public_key:
        raise CheckFailed("the receipt is not signed by the key that you entered with")
    if receipt.ceremony_id != ceremony:
        raise CheckFailed("the receipt belongs to another ceremony")
    if len(receipt.key_digest) != _DIGEST_CHARACTERS:
        raise FormatError("the receipt has no BLAKE2b-512 of the key")
    check_signature(receipt.public_key, receipt.signature, receipt.statement, "receipt")
