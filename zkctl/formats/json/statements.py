"""Many statements for one key: JSON Lines, {"proof": ..., "public": ...} on every line.

The members are the contents of a proof file and of a file of public signals.  No line may be empty and no
other member may appear, so that nothing is left unverified unnoticed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from zkctl.curve import Curve
from zkctl.errors import FormatError
from zkctl.field import FieldArray
from zkctl.formats.json.snarkjs import parse_public
from zkctl.formats.json.strict import Node, load_json
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.storage.mapped import read_input

MAX_BYTES = 1 << 30
_MEMBERS = ("proof", "public")

Found = TypeVar("Found")  # the parts of a proof, not yet checked together
Made = TypeVar("Made")  # a proof


class Key(Protocol):
    """A verifying key, as far as it matters here."""

    @property
    def curve(self) -> Curve:
        """The curve."""

    @property
    def n_public(self) -> int:
        """Number of public signals."""


@record
class ProofForm(Generic[Found, Made]):
    """The reader of one proof, and the maker of many from the parts that it found, with all points checked together."""

    parse: Callable[[Node, Curve], Found]
    make: Callable[[Curve, Sequence[Found]], Sequence[Made]]


def read_statements(
    path: Path, key: Key, form: ProofForm[Found, Made]
) -> list[tuple[FieldArray, Made]]:
    """Read public signals and proof of every line; all points are checked together.

    Raises: FormatError, EncodingError, CheckFailed naming line and JSON path; LimitError if the
    file is too large.
    """
    raw = read_input(path, MAX_BYTES)
    lines = raw.split(b"\n")
    if not lines[-1]:
        lines.pop()
    if not lines:
        raise FormatError("the file has no statements: it is an empty file", where=printable(path))
    public, found = [], []
    for k, line in enumerate(lines, 1):
        try:
            node = _node(line, f"{printable(path)} line {k}")
        except FormatError as problem:
            if k == 1:  # perhaps another kind of file
                problem.message += _what_it_is(raw)
            raise
        public.append(parse_public(node.member("public"), key.curve.scalar_field, key.n_public))
        found.append(form.parse(node.member("proof"), key.curve))
    return list(zip(public, form.make(key.curve, found), strict=True))


def _what_it_is(raw: bytes) -> str:
    """Return the end of a message about a file that is not made of statements, "" if it seems to be."""
    from zkctl.formats.identify import name_of_content

    name = name_of_content(raw)
    return "" if name.startswith("statements") else f"; the file is {name}"


def _node(line: bytes, where: str) -> Node:
    """Return the statement of one line."""
    if not line.strip():
        raise FormatError("the line is empty", where=where)
    node = Node(load_json(line, where=where), where)
    for name in _MEMBERS:
        if name == "public" and node.has("publicSignals"):
            raise node.fail(
                "missing 'public': expected the public signals under this name, got 'publicSignals'",
                hint="call the member 'public'",
            )
        node.member(name)
    if isinstance(node.value, dict) and (other := set(node.value) - set(_MEMBERS)):
        name = printable(min(other), 40)
        raise node.fail(f"unknown member {name!r}, expected only 'proof' and 'public'")
    return node
