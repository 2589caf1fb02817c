"""Variables of functions and buses that have one value, which does not depend on arguments: circom treats them as constants."""

from __future__ import annotations

from zkctl.circom import nodes
from zkctl.circom.checks.walk import blocks_of, expressions_of, parts_of
from zkctl.circom.nodes import DeclareVariable, Expression, Statement


class ConstantVariables:
    """One walk through a body: it finds the meaning and the values of each name.

    `parameters` are those that count as constant; `lengths` are the lengths of all arrays, in the order of the text.
    """

    def __init__(
        self, definition: nodes.Function | nodes.Bus, parameters: frozenset[str] = frozenset()
    ) -> None:
        self._parameters = parameters
        self._scopes: list[dict[str, DeclareVariable | None]] = [{}]
        self._meaning: dict[int, DeclareVariable | None] = {}  # of a Variable node
        self._assigned: dict[int, list[Expression]] = {}  # values of a DeclareVariable node
        self._known: dict[int, bool] = {}
        self._early: set[int] = set()  # Variable nodes that read a variable before its first value
        self.lengths: list[Expression] = []
        self._statement(definition.body)

    def is_constant(self, expression: Expression) -> bool:
        """Return whether an expression in a length or in a variable's value is constant."""
        if isinstance(expression, nodes.Variable):
            declaration = self._meaning[id(expression)]
            if declaration is not None:
                is_single = not expression.access and id(expression) not in self._early
                return is_single and self._is_constant(declaration)
            return expression.name in self._parameters and all(
                self.is_constant(index) for index in parts_of(expression)
            )
        return all(self.is_constant(part) for part in parts_of(expression))

    def value(self, declaration: DeclareVariable) -> Expression | None:
        """Return the value of a constant variable as the text has it, None for other variables."""
        if not self._is_constant(declaration):
            return None
        values = self._assigned[id(declaration)]
        return values[0] if values else nodes.Number(0, declaration.place)

    def _is_constant(self, declaration: DeclareVariable) -> bool:
        """Return whether the variable has one value, which is constant; the 0 of a declaration counts as a value."""
        key = id(declaration)
        if key not in self._known:
            values = self._assigned[key]
            self._known[key] = False  # while its own value is judged
            self._known[key] = (
                not declaration.dimensions
                and len(values) + declaration.is_zeroed <= 1
                and all(self.is_constant(value) for value in values)
            )
        return self._known[key]

    def meaning(self, variable: nodes.Variable) -> DeclareVariable | None:
        """Return the declaration that a name means, None for a parameter or another thing."""
        return self._meaning[id(variable)]

    # -- the walk

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
                self._resolve(target)
                self._resolve(statement.value)
                declaration = self._find(target.name)
                if declaration is not None:
                    self._assigned[id(declaration)].append(statement.value)
            case _:
                for expression in expressions_of(statement):
                    self._resolve(expression)
                for inner in blocks_of(statement):
                    self._scopes.append({})
                    self._statement(inner)
                    self._scopes.pop()

    def _length(self, dimensions: tuple[Expression, ...]) -> None:
        for length in dimensions:
            self._resolve(length)
            self.lengths.append(length)

    def _find(self, name: str) -> DeclareVariable | None:
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        return None

    def _resolve(self, expression: Expression) -> None:
        if isinstance(expression, nodes.Variable):
            declaration = self._meaning[id(expression)] = self._find(expression.name)
            if declaration and not declaration.is_zeroed and not self._assigned[id(declaration)]:
                self._early.add(id(expression))
        for part in parts_of(expression):
            self._resolve(part)
