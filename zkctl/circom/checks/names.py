"""Names: every name is declared once in its scope and before its use, every call has the right number of arguments."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from zkctl.circom import nodes
from zkctl.circom.checks.errors import Errors
from zkctl.circom.checks.ports import bus_fields, template_ports
from zkctl.circom.checks.walk import blocks_of, expressions_of, indexes_of, parts_of
from zkctl.circom.nodes import Expression, Program, Role, Statement
from zkctl.circom.source import Place

_ORDER = (nodes.Template, nodes.Function, nodes.Bus)


def check_names(program: Program, errors: Errors) -> None:
    """Check main, then templates, functions and buses, used or not."""
    names = _Names(program, errors)
    if program.main is not None:
        names.check_main(program.main)
    for kind in _ORDER:
        for definition in program.definitions.values():
            if isinstance(definition, kind):
                names.check_definition(definition)


class _Names:
    """The walk through one definition after the other; `_scopes` has the names that can be seen, innermost scope last."""

    def __init__(self, program: Program, errors: Errors) -> None:
        self._definitions = program.definitions
        self._errors = errors
        self._scopes: list[set[str]] = []

    def check_main(self, main: nodes.Main) -> None:
        """Check the public list, then the expression."""
        self._scopes = [set()]
        if isinstance(main.value, nodes.Call):
            template = self._definitions.get(main.value.name)
            if isinstance(template, nodes.Template):
                self._check_public(main, template)
        self._expression(main.value)

    def _check_public(self, main: nodes.Main, template: nodes.Template) -> None:
        inputs = [
            port.name for port in template_ports(template).values() if port.role is Role.INPUT
        ]
        for name in main.public:
            if name not in inputs:
                self._errors.add(
                    "T2008",
                    f"{name} in the public list is no input of template {template.name}",
                    main.place,
                    f"the inputs are {', '.join(inputs)}" if inputs else "remove the public list",
                )

    def check_definition(self, definition: nodes.Definition) -> None:
        """Check the parameters and the body of a template, a function or a bus."""
        self._scopes = [set(definition.parameters)]
        if len(set(definition.parameters)) < len(definition.parameters):
            doubled = next(n for n in definition.parameters if definition.parameters.count(n) > 1)
            self._errors.add(
                "T2008",
                f"parameter {doubled} of {definition.name} is declared twice",
                definition.place,
                "rename one of the two",
            )
        for statement in definition.body.statements:
            self._statement(statement)

    def _scope(self, statement: Statement) -> None:
        self._scopes.append(set())
        self._statement(statement)
        self._scopes.pop()

    def _statement(self, statement: Statement) -> None:
        match statement:
            case nodes.Block():
                if statement.is_scope:
                    self._scopes.append(set())
                for inner in statement.statements:
                    self._statement(inner)
                if statement.is_scope:
                    self._scopes.pop()
            case nodes.Assign():
                self._expression(statement.value)
                self._expression(statement.target)
            case nodes.DeclareBus():
                self._declare_bus(statement)
            case nodes.DeclareVariable() | nodes.DeclareSignal() | nodes.DeclareComponent():
                self._expressions(statement.dimensions)
                self._declare(statement.name, statement.place)
                # the lengths of a variable stand in its declaration and in its first assignment
                if isinstance(statement, nodes.DeclareVariable) and statement.is_zeroed:
                    self._expressions(statement.dimensions)
            case _:
                self._expressions(expressions_of(statement))
                for inner in blocks_of(statement):
                    self._scope(inner)

    def _declare_bus(self, statement: nodes.DeclareBus) -> None:
        self._expressions(statement.dimensions)
        bus = self._definitions.get(statement.bus.name)
        if isinstance(bus, nodes.Bus):
            fields = bus_fields(bus)
            for tag in statement.tags:
                if tag in fields:
                    self._errors.add(
                        "T2008",
                        f"tag {tag} of {statement.name} is also a field of bus {bus.name}",
                        statement.place,
                        "rename the tag",
                    )
        self._declare(statement.name, statement.place)
        if isinstance(bus, nodes.Bus):
            self._arguments(statement.bus, bus.parameters, "BU01", f"bus {bus.name}")
        else:
            self._unknown_callee(statement.bus, "bus")
        self._expressions(statement.dimensions)

    def _declare(self, name: str, place: Place) -> None:
        scope = self._scopes[-1]
        if name in scope:
            self._errors.add(
                "T2008",
                f"{name} is declared twice",
                place,
                "rename one of the two, or assign to the first without declaring it again",
            )
        scope.add(name)

    def _expressions(self, expressions: Iterable[Expression]) -> None:
        for expression in expressions:
            self._expression(expression)

    def _expression(self, expression: Expression) -> None:
        match expression:
            case nodes.Number():
                return
            case nodes.Variable():
                if not any(expression.name in scope for scope in self._scopes):
                    self._undeclared(expression)
                self._expressions(indexes_of(expression))
            case nodes.Call():
                self._call(expression)
            case _:
                self._expressions(parts_of(expression))

    def _undeclared(self, variable: nodes.Variable) -> None:
        visible = set().union(*self._scopes)
        near = get_close_matches(variable.name, visible, 1)
        if near:
            hint = f"write {near[0]}, or declare {variable.name} first"
        else:
            hint = f"declare it first: var {variable.name}; or signal {variable.name};"
        self._errors.add("T2021", f"{variable.name} is not declared", variable.place, hint)

    def _call(self, call: nodes.Call) -> None:
        callee = self._definitions.get(call.name)
        if isinstance(callee, nodes.Template | nodes.Function):
            kind = "template" if isinstance(callee, nodes.Template) else "function"
            self._arguments(call, callee.parameters, "T2012", f"{kind} {call.name}")
        else:
            self._unknown_callee(call, "template or function")

    def _arguments(
        self, call: nodes.Call, parameters: tuple[str, ...], code: str, title: str
    ) -> None:
        n_given, n_expected = len(call.arguments), len(parameters)
        if n_given == n_expected:
            self._expressions(call.arguments)
            return
        self._errors.add(
            code,
            f"{title} has the wrong number of arguments: expected {n_expected}, got {n_given}",
            call.place,
            f"its parameters are ({', '.join(parameters)})",
        )

    def _unknown_callee(self, call: nodes.Call, kind: str) -> None:
        near = get_close_matches(call.name, self._definitions, 1)
        if call.name in self._definitions:
            hint = f"{call.name} is a {type(self._definitions[call.name]).__name__.lower()}"
        elif near:
            hint = f"write {near[0]}, or include the file that defines {call.name}"
        else:
            hint = f"include the file that defines {call.name}"
        self._errors.add("T2021", f"no {kind} is named {call.name}", call.place, hint)
