"""The command `zkctl compile`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Any

from zkctl.cli.arguments import Locked, Parameters, ProjectFile, template_parameters
from zkctl.cli.command import CommandGroup, Force, command
from zkctl.cli.commands.project import (
    CIRCOM_SUFFIX,
    SourceOrName,
    Watch,
    check_project_words,
    compile_in_project,
    is_project_name,
    library_folders,
    repeat_on_change,
)
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Option
from zkctl.cli.text import plain
from zkctl.errors import UsageError
from zkctl.runtime.records import record

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
Compatible = Annotated[
    bool,
    Option(
        "--compat",
        help="Of a .circom file: drop one of two contradictory constants, as circom does.",
    ),
]
Inspect = Annotated[
    bool,
    Option(
        "--inspect", help="Of a .circom file: warn of signals without constraint, as circom does."
    ),
]
ForSystem = Annotated[
    str | None,
    Option("--for", metavar="SYSTEM", help="Simplify for the fewest rows of plonk or fflonk."),
]
NoLint = Annotated[bool, Option("--no-lint", help="Do not look for probable mistakes.")]


def register(app: CommandGroup) -> None:
    """Add the command to the application."""
    command(app, "compile", runs_code=True)(compile_)


@record
class CompileWords:
    """The options that say how a source is compiled."""

    parameters: list[str]
    output: Path | None
    levels: tuple[bool, bool, bool]
    o2_round: int | None
    fewest_rows_of: str | None
    libraries: list[Path]
    prime: str | None
    compatible: bool
    inspect: bool
    lint: bool

    @property
    def of_both(self) -> dict[str, bool]:
        """The options of every language, and whether they are given."""
        return {"--output": self.output is not None, "--O0, --O1, --O2": any(self.levels)}

    @property
    def of_python(self) -> dict[str, bool]:
        """The options of circuits in Python, and whether they are given."""
        return {"-P": bool(self.parameters), "--for": self.fewest_rows_of is not None}

    @property
    def of_circom(self) -> dict[str, bool]:
        """The options of circom sources, and whether they are given."""
        return {
            "--O2round": self.o2_round is not None,
            "-l": bool(self.libraries),
            "-p": self.prime is not None,
            "--compat": self.compatible,
            "--inspect": self.inspect,
        }


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
    compatible: Compatible = False,
    inspect: Inspect = False,
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
    With --all, or the name of a circuit, compiles circuits of the project (zkctl.yaml). A .circom file in a project has the folders of -l
    and after them the libraries of zkctl.yaml.

    Example:
        zkctl compile preimage.py
        zkctl compile square.circom -l node_modules --O2
        zkctl compile preimage.py --for plonk
        zkctl compile --all
    """
    words = CompileWords(
        parameters or [], output, (o0, o1, o2), o2_round, for_, libraries or [], prime, compatible, inspect, not no_lint
    )  # fmt: skip
    if all_ or locked or project is not None or is_project_name(source):
        of_file = {"--force": force, **words.of_both, **words.of_python, **words.of_circom}
        del of_file["-l"]
        check_project_words(source, all_, [name for name, given in of_file.items() if given])
        names = [source] if source else []
        return compile_in_project(
            terminal, project, names, locked=locked, watch=watch, lint=words.lint, folders=words.libraries
        )  # fmt: skip
    if source is None:
        hint = "name a circuit, or pass --all in a project"
        raise UsageError("missing argument 'FILE.py[:NAME]'", hint=hint)
    language = _compile_circom if source.endswith(CIRCOM_SUFFIX) else _compile_file

    def work(is_repeated: bool) -> Answer:
        return language(terminal, source, words, force=force or is_repeated)

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


def _compile_file(terminal: Terminal, source: str, words: CompileWords, *, force: bool) -> Answer:
    from zkctl.toolchain.circuit.compile import compile_circuit

    _check_language("a circuit in Python", words.of_circom)
    _check_no_level(words.fewest_rows_of, any(words.levels))
    summary = compile_circuit(
        source,
        template_parameters(words.parameters),
        words.output or Path(),
        level=chosen_level(*words.levels),
        fewest_rows_of=words.fewest_rows_of,
        force=force,
        progress=terminal.progress,
    )
    result: dict[str, Any] = plain(summary)
    if not words.lint:
        result["warnings"] = []
    if not terminal.verbose and not terminal.as_json:
        result.pop("assumptions", None)
        if not result.get("n_assumptions_of_gadgets"):
            result.pop("n_assumptions_of_gadgets", None)
    return Answer(result)


def _compile_circom(terminal: Terminal, source: str, words: CompileWords, *, force: bool) -> Answer:
    from zkctl.constraints.simplify.level import SimplificationLevel
    from zkctl.toolchain.circuit.circom_source import CircomChoices, compile_circom

    _check_language("a .circom file", words.of_python)
    o0, o1, o2 = words.levels
    level = chosen_level(o0, o1, o2 or words.o2_round is not None, default=1)
    choices = CircomChoices(
        library_folders(source, words.libraries),
        SimplificationLevel(level, words.o2_round, words.compatible),
        words.prime or "bn128",
        words.inspect,
    )
    output = words.output or Path()
    progress = terminal.progress
    summary = compile_circom(Path(source), output, choices, force=force, progress=progress)
    result: dict[str, Any] = plain(summary)
    if not terminal.verbose and not terminal.as_json:
        del result["removed_by_template"], result["removed_because"]
    return Answer(result)


def chosen_level(*given: bool, default: int = 2) -> int:
    """Return the number of the one flag --O0, --O1, --O2 that is given, `default` for none."""
    levels = [level for level, is_given in enumerate(given) if is_given]
    if len(levels) > 1:
        raise UsageError(
            f"--O{levels[0]} and --O{levels[1]} exclude each other",
            hint="pass one level of simplification",
        )
    return levels[0] if levels else default
