"""Statements at places where they are not allowed: in templates, functions and buses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zkctl.circom import nodes
from zkctl.circom.checks.errors import Errors
from zkctl.circom.checks.walk import (
    blocks_of,
    expressions_of,
    indexes_of,
    members_of,
    parts_of,
    statements_of,
)
from zkctl.circom.nodes import Definition, Expression, Program, Role, Statement

_Declaration = nodes.DeclareSignal | nodes.DeclareBus | nodes.DeclareComponent
_KINDS = {
    nodes.DeclareSignal: "signal",
    nodes.DeclareBus: "bus",
    nodes.DeclareComponent: "component",
}


def check_templates(program: Program, errors: Errors) -> None:
    """Refuse `return` in templates, and signals, buses and components that are declared in loops."""
    for template in program.definitions.values():
        if not isinstance(template, nodes.Template):
            continue
        for statement in statements_of(template.body):
            if isinstance(statement, nodes.Return):
                errors.add(
                    "T2024",
                    f"template {template.name} has a return",
                    statement.place,
                    "assign the value to an output signal",
                )
        for declaration in _declared_in_loops(template.body):
            kind = _KINDS[type(declaration)]
            errors.add(
                "T2011",
                f"{kind} {declaration.name} is declared in a loop",
                declaration.place,
                f"declare an array before the loop and use {declaration.name}[i] in it",
            )


def _declared_in_loops(statement: Statement) -> Iterator[_Declaration]:
    waiting = [(statement, False)]
    while waiting:
        current, is_in_loop = waiting.pop()
        if is_in_loop and isinstance(current, _Declaration):
            yield current
        is_in_loop = is_in_loop or isinstance(current, nodes.While)
        waiting.extend((inner, is_in_loop) for inner in reversed(blocks_of(current)))


def check_functions(program: Program, errors: Errors) -> None:
    """Refuse functions that use signals, components or templates, or that can end without a value."""
    for function in program.definitions.values():
        if isinstance(function, nodes.Function):
            _FunctionBody(program.definitions, function.name, errors).statement(function.body)
            if not _returns(function.body):
                errors.add(
                    "T2015",
                    f"function {function.name} can end without a return",
                    function.place,
                    "return a value at the end: a return in a loop, or in an if without else, does not count",
                )


def _returns(statement: Statement | None) -> bool:
    match statement:
        case nodes.Return():
            return True
        case nodes.Block():
            return any(_returns(inner) for inner in statement.statements)
        case nodes.If():
            return _returns(statement.then) and _returns(statement.otherwise)
        case _:
            return False


class _FunctionBody:
    """The walk that finds the parts of templates in a function."""

    def __init__(self, definitions: dict[str, Definition], name: str, errors: Errors) -> None:
        self._definitions = definitions
        self._name = name
        self._errors = errors

    def _refuse(self, node: Statement | Expression, used: str) -> None:
        self._errors.add(
            "T2001",
            f"function {self._name} {used}",
            node.place,
            "use only variables and functions in a function, or make it a template",
        )

    def statement(self, statement: Statement) -> None:
        match statement:
            case nodes.DeclareVariable():
                self._expressions(statement.dimensions)
                if statement.is_zeroed:
                    self._expressions(statement.dimensions)
            case nodes.DeclareSignal() | nodes.DeclareComponent():
                self._refuse(statement, f"declares {_KINDS[type(statement)]} {statement.name}")
            case nodes.DeclareBus():
                self._refuse(statement, f"declares bus {statement.name}")
                self._refuse(statement.bus, f"uses bus {statement.bus.name}")
                self._expressions(statement.dimensions)
            case nodes.Assign():
                if statement.operator != "=":
                    self._refuse(statement, f"uses {statement.operator}")
                self._expression(statement.target)
                self._expression(statement.value)
            case nodes.Evaluate():
                if statement.operator != "=":
                    self._refuse(statement, f"uses {statement.operator}")
                self._expression(statement.value)
            case nodes.Constrain():
                self._refuse(statement, "uses ===")
                self._expressions((statement.left, statement.right))
            case _:
                self._expressions(expressions_of(statement))
                for inner in blocks_of(statement):
                    self.statement(inner)

    def _expressions(self, expressions: Iterable[Expression]) -> None:
        for expression in expressions:
            self._expression(expression)

    def _expression(self, expression: Expression) -> None:
        match expression:
            case nodes.Number():
                return
            case nodes.Variable():
                members = members_of(expression)
                if members:
                    self._refuse(expression, f"reads {expression.name}.{members[0]}")
                self._expressions(indexes_of(expression))
                return
            case nodes.Call():
                if not isinstance(self._definitions.get(expression.name), nodes.Function):
                    self._refuse(expression, f"uses template {expression.name}")
        self._expressions(parts_of(expression))


def check_buses(program: Program, errors: Errors) -> None:
    """Refuse everything in buses but the declaration of fields."""
    for bus in program.definitions.values():
        if isinstance(bus, nodes.Bus):
            _check_bus(bus.name, bus.body, errors)


_NAMES = {
    nodes.Evaluate: "an assignment",
    nodes.Assign: "an assignment",
    nodes.Constrain: "a constraint",
    nodes.If: "an if",
    nodes.While: "a loop",
    nodes.Return: "a return",
    nodes.Log: "a log",
    nodes.Assert: "an assert",
    nodes.DeclareVariable: "a variable",
    nodes.DeclareComponent: "a component",
}


def _check_bus(name: str, statement: Statement, errors: Errors) -> None:
    match statement:
        case nodes.Block():
            for inner in statement.statements:
                _check_bus(name, inner, errors)
        case nodes.DeclareSignal(role=role) | nodes.DeclareBus(role=role):
            if role is not Role.INTERMEDIATE:
                _add_field_error(name, statement, f"field {statement.name} as {role.value}", errors)
        case nodes.DeclareVariable(is_zeroed=True):
            _add_field_error(name, statement, "a variable", errors)
            _add_field_error(name, statement, "an assignment", errors)
        case _:
            _add_field_error(name, statement, _NAMES[type(statement)], errors)


def _add_field_error(name: str, statement: Statement, what: str, errors: Errors) -> None:
    errors.add(
        "T2052",
        f"bus {name} has {what}",
        statement.place,
        "declare only fields in a bus: signal x; or OtherBus() y;",
    )
