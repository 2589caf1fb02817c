"""The commands `zkctl compile` and `zkctl witness`."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

from zkctl.cli.command import CommandGroup, Force, command, data_file
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option
from zkctl.errors import UsageError

Source = Annotated[
    str, Argument(metavar="FILE.py[:NAME]", help="The circuit; NAME if the file has several.")
]
Parameters = Annotated[
    list[str] | None,
    Option("-P", "--param", metavar="NAME=VALUE", help="A template parameter; repeatable."),
]
OutputFolder = Annotated[
    Path, Option("-o", "--output", metavar="DIR", help="The folder for the files.")
]
Program = Annotated[
    Path,
    Argument(metavar="NAME.wprog", help="Witness program (or circom .wasm).", callback=data_file),
]
Inputs = Annotated[
    Path, Argument(metavar="INPUT.json", help="Input values by name.", callback=data_file)
]
WitnessFile = Annotated[
    Path, Option("-o", "--output", metavar="WITNESS.wtns", help="The witness to write.")
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
Reduce = Annotated[
    bool,
    Option("--reduce", help="Reduce inputs modulo the field as circom does, instead of refusing."),
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


def register(app: CommandGroup) -> None:
    """Add these commands to the application."""
    command(app, "compile")(compile_)
    command(app, "witness")(witness)


def compile_(
    terminal: Terminal,
    source: Source,
    parameters: Parameters = None,
    output: OutputFolder = Path(),
    force: Force = False,
) -> Answer:
    """Compile a circuit written in Python.

    Writes NAME.r1cs, NAME.sym and NAME.wprog and prints the counts. This is the only command that
    runs code from its input.

    Example:
        zkctl compile preimage.py
    """
    from zkctl.toolchain.circuit.compile import compile_circuit

    values = template_parameters(parameters or [])
    return Answer(compile_circuit(source, values, output, force=force, progress=terminal.progress))


def witness(
    terminal: Terminal,
    program: Program,
    inputs: Inputs,
    output: WitnessFile = Path("witness.wtns"),
    sym: Symbols = None,
    reduce: Reduce = False,
    time_limit: TimeLimit = 600,
    memory: MemoryLimit = 1024,
    force: Force = False,
) -> Answer:
    """Compute the witness of a circuit from its inputs.

    With --verbose, the lines that a circom circuit prints with log() are shown.

    Example:
        zkctl witness preimage.wprog input.json -o witness.wtns
    """
    from zkctl.toolchain.circuit.circom_log import NAME
    from zkctl.toolchain.circuit.witness import calculate_witness

    with terminal.noting(NAME) if terminal.verbose else nullcontext():
        summary = calculate_witness(
            program,
            inputs=inputs,
            output=output,
            sym=sym,
            force=force,
            reduce=reduce,
            time_limit=time_limit,
            memory_limit=memory,
            progress=terminal.progress,
        )
    return Answer(summary)


def template_parameters(assignments: list[str]) -> dict[str, str]:
    """Return the parameters of NAME=VALUE strings.

    Raises: UsageError for a string without a name, or a name given twice.
    """
    values: dict[str, str] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier():
            raise UsageError(
                f"expected NAME=VALUE after -P, got {assignment!r}", hint="for example -P depth=20"
            )
        if name in values:
            raise UsageError(f"parameter {name} is given twice: {values[name]} and {value}")
        values[name] = value.strip()
    return values
