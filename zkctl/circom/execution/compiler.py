"""Turns expressions into Python functions of a frame, once for each body."""

from __future__ import annotations

from typing import Any

from zkctl.circom.code.effects import called_in
from zkctl.circom.execution.arrays import joined
from zkctl.circom.execution.names import FrameSlots, Names
from zkctl.circom.execution.run import Evaluated, Frame, SharedState, TemplateRun
from zkctl.circom.execution.scope import FrameScope
from zkctl.circom.nodes import (
    ArrayLiteral,
    Call,
    Expression,
    Infix,
    Number,
    Parallel,
    Prefix,
    Ternary,
    Variable,
)
from zkctl.circom.source import Place
from zkctl.circom.values import ArrayValue, Unknown, unknown_of

_PREFIXES = {"-": "neg", "!": "not", "~": "invert"}


class ExpressionCompiler:
    """Compiles the expressions of one body; `slots` holds the names that are visible where it is."""

    def __init__(self, shared: SharedState) -> None:
        self.shared = shared
        self.slots = FrameSlots()

    def expression(self, node: Expression) -> Evaluated:
        """Return the function that evaluates an expression."""
        match node:
            case Number(value):
                return _constant(value % self.shared.p)
            case Variable():
                return self.variable(node)
            case Infix():
                return self._infix(node)
            case Prefix():
                return self._prefix(node)
            case Ternary():
                return self._ternary(node)
            case Call():
                return self.call(node)
            case ArrayLiteral():
                return self._literal(node)
            case Parallel(value):
                return self.expression(value)
        raise TypeError(type(node).__name__)

    def variable(self, node: Variable) -> Evaluated:
        """Return the function that reads a name."""
        raise NotImplementedError

    def call(self, node: Call) -> Evaluated:
        """Return the function that calls a function."""
        raise NotImplementedError

    # -- operators

    def _infix(self, node: Infix) -> Evaluated:
        left, right = self.expression(node.left), self.expression(node.right)
        operator = node.operator
        known = self.shared.operators.numbers[operator]

        def evaluate(frame: Frame) -> Any:
            x, y = left(frame), right(frame)
            if type(x) is int and type(y) is int:
                try:
                    return known(x, y)
                except ZeroDivisionError:
                    raise _division(frame[0], node) from None
            return infix(frame[0], node, x, y)

        def sum_of(frame: Frame) -> Any:
            x, y = left(frame), right(frame)
            if type(x) is int and type(y) is int:
                z = x + y
                return z if z < p else z - p
            return infix(frame[0], node, x, y)

        def product_of(frame: Frame) -> Any:
            x, y = left(frame), right(frame)
            if type(x) is int and type(y) is int:
                return x * y % p
            return infix(frame[0], node, x, y)

        def less_of(frame: Frame) -> Any:
            x, y = left(frame), right(frame)
            if type(x) is int and type(y) is int:
                if x <= half and y <= half:
                    return 1 if x < y else 0
                return known(x, y)
            return infix(frame[0], node, x, y)

        p, half = self.shared.p, self.shared.operators.half
        special = {"+": sum_of, "*": product_of, "<": less_of}
        return special.get(operator, evaluate)

    def _prefix(self, node: Prefix) -> Evaluated:
        operand, operators = self.expression(node.operand), self.shared.operators
        known = operators.prefixes[node.operator]

        def evaluate(frame: Frame) -> Any:
            x = operand(frame)
            if type(x) is int:
                return known(x)
            run: TemplateRun = frame[0]
            check_single(x, run, node.place)
            found = operators.negated(x) if node.operator == "-" else None
            if found is None:
                name = _PREFIXES[node.operator]
                return Unknown(run.recorder.operate(name, x, place=node.place))
            return found

        return evaluate

    def _ternary(self, node: Ternary) -> Evaluated:
        condition, names = self.condition(node.condition), self.slots.names
        yes, no = self.expression(node.yes), self.expression(node.no)

        def evaluate(frame: Frame) -> Any:
            chosen = condition(frame)
            if type(chosen) is int:
                return yes(frame) if chosen else no(frame)
            run: TemplateRun = frame[0]
            check_single(chosen, run, node.place)
            if run.is_silent:
                return Unknown()
            return unknown_of(run.recorder.evaluate(node, self.scope_at(names, frame, node.place)))

        return evaluate

    def condition(self, node: Expression) -> Evaluated:
        """Return the function that evaluates a condition; the recorder evaluates one that is not known again, with its effects."""
        evaluated = self.expression(node)
        if not called_in([node]) & self.shared.effects.effective:
            return evaluated

        def evaluate(frame: Frame) -> Any:
            run: TemplateRun = frame[0]
            n_blocks = run.recorder.n_blocks
            found = evaluated(frame)
            if type(found) is not int:
                run.recorder.forget_effects(n_blocks)
            return found

        return evaluate

    def _literal(self, node: ArrayLiteral) -> Evaluated:
        parts = [self.expression(each) for each in node.values]
        numbers = [each.value % self.shared.p for each in node.values if isinstance(each, Number)]
        if len(numbers) == len(parts):
            return _constant(ArrayValue((len(numbers),), numbers))

        def evaluate(frame: Frame) -> ArrayValue:
            return joined([part(frame) for part in parts], frame[0], node.place)

        if all(is_constant_literal(each) for each in node.values):
            fixed: list[ArrayValue] = []

            def constant(frame: Frame) -> ArrayValue:
                if not fixed:
                    fixed.append(evaluate(frame))
                return fixed[0]

            return constant
        return evaluate

    def scope_at(self, names: Names | None, frame: Frame, place: Place) -> FrameScope:
        """Return the names visible at a place, with their values, for the recorder."""
        raise NotImplementedError


def is_constant_literal(node: Expression) -> bool:
    """Return whether an array literal has numbers only."""
    if isinstance(node, ArrayLiteral):
        return all(isinstance(each, Number) or is_constant_literal(each) for each in node.values)
    return False


def _constant(value: Any) -> Evaluated:
    return lambda _frame: value


def infix(run: TemplateRun, node: Infix, left: Any, right: Any) -> Any:
    """Return the result of an operator that has a symbolic side."""
    check_single(left, run, node.left.place)
    check_single(right, run, node.right.place)
    try:
        found = run.shared.operators.symbolic(node.operator, left, right)
    except ZeroDivisionError:
        raise _division(run, node) from None
    if found is None:
        return Unknown(run.recorder.operate(node.operator, left, right, place=node.place))
    return found


def _division(run: TemplateRun, node: Infix) -> Exception:
    return run.error(node.place, f"division by zero: {node.operator} by 0")


def check_single(value: Any, run: TemplateRun, place: Place) -> None:
    """Raise CircomError for an array where one number is needed."""
    if isinstance(value, ArrayValue):
        raise run.error(place, "an array is used where one number is needed", code="T2028")
