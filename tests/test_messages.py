"""Every message of a refusal is asserted somewhere in the tests.

For each construction of a ZkctlError subclass in the package, the longest constant part of its message must occur in a
string of a test file (backslashes ignored, so that patterns for pytest.raises(match=...) count).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.conftest import ROOT
from zkctl import errors

CLASSES = {
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, errors.ZkctlError)
}


@dataclass(frozen=True, order=True)
class Message:
    """A message as it stands in the source: its longest constant part, or "" if it is not a literal."""

    where: str
    kind: str
    text: str


def constant_parts(node: ast.expr) -> Iterator[str]:
    """The texts a message is made of, between its placeholders."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            for part in parts:
                yield from constant_parts(part)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from constant_parts(left)
            yield from constant_parts(right)


def alternatives(node: ast.expr) -> Iterator[ast.expr]:
    """Both messages of a conditional expression."""
    if isinstance(node, ast.IfExp):
        yield from alternatives(node.body)
        yield from alternatives(node.orelse)
    else:
        yield node


def class_of(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


@cache
def messages() -> tuple[Message, ...]:
    found = []
    for module in sorted((ROOT / "zkctl").rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text())):
            if not isinstance(node, ast.Call) or class_of(node) not in CLASSES or not node.args:
                continue
            where = f"{module.relative_to(ROOT)}:{node.lineno}"
            for message in alternatives(node.args[0]):
                longest = max(constant_parts(message), key=len, default="").strip()
                found.append(Message(where, class_of(node), longest))
    return tuple(found)


@cache
def asserted_text() -> str:
    """All strings of all tests, one per line, without backslashes."""
    texts = []
    for module in sorted((ROOT / "tests").rglob("*.py")):
        if "node_modules" in module.parts:
            continue
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value.replace("\\", ""))
    return "\n".join(texts)


def test_every_message_is_asserted_in_a_test() -> None:
    text = asserted_text()
    missing = [m for m in messages() if m.text and m.text.replace("\\", "") not in text]
    listing = "\n".join(f"{m.where}  {m.kind}: {m.text!r}" for m in missing)
    assert not missing, f"{len(missing)} of {len(messages())} messages are in no test:\n{listing}"


# Messages made elsewhere and passed on: the texts are found where they are made.
PASSED_ON: set[str] = set()


def test_messages_are_literals() -> None:
    """A message that is computed cannot be searched for, by this test or by a person reading a report."""
    computed = {m.where.rsplit(":", 1)[0] for m in messages() if len(m.text) < 3}
    assert computed <= PASSED_ON, sorted(m for m in messages() if len(m.text) < 3)


def test_messages_follow_the_style() -> None:
    """Lower case, no full stop."""
    wrong = [m for m in messages() if m.text.endswith(".") or m.text[:1].isupper()]
    wrong = [m for m in wrong if not m.text.split()[0].isupper()]
    assert not wrong, "\n".join(f"{m.where}: {m.text!r}" for m in wrong)
