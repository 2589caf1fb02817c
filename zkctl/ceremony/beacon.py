"""Public randomness: the generator that any verifier derives from a beacon's bytes."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence

from zkctl.ceremony.contribution import ContributorKind, Origin
from zkctl.ceremony.primitives.chacha import ChaCha
from zkctl.ceremony.published_beacons import published_digest
from zkctl.errors import CheckFailed, LimitError, UsageError
from zkctl.runtime.progress import Progress, silent

MIN_ITERATIONS, MAX_ITERATIONS = 10, 63
MAX_BYTES = 255
MAX_VERIFIED_ITERATIONS = 32  # of all beacons of a chain together; an hour or so
_BLOCK = 1 << 18  # hashes between two reports
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
    published = published_digest(origin.beacon, origin.iterations)
    if origin.iterations > MAX_VERIFIED_ITERATIONS and not published:
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
        if published_digest(origin.beacon, origin.iterations):
            continue
        n_hashes += 1 << origin.iterations
        if n_hashes > 1 << MAX_VERIFIED_ITERATIONS:
            raise LimitError(
                f"recomputing the beacons takes more than 2^{MAX_VERIFIED_ITERATIONS} hashes:"
                f" expected at most 2^{MAX_VERIFIED_ITERATIONS} for all of them, got {n_hashes}",
                where=label,
            )


def beacon_rng(beacon: bytes, iterations: int, progress: Progress = silent) -> ChaCha:
    """Return the generator of a beacon: SHA-256 iterated 2^iterations times."""
    return ChaCha(
        published_digest(beacon, iterations) or _iterated_digest(beacon, iterations, progress)
    )


def _iterated_digest(beacon: bytes, iterations: int, progress: Progress) -> bytes:
    """Hash 2^iterations times; where that takes a while, report the number, an estimate and the share done."""
    sha256, digest, stage = hashlib.sha256, beacon, ""
    n_hashes, begin = 1 << iterations, time.monotonic()
    for done in range(0, n_hashes, _BLOCK):
        for _ in range(min(_BLOCK, n_hashes - done)):
            digest = sha256(digest).digest()
        if n_hashes <= 4 * _BLOCK:
            continue
        share = (done + _BLOCK) / n_hashes
        # The estimate is from the first block; a stage keeps its text.
        stage = stage or _hashing_stage(iterations, (time.monotonic() - begin) / share)
        progress(stage, min(share, 1.0))
    return digest


def _hashing_stage(iterations: int, seconds: float) -> str:
    return f"recomputing a beacon: 2^{iterations} hashes, {in_words(seconds)}"


def in_words(seconds: float) -> str:
    """Return a rough duration: `a minute at most`, `about 25 minutes`, `about 3 hours`."""
    if seconds <= 60:
        return "a minute at most"
    minutes = round(seconds / 60)
    return f"about {minutes} minutes" if minutes < 100 else f"about {round(seconds / 3600)} hours"
