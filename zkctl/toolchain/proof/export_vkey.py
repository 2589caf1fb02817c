"""Export the verifier's part of a key: what `zkctl export-vkey` does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zkctl.ceremony.contribution import Kind
from zkctl.ceremony.policy import check_phase2, check_verifying_key
from zkctl.curve import G1Array, G2Array, pairing_product
from zkctl.formats.binary.zkey_groth16 import read_zkey
from zkctl.formats.json.snarkjs_groth16 import verification_key_json
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Report, silent
from zkctl.storage.atomic import atomic_output, check_destination


@dataclass(frozen=True)
class ExportSummary:
    """What was exported, and how many took part in the key's phase 2."""

    verification_key: str
    curve: str
    n_public: int
    n_contributions: int
    n_beacons: int
    warnings: list[str]


def export_verification_key(
    key: Path,
    output: Path,
    *,
    force: bool = False,
    allow_insecure: bool = False,
    report: Report = silent,
) -> ExportSummary:
    """Write the verification key as JSON, byte for byte as snarkjs does.

    Raises: IntegrityError for a key that policy refuses, EnvironmentProblem for an existing output.
    """
    check_destination(output, force=force, inputs=[key])
    report("reading the key", None)
    stored = read_zkey(key)
    vk = stored.key.verifying_key
    warnings = [f"{printable(key)}: {warning}" for warning in stored.warnings]
    warnings += check_phase2(stored.contributions, allow_insecure=allow_insecure)
    warnings += check_verifying_key(vk, allow_insecure=allow_insecure)
    alpha, beta = G1Array.concatenate([vk.alpha_g1]), G2Array.concatenate([vk.beta_g2])
    text = verification_key_json(vk, pairing_product(vk.curve, alpha, beta))
    with atomic_output(output, force=force, inputs=[key]) as file:
        file.write(text.encode())
    beacons = sum(c.origin.kind == Kind.BEACON for c in stored.contributions)
    return ExportSummary(
        verification_key=str(output),
        curve=vk.curve.name,
        n_public=vk.n_public,
        n_contributions=len(stored.contributions) - beacons,
        n_beacons=beacons,
        warnings=warnings,
    )
