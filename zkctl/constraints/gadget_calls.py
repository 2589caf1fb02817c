"""The arguments, rows and results of gadgets, and the rows that prove a range: data for the analysis of a compiled circuit.

A block keeps the calls in it, and of a stamped gadget one record serves all copies: a proof about it holds for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from zkctl.constraints.linear import Terms, substitute
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from zkctl.constraints.sides import SideTable


@record
class Contract:
    """The promises in the docstring of a gadget; empty for a part that it does not have."""

    gadget: str
    assumes: str
    enforces: str
    cost: str


class ProvenRange(NamedTuple):
    """A linear combination that `n_rows` rows from `first_row` on prove to be in low .. high."""

    terms: Terms
    low: int
    high: int
    first_row: int
    n_rows: int


class StatedCondition(NamedTuple):
    """A condition that the prover's program checks and no row: its linear combinations, and the language's statement."""

    terms: tuple[Terms, ...]
    statement: Any


@record(eq=False)
class TemplateBody:
    """The rows of a stamped gadget in its own numbers, ports being the wires 1 .. n_ports.

    `sides` are A, B, C of each row, their coefficients indices into `pool`.  `promised` are the intervals of the arguments with which
    the gadget was traced, None for one without; ports beyond them stand for constants.  `returned` are the results with their intervals.
    """

    n_ports: int
    n_wires: int
    sides: SideTable
    pool: Sequence[int]
    promised: tuple[tuple[int, int] | None, ...]
    returned: tuple[tuple[Terms, tuple[int, int] | None], ...]


@record(eq=False)
class BlockContents:
    """The calls, ranges and conditions without rows of one block, in its own numbers.

    Of a stamped gadget it is the template, one object for all copies, with the gadget's rows in `body`.
    """

    calls: tuple[GadgetCall, ...] = ()
    ranges: tuple[ProvenRange, ...] = ()
    body: TemplateBody | None = None
    conditions: tuple[StatedCondition, ...] = ()


@record(eq=False)
class GadgetCall:
    """One call of a gadget.

    received and returned: the signals among its arguments and results in order, as linear combinations; None for a product that no row
    made available.  The rows are those added by the call; a stamped gadget has a `template`, whose port k is ports[k - 1] and whose
    other wires are moved by `shift`.  `is_again`: equal arguments returned the copy of an earlier call.  `caller` is the position
    of the call that it is part of, -1 for the circuit itself.
    """

    contract: Contract
    received: tuple[Terms | None, ...]
    returned: tuple[Terms | None, ...]
    first_row: int
    n_rows: int
    node: int
    template: BlockContents | None = None
    ports: tuple[Mapping[int, int], ...] = ()
    shift: int = 0
    is_again: bool = False
    caller: int = -1


Place = Callable[[Mapping[int, int]], Terms]


class Numbering:
    """From the numbers of the outermost block to those of the linked circuit."""

    def __init__(self, numbers: Sequence[int], modulus: int) -> None:
        self.numbers = numbers
        self.modulus = modulus

    def terms(self, terms: Mapping[int, int]) -> Terms:
        """Return a linear combination with final wire numbers."""
        return {self.numbers[wire]: value for wire, value in terms.items()}

    def calls(self, contents: BlockContents) -> Iterator[GadgetCall]:
        """Yield every call, those inside copies too, each after the call that it is part of.

        The node of a call is that of the call's block, where the template was traced.
        """
        return self._calls(contents, self.terms, 0, -1, count())

    def _calls(
        self, contents: BlockContents, place: Place, row: int, outside: int, numbers: Iterator[int]
    ) -> Iterator[GadgetCall]:
        positions: list[int] = []
        for call in contents.calls:
            positions.append(next(numbers))
            yield _placed(call, place, row, positions[call.caller] if call.caller >= 0 else outside)
            if call.template is not None and not call.is_again:
                inside, first = self._inside(call, place), row + call.first_row
                yield from self._calls(call.template, inside, first, positions[-1], numbers)

    def ranges(self, contents: BlockContents) -> Iterator[ProvenRange]:
        """Yield every proven range, those inside copies too."""
        yield from self._ranges(contents, self.terms, 0)

    def _ranges(self, contents: BlockContents, place: Place, row: int) -> Iterator[ProvenRange]:
        for each in contents.ranges:
            terms, first = place(each.terms), row + each.first_row
            yield ProvenRange(terms, each.low, each.high, first, each.n_rows)
        for call in contents.calls:
            if call.template is not None and not call.is_again:
                inside = self._inside(call, place)
                yield from self._ranges(call.template, inside, row + call.first_row)

    def conditions(self, contents: BlockContents) -> Iterator[StatedCondition]:
        """Yield every condition without rows, those inside copies too."""
        yield from self._conditions(contents, self.terms, {})

    def _conditions(
        self, contents: BlockContents, place: Place, known: dict[int, bool]
    ) -> Iterator[StatedCondition]:
        for each in contents.conditions:
            yield StatedCondition(tuple(map(place, each.terms)), each.statement)
        for call in contents.calls:
            template = None if call.is_again else call.template
            if template is not None and _has_conditions(template, known):
                yield from self._conditions(template, self._inside(call, place), known)

    def _inside(self, call: GadgetCall, place: Place) -> Place:
        """Return the way of a linear combination from the inside of a copy to the circuit."""
        return lambda terms: place(substitute(terms, call.ports, call.shift, self.modulus))


def _has_conditions(contents: BlockContents, known: dict[int, bool]) -> bool:
    """Return whether a template or one in it has a condition; `known` are answers by the templates' ids."""
    if id(contents) not in known:
        inside = (call.template for call in contents.calls)
        known[id(contents)] = bool(contents.conditions) or any(
            _has_conditions(template, known) for template in inside if template is not None
        )
    return known[id(contents)]


def _placed(call: GadgetCall, place: Place, row: int, caller: int) -> GadgetCall:
    def each(signals: Sequence[Terms | None]) -> tuple[Terms | None, ...]:
        return tuple(None if terms is None else place(terms) for terms in signals)

    return GadgetCall(
        call.contract,
        each(call.received),
        each(call.returned),
        row + call.first_row,
        call.n_rows,
        call.node,
        call.template,
        tuple(place(port) for port in call.ports),
        call.shift,
        call.is_again,
        caller,
    )
