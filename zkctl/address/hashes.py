"""The tagged hashes of the protocol in plain integers; every argument is an integer below p."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.address.pid import N_LEVELS, Pid
from zkctl.address.poseidon import poseidon

_NAMES = """
access context field fields holder indexed leaf locker migration nonrevocation nullifier pid prefix reservation scope text
"""
TAGS = {name: int.from_bytes(f"zkap.v1.{name}".encode(), "big") for name in _NAMES.split()}


def tagged_hash(name: str, *inputs: int) -> int:
    """Return H(tag, inputs)."""
    return poseidon(TAGS[name], *inputs)


def holder_key(holder_secret: int) -> int:
    """Return the number by which a registry knows a holder."""
    return tagged_hash("holder", holder_secret)


def access_commitment(access_secret: int) -> int:
    """Return the number by which a locker operator knows an access secret."""
    return tagged_hash("access", access_secret)


def pid_commitment(pid: Pid, salt: int) -> int:
    """Return the commitment to a PID."""
    return tagged_hash("pid", *pid.components(), pid.collision, salt)


def fields_commitment(values: Sequence[int], salts: Sequence[int]) -> int:
    """Return the commitment to the eight fields of an address.  Shapes: 8, 8."""
    each = [
        tagged_hash("field", i, v, s) for i, (v, s) in enumerate(zip(values, salts, strict=True))
    ]
    return tagged_hash("fields", *each)


def registry_leaf(pid: int, fields: int, key: int, version: int) -> int:
    """Return the leaf of two commitments, a holder key and a version."""
    return tagged_hash("leaf", pid, fields, key, version)


def region_prefix(region: Pid) -> int:
    """Return the hash of a region, an entry of the lists of region-v1."""
    return tagged_hash("prefix", region.depth, *region.components())


def region_parts(region: Pid | None) -> tuple[tuple[int, ...], int]:
    """Return components and depth of a region, zeros for padding."""
    return ((0,) * N_LEVELS, 0) if region is None else (region.components(), region.depth)
