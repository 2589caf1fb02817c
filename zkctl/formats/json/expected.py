"""Check that a JSON document is the expected one, and name it otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.errors import FormatError
from zkctl.formats.json.kinds import BUNDLE, Document, JsonKind, document_of, is_of_another_system
from zkctl.formats.json.strict import Node


def check_kind(root: Node, expected: JsonKind, *others: JsonKind) -> None:
    """Check that a document is of the expected kind, as far as its shape shows.

    The members of other proof systems are unknown here: their readers check them.
    Raises: FormatError naming both kinds.
    """
    if is_of_another_system(root.value):
        return
    if document_of(root.value).kind not in (expected, *others):
        raise wrong_kind(root, expected)


def check_complete(root: Node, kind: JsonKind, names: Sequence[str]) -> None:
    """Check that a document of this kind has all its members.  Raises: FormatError naming the first that is missing."""
    missing = next((name for name in names if not root.has(name)), None)
    if missing:
        raise root.fail(f"the {kind} is incomplete: missing {missing!r}")


def wrong_kind(root: Node, expected: JsonKind) -> FormatError:
    """Return the error for a document that is not of the expected kind."""
    found = document_of(root.value)
    article = "" if expected is JsonKind.PUBLIC else "a "
    return root.fail(
        f"expected {article}{expected}, found {found.name}", hint=_hint(expected, found)
    )


def _hint(expected: JsonKind, found: Document) -> str:
    if found.name == BUNDLE:
        return "write its proof and its public signals to two files"
    if found.kind is not JsonKind.JSON:
        return "name the verification key first, then the public signals, then the proof (calldata: the proof, then the public signals)"
    if expected is JsonKind.PUBLIC:
        return 'write the public signals as a list of strings: ["1", "2"]'
    return ""
