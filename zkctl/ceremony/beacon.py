"""Public randomness: the generator that any verifier derives from a beacon's bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from zkctl.ceremony.contribution import ContributorKind, Origin
from zkctl.ceremony.primitives.chacha import ChaCha
from zkctl.errors import CheckFailed, LimitError, UsageError

MIN_ITERATIONS, MAX_ITERATIONS = 10, 63
MAX_BYTES = 255
MAX_VERIFIED_ITERATIONS = 32  # of all beacons of a chain together; an hour or so
_HEX = frozenset("0123456789abcdefABCDEF")


def parse_beacon(text: str) -> bytes:
    """Return the beacon's bytes from hexadecimal digits.

    Raises: UsageError unless it is 1 to 255 bytes of hexadecimal, two digits each, without 0x.
    """
    if text[:2] in ("0x", "0X"):
        raise UsageError("the beacon starts with 0x", hint="write the hexadecimal digits only")
    if not text or not set(text) <= _HEX:
        raise UsageError(f"the beacon {text[:80]!r} is not hexadecimal")
    if len(text) % 2:
        raise UsageError(f"the beacon has an odd number of hexadecimal digits, {len(text)}")
    if len(text) > 2 * MAX_BYTES:
        raise UsageError(f"the beacon has {len(text) // 2} bytes, expected at most {MAX_BYTES}")
    return bytes.fromhex(text)


def check_iterations(exponent: int) -> None:
    """Check an iteration exponent against the limits of snarkjs (UsageError)."""
    if not MIN_ITERATIONS <= exponent <= MAX_ITERATIONS:
        raise UsageError(
            f"the iteration exponent is {exponent}, expected {MIN_ITERATIONS} to {MAX_ITERATIONS}",
            hint="10 means 2^10 rounds of SHA-256",
        )


def beacon_origin(hexadecimal: str, iterations: int, name: str) -> Origin:
    """Check the parts of a beacon and return the origin that its contribution records."""
    beacon = parse_beacon(hexadecimal)
    check_iterations(iterations)
    return Origin(ContributorKind.BEACON, name, beacon, iterations)


def check_beacon_options(beacon_hex: str, drand_round: int, drand_signature: str) -> None:
    """Check that the options of a beacon belong together (UsageError)."""
    if bool(beacon_hex) == bool(drand_round) or bool(drand_round) != bool(drand_signature):
        raise UsageError(
            "the beacon is ambiguous or incomplete: expected its hexadecimal digits, or a drand round and"
            " its signature",
            hint="pass `beacon_hex`, or `drand_round` and `drand_signature` of a round of drand quicknet",
        )


def check_verifiable(origin: Origin, where: str) -> None:
    """Check that a recorded beacon is cheap enough to recompute.

    Raises: CheckFailed for numbers that no tool writes, LimitError for hours of hashing.
    """
    if not origin.beacon or not MIN_ITERATIONS <= origin.iterations <= MAX_ITERATIONS:
        raise CheckFailed(
            f"a beacon of {len(origin.beacon)} bytes with iteration exponent {origin.iterations}",
            where=where,
        )
    if origin.iterations > MAX_VERIFIED_ITERATIONS:
        raise LimitError(
            f"recomputing the beacon takes 2^{origin.iterations} hashes,"
            f" the limit is 2^{MAX_VERIFIED_ITERATIONS}",
            where=where,
        )


def check_cost(origins: Sequence[Origin], labels: Sequence[str]) -> None:
    """Check that the recorded beacons of a chain together are cheap enough to recompute, before any is.

    Raises: CheckFailed for numbers that no tool writes, LimitError for hours of hashing.
    """
    n_hashes = 0
    for origin, label in zip(origins, labels, strict=True):
        if origin.kind is not ContributorKind.BEACON:
            continue
        check_verifiable(origin, label)
        n_hashes += 1 << origin.iterations
        if n_hashes > 1 << MAX_VERIFIED_ITERATIONS:
            raise LimitError(
                f"recomputing the beacons takes more than 2^{MAX_VERIFIED_ITERATIONS} hashes:"
                f" expected at most 2^{MAX_VERIFIED_ITERATIONS} for all of them, got {n_hashes}",
                where=label,
            )


def beacon_rng(
    beacon: bytes, iterations: int, tick: Callable[[float], None] | None = None
) -> ChaCha:
    """Return the generator of a beacon: SHA-256 iterated 2^iterations times."""
    digest = beacon
    rounds = 1 << iterations
    for start in range(0, rounds, 1 << 16):
        for _ in range(min(1 << 16, rounds - start)):
            digest = hashlib.sha256(digest).digest()
        if tick:
            tick(start / rounds)
    return ChaCha(digest)
