"""Conditions and loops: known ones choose, others make both ways unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zkctl.circom.code.assigned import assigned_names
from zkctl.circom.execution import assigning
from zkctl.circom.execution.compiler import check_single
from zkctl.circom.execution.functions import FunctionCaller, owned, with_refs
from zkctl.circom.execution.names import NameKind, Names
from zkctl.circom.execution.run import Frame, TemplateRun
from zkctl.circom.execution.silence import SILENT
from zkctl.circom.nodes import If, Statement, While
from zkctl.circom.source import Place
from zkctl.circom.values import ArrayValue, Unknown

Executes = Callable[[Frame], Any]


class Branches(FunctionCaller):
    """Compiles `if` and `while`.  `is_unknown`: the statements being compiled are under an unknown condition."""

    is_unknown = False
    has_tags = False

    def statement(self, node: Statement) -> Executes:
        """Return the function that executes a statement."""
        raise NotImplementedError

    def declare(self, name: str, kind: NameKind) -> int:
        """Make a name visible; return its slot."""
        return self.slots.declare(name, kind)

    def initial(self) -> Any:
        """Return the value of a variable that was just declared."""
        return Unknown() if self.is_unknown else 0

    def _inner(self, node: Statement) -> Executes:
        """Compile a statement whose names are visible in it only."""
        outer = self.slots.names
        found = self.statement(node)
        self.slots.names = outer
        return found

    def branch(self, node: If) -> Executes:
        """Return the function that executes an `if`."""
        condition, then = self.condition(node.condition), self._inner(node.then)
        otherwise = self._inner(node.otherwise) if node.otherwise is not None else None
        unknown = _Unknown(self, node, node.condition.place)

        def execute(frame: Frame) -> Any:
            chosen = condition(frame)
            if type(chosen) is int:
                if chosen:
                    return then(frame)
                return otherwise(frame) if otherwise else None
            return unknown.run(frame, chosen)

        return execute

    def loop(self, node: While) -> Executes:
        """Return the function that executes a `while`."""
        condition, body = self.condition(node.condition), self._inner(node.body)
        unknown, place = _Unknown(self, node, node.condition.place), node.place

        def execute(frame: Frame) -> Any:
            run: TemplateRun = frame[0]
            shared = run.shared
            while True:
                chosen = condition(frame)
                if type(chosen) is not int:
                    return unknown.run(frame, chosen)
                if not chosen:
                    return None
                shared.steps -= 1
                if shared.steps < 0:
                    run.step(place)
                result = body(frame)
                if result is not None:
                    return result

        return execute

    def compile_unknown(self, node: If | While, names: Names | None) -> Executes:
        """Return the function that walks through all ways of an `if`, or twice through a loop."""
        state = self.is_unknown, self.slots.names
        self.is_unknown, self.slots.names = True, names
        try:
            if isinstance(node, While):
                body = self._inner(node.body)
                return lambda frame: _first(body(frame), body, frame)
            then = self._inner(node.then)
            otherwise = self._inner(node.otherwise) if node.otherwise is not None else None
        finally:
            self.is_unknown, self.slots.names = state
        return lambda frame: _both(frame, then, otherwise)


def _first(result: Any, body: Executes, frame: Frame) -> Any:
    again = body(frame)
    return again if result is None else result


def _both(frame: Frame, then: Executes, otherwise: Executes | None) -> Any:
    run: TemplateRun = frame[0]
    if otherwise is None:
        return then(frame)
    start = len(run.marks)
    first = then(frame)
    taken = assigning.unmark(run, start)
    second = otherwise(frame)
    assigning.mark_again(run, taken)
    return larger(first, second)


def larger(first: Any, second: Any) -> Any:
    """Return what a function returns if its branches return these: the first, or the larger array."""
    if first is None or second is None:
        return second if first is None else first
    if isinstance(first, ArrayValue) and isinstance(second, ArrayValue):
        return second if len(second.values) > len(first.values) else first
    return first


class _Unknown:
    """The walk through a statement whose condition is not known."""

    def __init__(self, compiler: Branches, node: If | While, place: Place) -> None:
        self.compiler, self.node, self.place = compiler, node, place
        self.names = compiler.slots.names
        self._walk: Executes | None = None
        self._slots: dict[str, int] = {}

    def run(self, frame: Frame, condition: Any) -> Any:
        """Execute the statement; the recorder compiles its code."""
        run: TemplateRun = frame[0]
        check_single(condition, run, self.place)
        walk = self._compiled(frame)
        if run.is_silent:
            return _unknown_result(walk(frame))
        before = {name: frame[slot] for name, slot in self._slots.items()}
        for slot in self._slots.values():
            frame[slot] = owned(frame[slot])
        recorder, run.recorder = run.recorder, SILENT
        try:
            walk(frame)
        finally:
            run.recorder = recorder
        after = {name: frame[slot] for name, slot in self._slots.items()}
        for name, slot in self._slots.items():
            frame[slot] = before[name]
        scope = self.compiler.scope_at(self.names, frame, self.place)
        refs = recorder.run(self.node, scope)
        for name, slot in self._slots.items():
            frame[slot] = with_refs(after[name], refs.get(name, 0))
        run.marks.clear()
        assigning.start_touched(run)
        return None

    def _compiled(self, frame: Frame) -> Executes:
        if self._walk is None:
            self._walk = self.compiler.compile_unknown(self.node, self.names)
            for name in assigned_names(self.node):
                found = self.names.find(name) if self.names else None
                if found is not None and found.kind is NameKind.VARIABLE:
                    self._slots[name] = found.slot
        missing = self.compiler.slots.n - len(frame)
        if missing > 0:
            frame.extend([None] * missing)
        return self._walk


def _unknown_result(result: Any) -> Any:
    if result is None:
        return None
    if type(result) is ArrayValue:
        return ArrayValue(result.shape, [Unknown() for _ in result.values], result.bus)
    return Unknown()
