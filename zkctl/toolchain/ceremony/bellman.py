"""Conversion of keys to the parameters of bellman's phase 2 tools and back, and contributions to those."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zkctl.ceremony.hashing import contribution_hash
from zkctl.ceremony.phase2.bellman import from_bellman, to_bellman
from zkctl.ceremony.policy import warnings_for_phase2
from zkctl.formats.binary.bellman import read_bellman, write_bellman
from zkctl.formats.binary.sections import warnings_for_sections
from zkctl.formats.binary.zkey_groth16 import GROTH16_KIND, ZkeyFile, read_zkey, write_zkey
from zkctl.runtime.printable import located
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output, check_destination
from zkctl.toolchain.secret_step import SecretStep, run_secret_step

IMPORT_ORDER = (1, 2, 3, 4, 9, 8, 5, 6, 7, 10)  # as `zkey import bellman` writes
NAMELESS = (
    "the parameters hold {} new contributions, whose names and kinds are not in the file; "
    "`name` applies to a single one"
)


@record
class BellmanSummary:
    """The parameters or key written, with the hash of the last contribution (empty without one)."""

    output: str
    curve: str
    n_contributions: int
    n_new: int
    contribution_hash: str
    warnings: list[str]


def export_bellman(
    key: Path, output: Path, *, force: bool = False, progress: Progress = silent
) -> BellmanSummary:
    """Write a key as the parameters that bellman's phase 2 tools read, byte for byte as snarkjs."""
    check_destination(output, force=force, inputs=[key])
    progress("reading the key", None)
    stored = read_zkey(key)
    progress("converting the key", None)
    with located(key):
        parameters = to_bellman(stored.key, stored.circuit_hash, stored.contributions)
    progress("writing the parameters", None)
    with atomic_output(output, force=force, inputs=[key], check=read_bellman) as file:
        write_bellman(file, parameters)
    return _summary(output, stored, 0, warnings_for_sections(key, GROTH16_KIND))


def import_bellman(
    old: Path,
    parameters: Path,
    output: Path,
    *,
    name: str = "",
    force: bool = False,
    progress: Progress = silent,
) -> BellmanSummary:
    """Check the parameters of bellman's tools and write the key that continues the old one by them.

    Raises: IntegrityError for parameters of another circuit; CheckFailed or EncodingError for
    parameters that do not continue the key; UsageError for an impossible name.
    """
    inputs = [old, parameters]
    check_destination(output, force=force, inputs=inputs)
    progress("reading key and parameters", None)
    stored, found = read_zkey(old), read_bellman(parameters)
    progress("checking the new contributions", None)
    with located(parameters):
        key, records = from_bellman(
            stored.key, stored.circuit_hash, stored.contributions, found, name
        )
    progress("writing the key", None)
    new = ZkeyFile(key, stored.circuit_hash, records)
    with atomic_output(output, force=force, inputs=inputs, check=read_zkey) as file:
        write_zkey(file, new, order=IMPORT_ORDER)
    n_new = len(records) - len(stored.contributions)
    return _summary(output, new, n_new, warnings_for_sections(old, GROTH16_KIND))


def contribute_bellman(
    old: Path,
    output: Path,
    *,
    entropy: str = "",
    force: bool = False,
    progress: Progress = silent,
) -> BellmanSummary:
    """Write parameters with one more contributor's secret.  The file has no place for a name.

    Raises: FormatError, EncodingError for parameters that must not be built on.
    """
    check_destination(output, force=force, inputs=[old])
    with atomic_output(output, force=force, inputs=[old], check=read_bellman) as file:
        step = SecretStep("bellman", old, entropy=entropy)
        run_secret_step(step, file, output, progress=progress)
    new = read_bellman(output)
    return _summary(output, ZkeyFile(new.key, new.circuit_hash, new.contributions), 1)


def _summary(
    output: Path, stored: ZkeyFile, n_new: int, of_source: Sequence[str] = ()
) -> BellmanSummary:
    records = stored.contributions
    warnings = [*of_source, *warnings_for_phase2(records, allow_insecure=True)]
    if n_new > 1:
        warnings.append(NAMELESS.format(n_new))
    return BellmanSummary(
        output=str(output),
        curve=stored.key.curve.name,
        n_contributions=len(records),
        n_new=n_new,
        contribution_hash=contribution_hash(records[-1]).hex() if records else "",
        warnings=warnings,
    )
