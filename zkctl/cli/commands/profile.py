"""The command `zkctl profile`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from zkctl.cli.arguments import Parameters, ProjectFile, template_parameters
from zkctl.cli.command import CommandGroup, Force, command, data_file
from zkctl.cli.commands.compile import (
    AllLinear,
    Equalities,
    Libraries,
    NoSimplification,
    chosen_level,
)
from zkctl.cli.commands.project import (
    CIRCOM_SUFFIX,
    check_project_words,
    is_project_name,
    library_folders,
    project_file,
)
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option
from zkctl.cli.text import escape
from zkctl.errors import UsageError
from zkctl.runtime.standard_streams import STDIN

if TYPE_CHECKING:
    from zkctl.toolchain.circuit.source_name import CircuitSource
    from zkctl.toolchain.profile.counts import CalledFunction
    from zkctl.toolchain.profile.difference import Change
    from zkctl.toolchain.profile.result import Profile

SMALL = 0.005  # the share below which a function is only counted

Profiled = Annotated[
    str,
    Argument(
        metavar="CIRCUIT",
        help="FILE.py[:NAME], FILE.circom, or a circuit of the project.",
    ),
]
Svg = Annotated[Path | None, Option("--svg", metavar="FILE.svg", help="Draw a flame graph.")]
Earlier = Annotated[
    Path | None,
    Option(
        "--diff",
        metavar="FILE.json",
        help="Compare with an earlier profile, printed with --json.",
        callback=data_file,
        stream=STDIN,
    ),
]
Shown = Annotated[
    int, Option("--lines", metavar="N", min=0, help="List at most N lines of source.")
]


def register(app: CommandGroup) -> None:
    """Add this command to the application."""
    command(app, "profile", runs_code=True)(profile)


def profile(
    terminal: Terminal,
    source: Profiled,
    parameters: Parameters = None,
    svg: Svg = None,
    diff: Earlier = None,
    lines: Shown = 15,
    o0: NoSimplification = False,
    o1: Equalities = False,
    o2: AllLinear = False,
    libraries: Libraries = None,
    force: Force = False,
    project: ProjectFile = None,
) -> Answer:
    """Show which gadgets and lines cost constraints.

    Compiles a circuit of a file or of the project (zkctl.yaml) and writes nothing but the picture. Counts are those after simplification,
    of a .circom file at --O1; where they differ, those before it stand beside them.

    Example:
        zkctl profile preimage.py
        zkctl profile preimage.py --svg preimage.svg
        zkctl profile square.circom -l node_modules
    """
    from zkctl.toolchain.circuit.source_name import CircuitSource
    from zkctl.toolchain.profile.run import Picture, profile_circuit

    is_circom = source.endswith(CIRCOM_SUFFIX)
    level = chosen_level(o0, o1, o2, default=1 if is_circom else 2)
    folders = tuple(libraries or [])
    of_project = project is not None or is_project_name(source)
    if folders and not is_circom and not of_project:
        raise UsageError(
            f"-l is for a .circom file: expected none with {escape(source)}", hint="leave out -l"
        )
    if not of_project:
        folders = library_folders(source, folders)
    chosen = CircuitSource(source, template_parameters(parameters or []), level, folders=folders)
    if of_project:
        given = {"-P": bool(parameters), "--O0, --O1, --O2": o0 or o1 or o2}
        unexpected = [name for name, is_given in given.items() if is_given]
        chosen = _of_project(source, project, unexpected, folders)
    found = profile_circuit(
        chosen,
        picture=None if svg is None else Picture(svg, force),
        earlier=diff,
        progress=terminal.progress,
    )
    return Answer(found, text=profile_text(found, lines))


def _of_project(
    name: str, project: Path | None, unexpected: list[str], folders: tuple[Path, ...]
) -> CircuitSource:
    from zkctl.toolchain.circuit.source_name import CircuitSource
    from zkctl.toolchain.project.settings import read_project

    check_project_words(name, False, unexpected)
    found = read_project(project_file(project))
    circuit = found.circuit(name)
    return CircuitSource(
        circuit.source,
        circuit.parameters,
        circuit.level,
        found.folder,
        circuit.fewest_rows_of,
        (*folders, *found.libraries),
    )


def profile_text(found: Profile, n_lines: int = 15) -> str:
    """Return the tree of functions, the most costly lines and the changes, as text."""
    parts = [
        f"{found.circuit} over {found.field}: {found.n_constraints:,} constraints"
        f" ({found.n_constraints_before:,} before simplification)",
        "",
        *_tree(found),
    ]
    parts += _lines(found, n_lines)
    if found.difference is not None:
        parts += _difference(found, n_lines)
    parts += [f"\nwritten: {file}" for file in found.files or ()]
    return "\n".join(parts)


_WIDTH = 11  # of a count


def _row(count: int, total: int, text: str) -> str:
    share = f"{100 * count / total:.1f}%" if total else "-"
    return f"{count:>{_WIDTH},}  {share:>6}  {escape(text)}"


def _lines(found: Profile, n_lines: int) -> Iterator[str]:
    """Yield the author's lines with what they call, and the lines of the library by themselves."""
    from zkctl.constraints.source_map import LIBRARY

    own = [each for each in found.lines if not each.file.startswith(LIBRARY)]
    own.sort(key=lambda each: (-each.n_total, each.file, each.line))
    library = [each for each in found.lines if each.file.startswith(LIBRARY)]
    tables = [
        ("line, with what it calls", [(each.n_total, each) for each in own]),
        ("line of the library, by itself", [(each.n_own, each) for each in library]),
    ]
    for title, counted in tables:
        shown = [(count, each) for count, each in counted if count][:n_lines]
        if shown:
            yield from ("", f"{'constraints':>{_WIDTH}}  {'share':>6}  {title}")
        for count, each in shown:
            place = f"{each.file}:{each.line} in {each.function}: {each.text}"
            yield _row(count, found.n_constraints, place)


def _tree(found: Profile) -> Iterator[str]:
    functions = found.functions
    called: dict[int, list[int]] = {}
    for place, each in enumerate(functions):
        called.setdefault(each.parent, []).append(place)
    yield f"{'constraints':>{_WIDTH}}  {'share':>6}  function"
    waiting: list[tuple[int, str, str, str]] = [(0, "", "", "")]
    while waiting:
        place, indent, mark, note = waiting.pop()
        if note:
            yield note
            continue
        each = functions[place]
        yield _row(each.n_total, found.n_constraints, f"{indent}{mark}{_label(each)}")
        below = indent + {"": "", "├─ ": "│  ", "└─ ": "   "}[mark]
        inner = sorted(called.get(place, []), key=lambda k: (-functions[k].n_total, k))
        large = [k for k in inner if functions[k].n_total > SMALL * found.n_constraints]
        small = [functions[k].n_total for k in inner[len(large) :]]
        if sum(small):
            text = f"{below}└─ {len(small)} smaller ones"
            waiting.append((0, "", "", _row(sum(small), found.n_constraints, text)))
        marks = ["├─ "] * len(large)
        if large and not sum(small):
            marks[-1] = "└─ "
        waiting += [(k, below, end, "") for k, end in zip(large[::-1], marks[::-1], strict=True)]


def _label(function: CalledFunction) -> str:
    notes = [function.file] if function.file else []
    if function.n_own != function.n_total:
        notes.append(f"own {function.n_own:,}")
    if function.n_total_before != function.n_total:
        notes.append(f"before {function.n_total_before:,}")
    return f"{function.name}  ({', '.join(notes)})" if notes else function.name


def _difference(found: Profile, n_lines: int) -> Iterator[str]:
    assert found.difference is not None
    change = found.difference
    earlier = found.n_constraints - change.n_constraints
    yield ""
    yield f"since the earlier profile: {earlier:,} -> {found.n_constraints:,} ({change.n_constraints:+,})"
    for title, changes in (("functions", change.functions), ("lines", change.lines)):
        if changes:
            yield from ("", f"{'change':>{_WIDTH}}  {title}", *_changes(changes[:n_lines]))


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    for each in changes:
        figures = f"({each.n_earlier:,} -> {each.n_now:,})"
        yield f"{each.change:>+{_WIDTH},}  {escape(each.place)}  {figures}"
