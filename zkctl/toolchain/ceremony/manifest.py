"""The manifest of a finished ceremony: its fields, and their check."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from zkctl.ceremony.contribution import Origin
from zkctl.ceremony.policy import DEV_ONLY, participants
from zkctl.ceremony.record.ledger import BEACON
from zkctl.errors import CheckFailed
from zkctl.formats.binary.ptau.file import PTAU_KIND, read_ptau_header
from zkctl.formats.binary.sections import read_sections
from zkctl.formats.binary.zkey_groth16 import read_zkey
from zkctl.formats.json.snarkjs_groth16 import read_verification_key
from zkctl.formats.json.strict import load_json
from zkctl.runtime.printable import printable
from zkctl.storage.mapped import read_bytes
from zkctl.toolchain.ceremony.folder import (
    CIRCUIT,
    FINAL,
    LEDGER,
    MANIFEST,
    PHASE1,
    RULES,
    VERIFICATION_KEY,
    CeremonyFolder,
    blake2b,
)
from zkctl.toolchain.ceremony.key import KeyVerifySummary

SCHEMA = "zkctl-manifest/1"
LISTED = (RULES, LEDGER, CIRCUIT, PHASE1, FINAL, VERIFICATION_KEY)
MAX_BYTES = 16 << 20
_FIELDS = {"schema", "ceremony", "production", "trust", "circuit_hash", "files", "contributors"}
_OF_A_CONTRIBUTOR = {"number", "kind", "claimed_name", "contribution_hash"}  # in every version


def digests_of(path: Path) -> dict[str, str]:
    """Return the digests by which a manifest names a file."""
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"sha256": sha256, "blake2b": blake2b(path)}


def manifest_facts(ceremony_id: str, summary: KeyVerifySummary) -> dict[str, Any]:
    """Return the fields of a manifest that follow from the verified key and its ledger."""
    return {
        "schema": SCHEMA,
        "ceremony": ceremony_id,
        "trust": summary.trust,
        "circuit_hash": summary.circuit_hash,
        "contributors": [asdict(contributor) for contributor in summary.contributors],
    }


def production_problems(
    ceremony: CeremonyFolder, origins: list[Origin], *, phase1_is_cut: bool
) -> list[str]:
    """Return the objections to using the key in production."""
    people = participants(origins)
    problems = []
    if len(people) < ceremony.rules.minimum_players:
        problems.append(
            f"{len(people)} players, expected at least {ceremony.rules.minimum_players} [CEREMONY-PLAYERS]"
        )
    marked = [k for k, o in enumerate(origins, 1) if o.name.startswith(DEV_ONLY)]
    if marked:
        problems.append(f"contribution {marked[0]} is marked {DEV_ONLY!r} [CEREMONY-DEV]")
    if ceremony.ledger.newest.kind != BEACON or not ceremony.rules.beacon_source:
        problems.append("the key has no announced beacon [CEREMONY-BEACON]")
    if phase1_is_cut:
        problems.append("phase 1 is cut and not a published file, unverifiable [CEREMONY-PHASE1]")
    return problems


def check_manifest(ceremony: CeremonyFolder, summary: KeyVerifySummary) -> None:
    """Check each field of the manifest of a finished ceremony; pass without a manifest.

    Raises: CheckFailed naming the first field or file that is wrong.
    """
    path = ceremony.file(MANIFEST)
    if not path.exists():
        return
    where = printable(path)
    value: Any = load_json(read_bytes(path, MAX_BYTES), where=where)
    files = value.get("files") if isinstance(value, dict) else None
    if not isinstance(files, dict) or set(files) != {*LISTED} or set(value) != _FIELDS:
        raise CheckFailed("the manifest is not that of this ceremony", where=where)
    if value["ceremony"] != ceremony.ceremony_id:
        raise CheckFailed("the manifest is not that of this ceremony", where=where)
    for name, digests in files.items():
        if digests_of(ceremony.file(name)) != digests:
            raise CheckFailed(
                "the manifest has another digest", where=printable(ceremony.file(name))
            )
    _check_facts(value, manifest_facts(ceremony.ceremony_id, summary), where)
    _check_production(ceremony, value["production"], summary, where)
    if blake2b(ceremony.file(FINAL)) != ceremony.ledger.newest.key_digest:
        raise CheckFailed("the final key is not the newest one of the ledger", where=where)
    vk, published = (
        read_zkey(ceremony.newest_key).key.verifying_key,
        ceremony.file(VERIFICATION_KEY),
    )
    found = read_verification_key(published)
    names = ("alpha_g1", "beta_g2", "gamma_g2", "delta_g2", "gamma_abc_g1")
    if not all(np.array_equal(getattr(vk, n).data, getattr(found, n).data) for n in names):
        raise CheckFailed("the verification key is not the final key's", where=printable(published))


def _check_facts(value: Mapping[str, Any], expected: Mapping[str, Any], where: str) -> None:
    """Check the fields that follow from the key: people and programs read them beside its digests."""
    for name, fact in expected.items():
        found = value[name]
        if name == "contributors":
            same = isinstance(found, list) and len(found) == len(fact)
            same = same and all(map(_is_contributor, found, fact))
        else:
            same = found == fact
        if not same:
            raise CheckFailed(
                f"the field {name!r} of the manifest differs from the ceremony:"
                f" expected {printable(str(fact), 200)}, got {printable(str(found), 200)}",
                where=where,
            )


def _is_contributor(found: object, expected: Mapping[str, Any]) -> bool:
    """Return whether an entry says nothing of a contributor but the truth."""
    if not isinstance(found, dict) or not set(found) >= _OF_A_CONTRIBUTOR:
        return False
    return all(
        name in expected and type(fact) is type(expected[name]) and fact == expected[name]
        for name, fact in found.items()
    )


def _check_production(
    ceremony: CeremonyFolder, claim: object, summary: KeyVerifySummary, where: str
) -> None:
    """Check that a ceremony whose manifest says so is fit for production."""
    if not isinstance(claim, bool):
        raise CheckFailed(
            f"the field 'production' of the manifest is malformed:"
            f" expected true or false, got {printable(str(claim), 40)}",
            where=where,
        )
    header = read_ptau_header(read_sections(ceremony.file(PHASE1), PTAU_KIND))
    cut = header.power != header.ceremony_power and not summary.ptau_published_as
    origins = [c.origin for c in read_zkey(ceremony.newest_key).contributions]
    problems = production_problems(ceremony, origins, phase1_is_cut=cut) if claim else []
    if problems:
        raise CheckFailed(
            f"the manifest calls the ceremony fit for production: {'; '.join(problems)}",
            where=where,
        )
