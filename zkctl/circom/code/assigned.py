"""The names that a statement assigns, and whether it returns."""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.circom.nodes import (
    Assign,
    Block,
    DeclareVariable,
    If,
    Return,
    Statement,
    Variable,
    While,
)


def assigned_names(statement: Statement) -> tuple[str, ...]:
    """Return the names declared outside of a statement that `=` assigns in it, in order."""
    found: dict[str, None] = {}
    _add_assigned(statement, set(), found)
    return tuple(found)


def _add_assigned(statement: Statement, declared: set[str], found: dict[str, None]) -> None:
    """Add the names that a statement assigns; `declared` are those declared inside, before it."""
    match statement:
        case Block():
            inner = set(declared) if statement.is_scope else declared
            for each in statement.statements:
                _add_assigned(each, inner, found)
        case DeclareVariable(name=name):
            declared.add(name)
        case If(then=then, otherwise=otherwise):
            _add_assigned(then, set(declared), found)
            if otherwise is not None:
                _add_assigned(otherwise, set(declared), found)
        case While(body=body):
            _add_assigned(body, set(declared), found)
        case Assign(operator="=", target=Variable(name=name)) if name not in declared:
            found[name] = None


def returns_inside(statement: Statement) -> bool:
    """Return whether a branch or loop in a statement returns."""
    return any(
        isinstance(inner, Return)
        for each in _parts(statement)
        if isinstance(each, If | While)
        for inner in _parts(each)
    )


def _parts(statement: Statement) -> Iterator[Statement]:
    """Yield a statement and all inside it."""
    waiting = [statement]
    while waiting:
        each = waiting.pop()
        yield each
        if isinstance(each, Block):
            waiting.extend(reversed(each.statements))
        elif isinstance(each, If):
            waiting.extend([each.otherwise, each.then] if each.otherwise else [each.then])
        elif isinstance(each, While):
            waiting.append(each.body)
