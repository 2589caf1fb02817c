"""The refusals of sugar where it is not allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from zkctl.circom import nodes
from zkctl.circom.checks.walk import expressions_of, parts_of
from zkctl.circom.nodes import Expression, Statement
from zkctl.circom.report import CircomFinding
from zkctl.circom.source import Place

N = TypeVar("N", nodes.AnonymousComponent, nodes.TupleLiteral)


class Misuse(Exception):  # becomes a CircomError, which needs the files
    """An anonymous component or a tuple at a place where it is not allowed."""

    def __init__(self, code: str, message: str, place: Place, hint: str = "") -> None:
        super().__init__(message)
        self.finding = CircomFinding(code, message, place, hint)


def check_not_anonymous(expression: Expression, where: str) -> None:
    """Raise Misuse if the expression holds an anonymous component; `where` names its position."""
    found = _first(expression, nodes.AnonymousComponent)
    if found is not None:
        message = f"anonymous component {found.name} is not allowed {where}"
        hint = f"name its output first: signal s <== {found.name}(...)(...);"
        raise Misuse("TAC01", message, found.place, hint)


def check_no_tuple(expression: Expression, where: str) -> None:
    """Raise Misuse if the expression holds a tuple; `where` names its position."""
    found = _first(expression, nodes.TupleLiteral)
    if found is not None:
        hint = "assign it to a tuple of as many names: (a, b) <== ..."
        raise Misuse("TAC02", f"a tuple is not allowed {where}", found.place, hint)


_WHERE: dict[type, str] = {
    nodes.DeclareVariable: "in a dimension",
    nodes.DeclareSignal: "in a dimension",
    nodes.DeclareComponent: "in a dimension",
    nodes.DeclareBus: "in a dimension or a parameter",
    nodes.Constrain: "beside ===",
    nodes.Return: "behind return",
    nodes.Log: "in log",
    nodes.Assert: "in assert",
}


def check_inside(statement: Statement, refuse: Callable[[Expression, str], None]) -> None:
    """Apply `check_not_anonymous` or `check_no_tuple` to all expressions directly inside a statement."""
    where = _WHERE.get(type(statement), "here")
    for each in expressions_of(statement):
        refuse(each, where)


def _first(expression: Expression, kind: type[N]) -> N | None:
    for each in _inside(expression):
        if isinstance(each, kind):
            return each
    return None


def _inside(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and all inside it, in text order."""
    waiting = [expression]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(parts_of(current)))
