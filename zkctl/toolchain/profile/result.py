"""The result of `zkctl profile`, and an earlier one read from its JSON."""

from __future__ import annotations

from pathlib import Path

from zkctl.formats.json.kinds import document_of
from zkctl.formats.json.strict import Node, load_json
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.toolchain.profile.counts import CalledFunction, SourceLine
from zkctl.toolchain.profile.difference import Difference

MAX_BYTES = 256 << 20  # of a profile


@record
class Profile:
    """Constraints by function and by line; `difference` is what changed since an earlier profile."""

    circuit: str
    field: str
    n_constraints: int
    n_constraints_before: int
    functions: list[CalledFunction]
    lines: list[SourceLine]
    difference: Difference | None = None
    files: list[str] | None = None


def read_profile(path: Path) -> Profile:
    """Return the profile that `zkctl profile --json` printed.  Raises: FormatError."""
    root = Node(load_json(path, max_bytes=MAX_BYTES), printable(path))
    if not root.has("command") or root.member("command").text() != "profile":
        raise root.fail(
            f"expected the JSON of an earlier profile, found {document_of(root.value).name}",
            hint="save the JSON that `profile_circuit()` printed",
        )
    result = root.member("result")
    functions = [
        _function(node, place) for place, node in enumerate(result.member("functions").elements())
    ]
    if not functions:
        raise root.fail("the profile has no functions: expected the circuit, got none")
    return Profile(
        result.member("circuit").text(),
        result.member("field").text(),
        result.member("n_constraints").number(),
        result.member("n_constraints_before").number(),
        functions,
        [_line(node) for node in result.member("lines").elements()],
    )


def _function(node: Node, place: int) -> CalledFunction:
    parent = node.member("parent").number()
    if place and not 0 <= parent < place:
        raise node.fail(
            f"the caller is no earlier function: expected 0 to {place - 1}, got {parent}"
        )
    name, file = node.member("name").text(), node.member("file").text()
    return CalledFunction(name, file, parent, *_figures(node))


def _line(node: Node) -> SourceLine:
    number = node.member("line").number()
    file, function, text = (node.member(name).text() for name in ("file", "function", "text"))
    return SourceLine(file, number, function, text, *_figures(node))


def _figures(node: Node) -> tuple[int, int, int, int]:
    names = ("n_own", "n_total", "n_own_before", "n_total_before")
    own, total, own_before, total_before = (node.member(name).number() for name in names)
    return own, total, own_before, total_before
