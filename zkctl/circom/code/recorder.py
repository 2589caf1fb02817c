"""Records the run-time code of one instance while the executor walks through its body."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from zkctl.circom.asserted import CODE, AssertedCondition
from zkctl.circom.checks.walk import statements_of
from zkctl.circom.code.bindings import Binding, Values
from zkctl.circom.code.choices import choice_of
from zkctl.circom.code.conditions import condition_of
from zkctl.circom.code.expressions import flattened, nested_of
from zkctl.circom.code.graph import Graph, Ref
from zkctl.circom.code.parts import Target
from zkctl.circom.code.schedule import EventTimes, Schedule
from zkctl.circom.code.scope import NameScope, Nested
from zkctl.circom.code.statements import StatementWriter
from zkctl.circom.code.values import node_of
from zkctl.circom.code.writer import KnownValue, Operand, Writer
from zkctl.circom.event_list import EventList
from zkctl.circom.instance import Advised
from zkctl.circom.nodes import Assert, Expression, Function, Program, Statement, Ternary
from zkctl.circom.source import Place
from zkctl.constraints.advice.instructions import Op
from zkctl.constraints.advice.run import ASSERT_AT


class Recorder:
    """The code of one instance.

    Signals have the executor's numbers until `finish`.  A ref is the number of a value that code computes.
    """

    def __init__(self, program: Program, modulus: int, title: str = "") -> None:
        self.program = program
        self.title = title
        self.graph = Graph(modulus)
        self._events = EventList()  # constraints, and components by their numbers in `_keys`
        self._keys: list[object] = []
        self._defined = EventTimes()
        self._targets: list[Target] = []
        self._coded: set[int] = set()  # signals of the targets
        self._asserts: dict[Assert, list[Ref]] = {}  # 0: only code knows the condition

    # -- events

    def row(self, number: int, target: int) -> None:
        """Record that constraint `number` of the instance is evaluated now, which sets `target` (0: nothing)."""
        self._events.add_row(number)
        if target:
            self._defined.set(target, len(self._events))

    def child(self, key: object, outputs: Iterable[int]) -> None:
        """Record that the component `key` runs now: its outputs get values."""
        self._events.add_child(len(self._keys))
        self._keys.append(key)
        for signal in outputs:
            self._defined.set(signal, len(self._events))

    # -- values in known control flow

    def ref(self, value: object) -> Ref:
        """Return the node of one of the executor's values."""
        return node_of(value, self.graph)

    def operate(self, operator: str, *values: object, place: Place | None = None) -> Ref:
        """Return the ref of an operation: nodes.Infix.operator; neg, not, invert for prefixes."""
        where = "" if place is None else self.program.place_in_files(place)
        return self.graph.operate(operator, list(map(self.ref, values)), where)

    def load(
        self, values: Sequence[object], shape: Sequence[int], indexes: Sequence[object], place: Place | None = None
    ) -> Ref:  # fmt: skip
        """Return the ref of an element of an array in row-major order; the run stops if an index is not below its length."""
        code = self._writer(None)
        array, position = self._element(code, values, shape, indexes, place)
        loaded = code.writer.load(array.cells(code.writer), array.size, position)
        return code.writer.run([loaded], None)[0]

    def stored(
        self, values: Sequence[object], shape: Sequence[int], indexes: Sequence[object], value: object, place: Place | None = None
    ) -> list[Ref]:  # fmt: skip
        """Return the refs of all elements of an array after one was written."""
        code = self._writer(None)
        writer = code.writer
        array, position = self._element(code, values, shape, indexes, place)
        first = array.go_home(writer)
        writer.store(first, array.size, position, writer.operand(self.ref(value)))
        return writer.run([first + 3 * k for k in range(array.size)], None)

    def _element(
        self, code: StatementWriter, values: Sequence[object], shape: Sequence[int], indexes: Sequence[object], place: Place | None
    ) -> tuple[Binding, Operand]:  # fmt: skip
        operands = [code.writer.operand(self.ref(value)) for value in values]
        chosen = [code.writer.operand(self.ref(value)) for value in indexes]
        where = "" if place is None else self.program.place_in_files(place)
        if len(shape) == 1 and not isinstance(chosen[0], KnownValue):
            code.writer.check_index(chosen[0], shape[0], where)
        return Binding(shape, operands), code.writer.position(chosen, shape, where)

    def has_value(self, signal: int) -> bool:
        """Return whether a signal that is no input of the template has a value at this moment."""
        return self._defined.of(signal) > 0 or signal in self._coded

    # -- what code does

    def _add_targets(self, targets: Iterable[Target]) -> None:
        for each in targets:
            self._targets.append(each)
            self._coded.add(each.signal)

    def assign(self, signal: int, value: object, place: Place) -> None:
        """Record `<--` of one value to one signal."""
        self._add_targets([Target(signal, self.ref(value), place)])

    def assign_at(
        self, first: int, shape: Sequence[int], indexes: Sequence[object], value: object, place: Place
    ) -> None:  # fmt: skip
        """Record `<--` to an element of a signal array at an unknown index: all others of the array become 0."""
        n = Binding(shape, ()).size
        refs = self.stored([0] * n, shape, indexes, value, place)
        self._add_targets(Target(first + k, ref, place) for k, ref in enumerate(refs))

    def check(self, value: object, node: Assert) -> None:
        """Record `assert` of an unknown value."""
        code = self._writer(None).writer
        ref = self.ref(value)
        condition = code.cell(code.operand(ref))
        text = f"{ASSERT_AT}{self.program.place_in_files(node.place)}"
        code.code.emit(Op.ASSERT, condition, code.code.text(text))
        self._asserts.setdefault(node, []).append(ref)
        code.run([], len(self._events))

    def log(self, items: Sequence[object]) -> None:
        """Record `log`; texts are str."""
        code = self._writer(None)
        code.write_log(
            [
                each if isinstance(each, str) else code.writer.operand(self.ref(each))
                for each in items
            ]
        )
        code.writer.run([], len(self._events))

    @property
    def n_blocks(self) -> int:
        """Number of blocks of code so far."""
        return len(self.graph.blocks)

    def forget_effects(self, first: int) -> None:
        """Let the blocks of code from a number on run for their results only."""
        blocks = self.graph.blocks
        blocks[first:] = [replace(each, position=None) for each in blocks[first:]]

    # -- unknown control flow

    def run(self, statement: Statement, scope: NameScope) -> dict[str, Nested]:
        """Record a statement whose control flow is not known; return refs of the variables outside that it assigns."""
        code = self._writer(scope)
        variables = code.variables_outside(statement)
        code.write(statement)
        for each in statements_of(statement):
            if isinstance(each, Assert):
                self._asserts.setdefault(each, [0])
        signals = sorted(code.assigned)
        outputs: list[Operand] = [code.fed[signal] for signal in signals]
        for found in variables.values():
            outputs += [found.element(k) for k in range(found.size)]
        refs = code.writer.run(outputs, len(self._events) if code.has_effects else None)
        self._add_targets(
            Target(signal, ref, statement.place) for signal, ref in zip(signals, refs, strict=False)
        )
        rest, results = refs[len(signals) :], {}
        for name, found in variables.items():
            results[name] = nested_of(rest[: found.size], found.shape)
            rest = rest[found.size :]
        return results

    def evaluate(self, expression: Expression, scope: NameScope) -> Nested:
        """Return the refs of an expression that the executor does not evaluate: `c ? a : b` with an unknown c."""
        if isinstance(expression, Ternary):
            found = choice_of(expression, scope, self)
            if found:
                return found
        code = self._writer(scope)
        values = code.values(expression)
        return nested_of(self._results(code, values), values.shape)

    def call(self, function: Function, arguments: Sequence[Nested], scope: NameScope) -> Nested:
        """Return the refs of a function's result, one or nested lists."""
        code = self._writer(scope)
        values = []
        for each in arguments:
            shape, flat = flattened(each)
            values.append(Values(shape, [code.writer.operand(self.ref(value)) for value in flat]))
        result = code.call_written(function, values)
        return nested_of(self._results(code, result), result.shape)

    def _results(self, code: StatementWriter, values: Values) -> list[Ref]:
        return code.writer.run(values.operands, len(self._events) if code.has_effects else None)

    def _writer(self, scope: NameScope | None) -> StatementWriter:
        return StatementWriter(Writer(self.graph), scope, self.ref, self.has_value, self.program)

    def finish(
        self, number_of: Callable[[int], int], child_of: Callable[[object], int]
    ) -> tuple[EventList, int]:
        """Return the events of the instance with its code among them, and the number of its hidden wires."""
        schedule = Schedule(self.graph, self._targets, self._defined, self.title)
        return schedule.events(self._events, number_of, [*map(child_of, self._keys)])

    def advised(self, number_of: Callable[[int], int]) -> tuple[Advised, ...]:
        """Return what `<--` assigns, in order."""
        return tuple(Advised(number_of(each.signal), each.place) for each in self._targets)

    def asserted(self, number_of: Callable[[int], int]) -> tuple[AssertedCondition, ...]:
        """Return the asserts of the instance, each with every condition that it has in loops."""
        return tuple(
            AssertedCondition(condition_of(self.graph, ref, number_of) if ref else CODE, node)
            for node, refs in self._asserts.items()
            for ref in dict.fromkeys(refs)
        )
