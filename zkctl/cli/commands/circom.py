"""The command `zkctl circom`: circom's own command line, for scripts that exist."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from zkctl.cli.command import CommandGroup, command, data_file
from zkctl.cli.output import Answer, Terminal, write_stdout
from zkctl.cli.parameters import Argument, Option
from zkctl.errors import UsageError

if TYPE_CHECKING:
    from zkctl.toolchain.circuit.circom_source import CircomSummary

Source = Annotated[
    Path,
    Argument(
        metavar="[FILE.circom]", help="The circuit with a main component.", callback=data_file
    ),
]
R1cs = Annotated[bool, Option("--r1cs", help="Write NAME.r1cs.")]
Sym = Annotated[bool, Option("--sym", help="Write NAME.sym.")]
Wasm = Annotated[bool, Option("--wasm", help="Write NAME.wprog, which computes witnesses here.")]
Wat = Annotated[bool, Option("--wat", help="As --wasm: no WebAssembly is written.")]
Cpp = Annotated[bool, Option("-c", "--c", help="As --wasm: no C++ is written.")]
O0 = Annotated[bool, Option("--O0", help="Keep all constraints as written.")]
O1 = Annotated[bool, Option("--O1", help="Replace equal signals and constants (the default).")]
O2 = Annotated[bool, Option("--O2", help="Solve all linear constraints.")]
Rounds = Annotated[
    int | None,
    Option("--O2round", metavar="N", min=0, help="Like --O2, with at most N rounds."),
]
Inspect = Annotated[
    bool, Option("--inspect", help="Warn of signals without constraint and of <-- that can be <==.")
]
OldHeuristics = Annotated[
    bool,
    Option(
        "--use_old_simplification_heuristics",
        help="Solve linear constraints for their largest signals always.",
    ),
]
Substitution = Annotated[
    bool, Option("--simplification_substitution", help="Write NAME_substitutions.json.")
]
NoAsm = Annotated[bool, Option("--no_asm", help="Accepted, no effect: it is about C++.")]
NoInit = Annotated[bool, Option("--no_init", help="Accepted, no effect: variables begin at 0.")]
OutputFolder = Annotated[
    Path, Option("-o", "--output", metavar="DIR", help="The folder for the files.")
]
Prime = Annotated[str, Option("-p", "--prime", metavar="NAME", help="bn128 or bls12381.")]
Libraries = Annotated[
    list[Path] | None,
    Option("-l", metavar="DIR", help="A folder of included files; may be repeated."),
]
Version = Annotated[
    bool, Option("--version", "-V", help="Print the version of circom whose files are written.")
]
Sanity = Annotated[
    int,
    Option(
        "--sanity_check",
        metavar="LEVEL",
        min=0,
        max=3,
        help="Accepted, no effect: witness programs check every constraint.",
    ),
]


def register(app: CommandGroup) -> None:
    """Add the command to the application."""
    command(app, "circom")(circom)


def circom(
    terminal: Terminal,
    source: Source = Path("circuit.circom"),
    r1cs: R1cs = False,
    sym: Sym = False,
    wasm: Wasm = False,
    wat: Wat = False,
    cpp: Cpp = False,
    o0: O0 = False,
    o1: O1 = False,
    o2: O2 = False,
    o2_round: Rounds = None,
    inspect: Inspect = False,
    old_heuristics: OldHeuristics = False,
    substitution: Substitution = False,
    no_asm: NoAsm = False,
    no_init: NoInit = False,
    output: OutputFolder = Path(),
    prime: Prime = "bn128",
    libraries: Libraries = None,
    sanity_check: Sanity = 2,
    version: Version = False,
) -> Answer:
    """Compile a circom circuit by circom's own command line.

    Takes circom's options, writes files under its names and exits with 0 or 1, so that scripts for circom work.
    --json writes NAME_constraints.json; --wasm writes NAME.wprog, for which zkctl witness needs no Node, as do --c and --wat.
    Existing files are replaced, as circom does.

    Example:
        zkctl circom circuit.circom --r1cs --sym --wasm --O1 -l node_modules
    """
    from zkctl.circom.includes import COMPILER_VERSION
    from zkctl.constraints.simplify.level import SimplificationLevel
    from zkctl.toolchain.circuit.circom_files import Output
    from zkctl.toolchain.circuit.circom_source import CircomChoices, compile_circom

    del no_asm, no_init, sanity_check  # about C++ and WebAssembly
    if version:
        write_stdout(f"circom compiler {'.'.join(map(str, COMPILER_VERSION))}\n")
        return Answer(None, already_printed=True)
    _check_values(
        (("-o", str(output)), ("-p", prime), *(("-l", str(each)) for each in libraries or ()))
    )
    has_program = _asks_for_program(terminal, wasm=wasm, wat=wat, cpp=cpp)
    wants_json, terminal.as_json = terminal.as_json, False
    wanted = {"substitutions": substitution, "r1cs": r1cs, "sym": sym, "json": wants_json, "program": has_program}  # fmt: skip
    outputs = [Output(name) for name, is_wanted in wanted.items() if is_wanted]
    number = _weakest(o0, o1, o2, o2_round)
    level = SimplificationLevel(number, o2_round, is_compatible=True, by_labels=old_heuristics)
    folders = tuple(map(_unquoted, libraries or []))
    choices = CircomChoices(folders, level, prime.removeprefix("="), inspect)
    summary = compile_circom(
        source, _unquoted(output), choices, outputs=outputs, force=True, progress=terminal.progress
    )
    _show(terminal, summary)
    return Answer(None, already_printed=True)


def _show(terminal: Terminal, summary: CircomSummary) -> None:
    """Print the warnings and the counts."""
    for warning in summary.warnings:
        terminal.warn(warning)
    terminal.progress.close()
    write_stdout(_report(summary))


def _asks_for_program(terminal: Terminal, *, wasm: bool, wat: bool, cpp: bool) -> bool:
    """Return whether a program that computes witnesses is asked for; warn of the languages that are not written."""
    for flag, language, is_given in (("--wat", "WebAssembly", wat), ("--c", "C++", cpp)):
        if is_given:
            terminal.warn(
                f"{flag}: no {language} is written, NAME.wprog computes witnesses with zkctl witness"
            )
    return wasm or wat or cpp


def _check_values(values: Iterable[tuple[str, str]]) -> None:
    """Check that no option took the next one for its value, as in -o --r1cs.  Raises: UsageError."""
    for option, value in values:
        if value.startswith("--"):
            raise UsageError(
                f"{option} needs a value, got the option {value}",
                hint=f"write ./{value} for a folder of this name" if option != "-p" else "",
            )


def _unquoted(path: Path) -> Path:
    """Return the path that follows a flag as in -o=DIR, which circom accepts."""
    return Path(str(path).removeprefix("="))


def _weakest(o0: bool, o1: bool, o2: bool, rounds: int | None) -> int:
    """Return the level: of several flags the weakest counts, 1 without any."""
    given = [level for level, is_given in enumerate((o0, o1, o2 or rounds is not None)) if is_given]
    return min(given, default=1)


def _report(summary: CircomSummary) -> str:
    """Return the lines that circom prints: the counts belong to the file of constraints."""
    left = summary.n_private_in_witness
    private = str(summary.n_private_inputs)
    if left < summary.n_private_inputs:
        private += f" ({left or 'none'} belong to witness)"
    counts = {
        "non-linear constraints": summary.n_nonlinear,
        "linear constraints": summary.n_linear,
        "public inputs": summary.n_public_inputs,
        "private inputs": private,
        "public outputs": summary.n_public_outputs,
        "wires": summary.n_wires,
        "labels": summary.n_labels,
    }
    lines = [f"template instances: {summary.n_templates}"]
    for file in summary.files:
        if file.endswith(".r1cs"):
            lines += [f"{name}: {value}" for name, value in counts.items()]
        done = (
            "Constraints written in"
            if file.endswith("_constraints.json")
            else "Written successfully"
        )
        lines.append(f"{done}: {file if '/' in file else './' + file}")
    return "\n".join([*lines, "Everything went okay", ""])
