"""Calls of functions."""

from __future__ import annotations

from typing import Any

from zkctl.circom.execution.arrays import share
from zkctl.circom.execution.names import NameKind, Names
from zkctl.circom.execution.reading import Reader
from zkctl.circom.execution.run import Evaluated, Frame, SharedState, TemplateRun
from zkctl.circom.execution.scope import FrameScope
from zkctl.circom.execution.silence import SILENT
from zkctl.circom.nodes import Call, Function
from zkctl.circom.source import Place
from zkctl.circom.values import ArrayValue, Linear, Unknown, is_known, nested, unknown_of
from zkctl.circom.written_out import function_of

_MAX_KEPT = 200_000  # results of functions
_MAX_KEY = 64  # elements of an argument


class CompiledFunction:
    """A function as a Python function of a frame."""

    def __init__(self, node: Function, shared: SharedState, body_compiler: type[Any]) -> None:
        self.node = node
        compiler = body_compiler(shared)
        self.parameters = [compiler.declare(name, NameKind.VARIABLE) for name in node.parameters]
        self.body = compiler.statement(node.body)
        self.slots = compiler.slots

    def run(self, run: TemplateRun, arguments: list[Any]) -> Any:
        """Execute the function in the run of the template that calls it."""
        frame: Frame = [None] * self.slots.n
        frame[0] = run
        for slot, value in zip(self.parameters, arguments, strict=True):
            frame[slot] = owned(value)
        return self.body(frame)


def owned(value: Any) -> Any:
    """Return a value that a variable may change: arrays are copied."""
    if type(value) is ArrayValue:
        share(value.values)
        return ArrayValue(value.shape, list(value.values), value.bus)
    if type(value) is Linear:
        value.is_shared = True
    return value


class FunctionCaller(Reader):
    """Compiles calls."""

    def call(self, node: Call) -> Evaluated:
        """Return the function that calls a function."""
        arguments = [self.expression(each) for each in node.arguments]
        name, place, names = node.name, node.place, self.slots.names

        def evaluate(frame: Frame) -> Any:
            values = [argument(frame) for argument in arguments]
            for value in values:
                if type(value) is not int and not is_known(value):
                    return self._call_unknown(
                        frame, name, values, self.scope_at(names, frame, place)
                    )
            return call_known(frame[0], name, values, place)

        return evaluate

    def scope_at(self, names: Names | None, frame: Frame, place: Place) -> FrameScope:
        """Return the names visible at a place, with their values, for the recorder."""
        return FrameScope(names, frame, call_known, place)

    def _call_unknown(self, frame: Frame, name: str, values: list[Any], scope: FrameScope) -> Any:
        """Call a function with symbolic arguments: it is executed silently; the parts of its result that only code knows are recorded."""
        run: TemplateRun = frame[0]
        recorder = run.recorder
        run.recorder = SILENT
        try:
            result = call(run, name, values, scope.place)
        finally:
            run.recorder = recorder
        has_effects = name in run.shared.effects.effective
        if recorder is SILENT or not (has_effects or has_unknown(result)):
            return result
        function = function_of(run.shared.program, name)
        refs = run.recorder.call(function, [nested(value) for value in values], scope)
        return with_refs(result, refs)


def has_unknown(value: Any) -> bool:
    """Return whether code is needed for a value or for an element of it."""
    if type(value) is ArrayValue:
        return any(type(each) is Unknown for each in value.values)
    return type(value) is Unknown


def with_refs(value: Any, refs: Any) -> Any:
    """Return a value whose unknown elements are what the recorder says."""
    if type(value) is ArrayValue:
        flat = flat_refs(refs, len(value.shape))
        values = [
            Unknown(flat[k] if k < len(flat) else 0) if type(each) is Unknown else each
            for k, each in enumerate(value.values)
        ]
        return ArrayValue(value.shape, values, value.bus)
    return unknown_of(refs) if type(value) is Unknown else value


def flat_refs(refs: Any, depth: int) -> list[int]:
    """Return nested lists as one."""
    if depth == 0 or not isinstance(refs, list | tuple):
        return [refs]
    return [each for part in refs for each in flat_refs(part, depth - 1)]


def call_known(run: TemplateRun, name: str, values: list[Any], place: Place) -> Any:
    """Call a function whose arguments are numbers; results are kept."""
    kept, key = run.shared.results, _key(name, values)
    if key is None or name in run.shared.effects.logging:
        return call(run, name, values, place)
    found = kept.get(key)
    if found is None:
        found = call(run, name, values, place)
        if len(kept) < _MAX_KEPT:
            kept[key] = found
    return found


def _key(name: str, values: list[Any]) -> object | None:
    """Return what a result is kept under, None for large arrays."""
    found: list[object] = [name]
    for value in values:
        if type(value) is int:
            found.append(value)
        elif len(value.values) <= _MAX_KEY:
            found.append((value.shape, *value.values))
        else:
            return None
    return tuple(found)


def call(run: TemplateRun, name: str, values: list[Any], place: Place) -> Any:
    """Call a function."""
    shared = run.shared
    function = shared.function(name)
    if len(values) != len(function.parameters):
        raise run.error(place, f"{name} takes {len(function.parameters)} arguments, got {len(values)}", code="T2012")  # fmt: skip
    run.step(place)
    shared.n_calls += 1
    if shared.n_calls > shared.limits.calls:
        raise run.error(
            place,
            f"functions call each other more than {shared.limits.calls:,} deep: {name} may call itself without an end",
        )
    try:
        result = function.run(run, values)
    finally:
        shared.n_calls -= 1
    if result is None:
        raise run.error(place, f"{name} ends without a return", code="T2015")
    return result
