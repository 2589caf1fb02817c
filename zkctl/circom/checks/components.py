"""The template of each component, in the order of the text, and the names read behind the dot of a component."""

from __future__ import annotations

from collections.abc import Iterable

from zkctl.circom import nodes
from zkctl.circom.checks.errors import Errors
from zkctl.circom.checks.ports import Port, bus_fields, template_ports
from zkctl.circom.checks.walk import blocks_of, expressions_of, indexes_of, parts_of
from zkctl.circom.nodes import Expression, Program, Statement


class Interfaces:
    """The ports of templates and the fields of buses, read from the text once."""

    def __init__(self, program: Program) -> None:
        self._definitions = program.definitions
        self._ports: dict[str, dict[str, Port]] = {}
        self._fields: dict[str, dict[str, Port]] = {}

    def ports(self, template: str) -> dict[str, Port]:
        """Return the inputs and outputs of a template."""
        if template not in self._ports:
            definition = self._definitions[template]
            assert isinstance(definition, nodes.Template)
            self._ports[template] = template_ports(definition)
        return self._ports[template]

    def fields(self, bus: str) -> dict[str, Port]:
        """Return the fields of a bus."""
        if bus not in self._fields:
            definition = self._definitions[bus]
            assert isinstance(definition, nodes.Bus)
            self._fields[bus] = bus_fields(definition)
        return self._fields[bus]


class ComponentUses:
    """Facts about components for the later stages, by the identity of nodes."""

    def __init__(self) -> None:
        self.templates: dict[
            int, str
        ] = {}  # DeclareComponent -> the template of its last creation in the text
        self.early: set[int] = set()  # Assign to a port before the text creates the component


def component_uses(program: Program, interfaces: Interfaces, errors: Errors) -> ComponentUses:
    """Return the facts; add an error for each name behind the dot of a component that its template does not have."""
    uses = ComponentUses()
    for template in program.definitions.values():
        if isinstance(template, nodes.Template):
            _Components(program, interfaces, errors, uses).statement(template.body)
    return uses


class _Components:
    """The walk through one template; `_scopes` has the component that a name means, None for another thing."""

    def __init__(
        self, program: Program, interfaces: Interfaces, errors: Errors, uses: ComponentUses
    ) -> None:
        self._definitions = program.definitions
        self._interfaces = interfaces
        self._errors = errors
        self._uses = uses
        self._scopes: list[dict[str, nodes.DeclareComponent | None]] = [{}]

    def statement(self, statement: Statement) -> None:
        match statement:
            case nodes.Block():
                if statement.is_scope:
                    self._scopes.append({})
                for inner in statement.statements:
                    self.statement(inner)
                if statement.is_scope:
                    self._scopes.pop()
            case nodes.Assign():
                self._assign(statement)
            case nodes.DeclareComponent():
                self._expressions(statement.dimensions)
                self._scopes[-1][statement.name] = statement
            case nodes.DeclareVariable() | nodes.DeclareSignal():
                self._expressions(statement.dimensions)
                self._scopes[-1][statement.name] = None
                if isinstance(statement, nodes.DeclareVariable) and statement.is_zeroed:
                    self._expressions(statement.dimensions)
            case nodes.DeclareBus():
                self._expressions(statement.dimensions)
                self._expressions(statement.bus.arguments)
                self._expressions(statement.dimensions)
                self._scopes[-1][statement.name] = None
            case _:
                self._expressions(expressions_of(statement))
                for inner in blocks_of(statement):
                    self._scoped(inner)

    def _scoped(self, statement: Statement) -> None:
        self._scopes.append({})
        self.statement(statement)
        self._scopes.pop()

    def _component(self, name: str) -> nodes.DeclareComponent | None:
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        return None

    def _assign(self, statement: nodes.Assign) -> None:
        target = statement.target
        assert isinstance(target, nodes.Variable)
        self._expression(target)
        self._expression(statement.value)
        component = self._component(target.name)
        if component is None:
            return
        if any(isinstance(step, nodes.Member) for step in target.access):
            if id(component) not in self._uses.templates:
                self._uses.early.add(id(statement))
            return
        name = _instantiated(statement.value)
        if isinstance(self._definitions.get(name), nodes.Template):
            self._uses.templates[id(component)] = name

    def _expressions(self, expressions: Iterable[Expression]) -> None:
        for expression in expressions:
            self._expression(expression)

    def _expression(self, expression: Expression) -> None:
        match expression:
            case nodes.Number():
                return
            case nodes.Variable():
                self._variable(expression)
                self._expressions(indexes_of(expression))
            case _:
                self._expressions(parts_of(expression))

    def _variable(self, variable: nodes.Variable) -> None:
        member = next((step for step in variable.access if isinstance(step, nodes.Member)), None)
        component = self._component(variable.name)
        if member is None or component is None:
            return
        template = self._uses.templates.get(id(component))
        if template is not None and member.name not in self._interfaces.ports(template):
            add_unknown_port(variable, member.name, template, self._interfaces, self._errors)


def _instantiated(value: Expression) -> str:
    if isinstance(value, nodes.Parallel):
        value = value.value
    return value.name if isinstance(value, nodes.Call) else ""


def add_unknown_port(
    variable: nodes.Variable,
    member: str,
    template: str,
    interfaces: Interfaces,
    errors: Errors,
) -> None:
    """Add the error for a name that is neither an input nor an output of a component's template."""
    ports = ", ".join(interfaces.ports(template)) or "none"
    errors.add(
        "T2046",
        f"{member} is no input or output of template {template}, of which {variable.name} is a component",
        variable.place,
        f"its inputs and outputs are: {ports}; an intermediate signal cannot be read from outside",
    )
