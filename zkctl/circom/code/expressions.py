"""Expressions of circom as instructions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from zkctl.circom.code.assembler import Cell
from zkctl.circom.code.bindings import Binding, Values
from zkctl.circom.code.operators import STOPPING, emit_operator, known_result
from zkctl.circom.code.scope import Access, NameScope, Nested, PossibleSignals
from zkctl.circom.code.writer import KnownValue, Operand, Writer
from zkctl.circom.findings import CircomError
from zkctl.circom.nodes import (
    ArrayLiteral,
    Call,
    Expression,
    Index,
    Infix,
    Number,
    Parallel,
    Prefix,
    Program,
    Ternary,
    Variable,
)
from zkctl.circom.report import CircomFinding
from zkctl.circom.source import Place
from zkctl.circom.values import ArrayValue, largest_shape
from zkctl.constraints.advice.instructions import Op

PREFIXES = {"-": "neg", "!": "not", "~": "invert"}


class ExpressionWriter:
    """Writes expressions; names are those of the innermost open scope first, then those of the statement's surroundings.

    `ref_of` returns the node of one of the executor's values; `has_value` says whether a signal that is no input has one at this moment.
    """

    def __init__(
        self,
        writer: Writer,
        scope: NameScope | None,
        ref_of: Callable[[object], int],
        has_value: Callable[[int], bool],
        program: Program,
    ) -> None:
        self.has_value = has_value
        self.writer = writer
        self.scope = scope
        self.ref_of = ref_of
        self.program = program
        self.names: list[dict[str, Binding]] = [{}]
        self.fed: dict[int, Cell] = {}  # signals of arrays that the code assigns a part of
        self.assigned: set[int] = set()  # signals
        self.can_read_outside = True

    @property
    def modulus(self) -> int:
        """The prime."""
        return self.writer.graph.modulus

    def unsupported(self, what: str, place: Place) -> CircomError:
        """Return the error for code that cannot be written."""
        return CircomError([CircomFinding("T3001", what, place)], self.program.files)

    # -- names

    def binding(self, name: str) -> Binding | None:
        """Return a variable, None for the name of a signal or component."""
        for names in reversed(self.names):
            if name in names:
                return names[name]
        if self.scope is None or not self.can_read_outside:
            return None
        if self.scope.kind(name) != "variable":
            return None
        found = self.outer_binding(self.scope.value(name))
        self.names[0][name] = found
        return found

    def outer_binding(self, nested: Nested) -> Binding:
        """Return a variable that holds a value of the executor."""
        shape, flat = flattened(nested)
        return Binding(shape, [self.writer.operand(self.ref_of(value)) for value in flat])

    # -- expressions

    def single(self, expression: Expression) -> Operand:
        """Write an expression that is one number."""
        return self.values(expression).single

    def values(self, expression: Expression) -> Values:
        """Write an expression."""
        match expression:
            case Number(value):
                return Values((), [KnownValue(value % self.modulus)])
            case Variable():
                return self.read(expression)
            case Infix(operator, left, right, place):
                return self._operate(operator, [self.single(left), self.single(right)], place)
            case Prefix(operator, operand, place):
                return self._operate(PREFIXES[operator], [self.single(operand)], place)
            case Ternary():
                return self._choose(expression)
            case Call(name, arguments):
                return self.call(name, [self.values(each) for each in arguments])
            case ArrayLiteral(values):
                parts = [self.values(each) for each in values]
                shape = largest_shape(part.shape for part in parts)
                joined = [operand for part in parts for operand in part.filled(shape)]
                return Values((len(parts), *shape), joined)
            case Parallel(value):
                return self.values(value)
        raise self.unsupported("this expression cannot be computed at run time", expression.place)

    def _operate(self, operator: str, operands: list[Operand], place: Place) -> Values:
        numbers = [each.value for each in operands if isinstance(each, KnownValue)]
        if len(numbers) == len(operands):
            result = known_result(operator, numbers, self.modulus)
            if result is not None:
                return Values((), [KnownValue(result)])
        if operator in STOPPING and isinstance(operands[1], KnownValue) and operands[1].value:
            op = Op.QUOTIENT if operator == "\\" else Op.REMAINDER
            return Values((), [self.writer.code.compute(op, *map(self.writer.cell, operands))])
        cells = [self.writer.cell(each) for each in operands]
        return Values(
            (),
            [
                emit_operator(
                    self.writer.code, operator, cells, place=self.program.place_in_files(place)
                )
            ],
        )

    def _choose(self, expression: Ternary) -> Values:
        condition = self.single(expression.condition)
        if isinstance(condition, KnownValue):
            return self.values(expression.yes if condition.value else expression.no)
        code = self.writer.code
        code.emit(Op.IF, condition)
        yes = self.values(expression.yes)
        n = math.prod(yes.shape)
        first = self.writer.array(yes.operands)
        code.emit(Op.ELSE)
        no = self.values(expression.no)
        for k, operand in no.overlap(yes.shape):
            self.writer.copy(first + 3 * k, operand)
        code.emit(Op.END)
        return Values(yes.shape, range(first, first + 3 * n, 3))

    def call(self, name: str, arguments: Sequence[Values]) -> Values:
        """Write the call of a function."""
        raise NotImplementedError

    # -- reading

    def read(self, variable: Variable) -> Values:
        """Read a variable, signal, tag, or a part of one."""
        found = self.binding(variable.name)
        if found is None:
            return self._read_signal(variable)
        indexes = [self.single(each.value) for each in variable.access if isinstance(each, Index)]
        return self._part(found, indexes, variable.place)

    def _part(self, found: Binding, indexes: Sequence[Operand], place: Place) -> Values:
        shape = found.shape[len(indexes) :]
        if self.stops_outside(indexes, found.shape, place):
            return Values(shape, [KnownValue(0)] * math.prod(shape))
        position = self.writer.position(indexes, found.shape, self.program.place_in_files(place))
        if isinstance(position, KnownValue):
            return found.part(position.value, shape)
        first, n = found.cells(self.writer), found.size
        return Values(shape, self._loaded(first, n, position, math.prod(shape)))

    def _loaded(self, first: Cell, n: int, position: Cell, count: int) -> list[Operand]:
        """Return `count` elements from a position on."""
        writer = self.writer
        places = [position]
        for k in range(1, count):
            places.append(writer.code.compute(Op.ADD, position, writer.code.constant(k)))
        return [writer.load(first, n, each) for each in places]

    def stops_outside(self, indexes: Sequence[Operand], shape: Sequence[int], place: Place) -> bool:
        """Stop the run if a known index is not below its length; return whether it is so."""
        for index, length in zip(indexes, shape, strict=False):
            if isinstance(index, KnownValue) and index.value >= length:
                code = self.writer.code
                text = f"index outside of 0 to {length - 1} at {self.program.place_in_files(place)}"
                code.emit(Op.ASSERT, code.constant(0), code.text(text))
                return True
        return False

    def _read_signal(self, variable: Variable) -> Values:
        assert self.scope is not None
        known, rest = self.split_access(variable)
        if any(isinstance(each, str) for each in rest):
            chosen, unknown = self.gathered(variable, known, rest)
            is_input = self.scope.is_input(variable.name)
            values = [self._signal(k, is_input=is_input) if k else KnownValue(0) for k in chosen.numbers]  # fmt: skip
            return self._part(Binding(chosen.dimensions, values), unknown, variable.place)
        if not rest:
            tag = self.scope.tag(variable.name, known)
            if tag is not None:
                return Values((), [KnownValue(tag)])
        first, shape = self.scope.wires(variable.name, known)
        n = math.prod(shape)
        indexes = [each for each in rest if not isinstance(each, str)]
        is_input = self.scope.is_input(variable.name)
        found = [self._signal(k, is_input=is_input) for k in range(first, first + n)]
        signals = Binding(shape, found)
        return self._part(signals, indexes, variable.place)

    def split_access(self, variable: Variable) -> tuple[Access, list[Operand | str]]:
        """Return the access up to the first unknown index, and the indexes and members from there on."""
        known: list[int | str] = []
        rest: list[Operand | str] = []
        for each in variable.access:
            step = self.single(each.value) if isinstance(each, Index) else each.name
            if isinstance(step, int) or rest:
                rest.append(step)
            else:
                known.append(step.value if isinstance(step, KnownValue) else step)
        return tuple(known), rest

    def gathered(
        self, variable: Variable, known: Access, rest: Sequence[Operand | str]
    ) -> tuple[PossibleSignals, list[Cell]]:
        """Return the signals that an access may mean, and its unknown indexes."""
        assert self.scope is not None
        steps = [each.value if isinstance(each, KnownValue) else None if isinstance(each, int) else each for each in rest]  # fmt: skip
        chosen = self.scope.gathered(variable.name, (*known, *steps))
        return chosen, [each for each in rest if isinstance(each, int)]

    def _signal(self, signal: int, *, is_input: bool) -> Operand:
        """Return the value of a signal, 0 for one that nothing has assigned so far."""
        if signal in self.assigned:
            return self.fed[signal]
        if is_input or self.has_value(signal):
            return self.writer.operand(self.ref_of_signal(signal))
        return KnownValue(0)

    def ref_of_signal(self, signal: int) -> int:
        """Return the node of a signal."""
        return self.writer.graph.sum({signal: 1})


def flattened(nested: Nested) -> tuple[tuple[int, ...], list[object]]:
    """Return shape and elements of an array or nested lists, () for a single value."""
    if isinstance(nested, ArrayValue):
        return nested.shape, list(nested.values)
    if not isinstance(nested, list | tuple):
        return (), [nested]
    parts = [flattened(each) for each in nested]
    return (len(parts), *(parts[0][0] if parts else ())), [v for _, flat in parts for v in flat]


def nested_of(flat: Sequence[object], shape: Sequence[int]) -> Nested:
    """Return elements in row-major order as nested lists."""
    if not shape:
        return flat[0]
    step = math.prod(shape[1:])
    return [nested_of(flat[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]
