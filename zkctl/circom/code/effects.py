"""Functions that print or check: a call of one must run even if its result is known or not used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zkctl.circom.checks.walk import expressions_of, parts_of, statements_of
from zkctl.circom.nodes import Assert, Call, Expression, Function, Log, Program
from zkctl.runtime.records import record


@record
class Effects:
    """Names of functions, of which some effects are in functions that they call: `logging` print, `effective` print or check."""

    logging: frozenset[str]
    effective: frozenset[str]


def effects_of(program: Program) -> Effects:
    """Return which functions of a program have effects."""
    callers: dict[str, set[str]] = {}
    logging, checking = set(), set()
    for node in program.definitions.values():
        if not isinstance(node, Function):
            continue
        for each in _called(node):
            callers.setdefault(each, set()).add(node.name)
        for statement in statements_of(node.body):
            if isinstance(statement, Log):
                logging.add(node.name)
            elif isinstance(statement, Assert):
                checking.add(node.name)
    return Effects(_with_callers(logging, callers), _with_callers(logging | checking, callers))


def _with_callers(names: Iterable[str], callers: Mapping[str, set[str]]) -> frozenset[str]:
    """Return functions with all that call them."""
    reached = set(names)
    waiting = list(reached)
    while waiting:
        new = callers.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    return frozenset(reached)


def _called(node: Function) -> set[str]:
    return called_in([each for part in statements_of(node.body) for each in expressions_of(part)])


def called_in(expressions: Iterable[Expression]) -> set[str]:
    """Return the names of all functions that are called in some expressions."""
    names = set()
    waiting = list(expressions)
    while waiting:
        expression = waiting.pop()
        if isinstance(expression, Call):
            names.add(expression.name)
        waiting += parts_of(expression)
    return names
