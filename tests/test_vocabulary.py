"""Plain technical English in docstrings, comments and messages (docs/design/architecture.md, "Text")."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.source_text import DOCUMENTED, strings

# Packages that keep to the vocabulary; to be extended until it is all of zkctl.
COVERED = ("zkctl",)

# Words and forms, each with its replacement.
FORBIDDEN = {
    r"(some|no|any|every)body|whoever|someone|everyone": "the contributor, no contributor, any client",
    r"one of ours|that is none|none of this": "our, invalid",
    r"of (its|their) own": "own",
    r"as (it stands|they stand)": "unchanged",
    r"anew": "again",
    r"(is|are|was|be) seen to": "is verified",
    r"gives?|gave": "returns",
    r"tells?|told": "reports, logs",
    r"sets?-ups?": "setup",
    r"expected is|announced is": "expected X, got Y",
    r"(is|are) possible": "expected X to Y",
    r"whatever it takes": "(say the condition)",
}
# A docstring or comment that starts with such a word makes a clause of a noun ("What a client may send").
CLAUSE = re.compile(r"(What|Who|Whom|Whose|Where|When|Why|How|Which|Whether)\b(?!.*\?)")
NOUN_CLAUSE = re.compile(
    r"(?:^|[:;,(] |\band |\bof |\bto )(what|who|how) (?!it is )", re.IGNORECASE
)

# First words of function docstrings that are no imperatives.
NO_IMPERATIVE = re.compile(
    r"(The|A|An|Every|Each|All|Is|Are|Does|Do|Has|Have|Can|May|Will|Must|Element-wise|From|By|"
    r"What|Who|Where|When|Why|How|Which|Whether)\b"
    r"|[^A-Z]"  # a formula, a name
    r"|\w+s (of|from|in|on|over)\b"  # a plural noun
)


@dataclass(frozen=True)
class Text:
    """A docstring, a comment or a string that people read."""

    where: str
    kind: str  # function, property, other docstring, comment, string
    text: str


def covered() -> list[Path]:
    places = [ROOT / place for place in COVERED]
    return sorted(
        path for place in places for path in ([place] if place.is_file() else place.rglob("*.py"))
    )


def docstrings(tree: ast.Module, where: str) -> Iterator[Text]:
    for node in ast.walk(tree):
        if not isinstance(node, DOCUMENTED):
            continue
        text = ast.get_docstring(node)
        if not text:
            continue
        kind = "other"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            is_property = any("property" in ast.unparse(d) for d in node.decorator_list)
            kind = "property" if is_property else "function"
        yield Text(f"{where}:{node.body[0].lineno}", kind, text)


def comments(source: str, where: str) -> Iterator[Text]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            text = re.sub(r"(type: ignore|noqa)\S*( - )?", "", token.string.strip("# "))
            yield Text(f"{where}:{token.start[0]}", "comment", text)


def messages(tree: ast.Module, where: str) -> Iterator[Text]:
    """Strings with a space, docstrings excepted."""
    for line, text in strings(tree):
        if " " in text.strip():
            yield Text(f"{where}:{line}", "string", text)


def texts(paths: list[Path]) -> Iterator[Text]:
    for path in paths:
        source, where = path.read_text(), path.relative_to(ROOT).as_posix()
        tree = ast.parse(source)
        yield from docstrings(tree, where)
        yield from comments(source, where)
        yield from messages(tree, where)


def faults(text: Text) -> Iterator[str]:
    for pattern, instead in FORBIDDEN.items():
        if found := re.search(rf"\b({pattern})\b", text.text, re.IGNORECASE):
            yield f"{text.where}: {found.group()!r}, write {instead}"
    for line in text.text.splitlines():
        if text.kind != "string" and (found := NOUN_CLAUSE.search(line)):
            yield f"{text.where}: a clause as a noun: {line.strip()!r}"
            break
    first = (text.text.splitlines() or [""])[0]
    if text.kind not in {"string", "function"} and CLAUSE.match(first):
        yield f"{text.where}: a clause as a noun: {first!r}"
    if text.kind == "function" and NO_IMPERATIVE.match(first):
        yield f"{text.where}: no imperative: {first!r}"
    if text.kind == "property" and first.startswith("Return"):
        yield f"{text.where}: a property is a noun phrase: {first!r}"


def test_vocabulary() -> None:
    found = [fault for text in texts(covered()) for fault in faults(text)]
    assert not found, f"{len(found)} places:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("other", "What a participant must know."),
        ("comment", "nobody reads it"),
        ("comment", "the file, and what is in it"),
        ("string", "1 to 256 threads are possible"),
        ("string", "the set-up is old"),
        ("function", "The sum of two points."),
        ("function", "Is the point on the curve?"),
        ("property", "Return the sum."),
    ],
)
def test_faults_are_found(kind: str, text: str) -> None:
    assert list(faults(Text("here", kind, text)))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("other", "The participant's view."),
        ("function", "Return whether the point is on the curve."),
        ("function", "Check that the key is the newest one."),
        ("property", "The sum of all."),
        ("string", "upload offset is 4, expected 8"),
    ],
)
def test_plain_texts_pass(kind: str, text: str) -> None:
    assert not list(faults(Text("here", kind, text)))
