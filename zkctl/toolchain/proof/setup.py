"""Make a proving key from a circuit and a phase 1."""

from __future__ import annotations

from pathlib import Path

from zkctl.ceremony.policy import (
    warnings_for_findings,
    warnings_for_phase1,
    warnings_for_powers,
)
from zkctl.constraints.r1cs import R1CS, custom_gates_refused, no_knowledge
from zkctl.errors import LimitError
from zkctl.formats.binary.ptau.file import PTAU_KIND, read_ptau
from zkctl.formats.binary.r1cs import R1CS_KIND, read_r1cs
from zkctl.formats.binary.sections import warnings_for_sections
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output, check_destination
from zkctl.storage.space import check_free_space
from zkctl.toolchain.proof.keys import SetupCost
from zkctl.toolchain.proof.systems import GROTH16, ProofSystem
from zkctl.toolchain.ptau.catalogue import UNPUBLISHED, recognise

MIB = 1 << 20


@record
class SetupSummary:
    """The key that was made, and its circuit.

    A Groth16 key has a hash of its circuit; a key of a universal setup has so many rows that are not padding, and a digest
    that names its setup.
    """

    key: str
    curve: str
    n_constraints: int
    n_wires: int
    n_public: int
    domain_size: int
    warnings: list[str]
    circuit_hash: str | None = None
    n_rows: int | None = None
    srs: str | None = None


def make_key(
    r1cs: Path,
    ptau: Path,
    *,
    output: Path,
    system: ProofSystem = GROTH16,
    force: bool = False,
    allow_insecure: bool = False,
    memory_limit: int | None = None,
    progress: Progress = silent,
) -> SetupSummary:
    """Write a key of the proof system; for Groth16 the one that phase 2 starts from, for the others one to prove with.

    Raises: IntegrityError for a phase 1 or circuit that policy refuses, or of different curves;
    EnvironmentProblem for a ptau file that is too small or unprepared, an existing output or a full disk; LimitError where more
    memory is needed than `memory_limit` MiB.
    """
    check_destination(output, force=force, inputs=[r1cs, ptau])
    progress("reading the circuit", None)
    circuit = read_r1cs(r1cs)
    progress("reading the powers of tau", None)
    phase1 = read_ptau(ptau)
    warnings = [
        *warnings_for_sections(r1cs, R1CS_KIND),
        *warnings_for_sections(ptau, PTAU_KIND),
    ]
    warnings += warnings_for_phase1(phase1.contributions, allow_insecure=allow_insecure)
    warnings += warnings_for_powers(phase1.powers, allow_insecure=allow_insecure)
    warnings += _warnings_for_circuit(circuit, printable(r1cs), allow_insecure=allow_insecure)
    if system.setup_cost is not None:
        cost = system.setup_cost(circuit, phase1.powers)
        _check_cost(cost, output, memory_limit, progress)
    made = system.setup(circuit, phase1.powers, progress)
    warnings += warnings_for_findings(system.setup_findings(made), allow_insecure=allow_insecure)
    if not system.has_contributions:
        progress("looking for the powers of tau among the published ones", None)
        warnings += [] if recognise(ptau) else [UNPUBLISHED]
    progress("writing the key", None)
    with atomic_output(output, force=force, inputs=[r1cs, ptau]) as file:
        system.write_key(file, made)
    return SetupSummary(
        key=str(output),
        curve=made.key.curve.name,
        n_constraints=circuit.n_constraints,
        n_wires=circuit.n_wires,
        n_public=circuit.n_public,
        domain_size=made.key.domain_size,
        warnings=[*warnings, *system.setup_warnings],
        **system.setup_facts(made),
    )


def report_cost(cost: SetupCost, progress: Progress) -> int:
    """Say what a key will take, before anything is computed; return its memory.  Units: MiB."""
    memory, size = (-(-n_bytes // MIB) for n_bytes in (cost.memory_bytes, cost.key_bytes))
    progress(f"a key of {cost.n_rows} rows: {size} MiB, with about {memory} MiB of memory", None)
    return memory


def _check_cost(
    cost: SetupCost, output: Path, memory_limit: int | None, progress: Progress
) -> None:
    """Say what a key will take, before anything is computed; check that there is room for it."""
    memory = report_cost(cost, progress)
    if memory_limit is not None and memory > memory_limit:
        raise LimitError(
            f"the setup needs too much memory: expected at most {memory_limit} MiB, got {memory} MiB",
            where=printable(output),
            hint="raise the limit, or compile the circuit with fewer rows",
        )
    check_free_space(output.parent, cost.key_bytes)


def _warnings_for_circuit(circuit: R1CS, where: str, *, allow_insecure: bool) -> list[str]:
    """Return a warning for a circuit of linear constraints only: solving them yields its witnesses.

    Raises: InputError for custom gates; IntegrityError in place of the warning.
    """
    if circuit.has_custom_gates:
        raise custom_gates_refused(where)
    refusal = no_knowledge(circuit, where)
    if refusal is None:
        return []
    if allow_insecure:
        return [refusal.message]
    raise refusal
