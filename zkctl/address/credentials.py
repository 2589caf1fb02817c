"""A holder's secrets and the openings of a leaf: of a registered address, or of a locker's reservation."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.address.hashes import (
    access_commitment,
    fields_commitment,
    holder_key,
    pid_commitment,
    registry_leaf,
    tagged_hash,
)
from zkctl.address.pid import Pid
from zkctl.address.poseidon_rounds import MODULUS
from zkctl.address.texts import text_value
from zkctl.errors import InputError
from zkctl.runtime.records import record

VERSION_LIMIT = 1 << 32
TIME_LIMIT = 1 << 64


@record(repr=False)
class Credential:
    """The openings of a registered leaf, with the place of the leaf in the registry's tree; `fields` are eight texts."""

    registry: str
    place: int
    pid: Pid
    pid_salt: int
    fields: Sequence[str]
    field_salts: Sequence[int]
    version: int

    def values(self) -> list[int]:
        """Return the fields as field elements."""
        return [text_value(text) for text in self.fields]

    def pid_commitment(self) -> int:
        """Return the commitment to the PID."""
        return pid_commitment(self.pid, self.pid_salt)

    def fields_commitment(self) -> int:
        """Return the commitment to the fields."""
        return fields_commitment(self.values(), self.field_salts)

    def leaf(self, holder_secret: int) -> int:
        """Return the leaf."""
        commitments = self.pid_commitment(), self.fields_commitment()
        return registry_leaf(*commitments, holder_key(holder_secret), self.version)


@record(repr=False)
class Reservation:
    """A reservation of a locker, with the place of its leaf; times are Unix seconds."""

    operator: str
    place: int
    facility: str
    locker_id: int
    valid_from: int
    valid_until: int

    def leaf(self, access_secret: int) -> int:
        """Return the leaf."""
        return locker_leaf(self, access_commitment(access_secret))


def locker_leaf(reservation: Reservation, commitment: int) -> int:
    """Return the leaf of a reservation for an access commitment."""
    facility = text_value(reservation.facility)
    times = reservation.valid_from, reservation.valid_until
    return tagged_hash("locker", facility, reservation.locker_id, commitment, *times)


def check_public_key(key: int, *, of_zero: int, where: str) -> None:
    """Check a holder key or access commitment: a number below p, not 0 and not that of the secret 0.  Raises: InputError."""
    if not 0 < key < MODULUS:
        raise InputError("the key is not a number from 1 to p - 1", where=where)
    if key == of_zero:
        raise InputError("the key is that of the secret 0, which belongs to all", where=where)


def check_secret(secret: int, *, where: str) -> None:
    """Check that a secret is 1 to 31 bytes that are not all zero.  Raises: InputError; the secret is not quoted."""
    if not 0 < secret < 1 << 248:
        raise InputError("the secret is not a number from 1 to 2^248 - 1", where=where)
