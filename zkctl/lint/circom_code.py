"""The run-time code of circom as passes see it: signals that `<--` assigns, and asserts with their conditions over wires."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from zkctl.circom.asserted import Condition, with_forms
from zkctl.circom.checks.walk import parts_of
from zkctl.circom.layout import Layout
from zkctl.circom.nodes import Assert, Expression, Infix, Number, Program
from zkctl.circom.places import span_of
from zkctl.circom.signal_paths import SignalPaths
from zkctl.circom.source import Place, SourceFile
from zkctl.constraints.gadget_calls import StatedCondition
from zkctl.constraints.linear import Terms
from zkctl.constraints.source_map import Span
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_COPIES = 20  # of an assert that are looked at
_GADGETS = {"<": "LessThan", "<=": "LessEqThan", ">": "GreaterThan", ">=": "GreaterEqThan"}
_COMPUTED = (
    "compute by constraints a signal that is 1 if the condition holds, and write `ok === 1;`"
)

Lines = Callable[[], tuple[Span, ...]]


@record(eq=False)
class AdvisedWire:
    """A wire that `<--` assigns; `statement` is equal for all wires of one statement of a template."""

    wire: int
    statement: Place
    lines: Lines


@record(eq=False)
class StatedAssert:
    """One assert of one component.  `text` is its condition, `constraint` says what to write; the condition is about wires."""

    condition: Condition
    text: str
    constraint: str
    template: str
    statement: Place
    lines: Lines


class AssertWords:
    """The text of asserts, and the constraints to write for them."""

    def __init__(self, files: Sequence[SourceFile]) -> None:
        self.files = files

    def text(self, expression: Expression) -> str:
        """Return an expression as it is written, on one line."""
        place = expression.place
        data = self.files[place.file].data[place.start : place.end]
        return " ".join(data.decode(errors="replace").split())

    def constraint(self, node: Assert) -> str:
        """Return the advice to write the constraint."""
        written, note = self._written(node.condition)
        return f"write `{written}`{note}" if written else _COMPUTED

    def _written(self, condition: Expression) -> tuple[str, str]:
        """Return the constraint for a condition, and a remark about it."""
        if not isinstance(condition, Infix):
            return "", ""
        left, right = self.text(condition.left), self.text(condition.right)
        operator = condition.operator
        if operator in ("==", "!=") and not (
            _is_quadratic(condition.left) and _is_quadratic(condition.right)
        ):
            return "", ""
        if operator == "==":
            return f"{left} === {right};", ""
        if operator == "!=":
            return f"signal same <== IsEqual()([{left}, {right}]); same === 0;", ""
        if operator == "<" and _is_power(condition.right):
            return f"signal bits[n] <== Num2Bits(n)({left});", f", where 2**n is {right}"
        if operator in _GADGETS:
            code = f"signal ok <== {_GADGETS[operator]}(n)([{left}, {right}]); ok === 1;"
            return code, ", and prove that both have n bits, for example with Num2Bits(n)"
        if operator == "&&":
            (one, note), (other, other_note) = map(self._written, (condition.left, condition.right))
            return (f"{one} {other}", note or other_note) if one and other else ("", "")
        product = self._product(condition)
        return ("", "") if product is None else (f"{product} === 0;", "")

    def _product(self, condition: Expression) -> str | None:
        """Return `(x - a) * (x - b)` for `x == a || x == b`."""
        if not isinstance(condition, Infix):
            return None
        if condition.operator == "==":
            return f"({self.text(condition.left)} - {self.text(condition.right)})"
        factors = [self._product(each) for each in (condition.left, condition.right)]
        known = [each for each in factors if each is not None]
        return " * ".join(known) if condition.operator == "||" and len(known) == 2 else None


class CircomCode:
    """The run-time code of a circuit; its wires are labels."""

    def __init__(self, layout: Layout, paths: SignalPaths) -> None:
        self.layout = layout
        self.paths = paths
        self.words = AssertWords(paths.places.program.files)

    def advised(self) -> Iterator[AdvisedWire]:
        """Yield what `<--` assigns, template by template."""
        for position, instance in enumerate(self.layout.tree.instances):
            for visit, offset in self._visits(position):
                for each in instance.advised:
                    wire = each.signal + offset
                    yield AdvisedWire(wire, each.place, self._lines(visit, each.place))

    def asserts(self) -> Iterator[StatedAssert]:
        """Yield the asserts that are checked with the witness, those of several components of a template together."""
        for position, instance in enumerate(self.layout.tree.instances):
            for each in instance.asserted:
                place = each.node.place
                for visit, offset in self._visits(position)[:MOST_COPIES]:
                    yield StatedAssert(
                        moved(each.condition, offset),
                        self.words.text(each.node.condition),
                        self.words.constraint(each.node),
                        instance.title,
                        place,
                        self._lines(visit, place),
                    )

    @cached_property
    def _groups(self) -> list[NDArray[np.int64]]:
        """The visits of each instance, by position."""
        numbers = self.layout.tree.visits.instances
        order = np.argsort(numbers, kind="stable")
        counts = np.bincount(numbers, minlength=len(self.layout.tree.instances))
        return np.split(order, np.cumsum(counts)[:-1])

    def _visits(self, position: int) -> list[tuple[int, int]]:
        visits = self._groups[position]
        offsets = self.layout.tree.visits.signals[visits]
        return list(zip(visits.tolist(), offsets.tolist(), strict=True))

    def _lines(self, visit: int, place: Place) -> Lines:
        return lambda: self.paths.chain_in(visit, place)


def _is_quadratic(expression: Expression) -> bool:
    """Return whether an expression has only the operators of constraints."""
    waiting = [expression]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Infix) and current.operator not in ("+", "-", "*"):
            return False
        waiting += parts_of(current)
    return True


def _is_power(expression: Expression) -> bool:
    """Return whether an expression is 2**n or 1 << n as it is written."""
    if not isinstance(expression, Infix) or not isinstance(expression.left, Number):
        return False
    return (expression.operator, expression.left.value) in {("**", 2), ("<<", 1)}


def asserts_of_templates(conditions: Iterable[StatedCondition]) -> Iterator[StatedAssert]:
    """Yield the asserts of circom's templates in a circuit of the language, some of each template's copies."""
    counts: Counter[int] = Counter()
    for terms, statement in conditions:
        asserted, program, title = statement.asserted, statement.program, statement.title
        counts[id(asserted)] += 1
        if counts[id(asserted)] > MOST_COPIES:
            continue
        node, words = asserted.node, AssertWords(program.files)
        yield StatedAssert(
            with_forms(asserted.condition, iter(terms)),
            words.text(node.condition),
            words.constraint(node),
            title,
            node.place,
            partial(_only_line, program, node.place, title),
        )


def _only_line(program: Program, place: Place, title: str) -> tuple[Span, ...]:
    return (span_of(program, place, title),)


def moved(condition: Condition, offset: int) -> Condition:
    """Return a condition in local numbers as one about labels."""
    if condition.operator:
        return Condition(
            condition.operator, tuple(moved(each, offset) for each in condition.operands)
        )
    a, b, c = (_moved(side, offset) for side in (condition.a, condition.b, condition.c))
    return Condition(a=a, b=b, c=c)


def _moved(terms: Terms, offset: int) -> Terms:
    return {wire + offset if wire else 0: value for wire, value in terms.items()}
