"""Which names a statement assigns, by name only: an inner variable of the same name counts too."""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.circom.nodes import (
    Assign,
    Block,
    If,
    Return,
    Statement,
    Variable,
    While,
)


def assigned_names(statement: Statement) -> frozenset[str]:
    """Return the names that `=` assigns in a statement."""
    return frozenset(
        each.target.name
        for each in _parts(statement)
        if isinstance(each, Assign) and each.operator == "=" and isinstance(each.target, Variable)
    )


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
