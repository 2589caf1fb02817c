"""Instances of circom templates as blocks of a Python circuit: inputs are ports, components are stamped copies.

The rows are circom's constraints with the signs of a witness program, in the order in which they run.  A `<--` that a row could
express is no constraint of circom, so it is a hint here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zkctl.circom.asserted import AssertedCondition, forms_of
from zkctl.circom.code.functions import functions_of
from zkctl.circom.evaluation import zero_hints
from zkctl.circom.instance import Instance, LocalConstraint, RunAssign, RunChild, RunCode, RunRow
from zkctl.circom.layout import own_names
from zkctl.circom.nodes import Program
from zkctl.circom.places import span_of
from zkctl.circom.python.functions import SharedFunctions
from zkctl.circom.source import Place
from zkctl.circom.tables import solved
from zkctl.circom.visits import InstanceTree
from zkctl.constraints.advice.instructions import AdviceProgram, Instruction, Op
from zkctl.constraints.block import Block, BlockBuilder, with_body
from zkctl.constraints.gadget_calls import Contract, StatedCondition
from zkctl.constraints.linear import Terms, scaled
from zkctl.constraints.signals import Role
from zkctl.dsl.session import Session
from zkctl.dsl.spans import TextSite
from zkctl.dsl.statements.calls import CopyOf, OpenCalls
from zkctl.runtime.records import record

# inputs a, b, c in the cells 0, 1, 2
_PRODUCT = AdviceProgram(
    "<--",
    3,
    (),
    4,
    (3,),
    (Instruction(Op.FIELD_MULTIPLY, (3, 0, 1)), Instruction(Op.FIELD_ADD, (3, 3, 2))),
)
_SUM = AdviceProgram("<--", 1, (), 1, (0,), ())


@record(eq=False)
class TemplateAssert:
    """An assert of a template, whose condition is about the local signals."""

    asserted: AssertedCondition
    program: Program
    title: str


def contract_of(instance: Instance, program: Program) -> Contract:
    """Return the contract of a template, which promises nothing in words."""
    place = program.definitions[instance.template].place
    return Contract(f"{program.name_in_files(place.file)}:{instance.template}", "", "", "")


class InstanceBlocks:
    """The blocks of all instances of one program in one session."""

    def __init__(self, session: Session, program: Program) -> None:
        self.session, self.program = session, program
        programs = functions_of(program, session.field.modulus).programs()
        self.functions = SharedFunctions(programs, session.functions)
        self._blocks: dict[int, Block] = {}  # by the instance's id

    def of(self, main: Instance) -> Block:
        """Return the block of an instance; those of its components are made before."""
        for instance in InstanceTree(main).instances:
            if id(instance) not in self._blocks:
                self._blocks[id(instance)] = _InstanceBlock(self, instance).made()
        return self._blocks[id(main)]

    def below(self, instance: Instance) -> Block:
        """Return the block of a component, which was made before."""
        return self._blocks[id(instance)]

    def label(self, place: Place, title: str) -> int:
        """Return the number of a place in the sources."""
        span = span_of(self.program, place, title)
        site = TextSite(span, self.program.files[place.file].path)
        known = self.session.sites
        return known.setdefault(site.key, (len(known), site))[0]

    def component(self, name: str) -> int:
        """Return the number of a component's name."""
        names = self.session.component_names
        return names.setdefault(name, len(names) + 1)


class _InstanceBlock:
    """The block of one instance while it is built; `wires` are the wires of local signals, hidden ones below 0."""

    def __init__(self, blocks: InstanceBlocks, instance: Instance) -> None:
        self.blocks, self.instance = blocks, instance
        self.calls = OpenCalls()
        n_outputs = sum(g.size for g in instance.signals if g.role is Role.OUTPUT)
        n_ports = sum(g.size for g in instance.signals)
        inputs = range(n_outputs + 1, n_ports + 1)
        self.builder = BlockBuilder(len(inputs), blocks.session.pool)
        self.wires = {0: 0}
        self.wires.update((signal, wire) for wire, signal in enumerate(inputs, start=1))
        self.outputs = range(1, n_outputs + 1)
        self._add_own(n_ports)
        self._add_ports_of_children()

    def _add_own(self, n_ports: int) -> None:
        names = own_names(self.instance)
        for signal in (*self.outputs, *range(n_ports + 1, self.instance.n_own + 1)):
            self._add(signal, names[signal - 1])
        for number in range(1, self.instance.n_hidden + 1):
            self.wires[-number] = self.builder.new_wire()

    def _add(self, signal: int, name: str) -> None:
        self.wires[signal] = self.builder.new_wire()
        self.builder.name_wire(self.wires[signal], name)

    def _add_ports_of_children(self) -> None:
        """Make wires of the inputs of components; the outputs are in the copies, whose places are known before they are made."""
        for child in self.instance.children:
            names = own_names(child.instance)
            for k in _inputs(child.instance):
                self._add(child.first + k, f"{child.name}.{names[k]}")
        n_wires = self.builder.n_wires
        for child in map(self.instance.children.__getitem__, self._order()):
            block = self.blocks.below(child.instance)
            for k in range(_n_outputs(child.instance)):
                self.wires[child.first + k] = n_wires + k
            n_wires += block.n_wires - 1 - block.n_ports

    def _order(self) -> Iterator[int]:
        """Yield the numbers of the components in the order in which they run."""
        return (each.child for each in self.instance.events if isinstance(each, RunChild))

    def made(self) -> Block:
        """Return the block."""
        for call in zero_hints(self.instance):
            self._hint(call)
        for event in self.instance.events:
            if isinstance(event, RunChild):
                self._stamp(event.child)
            elif isinstance(event, RunCode):
                self._hint(event)
            elif isinstance(event, RunAssign):
                self._assign(event.row)
            elif isinstance(event, RunRow):
                self._row(self.instance.constraints[event.row])
        self.builder.calls = self.calls.closed()
        for each in self.instance.asserted:
            terms = tuple(map(self._moved, forms_of(each.condition)))
            statement = TemplateAssert(each, self.blocks.program, self.instance.title)
            self.builder.conditions.append(StatedCondition(terms, statement))
        returned = [({self.wires[signal]: 1}, None) for signal in self.outputs]
        return with_body(self.builder.finish(), [None] * self.builder.n_ports, returned)

    def _moved(self, terms: Mapping[int, int]) -> Terms:
        wires = self.wires
        return {wires[signal]: value for signal, value in terms.items()}

    def _node(self, place: Place) -> int:
        if place.end == 0:  # no line
            return 0
        label = self.blocks.label(place, self.instance.title)
        return self.builder.callers.child(0, label)

    def _row(self, constraint: LocalConstraint) -> None:
        if not constraint.is_written:
            if constraint.target:
                self._assign(constraint)
            return
        a, b, c = map(self._moved, solved(constraint, self.builder.pool.modulus))
        target = self.wires[constraint.target]
        self.builder.add_row((a, b, c, target, self._node(constraint.place), 0))

    def _assign(self, row: LocalConstraint) -> None:
        """Let a hint compute the target that makes a row true."""
        p = self.builder.pool.modulus
        a, b, c = map(self._moved, solved(row, p))
        target = self.wires[row.target]
        rest = scaled({wire: value for wire, value in c.items() if wire != target}, -1, p)
        program, inputs = (_PRODUCT, (a, b, rest)) if a and b else (_SUM, (rest,))
        self._advice(program, inputs, (target,), row.place)

    def _hint(self, call: RunCode) -> None:
        inputs = tuple(map(self._moved, call.inputs))
        outputs = tuple(self.wires[signal] for signal in call.outputs)
        if isinstance(call.function, AdviceProgram):
            place = self._place_of(call.function, call.place)
            self._advice(self.blocks.functions.moved(call.function), inputs, outputs, place)
        else:
            node = self._node(call.place)
            self.builder.compute(call.function, call.parameters, (inputs, outputs), node)

    def _place_of(self, code: AdviceProgram, place: Place) -> Place:
        """Return the place of code, of asserts the first one; a failed assert is looked up among the places of all."""
        asserted = self.instance.asserted
        if not asserted or all(each.op != Op.ASSERT for each in code.code):
            return place
        for each in asserted:
            self._node(each.node.place)
        return asserted[0].node.place

    def _advice(
        self, program: AdviceProgram, inputs: tuple[Terms, ...], outputs: tuple[int, ...], place: Place
    ) -> None:  # fmt: skip
        name = self.blocks.session.advice_name(program)
        self.builder.compute(name, (), (inputs, outputs), self._node(place))

    def _stamp(self, number: int) -> None:
        child, builder = self.instance.children[number], self.builder
        block = self.blocks.below(child.instance)
        ports = [{self.wires[child.first + k]: 1} for k in _inputs(child.instance)]
        place = child.place or self.blocks.program.definitions[self.instance.template].place
        node = self._node(place)
        component = builder.components.child(0, self.blocks.component(child.name))
        opened, first_row = self.calls.begin(), builder.n_rows
        shift = builder.stamp(block, ports, node, component)
        returned = [{self.wires[child.first + k]: 1} for k in range(_n_outputs(child.instance))]
        self.calls.end(
            opened,
            contract_of(child.instance, self.blocks.program),
            (list(ports), list(returned)),
            (first_row, builder.n_rows),
            node,
            CopyOf(block.contents, ports, shift, first_row),
        )


def _n_outputs(instance: Instance) -> int:
    return sum(group.size for group in instance.signals if group.role is Role.OUTPUT)


def _inputs(instance: Instance) -> range:
    """Return the inputs of an instance, counted from its first signal."""
    return range(_n_outputs(instance), sum(group.size for group in instance.signals))
