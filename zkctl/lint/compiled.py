"""From a compiled circuit to the system that is judged, its stamped gadgets being copies of bodies that are judged once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from zkctl.constraints.advice.log import LogLines
from zkctl.constraints.evaluate import Evaluator
from zkctl.constraints.gadget_calls import BlockContents, GadgetCall, TemplateBody
from zkctl.constraints.source_map import describe
from zkctl.dsl import CompiledCircuit
from zkctl.lint.columns import Columns
from zkctl.lint.contracts import believed_contracts
from zkctl.lint.system import Assumed, StampedCopy, System
from zkctl.runtime.arrays import np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def system_of(compiled: CompiledCircuit, *, with_contracts: bool = True) -> System:
    """Return the unoptimised system of a circuit, whose inputs are all its inputs, private ones too.

    Without contracts no argument on paper about a library gadget is believed.
    """
    program = compiled.program
    rows = Columns(program.starts, program.wires, program.coefficients, program.pool)
    first = program.first_input
    inputs = range(first, first + program.n_inputs)
    names = _Names(compiled)
    evaluator = Evaluator(program, compiled.user_hints)

    def place(row: int) -> str:
        return describe(program.source.chain(int(program.source.row_nodes[row])))

    def evaluate(values: Mapping[int, int]) -> list[int]:
        return evaluator.integers([values[wire] for wire in inputs], LogLines())

    numbers = np.arange(program.n_wires) if compiled.numbers is None else compiled.numbers
    return System(
        program.field.modulus,
        program.n_wires,
        rows,
        frozenset(inputs),
        tuple(range(1, first)),
        names.of_wire,
        place,
        _Bodies(program.field.modulus).copies(compiled.contents, numbers),
        evaluate=evaluate,
        contracts=believed_contracts() if with_contracts else {},
        assumed=tuple(
            Assumed(each.terms, each.low, each.high, each.reason)
            for each in program.assumptions
            if each.terms
        ),
    )


class _Names:
    """The names of a circuit's wires, read when the first is asked for."""

    def __init__(self, compiled: CompiledCircuit) -> None:
        self._compiled = compiled
        self._names: dict[int, str] = {}

    def of_wire(self, wire: int) -> str:
        if not self._names:
            self._names = {k: name for k, _, _, name in self._compiled.symbols()}
        return self._names.get(wire, "1" if wire == 0 else f"wire {wire}")


class _Bodies:
    """The systems of templates, one for each."""

    def __init__(self, modulus: int) -> None:
        self._modulus = modulus
        self._made: dict[int, System] = {}

    def copies(
        self, contents: BlockContents, numbers: NDArray[np.int64]
    ) -> tuple[StampedCopy, ...]:
        """Return the copies directly in a block, whose wires have these numbers in the system."""
        return tuple(
            self._copy(call, call.template, call.template.body, numbers)
            for call in contents.calls
            if call.template is not None and call.template.body is not None and not call.is_again
        )

    def _copy(
        self, call: GadgetCall, template: BlockContents, body: TemplateBody, numbers: NDArray[np.int64]
    ) -> StampedCopy:  # fmt: skip
        wires = np.zeros(body.n_wires, np.int64)
        own = np.arange(1 + body.n_ports, body.n_wires)
        wires[own] = numbers[own + call.shift]
        ports = tuple(
            {int(numbers[wire]): value for wire, value in port.items()} for port in call.ports
        )
        system = self._system(call, template, body)
        return StampedCopy(system, call.first_row, ports, wires)

    def _system(self, call: GadgetCall, template: BlockContents, body: TemplateBody) -> System:
        found = self._made.get(id(template))
        if found is None:
            found = self._made[id(template)] = self._new_system(call, template, body)
        return found

    def _new_system(self, call: GadgetCall, template: BlockContents, body: TemplateBody) -> System:
        sides = body.sides
        ports = range(1, body.n_ports + 1)
        bounds = {
            port: high
            for port, interval in zip(ports, body.promised, strict=False)
            if interval is not None and 0 <= interval[0] <= (high := interval[1]) < self._modulus
        }
        results = _results(body, self._modulus)
        return System(
            self._modulus,
            body.n_wires,
            Columns(sides.starts, sides.wires, sides.coefficients, body.pool),
            frozenset(ports),
            tuple(results),
            copies=self.copies(template, np.arange(body.n_wires)),
            given=bounds,
            promises={w: b for w, b in results.items() if b is not None},
            title=call.contract.gadget,
        )


def _results(body: TemplateBody, modulus: int) -> dict[int, int | None]:
    """Return the body's wires that its results mention, all that a caller can see of it, with the bound of a result that is one wire."""
    mentioned = {wire for form, _ in body.returned for wire in form if wire > body.n_ports}
    found: dict[int, int | None] = dict.fromkeys(sorted(mentioned))
    for form, interval in body.returned:
        wire = next(iter(form), 0)
        is_result = wire in found and form == {wire: 1}
        if is_result and interval is not None and 0 <= interval[0] <= interval[1] < modulus:
            found[wire] = interval[1]
    return found
