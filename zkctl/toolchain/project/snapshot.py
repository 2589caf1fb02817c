"""The constraint counts of a project, kept in a file of its repository: `zkctl snapshot`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from zkctl.errors import EnvironmentProblem
from zkctl.formats.json.strict import Node, load_json
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output
from zkctl.storage.mapped import check_is_file
from zkctl.toolchain.circuit.proof_rows import AnyCircuit
from zkctl.toolchain.profile.counts import called_functions
from zkctl.toolchain.project.circuits import compile_of

if TYPE_CHECKING:
    from zkctl.toolchain.project.settings import Project

FILE = "zkctl.snapshot.json"
VERSION = 1
MAX_BYTES = 16 << 20
_FIGURES = ("constraints", "nonlinear", "linear", "wires")

# of a circuit: the name of a figure -> its number; those of gadgets have the name `gadget NAME`
Counts = dict[str, int]


@record
class CountChange:
    """A figure that differs; None where a circuit or gadget is not in the file, or is no more in the project."""

    circuit: str
    figure: str
    n_kept: int | None
    n_now: int | None


@record
class SnapshotSummary:
    """The file, the number of circuits, and the differences from the file as it was."""

    snapshot: str
    n_circuits: int
    changes: list[CountChange]


def snapshot_project(
    project: Project,
    *,
    check: bool = False,
    folders: tuple[Path, ...] = (),
    progress: Progress = silent,
) -> SnapshotSummary:
    """Count the constraints of all circuits of a project; write them to its snapshot, or only compare with it.

    `folders` are those of files that a .circom file includes.
    Raises: CircuitError; FormatError for a malformed snapshot; EnvironmentProblem if there is none to compare with.
    """
    file = project.folder / FILE
    kept = _kept(file, is_needed=check)
    now: dict[str, Counts] = {}
    for each in project.circuits:
        now[each.name] = counts_of(compile_of(project, each, progress, folders).compiled)
    if not check:
        with atomic_output(file, force=True, inputs=[project.file]) as output:
            output.write(snapshot_text(now).encode())
    return SnapshotSummary(printable(file), len(now), changes_of(kept, now))


def counts_of(compiled: AnyCircuit) -> Counts:
    """Return the figures of a circuit, with those of the gadgets and functions that it calls itself; equal names are one."""
    n_constraints = compiled.r1cs.n_constraints
    counts = {
        "constraints": n_constraints,
        "nonlinear": n_constraints - compiled.n_linear,
        "linear": compiled.n_linear,
        "wires": compiled.r1cs.n_wires,
    }
    for function in called_functions(compiled)[1:]:
        if function.parent == 0 and function.file:
            name = f"gadget {function.name}"
            counts[name] = counts.get(name, 0) + function.n_total
    return counts


def snapshot_text(circuits: Mapping[str, Counts]) -> str:
    """Return the file: circuits and gadgets in the order of their names, so that a difference shows what changed."""
    shown = {}
    for name, counts in sorted(circuits.items()):
        gadgets = {
            figure.removeprefix("gadget "): number
            for figure, number in sorted(counts.items())
            if figure not in _FIGURES
        }
        shown[name] = {**{figure: counts[figure] for figure in _FIGURES}, "gadgets": gadgets}
    return json.dumps({"version": VERSION, "circuits": shown}, indent=2) + "\n"


def read_snapshot(file: Path) -> dict[str, Counts]:
    """Return the counts of a snapshot by circuit.  Raises: FormatError."""
    check_is_file(file)
    root = Node(load_json(file, max_bytes=MAX_BYTES), printable(file))
    version = root.member("version")
    if version.number() != VERSION:
        raise version.fail(
            f"the version is unknown: expected {VERSION}, got {version.number()}",
            hint="use a newer version of zkctl",
        )
    return {name: _counts(node) for name, node in _members(root.member("circuits"))}


def _counts(node: Node) -> Counts:
    counts = {figure: node.member(figure).number() for figure in _FIGURES}
    gadgets = {f"gadget {name}": each.number() for name, each in _members(node.member("gadgets"))}
    return counts | gadgets


def _members(node: Node) -> list[tuple[str, Node]]:
    members = node.members()
    assert isinstance(node.value, dict)  # else members() has refused it
    return list(zip(node.value, members, strict=True))


def _kept(file: Path, *, is_needed: bool) -> dict[str, Counts]:
    if file.exists():
        return read_snapshot(file)
    if is_needed:
        raise EnvironmentProblem(
            "the project has no snapshot: expected one, got none",
            where=printable(file),
            hint="write it with `snapshot_project()`",
        )
    return {}


def changes_of(kept: Mapping[str, Counts], now: Mapping[str, Counts]) -> list[CountChange]:
    """Return what differs, circuits by name, figures in the order of the file."""
    found = []
    for circuit in sorted({*kept, *now}):
        before, after = kept.get(circuit, {}), now.get(circuit, {})
        gadgets = sorted({*before, *after} - set(_FIGURES))
        for figure in (*_FIGURES, *gadgets):
            if before.get(figure) != after.get(figure):
                change = CountChange(circuit, figure, before.get(figure), after.get(figure))
                found.append(change)
    return found
