"""The commands `zkctl compile`, `witness`, `check-witness` and `print`."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from zkctl.cli.arguments import (
    Circuit,
    Locked,
    Parameters,
    Program,
    ProjectFile,
    Reduce,
    template_parameters,
)
from zkctl.cli.command import CommandGroup, Force, command, data_file
from zkctl.cli.commands.project import (
    SourceOrName,
    Watch,
    check_project_words,
    compile_in_project,
    is_project_name,
    repeat_on_change,
)
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option
from zkctl.cli.text import plain
from zkctl.errors import UnsatisfiedError, UsageError
from zkctl.runtime.standard_streams import STDIN, name_of

if TYPE_CHECKING:
    from zkctl.toolchain.circuit.check_witness import WitnessCheck

CIRCOM_SUFFIX = ".circom"
All = Annotated[bool, Option("--all", help="Compile every circuit of the project.")]
OutputFolder = Annotated[
    Path | None, Option("-o", "--output", metavar="DIR", help="The folder for the files.")
]
NoSimplification = Annotated[bool, Option("--O0", help="Keep all constraints as written.")]
Equalities = Annotated[bool, Option("--O1", help="Replace equal signals and constants only.")]
AllLinear = Annotated[bool, Option("--O2", help="Solve all linear constraints (the default).")]
Rounds = Annotated[
    int | None,
    Option("--O2round", metavar="N", min=0, help="Of a .circom file: --O2 in at most N rounds."),
]
Libraries = Annotated[
    list[Path] | None,
    Option(
        "-l", "--library", metavar="DIR", help="A folder of files that a .circom file includes."
    ),
]
Prime = Annotated[
    str | None,
    Option("-p", "--prime", metavar="NAME", help="The field of a .circom file, by circom's name."),
]
Inspect = Annotated[
    bool, Option("--inspect", help="Warn about signals of a .circom file without constraints.")
]
Compatible = Annotated[
    bool,
    Option(
        "--compat",
        help="Of a .circom file: drop one of two contradictory constants, as circom does.",
    ),
]
ForSystem = Annotated[
    str | None,
    Option("--for", metavar="SYSTEM", help="Simplify for the fewest rows of plonk or fflonk."),
]
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
NoLint = Annotated[bool, Option("--no-lint", help="Do not look for probable mistakes.")]
First = Annotated[
    int | None, Option("--first", metavar="N", min=0, help="Print only the first N constraints.")
]


def register(app: CommandGroup) -> None:
    """Add these commands to the application."""
    command(app, "compile", runs_code=True)(compile_)
    command(app, "witness")(witness)
    command(app, "check-witness", strict=True)(verify_witness)
    command(app, "print", strict=True)(print_)


def compile_(
    terminal: Terminal,
    source: SourceOrName = None,
    parameters: Parameters = None,
    output: OutputFolder = None,
    o0: NoSimplification = False,
    o1: Equalities = False,
    o2: AllLinear = False,
    o2_round: Rounds = None,
    for_: ForSystem = None,
    libraries: Libraries = None,
    prime: Prime = None,
    inspect: Inspect = False,
    compatible: Compatible = False,
    force: Force = False,
    all_: All = False,
    project: ProjectFile = None,
    locked: Locked = False,
    watch: Watch = False,
    no_lint: NoLint = False,
) -> Answer:
    """Compile a circuit written in Python or in circom.

    Writes NAME.r1cs, NAME.sym and NAME.wprog and prints the counts; --verbose lists assumptions.
    Linear constraints are solved and removed, unless --O0 or --O1 is given; of a .circom file --O1 is the default.
    With --all, or the name of a circuit, compiles circuits of the project (zkctl.yaml).

    Example:
        zkctl compile preimage.py
        zkctl compile preimage.circom -l node_modules --O2
        zkctl compile preimage.py --for plonk
        zkctl compile --all
    """
    if all_ or locked or project is not None or is_project_name(source):
        of_file = {
            "-P": parameters is not None,
            "--output": output is not None,
            "--force": force,
            "--O0, --O1, --O2": o0 or o1 or o2,
            "--for": for_ is not None,
        }
        check_project_words(source, all_, [name for name, given in of_file.items() if given])
        names = [source] if source else []
        of_project = {"locked": locked, "watch": watch, "lint": not no_lint}
        return compile_in_project(terminal, project, names, **of_project)
    if source is None:
        hint = "name a circuit, or pass --all in a project"
        raise UsageError("missing argument 'FILE.py[:NAME]'", hint=hint)
    levels = o0, o1, o2 or o2_round is not None
    of_circom = {
        "--O2round": o2_round is not None,
        "-l": libraries is not None,
        "-p": prime is not None,
        "--inspect": inspect,
        "--compat": compatible,
    }
    if source.endswith(CIRCOM_SUFFIX):
        _check_language("a .circom file", {"-P": parameters is not None, "--for": for_ is not None})
        choices = {
            "level": chosen_level(*levels, default=1),
            "max_rounds": o2_round,
            "is_compatible": compatible,
            "folders": tuple(libraries or []),
            "prime": prime or "bn128",
            "inspect": inspect,
        }
        compile_once = partial(_compile_circom, terminal, Path(source), output or Path(), choices)
    else:
        _check_language("a circuit in Python", of_circom)
        _check_no_level(for_, any(levels))
        values = template_parameters(parameters or [])
        choices = {"level": chosen_level(*levels), "fewest_rows_of": for_, "lint": not no_lint}
        compile_once = partial(_compile_file, terminal, source, values, output or Path(), choices)

    def work(is_repeated: bool) -> Answer:
        return compile_once(force=force or is_repeated)

    if not watch:
        return work(False)
    from zkctl.toolchain.project.watch import files_of_source

    return repeat_on_change(terminal, work, partial(files_of_source, source))


def _check_language(language: str, given: dict[str, bool]) -> None:
    """Check that no option of the other language is given.  Raises: UsageError."""
    wrong = [name for name, is_given in given.items() if is_given]
    if wrong:
        raise UsageError(f"{wrong[0]} is no option of {language}", hint=f"leave out {wrong[0]}")


def _check_no_level(system: str | None, has_level: bool) -> None:
    if system is not None and has_level:
        raise UsageError(
            "--for chooses the level of simplification itself",
            hint="leave out --O0, --O1 and --O2",
        )


def _compile_file(
    terminal: Terminal,
    source: str,
    values: dict[str, str],
    output: Path,
    choices: dict[str, Any],
    *,
    force: bool,
) -> Answer:
    from zkctl.toolchain.circuit.compile import compile_circuit

    of_compiler = {name: choices[name] for name in ("level", "fewest_rows_of")}
    summary = compile_circuit(
        source, values, output, force=force, progress=terminal.progress, **of_compiler
    )
    result = plain(summary)
    if not choices["lint"]:
        result["warnings"] = []
    if not terminal.verbose and not terminal.as_json:
        result.pop("assumptions", None)
        if not result.get("n_assumptions_of_gadgets"):
            result.pop("n_assumptions_of_gadgets", None)
    return Answer(result)


def _compile_circom(
    terminal: Terminal, source: Path, output: Path, choices: dict[str, Any], *, force: bool
) -> Answer:
    from zkctl.circom.circuit import Level
    from zkctl.toolchain.circuit.circom_source import CircomChoices, compile_circom

    level = Level(choices["level"], choices["max_rounds"], choices["is_compatible"])
    of_source = CircomChoices(choices["folders"], level, choices["prime"], choices["inspect"])
    return Answer(
        compile_circom(source, output, of_source, force=force, progress=terminal.progress)
    )


def chosen_level(*given: bool, default: int = 2) -> int:
    """Return the number of the one flag --O0, --O1, --O2 that is given, `default` for none."""
    levels = [level for level, is_given in enumerate(given) if is_given]
    if len(levels) > 1:
        raise UsageError(
            f"--O{levels[0]} and --O{levels[1]} exclude each other",
            hint="pass one level of simplification",
        )
    return levels[0] if levels else default


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
