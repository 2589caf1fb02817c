"""The ceremony that a key of a universal setup stands on, by its tau in G2."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from zkctl.curve import G2Array
from zkctl.curve.encoding import uncompressed_bytes
from zkctl.formats.binary.ptau.file import open_ptau
from zkctl.runtime.records import record

UNKNOWN = "not a published ceremony known here"


@record
class KnownSetup:
    """A public ceremony: its name, and the digest of its list of contributions."""

    title: str
    contributions_digest: str


def srs_digest(tau_g2: G2Array) -> str:
    """Return a digest that names a setup: SHA-256 of tau in G2, uncompressed.  Shapes: ()."""
    return hashlib.sha256(uncompressed_bytes(tau_g2)).hexdigest()


def contributions_digest(ptau: Path) -> str:
    """Return the SHA-256 of section 7 of a ptau file, the same in all files of a ceremony.

    Raises: FormatError; EnvironmentProblem if unreadable.
    """
    file, _ = open_ptau(ptau)
    return hashlib.sha256(file.sections[7]).hexdigest()


@cache
def _known() -> dict[str, KnownSetup]:
    import tomllib  # a setup only needs the digest
    from importlib import resources

    text = resources.files("zkctl.toolchain.ptau").joinpath("catalogue.toml").read_text("utf-8")
    return {
        ceremony["tau_g2"]: KnownSetup(ceremony["title"], ceremony["contributions"])
        for ceremony in tomllib.loads(text)["ceremony"]
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
