"""The commands `zkctl witness`, `check-witness` and `print`."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from zkctl.cli.arguments import (
    Circuit,
    Program,
    Reduce,
)
from zkctl.cli.command import CommandGroup, Force, command, data_file
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option
from zkctl.errors import UnsatisfiedError, UsageError
from zkctl.runtime.standard_streams import STDIN, name_of

if TYPE_CHECKING:
    from zkctl.toolchain.circuit.check_witness import WitnessCheck

Inputs = Annotated[
    Path | None,
    Argument(metavar="INPUT.json", help="Input values by name.", callback=data_file, stream=STDIN),
]
Batch = Annotated[
    Path | None,
    Option(
        "--batch",
        metavar="INPUTS.jsonl",
        help="Compute many witnesses instead: on every line the inputs of one.",
        callback=data_file,
        stream=STDIN,
    ),
]
KeepGoing = Annotated[
    bool, Option("--keep-going", help="With --batch, write the other witnesses if a line fails.")
]
WitnessFile = Annotated[
    Path | None,
    Option(
        "-o",
        "--output",
        metavar="WITNESS.wtns",
        help="The witness to write, witness.wtns; with --batch the new folder, witnesses.",
    ),
]
Symbols = Annotated[
    Path | None,
    Option(
        "--sym",
        metavar="NAME.sym",
        help="The signals of a circom .wasm; default: NAME.sym beside it or one folder above.",
        callback=data_file,
    ),
]
TimeLimit = Annotated[
    int,
    Option(
        "--time-limit",
        metavar="SECONDS",
        min=1,
        max=1 << 24,
        help="Seconds after which a circom .wasm is stopped.",
    ),
]
MemoryLimit = Annotated[
    int,
    Option(
        "--memory",
        metavar="MIB",
        min=1,
        max=1 << 24,
        help="MiB that a circom .wasm may take: memory, tables and wires.",
    ),
]

CheckedWitness = Annotated[
    Path, Argument(metavar="WITNESS.wtns", help="The witness.", callback=data_file)
]
OfCircuit = Annotated[
    Path,
    Option("--r1cs", metavar="NAME.r1cs", help="The circuit of the witness.", callback=data_file),
]
CheckedWith = Annotated[
    Path | None,
    Option(
        "--r1cs",
        metavar="NAME.r1cs",
        help="The circuit: it must be the program's, and the witness satisfy it.",
        callback=data_file,
    ),
]
Names = Annotated[
    Path | None,
    Option(
        "--sym",
        metavar="NAME.sym",
        help="The names of signals, by default from the file beside the circuit.",
        callback=data_file,
    ),
]
MaxShown = Annotated[
    int, Option("--max", metavar="N", min=0, help="List at most N broken constraints.")
]
First = Annotated[
    int | None, Option("--first", metavar="N", min=0, help="Print only the first N constraints.")
]


def register(app: CommandGroup) -> None:
    """Add these commands to the application."""
    command(app, "witness")(witness)
    command(app, "check-witness", strict=True)(verify_witness)
    command(app, "print", strict=True)(print_)


def witness(
    terminal: Terminal,
    program: Program,
    inputs: Inputs = None,
    output: WitnessFile = None,
    batch: Batch = None,
    keep_going: KeepGoing = False,
    r1cs: CheckedWith = None,
    sym: Symbols = None,
    reduce: Reduce = False,
    time_limit: TimeLimit = 600,
    memory: MemoryLimit = 1024,
    force: Force = False,
) -> Answer:
    """Compute the witness of a circuit, or many witnesses.

    With --verbose, the lines that the circuit prints with log() are shown.

    Example:
        zkctl witness preimage.wprog input.json -o witness.wtns
        zkctl witness preimage.wprog - -o witness.wtns < input.json
        zkctl witness preimage.wprog input.json --r1cs preimage.r1cs
        zkctl witness preimage.wprog --batch inputs.jsonl -o witnesses
    """
    if batch is not None:
        given = {"INPUT.json": inputs is not None, "--sym": sym is not None, "--force": force}
        _check_batch([name for name, is_given in given.items() if is_given])
        folder = output or Path("witnesses")
        choices = {"r1cs": r1cs, "keep_going": keep_going, "reduce": reduce}
        return _witnesses(terminal, program, batch, folder, choices)
    if inputs is None or keep_going:
        raise UsageError(
            "missing argument 'INPUT.json'" if inputs is None else "--keep-going needs --batch",
            hint="run zkctl witness --help",
        )
    from zkctl.toolchain.circuit.circom_log import NAME
    from zkctl.toolchain.circuit.requests import WasmLimits
    from zkctl.toolchain.circuit.witness import calculate_witness

    with terminal.noting(NAME) if terminal.verbose else nullcontext():
        summary = calculate_witness(
            program,
            inputs=inputs,
            output=output or Path("witness.wtns"),
            sym=sym,
            r1cs=r1cs,
            force=force,
            reduce=reduce,
            limits=WasmLimits(time_limit, memory),
            progress=terminal.progress,
        )
    return Answer(summary)


def _check_batch(unexpected: list[str]) -> None:
    """Check that nothing is given that a batch does not take."""
    if unexpected:
        raise UsageError(
            f"unexpected with --batch: expected a .wprog and a new folder, got {' and '.join(unexpected)}",
            hint="each line of the batch holds the inputs of one witness",
        )


def _witnesses(
    terminal: Terminal, program: Path, batch: Path, output: Path, choices: dict[str, Any]
) -> Answer:
    from zkctl.toolchain.circuit.requests import BatchChoices
    from zkctl.toolchain.circuit.witness_batch import calculate_witnesses

    found = calculate_witnesses(
        program,
        inputs=batch,
        output=output,
        choices=BatchChoices(**choices),
        progress=terminal.progress,
    )
    if not found.failed:
        return Answer(found)
    failure = UnsatisfiedError(
        f"{len(found.failed)} of {found.n_lines} lines have no witness",
        where=name_of(batch),
        hint=f"correct these lines: {found.n_written} witnesses were written",
    )
    lines = [f"line {each.line}: {each.message}" for each in found.failed]
    return Answer(found, text="\n".join(lines), failure=failure, include_result=True)


def verify_witness(
    terminal: Terminal,
    witness: CheckedWitness,
    r1cs: OfCircuit,
    sym: Names = None,
    max_shown: MaxShown = 20,
) -> Answer:
    """Check that a witness satisfies a circuit.

    Prints OK and exits with 0, or prints every broken constraint with the names of its signals and
    exits with 1. Never prints a value.

    Example:
        zkctl check-witness witness.wtns --r1cs preimage.r1cs
    """
    from zkctl.toolchain.circuit.check_witness import verify_witness as verify

    found = verify(witness, r1cs=r1cs, sym=sym, max_shown=max_shown, progress=terminal.progress)
    if found.satisfied:
        return Answer(
            found, text=f"OK: {found.n_constraints} of {found.n_constraints} constraints hold"
        )
    failure = UnsatisfiedError(
        f"the witness breaks {found.n_broken} of {found.n_constraints} constraints",
        where=str(witness),
        hint="compute the witness again, with the program that was compiled with this circuit",
    )
    return Answer(found, text=_broken_lines(found), failure=failure, include_result=True)


def _broken_lines(found: WitnessCheck) -> str:
    lines = [
        f"INVALID: {found.n_broken} of {found.n_constraints} constraints are broken",
        *(each.line for each in found.broken),
    ]
    if len(found.broken) < found.n_broken:
        lines.append(f"and {found.n_broken - len(found.broken)} more")
    return "\n".join(lines)


def print_(terminal: Terminal, r1cs: Circuit, sym: Names = None, first: First = None) -> Answer:
    """Print the constraints of a circuit.

    One constraint on a line, in the order of the file. A coefficient above half the modulus is
    printed as a negative number.

    Example:
        zkctl print preimage.r1cs --first 10
    """
    if terminal.as_json:
        raise UsageError(
            "zkctl print has no JSON form: expected no --json, got it",
            hint="write the circuit as JSON with zkctl export-json",
        )
    from zkctl.toolchain.circuit.print_constraints import print_constraints

    text = print_constraints(r1cs, sym=sym, first=first, progress=terminal.progress)
    return Answer({"warnings": text.warnings}, text=text.lines)
