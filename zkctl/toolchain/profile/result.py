"""The result of `zkctl profile`, and an earlier one read from its JSON."""

from __future__ import annotations

from pathlib import Path

from zkctl.errors import LimitError
from zkctl.formats.json.kinds import document_of
from zkctl.formats.json.strict import Node, load_json
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.toolchain.profile.counts import CalledFunction, SourceLine
from zkctl.toolchain.profile.difference import Difference

MAX_BYTES = 256 << 20  # of a profile
MAX_CHAIN_TEXT = 1 << 26  # characters of all chains of functions, which a comparison holds
MAX_FIGURE = 1 << 53


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
    _check_chains(functions, printable(path))
    return Profile(
        result.member("circuit").text(),
        result.member("field").text(),
        _figure(result, "n_constraints"),
        _figure(result, "n_constraints_before"),
        functions,
        [_line(node) for node in result.member("lines").elements()],
    )


def _function(node: Node, place: int) -> CalledFunction:
    parent = node.member("parent").number()
    if not place and parent != -1:
        raise node.fail(f"the circuit has a caller: expected -1, got {printable(str(parent), 40)}")
    if place and not 0 <= parent < place:
        raise node.fail(
            f"the caller is no earlier function: expected 0 to {place - 1},"
            f" got {printable(str(parent), 40)}"
        )
    name, file = node.member("name").text(), node.member("file").text()
    return CalledFunction(name, file, parent, *_figures(node))


def _check_chains(functions: list[CalledFunction], where: str) -> None:
    """Check that the names from the circuit down to each function are not too long together.  Raises: LimitError."""
    lengths: list[int] = []
    for function in functions:
        caller = lengths[function.parent] if function.parent >= 0 else 0
        lengths.append(caller + len(function.name) + 3)
    if sum(lengths) > MAX_CHAIN_TEXT:
        raise LimitError(
            f"the profile is too deep: expected chains of at most {MAX_CHAIN_TEXT} characters, got {sum(lengths)}",
            where=where,
        )


def _line(node: Node) -> SourceLine:
    number = _figure(node, "line")
    file, function, text = (node.member(name).text() for name in ("file", "function", "text"))
    return SourceLine(file, number, function, text, *_figures(node))


def _figures(node: Node) -> tuple[int, int, int, int]:
    names = ("n_own", "n_total", "n_own_before", "n_total_before")
    own, total, own_before, total_before = (_figure(node, name) for name in names)
    return own, total, own_before, total_before


def _figure(node: Node, name: str) -> int:
    number = node.member(name).number()
    if not 0 <= number <= MAX_FIGURE:
        raise node.member(name).fail(
            f"the number is too large or negative: expected 0 to {MAX_FIGURE}"
        )
    return number
