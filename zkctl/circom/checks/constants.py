"""Lengths of arrays in functions, and of fields in buses, are constant expressions."""

from __future__ import annotations

from zkctl.circom import nodes
from zkctl.circom.checks.errors import Errors
from zkctl.circom.checks.walk import parts_of
from zkctl.circom.nodes import Expression, Program, Statement


def check_constants(program: Program, errors: Errors) -> None:
    """Refuse lengths that depend on a function's arguments or on a variable that is assigned again."""
    for definition in program.definitions.values():
        if isinstance(definition, nodes.Function):
            _Lengths(definition, frozenset(), errors).check(definition.body)
        elif isinstance(definition, nodes.Bus):
            _Lengths(definition, frozenset(definition.parameters), errors).check(definition.body)


class _Lengths:
    """Two walks through a body: the first finds what each name means and is assigned, the second judges the lengths."""

    def __init__(
        self, definition: nodes.Function | nodes.Bus, constants: frozenset[str], errors: Errors
    ) -> None:
        self._title = definition.name
        self._is_bus = isinstance(definition, nodes.Bus)
        self._errors = errors
        self._constants = constants
        self._scopes: list[dict[str, nodes.DeclareVariable | None]] = [{}]
        self._meaning: dict[int, nodes.DeclareVariable | None] = {}  # of a Variable node
        self._assigned: dict[int, list[Expression]] = {}  # values of a DeclareVariable node
        self._known: dict[int, bool] = {}
        self._lengths: list[Expression] = []

    def check(self, body: nodes.Block) -> None:
        """Add an error for each length that is not constant."""
        self._statement(body)
        where = f"bus {self._title}" if self._is_bus else f"function {self._title}"
        for length in self._lengths:
            if not self._is_constant(length):
                self._errors.add(
                    "T20463",
                    f"length of an array in {where} is not constant",
                    length.place,
                    "write a number as large as the largest length that is needed",
                )

    def _statement(self, statement: Statement) -> None:
        match statement:
            case nodes.Block():
                if statement.is_scope:
                    self._scopes.append({})
                for inner in statement.statements:
                    self._statement(inner)
                if statement.is_scope:
                    self._scopes.pop()
            case nodes.DeclareVariable():
                self._length(statement.dimensions)
                self._scopes[-1][statement.name] = statement
                self._assigned[id(statement)] = []
            case nodes.DeclareSignal() | nodes.DeclareBus():
                self._length(statement.dimensions)
                self._scopes[-1][statement.name] = None
            case nodes.Assign(target=nodes.Variable() as target):
                self._resolve(statement.value)
                declaration = self._find(target.name)
                if declaration is not None:
                    self._assigned[id(declaration)].append(statement.value)
            case nodes.If():
                self._scoped(statement.then)
                if statement.otherwise is not None:
                    self._scoped(statement.otherwise)
            case nodes.While():
                self._scoped(statement.body)

    def _scoped(self, statement: Statement) -> None:
        self._scopes.append({})
        self._statement(statement)
        self._scopes.pop()

    def _length(self, dimensions: tuple[Expression, ...]) -> None:
        for length in dimensions:
            self._resolve(length)
            self._lengths.append(length)

    def _find(self, name: str) -> nodes.DeclareVariable | None:
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        return None

    def _resolve(self, expression: Expression) -> None:
        if isinstance(expression, nodes.Variable):
            self._meaning[id(expression)] = self._find(expression.name)
        for part in parts_of(expression):
            self._resolve(part)

    def _is_constant(self, expression: Expression) -> bool:
        if isinstance(expression, nodes.Variable):
            declaration = self._meaning[id(expression)]
            if declaration is not None:
                return not expression.access and self._is_constant_variable(declaration)
            return expression.name in self._constants and all(
                self._is_constant(index) for index in parts_of(expression)
            )
        return all(self._is_constant(part) for part in parts_of(expression))

    def _is_constant_variable(self, declaration: nodes.DeclareVariable) -> bool:
        """Return whether the variable has one value, which is constant; the 0 of a declaration counts as a value."""
        key = id(declaration)
        if key not in self._known:
            values = self._assigned[key]
            self._known[key] = False  # while its own value is judged
            self._known[key] = (
                not declaration.dimensions
                and len(values) + declaration.is_zeroed <= 1
                and all(self._is_constant(value) for value in values)
            )
        return self._known[key]
