"""Statements of circom as instructions: branches and loops whose conditions are known at run time only, and functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from zkctl.circom.code.assembler import Cell
from zkctl.circom.code.assigned import assigned_names, returns_inside
from zkctl.circom.code.bindings import Binding, Values
from zkctl.circom.code.expressions import ExpressionWriter, flattened, nested_of
from zkctl.circom.code.functions import FunctionFrame, Version, WrittenFunction, functions_of
from zkctl.circom.code.graph import Graph
from zkctl.circom.code.scope import NameScope, PossibleSignals
from zkctl.circom.code.writer import KnownValue, Operand, Writer
from zkctl.circom.findings import CircomError
from zkctl.circom.nodes import (
    Assert,
    Assign,
    Block,
    DeclareVariable,
    Evaluate,
    Function,
    If,
    Index,
    Log,
    Program,
    Return,
    Statement,
    Variable,
    While,
)
from zkctl.circom.source import Place
from zkctl.circom.values import largest_shape
from zkctl.circom.written_out import function_of
from zkctl.constraints.advice.instructions import MAX_DEPTH, Op
from zkctl.constraints.advice.run import ASSERT_AT


class StatementWriter(ExpressionWriter):
    """Writes statements; a short function is written out at each call."""

    def __init__(
        self,
        writer: Writer,
        scope: NameScope | None,
        ref_of: Callable[[object], int],
        has_value: Callable[[int], bool],
        program: Program,
    ) -> None:
        super().__init__(writer, scope, ref_of, has_value, program)
        self.has_effects = False
        self.functions = functions_of(program, self.modulus)
        self._frames: list[FunctionFrame] = []
        self._is_over = False  # the rest of this block is never reached

    def write(self, statement: Statement) -> None:
        """Write a statement."""
        if self._is_over:
            return
        match statement:
            case Block(statements, _, is_scope):
                self._block(statements, is_scope=is_scope)
            case DeclareVariable(name, dimensions):
                self._declare(name, [self.single(each) for each in dimensions], statement.place)
            case Assign(target, "=", value) if isinstance(target, Variable):
                self._assign(target, self.values(value))
            case Assign(target, "<--", value) if isinstance(target, Variable):
                self._feed(target, self.values(value))
            case Evaluate():
                self.values(statement.value)
            case If():
                self._branch(statement)
            case While():
                self._loop(statement)
            case Return(value):
                self._return(self.values(value))
            case Assert(condition, place):
                self._check(self.single(condition), place)
            case Log():
                self._log(statement)
            case _:
                raise self.unsupported("this statement cannot run in a branch that is chosen at run time", statement.place)  # fmt: skip

    # -- variables

    def variables_outside(self, statement: Statement) -> dict[str, Binding]:
        """Return the variables declared outside of a statement that it may assign."""
        found = {name: self.binding(name) for name in sorted(assigned_names(statement))}
        return {name: each for name, each in found.items() if each is not None}

    def _block(self, statements: Sequence[Statement], *, is_scope: bool) -> None:
        if is_scope:
            self.names.append({})
        for each in statements:
            self.write(each)
        if is_scope:
            self.names.pop()

    def _declare(self, name: str, dimensions: Sequence[Operand], place: Place) -> None:
        shape = []
        for each in dimensions:
            if not isinstance(each, KnownValue):
                raise self.unsupported("the length of an array must be known when the circuit is compiled", place)  # fmt: skip
            shape.append(each.value)
        n = math.prod(shape)
        self.names[-1][name] = Binding(shape, [KnownValue(0)] * n)

    def _assign(self, target: Variable, values: Values) -> None:
        found = self.binding(target.name)
        assert found is not None, target.name
        indexes = [self.single(each.value) for each in target.access if isinstance(each, Index)]
        if self.stops_outside(indexes, found.shape, target.place):
            return
        position = self.writer.position(
            indexes, found.shape, self.program.place_in_files(target.place)
        )
        shape = found.shape[len(indexes) :]
        for k, operand in values.overlap(shape):
            self._set(found, position, k, operand)

    def _set(self, found: Binding, position: Operand, k: int, operand: Operand) -> None:
        writer = self.writer
        if isinstance(position, KnownValue):
            found.set_element(writer, position.value + k, operand)
            return
        at = position if not k else writer.code.compute(Op.ADD, position, writer.code.constant(k))
        writer.store(found.go_home(writer), found.size, at, operand)

    def _feed(self, target: Variable, values: Values) -> None:
        """Write `<--`: the signals of an array are cells from the first one that is assigned on; those never written are 0."""
        known, rest = self.split_access(target)
        if any(isinstance(each, str) for each in rest):
            self._feed_gathered(target, values, *self.gathered(target, known, rest))
            return
        first, shape, indexes = self._fed_array(target)
        if self.stops_outside(indexes, shape, target.place):
            return
        writer, n = self.writer, math.prod(shape)
        if values.shape != tuple(shape[len(indexes) :]):
            raise self.unsupported(f"{target.name} takes a value of another shape", target.place)
        position = writer.position(indexes, shape, self.program.place_in_files(target.place))
        for k, operand in enumerate(values.operands):
            if isinstance(position, KnownValue):
                writer.copy(self.fed[first + position.value + k], operand)
                self.assigned.add(first + position.value + k)
            else:
                constant = writer.code.constant(k)
                at = position if not k else writer.code.compute(Op.ADD, position, constant)
                self._store(range(first, first + n), at, operand)

    def _feed_gathered(
        self, target: Variable, values: Values, chosen: PossibleSignals, indexes: Sequence[Cell]
    ) -> None:
        """Write `<--` to a member behind an unknown index: the signals that it may mean are changed as an array."""
        writer, place = self.writer, self.program.place_in_files(target.place)
        size = math.prod(chosen.dimensions[len(indexes) :])
        if len(values.operands) != size:
            raise self.unsupported(f"{target.name} takes a value of another shape", target.place)
        for number in chosen.numbers:
            if number not in self.fed:
                self.fed[number] = writer.code.cells()
                writer.homes.add(self.fed[number])
        if len(indexes) == 1:
            writer.check_index(indexes[0], chosen.lengths[0], place)
        position = writer.position(indexes, chosen.lengths, place)
        for k, operand in enumerate(values.operands):
            self._store(chosen.numbers[k::size], position, operand)

    def _store(self, signals: Sequence[int], position: Operand, operand: Operand) -> None:
        """Write one of several signals, at an unknown position among them; their cells need not be consecutive."""
        writer, cells = self.writer, [self.fed[signal] for signal in signals]
        first = writer.consecutive(cells)
        if first is not None:
            writer.store(first, len(cells), position, operand)
        else:
            first = writer.array(cells)
            writer.store(first, len(cells), position, operand)
            for j, cell in enumerate(cells):
                writer.copy(cell, first + 3 * j)
        self.assigned.update(signals)

    def _fed_array(self, target: Variable) -> tuple[int, tuple[int, ...], list[Operand]]:
        """Return first signal and shape of the array that a target is part of, and the indexes in it."""
        assert self.scope is not None
        last = max((k for k, each in enumerate(target.access) if not isinstance(each, Index)), default=-1)  # fmt: skip
        whole = replace(target, access=target.access[: last + 1])
        known, _ = self.split_access(whole)
        first, shape = self.scope.wires(target.name, known)
        n = math.prod(shape)
        missing = [signal for signal in range(first, first + n) if signal not in self.fed]
        if missing:  # a part of a bus may be there
            cells = self.writer.code.cells(len(missing))
            self.writer.homes.update(range(cells, cells + 3 * len(missing), 3))
            self.fed |= {signal: cells + 3 * k for k, signal in enumerate(missing)}
        indexes = [each.value for each in target.access[last + 1 :] if isinstance(each, Index)]
        return first, shape, list(map(self.single, indexes))

    # -- control flow

    def _settle(self, statement: Statement) -> None:
        """Move all variables that a branch or loop assigns to their homes, so that both ways leave them in one place."""
        for name in assigned_names(statement):
            found = self.binding(name)
            if found is not None:
                found.go_home(self.writer)

    def _open(self, op: Op, *operands: int, place: Place) -> None:
        if self.writer.code.depth >= MAX_DEPTH:
            raise self.unsupported(f"run-time code is nested deeper than {MAX_DEPTH} blocks", place)
        self.writer.code.emit(op, *operands)

    def _branch(self, statement: If) -> None:
        condition = self.single(statement.condition)
        if isinstance(condition, KnownValue):
            chosen = statement.then if condition.value else statement.otherwise
            if chosen is not None:
                self._block((chosen,), is_scope=True)
            return
        self._settle(statement)
        self._open(Op.IF, self.writer.cell(condition), place=statement.place)
        self._block((statement.then,), is_scope=True)
        then_is_over, self._is_over = self._is_over, False
        if statement.otherwise is not None:
            self.writer.code.emit(Op.ELSE)
            self._block((statement.otherwise,), is_scope=True)
        self.writer.code.emit(Op.END)
        self._is_over = self._is_over and then_is_over and statement.otherwise is not None

    def _loop(self, statement: While) -> None:
        code = self.writer.code
        self._settle(statement)
        self._open(Op.FOREVER, place=statement.place)
        condition = self.single(statement.condition)
        ends = code.compute(Op.EQUAL, self.writer.cell(condition), code.constant(0))
        self._open(Op.IF, ends, place=statement.place)
        code.emit(Op.BREAK, 1)
        code.emit(Op.END)
        self._block((statement.body,), is_scope=True)
        self._is_over = False
        code.emit(Op.END)

    # -- functions

    def call(self, name: str, arguments: Sequence[Values]) -> Values:
        """Call a function, or take its result from the executor if all arguments are known."""
        function = function_of(self.program, name)
        is_pure = name not in self.functions.effects.effective
        if is_pure and self.scope is not None and all(each.is_known for each in arguments):
            nested = self.scope.call(name, [_known_nested(each) for each in arguments])
            shape, flat = flattened(nested)
            if all(isinstance(value, int) for value in flat):
                return Values(
                    shape, [KnownValue(value) for value in flat if isinstance(value, int)]
                )
            return Values(shape, [self.writer.operand(self.ref_of(value)) for value in flat])
        return self.call_written(function, arguments)

    def call_written(self, function: Function, arguments: Sequence[Values]) -> Values:
        """Call the code of a function."""
        table = self.functions
        try:
            written = self._written(table.version(function, arguments))
        except CircomError:
            written = self._written(table.version(function, arguments, is_general=True))
        self.has_effects |= written.has_effects
        passed = [operand for k in written.passed(arguments) for operand in arguments[k].operands]
        writer = self.writer
        if written.is_short and written.routine is not None:
            cells = writer.code.inline(written.routine, [writer.cell(each) for each in passed])
            return Values(written.shape or (), cells)
        shape = written.shape or ()
        n = math.prod(shape)
        first, results = writer.array(passed or [KnownValue(0)]), writer.code.cells(n)
        writer.code.emit(Op.CALL, written.number, results, n, first, max(1, len(passed)))
        return Values(shape, [results + 3 * k for k in range(n)])

    def _written(self, version: Version) -> WrittenFunction:
        """Return a version of a function, written if it was not."""
        table = self.functions
        written, is_new = table.find(version)
        if is_new:
            table.n_open += 1
            try:
                self._write_function(written)
            except CircomError:
                table.drop(written)
                raise
            finally:
                table.n_open -= 1
        return written

    def _write_function(self, written: WrittenFunction) -> None:
        """Write a version's code; again if a later `return` has a larger array than the first."""
        shape: tuple[int, ...] | None = None
        while written.routine is None or written.shape != shape:
            shape = self._write_body(written)

    def _write_body(self, written: WrittenFunction) -> tuple[int, ...]:
        version, writer = written.version, Writer(Graph(self.modulus))
        code = StatementWriter(writer, self.scope, self.ref_of, self.has_value, self.program)
        arguments = []
        for known, shape in zip(version.known, version.shapes, strict=True):
            if known is None:
                n = math.prod(shape)
                arguments.append(Values(shape, [writer.code.input() for _ in range(n)]))
            else:
                arguments.append(Values(shape, list(map(KnownValue, known))))
        if not writer.code.n_inputs:
            writer.code.input()
        result = code.inline(version.function, arguments, written)
        cells = [writer.cell(each) for each in result.operands]
        written.routine = writer.finished(cells)
        written.shape = written.shape or result.shape
        written.has_effects |= code.has_effects
        return result.shape

    def inline(
        self, function: Function, arguments: Sequence[Values], written: WrittenFunction
    ) -> Values:
        """Write a function's body; return its result."""
        outer = self.names, self.can_read_outside, self._is_over
        frame = FunctionFrame(self.writer.code.depth, written)
        bound = {
            name: Binding(each.shape, list(map(self.writer.kept, each.operands)))
            for name, each in zip(function.parameters, arguments, strict=True)
        }
        self.names, self.can_read_outside, self._is_over = [bound], False, False
        self._frames.append(frame)
        frame.has_block = returns_inside(function.body)
        if (
            written.shape is not None
        ):  # known from an earlier writing, as large as the largest result
            frame.result = Binding(written.shape, [KnownValue(0)] * math.prod(written.shape))
            if frame.has_block:
                frame.result.go_home(self.writer)
        if frame.has_block:
            self._open(Op.BLOCK, place=function.place)
        self.write(function.body)
        if frame.has_block:
            self.writer.code.emit(Op.END)
        self._frames.pop()
        self.names, self.can_read_outside, self._is_over = outer
        result = frame.result
        return result.part(0, result.shape) if result else Values((), [KnownValue(0)])

    def _return(self, values: Values) -> None:
        frame = self._frames[-1]
        if frame.result is None:
            frame.result = Binding(values.shape, [KnownValue(0)] * len(values.operands))
            frame.written.shape = values.shape
            if frame.has_block:
                frame.result.begin_home(self.writer)
        largest = frame.written.shape
        frame.written.shape = (
            values.shape if largest is None else largest_shape((largest, values.shape))
        )
        depth = self.writer.code.depth - frame.depth
        for k, operand in values.overlap(frame.result.shape):
            frame.result.set_element(self.writer, k, operand)
        if depth > 1:
            self.writer.code.emit(Op.BREAK, depth - 1)
        self._is_over = True

    # -- effects

    def _check(self, condition: Operand, place: Place) -> None:
        if isinstance(condition, KnownValue) and condition.value:
            return
        self.has_effects = True
        code = self.writer.code
        code.emit(
            Op.ASSERT,
            self.writer.cell(condition),
            code.text(f"{ASSERT_AT}{self.program.place_in_files(place)}"),
        )

    def _log(self, statement: Log) -> None:
        items = [each if isinstance(each, str) else self.single(each) for each in statement.items]
        self.write_log(items)

    def write_log(self, items: Sequence[str | Operand]) -> None:
        """Write a line of the log; its reader puts blanks between items.  Empty texts are left out as by circom."""
        self.has_effects = True
        code = self.writer.code
        for item in items:
            if item == "":
                continue
            if isinstance(item, str):
                code.emit(Op.LOG_TEXT, code.text(item))
            else:
                code.emit(Op.LOG_VALUE, self.writer.cell(item))
        code.emit(Op.LOG_TEXT, code.text("\n"))


def _known_nested(values: Values) -> object:
    numbers = [each.value for each in values.operands if isinstance(each, KnownValue)]
    return nested_of(numbers, values.shape)
