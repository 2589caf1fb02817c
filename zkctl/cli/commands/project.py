"""The commands `zkctl init`, `check` and `lock`, and `compile` for the circuits of a project (zkctl.yaml)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from zkctl.cli.arguments import Locked, Parameters, ProjectFile, template_parameters
from zkctl.cli.command import CommandGroup, command
from zkctl.cli.hints import in_words_of_commands
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option
from zkctl.cli.text import plain, record_lines
from zkctl.errors import CircuitError, InputError, UsageError, ZkctlError

if TYPE_CHECKING:
    from zkctl.toolchain.project.check import CheckSummary

CIRCOM_SUFFIX = ".circom"
NewFolder = Annotated[Path, Argument(metavar="DIR", help="The folder of the project.")]
Template = Annotated[
    str, Option("--template", metavar="NAME", help="The circuit: preimage or membership.")
]
SourceOrName = Annotated[
    str | None,
    Argument(
        metavar="FILE.py[:NAME]",
        help="The circuit, NAME if the file has several; or a circuit of the project.",
    ),
]
Watch = Annotated[
    bool, Option("--watch", help="Compile again whenever a source changes, until Ctrl-C.")
]
Compare = Annotated[
    bool, Option("--check", help="Write nothing: compare every file with zkctl.lock.")
]


def register(app: CommandGroup) -> None:
    """Add these commands to the application."""
    command(app, "init")(init)
    command(app, "check", runs_code=True)(examine)
    command(app, "lock", runs_code=True)(lock)


def init(folder: NewFolder = Path(), template: Template = "preimage") -> Answer:
    """Make a new project: a circuit, inputs, a test.

    Its README.md names the commands from the circuit to a verified proof. A folder with files of
    the same names is refused.

    Example:
        zkctl init age-proof
        zkctl init tree --template membership
    """
    from zkctl.toolchain.project.init import init_project

    return Answer(init_project(folder, template=template))


def examine(
    terminal: Terminal,
    source: SourceOrName = None,
    parameters: Parameters = None,
    project: ProjectFile = None,
    locked: Locked = False,
) -> Answer:
    """Check circuits without writing a file.

    Runs the code of the circuit, or of all circuits of the project (zkctl.yaml), compiles it, and
    prints inputs, outputs and counts. Like zkctl compile, it runs code from its input.

    Example:
        zkctl check preimage.py
    """
    if is_file_of_circuit(source):
        from zkctl.toolchain.project.check import examine_source

        if project is not None or locked:
            raise UsageError(
                "a file is checked without a project: expected no --project and no --locked",
                hint="name a circuit of the project instead",
            )
        values = template_parameters(parameters or [])
        folders = library_folders(str(source), None)
        found = examine_source(str(source), values, folders=folders, progress=terminal.progress)
        return _examined(found)
    from zkctl.toolchain.project.check import examine_project

    check_project_words(source, source is None, ["-P"] if parameters else [])
    names = [] if source is None else [source]
    return _examined(
        examine_project(
            project_file(project), names=names, locked=locked, progress=terminal.progress
        )
    )


def _examined(found: CheckSummary) -> Answer:
    if not found.failed:
        return Answer(found)
    result = plain(found)
    for each in result["failed"]:
        each["hint"] = in_words_of_commands(each["hint"])
    lines = list(record_lines({"circuits": result["circuits"]})) if found.circuits else []
    for each in result["failed"]:
        place = each["where"].splitlines()
        place += [f"hint: {each['hint']}"] if each["hint"] else []
        lines += [f"{each['name']}: {each['message']}", *(f"  {line}" for line in place)]
    n_circuits = len(found.failed) + len(found.circuits)
    failure = CircuitError(
        f"{len(found.failed)} of {n_circuits} circuits of the project have mistakes",
        hint="correct the circuits: " + ", ".join(each.name for each in found.failed),
    )
    return Answer(result, text="\n".join(lines), failure=failure, include_result=True)


def lock(terminal: Terminal, project: ProjectFile = None, compare: Compare = False) -> Answer:
    """Write zkctl.lock: digests of a project.

    Compiles all circuits of the project (zkctl.yaml) and records the digests of their sources,
    circuits and programs, of the powers of tau, and of the keys in the folder of outputs.

    Example:
        zkctl lock
        zkctl lock --check
    """
    from zkctl.toolchain.project.lock import verify_lock, write_lock

    action = verify_lock if compare else write_lock
    return Answer(action(project_file(project), progress=terminal.progress))


def is_file_of_circuit(source: str | None) -> bool:
    """Return whether a word names a file, not a circuit of a project."""
    return source is not None and not source.replace("-", "_").isidentifier()


def is_project_name(source: str | None) -> bool:
    """Return whether a word can only be the circuit of a project that is found from here: it names no file."""
    if source is None or is_file_of_circuit(source):
        return False
    from zkctl.toolchain.project.settings import FILE

    here = Path.cwd()
    return any((folder / FILE).is_file() for folder in (here, *here.parents))


def library_folders(source: str, given: Iterable[Path] | None) -> tuple[Path, ...]:
    """Return the folders of -l, and after them those of the project in which a .circom file is.  Raises: as `read_project`."""
    folders = tuple(given or ())
    if not source.endswith(CIRCOM_SUFFIX):
        return folders
    from zkctl.toolchain.project.settings import libraries_of_source

    return (*folders, *libraries_of_source(Path(source)))


def check_project_words(source: str | None, all_: bool, unexpected: list[str]) -> None:
    """Check that circuits of a project are named in one way, without options that their file has.  Raises: UsageError."""
    if unexpected:
        raise UsageError(
            f"unexpected for circuits of a project: expected settings in zkctl.yaml, got {unexpected[0]}",
            hint="write parameters, level or for into zkctl.yaml",
        )
    if all_ == (source is not None):
        raise UsageError(
            "circuits of a project are named in no or two ways: expected either --all or the name of one",
            hint="run zkctl compile --all",
        )


def repeat_on_change(
    terminal: Terminal, work: Callable[[bool], Answer], files: Callable[[], Iterable[Path]]
) -> Answer:
    """Run the work now and after each change of a file, until Ctrl-C; a mistake in a circuit does not end it.

    `work` is called with whether it was done before.  Raises: UsageError with --json.
    """
    from zkctl.toolchain.project.watch import changes

    if terminal.as_json:
        raise UsageError(
            "repeated compilation has no JSON form: expected no --json with --watch, got it",
            hint="run zkctl compile --json once",
        )
    rounds = changes(files)
    is_repeated = False
    while True:
        try:
            terminal.succeed(work(is_repeated))
        except ZkctlError as error:
            if not is_repeated and not isinstance(error, InputError):
                raise  # no change of a source mends it
            terminal.fail(error)
        is_repeated = True
        terminal.note("waiting for a change of the sources; Ctrl-C ends")
        changed = next(rounds)
        terminal.note(f"changed: {', '.join(path.name for path in changed[:8])}")


def compile_in_project(
    terminal: Terminal,
    project: Path | None,
    names: list[str],
    *,
    locked: bool,
    watch: bool,
    lint: bool,
    folders: Sequence[Path],
) -> Answer:
    """Compile circuits of a project, without names all of them; with `watch` again after each change.

    `folders` are searched for included files before the libraries of the project.
    """
    from zkctl.toolchain.project.build import compile_project

    file = project_file(project)

    def work(_is_repeated: bool) -> Answer:
        return Answer(
            compile_project(
                file, names=names, locked=locked, lint=lint, folders=folders, progress=terminal.progress
            )
        )  # fmt: skip

    if not watch:
        return work(False)
    from zkctl.toolchain.project.watch import files_of_project

    return repeat_on_change(terminal, work, lambda: files_of_project(file))


def project_file(given: Path | None) -> Path:
    """Return the file of the project: the given one, else the nearest upwards.  Raises: EnvironmentProblem."""
    from zkctl.toolchain.project.settings import find_project

    return find_project(Path.cwd()) if given is None else given
