"""Numbers of dimensions that functions return, found without looking for errors."""

from __future__ import annotations

from zkctl.circom import nodes
from zkctl.circom.nodes import Definition, Expression, Statement

FunctionKey = tuple[str, tuple[int, ...]]  # a function and the dimensions of its arguments
MOST_DIMENSIONS = (
    32  # of an argument; a recursion that wraps its argument in brackets would not end
)


class _NeedsFunction(Exception):
    """The dimensions of another function are needed first."""

    def __init__(self, key: FunctionKey) -> None:
        super().__init__(key)
        self.key = key


class Inference:
    """The dimensions that each function returns for given dimensions of its arguments: those of its first return that has any."""

    def __init__(self, definitions: dict[str, Definition]) -> None:
        self._definitions = definitions
        self._results: dict[FunctionKey, int | None] = {}

    def dimensions(self, key: FunctionKey) -> int | None:
        """Return the number of dimensions; None if no return shows it."""
        waiting = [key]
        while waiting:
            current = waiting[-1]
            if current in self._results:
                waiting.pop()
                continue
            try:
                self._results[current] = self._look(current, waiting)
            except _NeedsFunction as needed:
                waiting.append(needed.key)
        return self._results[key]

    def _look(self, key: FunctionKey, waiting: list[FunctionKey]) -> int | None:
        function = self._definitions[key[0]]
        assert isinstance(function, nodes.Function)
        scope = dict(zip(function.parameters, key[1], strict=True))
        return _Body(self._results, waiting).first_return(function.body, [scope])


class _Body:
    """The walk through one function; scopes are name -> dimensions."""

    def __init__(self, results: dict[FunctionKey, int | None], waiting: list[FunctionKey]) -> None:
        self._results = results
        self._waiting = waiting

    def first_return(self, statement: Statement, scopes: list[dict[str, int]]) -> int | None:
        """Return the dimensions of the first return that has any, in text order."""
        match statement:
            case nodes.Return():
                return self._dimensions(statement.value, scopes)
            case nodes.DeclareVariable():
                scopes[-1][statement.name] = len(statement.dimensions)
                return None
            case nodes.Block():
                inner = [*scopes, {}] if statement.is_scope else scopes
                return self._first(statement.statements, inner)
            case nodes.If():
                otherwise = () if statement.otherwise is None else (statement.otherwise,)
                return self._first((statement.then, *otherwise), [*scopes, {}])
            case nodes.While():
                return self.first_return(statement.body, [*scopes, {}])
            case _:
                return None

    def _first(self, statements: tuple[Statement, ...], scopes: list[dict[str, int]]) -> int | None:
        for statement in statements:
            found = self.first_return(statement, scopes)
            if found is not None:
                return found
        return None

    def _dimensions(self, expression: Expression, scopes: list[dict[str, int]]) -> int | None:
        match expression:
            case nodes.Variable():
                return _declared(expression.name, scopes) - len(expression.access)
            case nodes.ArrayLiteral():
                first = self._dimensions(expression.values[0], scopes)
                return None if first is None else first + 1
            case nodes.Ternary():
                yes = self._dimensions(expression.yes, scopes)
                return self._dimensions(expression.no, scopes) if yes is None else yes
            case nodes.Infix():
                left = self._dimensions(expression.left, scopes)
                return self._dimensions(expression.right, scopes) if left is None else left
            case nodes.Prefix():
                return self._dimensions(expression.operand, scopes)
            case nodes.Parallel():
                return self._dimensions(expression.value, scopes)
            case nodes.Call():
                return self._call(expression, scopes)
            case _:
                return 0

    def _call(self, call: nodes.Call, scopes: list[dict[str, int]]) -> int | None:
        arguments = [self._dimensions(argument, scopes) for argument in call.arguments]
        known = tuple(n for n in arguments if n is not None)
        key = (call.name, known)
        if len(known) < len(arguments) or max(known, default=0) > MOST_DIMENSIONS:
            return None
        if key in self._results:
            return self._results[key]
        if key in self._waiting:
            return None
        raise _NeedsFunction(key)


def _declared(name: str, scopes: list[dict[str, int]]) -> int:
    for scope in reversed(scopes):
        if name in scope:
            return scope[name]
    return 0
