"""Compile a .circom file to the files of a circuit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zkctl.circom.circuit import CircomCircuit, CircuitCounts
from zkctl.circom.compile import CompiledProgram, compile_program
from zkctl.circom.removed import REASONS, RemovedConstraints
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.errors import EnvironmentProblem, UsageError
from zkctl.field.prime import BLS12_381_FR, BN254_FR, PrimeField
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_outputs, check_destination
from zkctl.toolchain.circuit.circom_files import OUTPUTS, Output, write_outputs

PRIMES = {"bn128": BN254_FR, "bls12381": BLS12_381_FR}
OTHER_PRIMES = ("bls12377", "goldilocks", "grumpkin", "pallas", "secq256r1", "vesta")
USUAL = (Output.R1CS, Output.SYM, Output.PROGRAM)


@record
class CircomChoices:
    """The choices for compiling a .circom file.

    `folders` are searched for included files after the including file's own; `prime` is circom's name of the field; `inspect` adds
    circom's warnings about missing constraints.
    """

    folders: tuple[Path, ...] = ()
    level: SimplificationLevel = SimplificationLevel()
    prime: str = "bn128"
    inspect: bool = False


@record
class CircomSummary:
    """The compiled circuit; the counts are those that circom prints.

    `removed_by_template` are the linear constraints that simplification removed, by template.
    """

    circuit: str
    field: str
    n_templates: int
    n_constraints: int
    n_nonlinear: int
    n_linear: int
    n_wires: int
    n_labels: int
    n_public_outputs: int
    n_public_inputs: int
    n_private_inputs: int
    n_private_in_witness: int
    n_removed: int
    removed_by_template: list[RemovedConstraints]
    removed_because: str
    files: list[str]
    warnings: list[str]


def compile_circom(
    source: Path,
    output_dir: Path,
    choices: CircomChoices,
    *,
    outputs: Sequence[Output] = USUAL,
    force: bool = False,
    progress: Progress = silent,
) -> CircomSummary:
    """Write NAME.r1cs, NAME.sym and NAME.wprog, or other outputs, of a .circom file with `component main`.

    Raises: CircomError with all errors of the stage that refuses the program; UsageError for an unknown prime;
    EnvironmentProblem for a missing file or an existing output.
    """
    files = [output_dir / f"{source.stem}{OUTPUTS[output]}" for output in outputs]
    for file in files:
        check_destination(file, force=force, inputs=[source])
    found = compiled_circom(source, choices, progress=progress)
    progress("writing", None)
    with atomic_outputs(files, force=force, inputs=[source]) as streams:
        write_outputs(found.circuit, dict(zip(outputs, streams, strict=True)))
    return summary_of_circom(found, files)


def compiled_circom(
    source: Path, choices: CircomChoices, *, progress: Progress = silent
) -> CompiledProgram:
    """Compile a .circom file; nothing is written.  Raises: as `compile_circom`."""
    field = field_of_prime(choices.prime)
    if not source.is_file():
        raise EnvironmentProblem("no such file", where=printable(source))
    progress(f"compiling {printable(source)}", None)
    return compile_program(source, choices.folders, field, choices.level, inspect=choices.inspect)


def field_of_prime(name: str) -> PrimeField:
    """Return the field that circom calls by a name.  Raises: UsageError."""
    if name in PRIMES:
        return PRIMES[name]
    known = f"the primes are {' and '.join(PRIMES)}"
    if name in OTHER_PRIMES:
        raise UsageError(f"the prime {name} is one of circom's that is not supported", hint=known)
    raise UsageError(f"unknown prime {printable(name)}", hint=known)


def summary_of_circom(found: CompiledProgram, files: Sequence[Path]) -> CircomSummary:
    """Return the counts of a compiled circuit with the names of its files."""
    circuit: CircomCircuit = found.circuit
    counts: CircuitCounts = circuit.counts
    warnings = [
        f"{each.code}: {each.message}"
        + (f" ({circuit.source.where(each.place)})" if each.place else "")
        for each in found.warnings
    ]
    lost = counts.n_private_inputs - counts.n_private_in_witness
    if lost:
        warnings.append(
            f"{lost} of {counts.n_private_inputs} private inputs stand in no constraint: nothing is proved about them"
        )
    removed = circuit.removed
    n_removed = sum(each.n_removed for each in removed)
    because = REASONS[circuit.level.level] if n_removed else ""
    if n_removed and not counts.n_nonlinear + counts.n_linear:
        warnings.append(
            f"no constraint is left: {n_removed} linear constraints were removed, because {because}; nothing is proved"
        )
    return CircomSummary(
        circuit=circuit.name,
        field=circuit.field.name,
        n_templates=counts.n_instances,
        n_constraints=counts.n_nonlinear + counts.n_linear,
        n_nonlinear=counts.n_nonlinear,
        n_linear=counts.n_linear,
        n_wires=counts.n_wires,
        n_labels=counts.n_labels,
        n_public_outputs=counts.n_public_outputs,
        n_public_inputs=counts.n_public_inputs,
        n_private_inputs=counts.n_private_inputs,
        n_private_in_witness=counts.n_private_in_witness,
        n_removed=n_removed,
        removed_by_template=removed,
        removed_because=because,
        files=[printable(file) for file in files],
        warnings=warnings,
    )
