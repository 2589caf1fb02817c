"""`c ? a : b` without steps that can stop, as an operation of the graph: both sides are computed and one is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from zkctl.circom.code.expressions import PREFIXES, flattened
from zkctl.circom.code.graph import Graph, Ref
from zkctl.circom.code.operators import STOPPING
from zkctl.circom.code.scope import NameScope
from zkctl.circom.nodes import Expression, Index, Infix, Number, Prefix, Ternary, Variable


class _Recorder(Protocol):
    graph: Graph

    @property
    def ref(self) -> Callable[[object], Ref]: ...

    def has_value(self, signal: int) -> bool: ...


def choice_of(expression: Ternary, scope: NameScope, recorder: _Recorder) -> Ref | None:
    """Return the node of a choice, None if a side could stop the run or needs more than operators."""
    return _Choices(scope, recorder).ref(expression)


class _Choices:
    def __init__(self, scope: NameScope, recorder: _Recorder) -> None:
        self.scope, self.recorder, self.graph = scope, recorder, recorder.graph

    def ref(self, expression: Expression) -> Ref | None:
        match expression:
            case Number(value):
                return self.graph.number(value % self.graph.modulus)
            case Variable():
                return self._read(expression)
            case Infix(operator, left, right):
                if operator not in STOPPING:
                    return self._operate(operator, left, right)
            case Prefix(operator, operand):
                return self._operate(PREFIXES[operator], operand)
            case Ternary(condition, yes, no):
                return self._operate("select", condition, yes, no)
        return None

    def _operate(self, operator: str, *operands: Expression) -> Ref | None:
        refs = [self.ref(each) for each in operands]
        known = [ref for ref in refs if ref is not None]
        return self.graph.operate(operator, known, "") if len(known) == len(refs) else None

    def _read(self, variable: Variable) -> Ref | None:
        access: list[int | str] = []
        for each in variable.access:
            if not isinstance(each, Index):
                access.append(each.name)
                continue
            ref = self.ref(each.value)
            index = None if ref is None else self.graph.value(ref)
            if index is None:
                return None
            access.append(index)
        if self.scope.kind(variable.name) == "variable":
            return self._variable(variable.name, access)
        known = tuple(access)
        tag = self.scope.tag(variable.name, known)
        if tag is not None:
            return self.graph.number(tag)
        first, shape = self.scope.wires(variable.name, known)
        if shape:
            return None
        if self.scope.is_input(variable.name) or self.recorder.has_value(first):
            return self.graph.sum({first: 1})
        return self.graph.number(0)

    def _variable(self, name: str, indexes: list[int | str]) -> Ref | None:
        shape, values = flattened(self.scope.value(name))
        position = 0
        if len(indexes) != len(shape):
            return None
        for index, length in zip(indexes, shape, strict=True):
            if not isinstance(index, int) or index >= length:
                return None
            position = position * length + index
        return self.recorder.ref(values[position])
