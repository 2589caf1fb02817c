"""The command `zkctl circom`: circom's own command line, for scripts that exist."""

from __future__ import annotations

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
Wat = Annotated[bool, Option("--wat", help="Refused: there is no WebAssembly.")]
Cpp = Annotated[bool, Option("-c", "--c", help="Refused: there is no C++.")]
O0 = Annotated[bool, Option("--O0", help="Keep all constraints as written.")]
O1 = Annotated[bool, Option("--O1", help="Replace equal signals and constants (the default).")]
O2 = Annotated[bool, Option("--O2", help="Solve all linear constraints.")]
Rounds = Annotated[
    int | None,
    Option("--O2round", metavar="N", min=0, help="Like --O2, with at most N rounds."),
]
Inspect = Annotated[
    bool, Option("--inspect", help="Accepted: its warnings are not written yet, see zkctl lint.")
]
OldHeuristics = Annotated[
    bool, Option("--use_old_simplification_heuristics", help="Choose pivots as circom 2.0 did.")
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
) -> Answer:
    """Compile a circom circuit by circom's own command line.

    Takes circom's options, writes files under its names and exits with 0 or 1, so that scripts for circom work.
    --json writes NAME_constraints.json; --wasm writes NAME.wprog, for which zkctl witness needs no Node.
    Existing files are replaced, as circom does.

    Example:
        zkctl circom circuit.circom --r1cs --sym --wasm --O1 -l node_modules
    """
    from zkctl.circom.circuit import SimplificationLevel
    from zkctl.toolchain.circuit.circom_files import Output
    from zkctl.toolchain.circuit.circom_source import CircomChoices, compile_circom

    if inspect:
        terminal.warn("the warnings of --inspect are not written yet: run `zkctl lint` on the file")
    del no_asm, no_init, sanity_check  # about C++ and WebAssembly
    _check_asked(wat=wat, cpp=cpp, old_heuristics=old_heuristics)
    wants_json, terminal.as_json = terminal.as_json, False
    wanted = {
        Output.R1CS: r1cs,
        Output.SYM: sym,
        Output.PROGRAM: wasm,
        Output.JSON: wants_json,
        Output.SUBSTITUTIONS: substitution,
    }
    outputs = [each for each, is_wanted in wanted.items() if is_wanted]
    level = SimplificationLevel(_weakest(o0, o1, o2, o2_round), o2_round, is_compatible=True)
    choices = CircomChoices(tuple(libraries or []), level, prime)
    progress = terminal.progress
    summary = compile_circom(
        source, output, choices, outputs=outputs, force=True, progress=progress
    )
    for warning in summary.warnings:
        terminal.warn(warning)
    terminal.progress.close()
    write_stdout(_report(summary))
    return Answer(None, already_printed=True)


def _check_asked(*, wat: bool, cpp: bool, old_heuristics: bool) -> None:
    if wat or cpp:
        raise UsageError(
            f"{'--wat' if wat else '--c'} is not supported",
            hint="pass --wasm: NAME.wprog computes witnesses with `zkctl witness`",
        )
    if old_heuristics:
        raise UsageError(
            "--use_old_simplification_heuristics is not supported", hint="leave it out"
        )


def _weakest(o0: bool, o1: bool, o2: bool, rounds: int | None) -> int:
    """Return the level: of several flags the weakest counts, 1 without any."""
    given = [level for level, is_given in enumerate((o0, o1, o2 or rounds is not None)) if is_given]
    return min(given, default=1)


def _report(summary: CircomSummary) -> str:
    """Return the lines that circom prints."""
    left = summary.n_private_in_witness
    private = str(summary.n_private_inputs)
    if left < summary.n_private_inputs:
        private += f" ({left or 'none'} belong to witness)"
    counts = {
        "template instances": summary.n_templates,
        "non-linear constraints": summary.n_nonlinear,
        "linear constraints": summary.n_linear,
        "public inputs": summary.n_public_inputs,
        "private inputs": private,
        "public outputs": summary.n_public_outputs,
        "wires": summary.n_wires,
        "labels": summary.n_labels,
    }
    lines = [f"{name}: {value}" for name, value in counts.items()]
    lines += [f"Written successfully: {file}" for file in summary.files]
    return "\n".join([*lines, "Everything went okay", ""])
