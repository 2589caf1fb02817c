"""Write a contract that verifies proofs on a chain with an EVM."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zkctl.ceremony.contribution import ContributorKind
from zkctl.ceremony.policy import warnings_for_findings
from zkctl.errors import EnvironmentProblem
from zkctl.formats.identify import FileKind, identify
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.runtime.standard_streams import name_of
from zkctl.solidity.render import ContractOptions, check_name
from zkctl.storage.atomic import atomic_output, check_destination
from zkctl.toolchain.proof.systems import ProofSystem, read_verifying_key, system_of_key

if TYPE_CHECKING:
    from zkctl.toolchain.proof.keys import KeyFile

CAPITALS = {"groth16": "Groth16", "plonk": "Plonk", "fflonk": "Fflonk"}


@record
class ContractSummary:
    """The contract that was written."""

    contract: str
    name: str
    protocol: str
    curve: str
    n_public: int
    warnings: list[str]


@record(eq=False)
class _Key:
    """A verifying key, lines about its making, and the defects of its contributions."""

    system: ProofSystem
    vk: Any
    origin: Sequence[str]
    warnings: list[str]


def export_solidity(
    key: Path,
    *,
    output: Path,
    name: str | None = None,
    batch: bool = False,
    force: bool = False,
    allow_insecure: bool = False,
    progress: Progress = silent,
) -> ContractSummary:
    """Write the verifier contract of a proving key or verification key; `output` may be STDOUT.

    Raises: UsageError for a name that no contract may have; IntegrityError for a key that policy refuses;
    EnvironmentProblem for an existing output, or a curve or proof system without a contract.
    """
    check_destination(output, force=force, inputs=[key], stdout=True)
    if name is not None:
        check_name(name)
    progress("reading the key", None)
    found = _read(key, allow_insecure=allow_insecure)
    system, vk = found.system, found.vk
    if batch and not system.has_batch_contract:
        raise EnvironmentProblem(
            f"no contract that verifies many {system.name} proofs at once: expected a groth16 key, got {system.name}",
            hint="leave out `batch`",
        )
    weak = warnings_for_findings(system.weak_key_findings(vk), allow_insecure=allow_insecure)
    chosen = f"{CAPITALS[system.name]}Verifier" if name is None else name
    text = system.contract(vk, ContractOptions(chosen, batch, found.origin))
    with atomic_output(output, force=force, inputs=[key], stdout=True) as file:
        file.write(text.encode())
    return ContractSummary(
        contract=name_of(output),
        name=chosen,
        protocol=system.name,
        curve=vk.curve.name,
        n_public=vk.n_public,
        warnings=found.warnings + weak,
    )


def _read(key: Path, *, allow_insecure: bool) -> _Key:
    if identify(key) is not FileKind.ZKEY:
        system, vk = read_verifying_key(key)
        return _Key(system, vk, [], [])
    system = system_of_key(key)
    stored = system.read_key(key)
    warnings = [f"{printable(key)}: {warning}" for warning in stored.warnings]
    warnings += warnings_for_findings(system.key_findings(stored), allow_insecure=allow_insecure)
    return _Key(system, stored.key.verifying_key, _origin(stored), warnings)


def _origin(stored: KeyFile) -> list[str]:
    """Return the contract's lines about the making of its key."""
    beacons = sum(c.origin.kind == ContributorKind.BEACON for c in stored.contributions)
    people = len(stored.contributions) - beacons
    lines = [f"Circuit hash {stored.circuit_hash.hex()}"] if stored.circuit_hash else []
    if stored.contributions:
        lines.append(f"Phase 2: contributions {people}, beacons {beacons}")
    return lines
