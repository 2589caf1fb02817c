"""Admission to a ceremony: its list of public keys, and its invitations.

An invitation is a random token; the folder has only its SHA-256, and the coordinator notes the key that
used it.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path

from zkctl.ceremony.record.rules import INVITATION, KEYS, Rules
from zkctl.ceremony.record.signing import canonical_public_key
from zkctl.errors import CheckFailed, InputError, IntegrityError, UsageError
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.storage.mapped import read_bytes, system_errors
from zkctl.toolchain.ceremony.folder import blake2b, locked

PARTICIPANTS, INVITATIONS = "participants.txt", "invitations.txt"
MAX_LIST_BYTES, MAX_INVITATIONS = 1 << 20, 1000
MAX_INVITATION_BYTES = 4096  # of a file with one
INVITATION_VARIABLE = "ZKCTL_INVITATION"
_INVITATION = re.compile("[A-Za-z0-9_-]{43}")


@record
class InviteSummary:
    """New invitations, each for one public key."""

    invitations: list[str]


def read_participants(path: Path) -> frozenset[str]:
    """Return the public keys of a list like authorized_keys.  Raises: FormatError naming the line."""
    where = printable(path)
    lines = read_bytes(path, MAX_LIST_BYTES).decode("utf-8", "replace").splitlines()
    keys = [
        canonical_public_key(line, f"{where}, line {number}")
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.startswith("#")
    ]
    if not keys:
        raise InputError("the list of participants is empty", where=where)
    return frozenset(keys)


def admitted_keys(folder: Path, rules: Rules, given: Path | None = None) -> frozenset[str]:
    """Return the public keys that may contribute; empty if the ceremony has no list of them.

    `given` is a list to use instead of that in the folder.
    Raises: IntegrityError for another list than that of the rules.
    """
    if rules.admission != KEYS:
        return frozenset() if given is None else read_participants(given)
    path = given or folder / PARTICIPANTS
    digest = blake2b(path)
    if digest != rules.admission_blake2b:
        raise IntegrityError(
            f"the list of public keys is not that of the rules: expected"
            f" {rules.admission_blake2b[:16]}..., got {digest[:16]}...",
            where=printable(path),
        )
    return read_participants(path)


def check_admitted(public_key: str, folder: Path, rules: Rules) -> None:
    """Check that a contribution is by a key of the ceremony's list, if it has one (CheckFailed)."""
    if rules.admission == KEYS and public_key not in admitted_keys(folder, rules):
        raise CheckFailed("this public key is not on the ceremony's list")


def invite(folder: Path, count: int) -> InviteSummary:
    """Make invitations to a ceremony whose rules ask for them.

    Raises: UsageError for another admission, or a number out of range.
    """
    if not 1 <= count <= MAX_INVITATIONS:
        raise UsageError(
            f"the number of invitations is out of range: expected 1 to {MAX_INVITATIONS}, got {count}"
        )
    with locked(folder) as ceremony:
        if ceremony.rules.admission != INVITATION:
            raise UsageError(
                f"the ceremony needs no invitations: expected the admission {INVITATION},"
                f" got {ceremony.rules.admission}"
            )
        tokens = [secrets.token_urlsafe(32) for _ in range(count)]
        path = folder / INVITATIONS
        with system_errors("write the file", path):
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            with os.fdopen(os.open(path, flags, 0o600), "wb") as stream:
                stream.write(b"".join(f"{digest_of(token)}\n".encode() for token in tokens))
                stream.flush()
                os.fsync(stream.fileno())
    return InviteSummary(tokens)


def digest_of(invitation: str) -> str:
    """Return the SHA-256 of an invitation."""
    return hashlib.sha256(invitation.encode("utf-8", "surrogatepass")).hexdigest()


def is_invitation(folder: Path, digest: str) -> bool:
    """Return whether an invitation with this SHA-256 was made."""
    path = folder / INVITATIONS
    return path.exists() and digest.encode() in read_bytes(path, MAX_LIST_BYTES).split(b"\n")[:-1]


def parse_invitation(text: str) -> str:
    """Return the invitation in the text of a file.  Raises: InputError."""
    found = text.strip()
    if not _INVITATION.fullmatch(found):
        raise InputError(
            "the invitation is malformed: expected 43 letters, digits, - or _",
            hint="copy it again from the coordinator's message",
        )
    return found
