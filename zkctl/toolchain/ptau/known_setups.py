"""The ceremony that a key of a universal setup stands on, by its tau in G2."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from zkctl.curve import G2Array
from zkctl.curve.encoding import uncompressed_bytes
from zkctl.formats.binary.ptau.file import open_ptau
from zkctl.runtime.digests import sha256_hex
from zkctl.runtime.records import record

UNKNOWN = "not a published ceremony known here"


@record
class KnownSetup:
    """A public ceremony: its name, and the digest of its list of contributions."""

    title: str
    contributions_digest: str


def srs_digest(tau_g2: G2Array) -> str:
    """Return a digest that names a setup: SHA-256 of tau in G2, uncompressed.  Shapes: ()."""
    return sha256_hex(uncompressed_bytes(tau_g2))


def contributions_digest(ptau: Path) -> str:
    """Return the SHA-256 of section 7 of a ptau file, the same in all files of a ceremony.

    Raises: FormatError; EnvironmentProblem if unreadable.
    """
    file, _ = open_ptau(ptau)
    return sha256_hex(file.sections[7])


@cache
def _known() -> dict[str, KnownSetup]:
    from zkctl.toolchain.ptau.catalogue import ceremonies  # a setup only needs the digest

    return {
        ceremony["tau_g2"]: KnownSetup(ceremony["title"], ceremony["contributions"])
        for ceremony in ceremonies()
        if "tau_g2" in ceremony
    }


def known_setup(tau_g2: G2Array) -> KnownSetup | None:
    """Return the public ceremony with this tau, or None."""
    return _known().get(srs_digest(tau_g2))


def facts_of_setup(tau_g2: G2Array) -> dict[str, Any]:
    """Return what is known of the setup of a key; a digest of its contributions where the ceremony is a public one."""
    facts: dict[str, Any] = {"srs": srs_digest(tau_g2)}
    found = known_setup(tau_g2)
    if found is None:
        return facts | {"ceremony": UNKNOWN}
    return facts | {
        "ceremony": found.title,
        "contributions_digest": found.contributions_digest,
    }
