"""Functions whose constant variables are written out: circom executes them so, and calls in a variable's value run at each use."""

from __future__ import annotations

from dataclasses import replace
from weakref import WeakKeyDictionary

from zkctl.circom import nodes
from zkctl.circom.checks.walk import parts_of
from zkctl.circom.constant_variables import ConstantVariables
from zkctl.circom.nodes import DeclareVariable, Expression, Function, Program, Statement

_MAX_NODES = 1000  # of a value: each variable may double the one before it

_WRITTEN: WeakKeyDictionary[Program, dict[str, Function]] = WeakKeyDictionary()


def function_of(program: Program, name: str) -> Function:
    """Return a function as it is executed: reads of a constant variable are its value."""
    written = _WRITTEN.setdefault(program, {})
    if name not in written:
        definition = program.definitions[name]
        assert isinstance(definition, Function)
        body = _Writer(definition).block(definition.body)
        written[name] = replace(definition, body=body)
    return written[name]


class _Writer:
    """The walk through one function."""

    def __init__(self, function: Function) -> None:
        self._variables = ConstantVariables(function)
        self._values: dict[int, Expression | None] = {}  # of a DeclareVariable node

    # -- statements

    def block(self, block: nodes.Block) -> nodes.Block:
        """Return a block with the values of its constant variables in place."""
        inner = tuple(map(self._statement, block.statements))
        return nodes.Block(inner, block.place, block.is_scope)

    def _statement(self, statement: Statement) -> Statement:
        match statement:
            case nodes.Block():
                return self.block(statement)
            case DeclareVariable():
                return replace(statement, dimensions=self._all(statement.dimensions))
            case nodes.Assign(target=nodes.Variable() as target):
                value = self._expression(statement.value)
                return replace(statement, target=self._indexed(target), value=value)
            case nodes.Evaluate() | nodes.Return():
                return replace(statement, value=self._expression(statement.value))
            case nodes.Assert():
                return replace(statement, condition=self._expression(statement.condition))
            case nodes.Log():
                items = [x if isinstance(x, str) else self._expression(x) for x in statement.items]
                return replace(statement, items=tuple(items))
            case nodes.If(condition, then, otherwise, place):
                no = None if otherwise is None else self._statement(otherwise)
                return nodes.If(self._expression(condition), self._statement(then), no, place)
            case nodes.While(condition, body, place):
                return nodes.While(self._expression(condition), self._statement(body), place)
            case _:
                raise AssertionError(f"{type(statement).__name__} in a function")

    # -- expressions

    def _all(self, expressions: tuple[Expression, ...]) -> tuple[Expression, ...]:
        return tuple(map(self._expression, expressions))

    def _expression(self, expression: Expression) -> Expression:
        match expression:
            case nodes.Variable():
                value = None if expression.access else self._value(expression)
                return self._indexed(expression) if value is None else value
            case nodes.Infix(operator, left, right, place):
                return nodes.Infix(operator, self._expression(left), self._expression(right), place)
            case nodes.Prefix(operator, operand, place):
                return nodes.Prefix(operator, self._expression(operand), place)
            case nodes.Ternary(condition, yes, no, place):
                sides = self._expression(yes), self._expression(no)
                return nodes.Ternary(self._expression(condition), *sides, place)
            case nodes.Call(name, arguments, place):
                return nodes.Call(name, self._all(arguments), place)
            case nodes.ArrayLiteral(values, place) if parts_of(expression):
                return nodes.ArrayLiteral(self._all(values), place)
            case nodes.Parallel(value, place):
                return nodes.Parallel(self._expression(value), place)
            case _:
                return expression

    def _indexed(self, variable: nodes.Variable) -> nodes.Variable:
        if not variable.access:
            return variable
        access = tuple(
            replace(step, value=self._expression(step.value))
            if isinstance(step, nodes.Index)
            else step
            for step in variable.access
        )
        return nodes.Variable(variable.name, access, variable.place)

    def _value(self, variable: nodes.Variable) -> Expression | None:
        """Return the value of a constant variable, which holds no names; None for another variable."""
        declaration = self._variables.meaning(variable)
        if declaration is None:
            return None
        key = id(declaration)
        if key not in self._values:
            value = self._variables.value(declaration)
            written = None if value is None else self._expression(value)
            self._values[key] = written if written and _n_nodes(written) <= _MAX_NODES else None
        return self._values[key]


def _n_nodes(expression: Expression) -> int:
    """Return the number of nodes of a tree, _MAX_NODES + 1 for more."""
    n, waiting = 0, [expression]
    while waiting and n <= _MAX_NODES:
        n += 1
        waiting += parts_of(waiting.pop())
    return n
