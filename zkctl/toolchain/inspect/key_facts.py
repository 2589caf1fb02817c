"""Facts about proving keys for `info`, and the parts of them that other files have too."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zkctl.ceremony.contribution import ContributorKind, Origin
from zkctl.ceremony.hashing import contribution_hash
from zkctl.ceremony.policy import warnings_for_phase2, warnings_for_verifying_key
from zkctl.curve import G2Array
from zkctl.formats.binary.contributions import read_phase2
from zkctl.formats.binary.sections import SectionFile, read_sections
from zkctl.formats.binary.zkey import ZKEY_KIND, read_protocol
from zkctl.formats.binary.zkey_fflonk import FFLONK_KIND
from zkctl.formats.binary.zkey_fflonk import read_header as read_fflonk_header
from zkctl.formats.binary.zkey_gates import Counts
from zkctl.formats.binary.zkey_groth16 import (
    GROTH16_KIND,
    read_verifying_key_of_zkey,
    read_zkey_header,
)
from zkctl.formats.binary.zkey_plonk import PLONK_KIND
from zkctl.formats.binary.zkey_plonk import read_header as read_plonk_header
from zkctl.runtime.printable import printable
from zkctl.toolchain.ptau.known_setups import facts_of_setup

Facts = dict[str, Any]


def describe_key(path: Path) -> Facts:
    """Return the facts in the headers of a key of any proof system.  Raises: FormatError, EncodingError, EnvironmentProblem."""
    protocol = read_protocol(read_sections(path, ZKEY_KIND))
    kind = {"groth16": GROTH16_KIND, "plonk": PLONK_KIND, "fflonk": FFLONK_KIND}[protocol]
    file = read_sections(path, kind)
    facts = facts_of_sections(file) | {"protocol": protocol, "supported": True}
    file.check_sections_exist(kind.mandatory)
    if protocol == "groth16":
        return facts | _groth16(file, facts["warnings"])
    if protocol == "plonk":
        counts, plonk = read_plonk_header(file.section(2))
        return facts | _universal(counts, plonk.x_2)
    counts, fflonk = read_fflonk_header(file.section(2))
    return facts | _universal(counts, fflonk.x_2)


def _groth16(file: SectionFile, warnings: list[str]) -> Facts:
    header = read_zkey_header(file)
    circuit_hash, contributions = read_phase2(file.section(10), header.curve)
    hashes = [contribution_hash(c).hex() for c in contributions]
    warnings += warnings_for_phase2(contributions, allow_insecure=True)
    key = read_verifying_key_of_zkey(file, header)
    warnings += warnings_for_verifying_key(key, allow_insecure=True)
    return {
        "curve": header.curve.name,
        "wires": header.n_vars,
        "public_signals": header.n_public,
        "domain_size": header.domain_size,
        "coefficients": file.section(4).u32("the number of coefficients"),
        "circuit_hash": circuit_hash.hex(),
        "contributions": facts_of_contributions([c.origin for c in contributions], hashes),
    }


def _universal(counts: Counts, x_2: G2Array) -> Facts:
    """Return the facts of a key that takes no contributions: its trust is that of its powers of tau."""
    return {
        "curve": counts.curve.name,
        "wires": counts.n_vars - counts.n_additions,
        "public_signals": counts.n_public,
        "domain_size": counts.domain_size,
        "additions": counts.n_additions,
        "constraints": counts.n_constraints,
        **facts_of_setup(x_2),
    }


def facts_of_sections(file: SectionFile) -> Facts:
    """Return version, sections and warnings of a container."""
    sections = [{"id": k, "bytes": len(data)} for k, data in file.sections.items()]
    return {"version": file.version, "sections": sections, "warnings": list(file.warnings)}


def facts_of_contributions(origins: Sequence[Origin], hashes: Sequence[str]) -> list[Facts]:
    """Return each contribution with its hash."""
    return [
        _contribution(k, origin, digest)
        for k, (origin, digest) in enumerate(zip(origins, hashes, strict=True), 1)
    ]


def _contribution(number: int, origin: Origin, digest: str) -> Facts:
    facts: Facts = {
        "number": number,
        "type": origin.kind.name.lower(),
        "claimed_name": printable(origin.name),
        "hash": digest,
    }
    if origin.kind is ContributorKind.BEACON:
        facts |= {"beacon": origin.beacon.hex(), "iterations": origin.iterations}
    return facts
