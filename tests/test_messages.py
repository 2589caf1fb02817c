"""Every message of a refusal is asserted somewhere in the tests.

For each construction of a ZkctlError subclass in the package, the longest constant part of its message must occur in a
string of a test file; punctuation at its ends and backslashes (of patterns for pytest.raises) do not count.
A message that is a
parameter is looked for at the callers of the function that takes it.
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
Function = ast.FunctionDef | ast.AsyncFunctionDef

# Functions and records of the package that carry a message to where it is raised: the position of the message.
CARRIERS = {"_Bad": 0}

# Messages that come from outside and are passed on in our words.
PASSED_ON = {
    "zkctl/cli/typer_application.py",  # typer's complaints about words
    "zkctl/cli/command.py",  # the operating system's reason
    "zkctl/cli/output.py",  # the text of an unforeseen exception
    "zkctl/formats/json/strict.py",  # what _Bad carries
}


@dataclass(frozen=True, order=True)
class Message:
    """A message as it stands in the source: its longest constant part, or "" if it is not a literal."""

    where: str
    kind: str
    text: str


@cache
def sources() -> dict[str, ast.Module]:
    files = sorted((ROOT / "zkctl").rglob("*.py"))
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text()) for file in files}


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


def alternatives(node: ast.expr, function: Function | None) -> Iterator[ast.expr]:
    """What a message expression can be: both branches of a condition, every assignment to a name."""
    match node:
        case ast.IfExp(body=body, orelse=orelse):
            yield from alternatives(body, function)
            yield from alternatives(orelse, function)
        case ast.BoolOp(values=values):
            for value in values:
                yield from alternatives(value, function)
        case ast.Name(id=name) if function is not None and (found := assigned(function, name)):
            for value in found:
                yield from alternatives(value, None)
        case _:
            yield node


def assigned(function: Function, name: str) -> list[ast.expr]:
    """The string expressions assigned to a local name."""
    values = []
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(t, ast.Name) and t.id == name for t in targets):
                values += [value for value in (node.value,) if any(constant_parts(value))]
    return values


def calls(tree: ast.Module) -> Iterator[tuple[ast.Call, Function | None]]:
    """Every call, with the innermost function it stands in."""

    def visit(
        node: ast.AST, function: Function | None
    ) -> Iterator[tuple[ast.Call, Function | None]]:
        for child in ast.iter_child_nodes(node):
            inside = (
                child if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
            )
            if isinstance(child, ast.Call):
                yield child, inside
            yield from visit(child, inside)

    return visit(tree, None)


def name_of(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def carried_parameter(function: Function | None, message: ast.expr) -> int | None:
    """The position of the parameter that the message is, for callers."""
    if function is None or not isinstance(message, ast.Name):
        return None
    names = [a.arg for a in function.args.args if a.arg not in ("self", "cls")]
    return names.index(message.id) if message.id in names else None


@cache
def carriers() -> dict[str, int]:
    found = dict(CARRIERS)
    for tree in sources().values():
        for call, function in calls(tree):
            if name_of(call) in CLASSES and call.args:
                position = carried_parameter(function, call.args[0])
                if position is not None and function is not None:
                    found[function.name] = position
    return found


@cache
def messages() -> tuple[Message, ...]:
    found = []
    for file, tree in sources().items():
        for call, function in calls(tree):
            name = name_of(call)
            position = 0 if name in CLASSES else carriers().get(name)
            if position is None or len(call.args) <= position:
                continue
            for message in alternatives(call.args[position], function):
                if carried_parameter(function, message) is not None:
                    continue
                longest = max(constant_parts(message), key=len, default="").strip(" ,;:")
                if longest or name in CLASSES:
                    found.append(Message(f"{file}:{call.lineno}", name, longest))
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


def test_messages_are_literals() -> None:
    """A message that is computed cannot be searched for, by this test or by a person reading a report."""
    computed = [m for m in messages() if len(m.text) < 3]
    unknown = [m for m in computed if m.where.rsplit(":", 1)[0] not in PASSED_ON]
    assert not unknown, "\n".join(f"{m.where}  {m.kind}" for m in unknown)


def test_messages_follow_the_style() -> None:
    """Lower case, no full stop."""
    wrong = [m for m in messages() if m.text.endswith(".") or m.text[:1].isupper()]
    wrong = [m for m in wrong if not m.text.split()[0].isupper()]
    assert not wrong, "\n".join(f"{m.where}: {m.text!r}" for m in wrong)
