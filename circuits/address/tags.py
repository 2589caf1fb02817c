"""Domain tags of the hashes (rule 2.2): each tagged hash starts with its own, so that no value of one kind stands for one of another.

A tag is the ASCII string zkap.v1.NAME as a big-endian integer: at most 31 bytes, so always below the modulus.
"""

from __future__ import annotations


def tag(name: str) -> int:
    """Return the tag of a name."""
    return int.from_bytes(f"zkap.v1.{name}".encode("ascii"), "big")


ACCESS = tag("access")
FIELD = tag("field")
FIELDS = tag("fields")
HOLDER = tag("holder")
INDEXED = tag("indexed")
LEAF = tag("leaf")
LOCKER = tag("locker")
MIGRATION = tag("migration")
NONREVOCATION = tag("nonrevocation")
NULLIFIER = tag("nullifier")
PID = tag("pid")
PREFIX = tag("prefix")
RESERVATION = tag("reservation")
