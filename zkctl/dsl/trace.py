"""The tracer: it receives the rows and hints of a running circuit or gadget body and records a constraint system."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, ClassVar, NoReturn, Protocol, TypeVar

from zkctl.constraints.advice.instructions import AdviceProgram
from zkctl.constraints.advice.run import run_advice
from zkctl.constraints.assumption import Assumption
from zkctl.constraints.block import Block, BlockBuilder
from zkctl.constraints.failed_widths import fill_message
from zkctl.constraints.free_constants import FreeConstants
from zkctl.constraints.gadget_calls import ProvenRange
from zkctl.constraints.hint_functions import BITS, HintFunction
from zkctl.constraints.linear import ONE, Terms, is_constant, pair_detail, scaled
from zkctl.dsl.session import Session, UserFunction
from zkctl.dsl.spans import Site, SourcePlaces, author_place, capture, circuit_error, where
from zkctl.dsl.stamping.known_values import Copy, Known, Product, combination_key
from zkctl.dsl.statements.calls import OpenCalls
from zkctl.dsl.statements.uses import Result, example_of_use
from zkctl.dsl.swallowed import note, noting, refuse_swallowed
from zkctl.errors import CircuitError, UnsatisfiedError, ZkctlError
from zkctl.field import BN254_FR, PrimeField

Hint = HintFunction | AdviceProgram | UserFunction
ONLY_ARGUMENTS = "a gadget may only use signals it gets as arguments"
Resolve = Callable[[], tuple["Product | None", int, Terms]]


class UnusedStatement(Protocol):
    """An equation or comparison that was written but not used yet."""

    kind: ClassVar[str]
    remedy: ClassVar[str]
    sites: list[Site]

    def describe(self) -> str:
        """Return both sides as text."""


class Tracer:
    """A recorder of the rows of one block."""

    eager = False
    takes_integers = False  # is it a gadget called with integers, which are then no constants?

    def __init__(self, session: Session, n_ports: int) -> None:
        self.session = session
        self.field = session.field
        self.modulus = session.field.modulus
        self.builder = BlockBuilder(n_ports, session.pool)
        self.unused_statements: dict[int, UnusedStatement] = {}
        self.results: list[Result] = []
        self.names: dict[int, str] = {}
        self.kept_bits: dict[Hashable, Any] = {}  # of kept_bits.py
        self.origin: list[Site] = []  # where we are while no user code runs
        self._stamps: dict[str, int] = {}
        self._assumed: list[tuple[str, int, Resolve, int]] = []
        self.places = SourcePlaces()
        self.known = Known()
        self.free = FreeConstants()
        self.calls = OpenCalls()

    def node(self, sites: list[Site] | None = None) -> int:
        """Return a place in the user's code (default: the current one) as a node of the tree of callers."""
        if sites is not None:
            return self._node(sites)
        return self.places.current(self._node)

    def _node(self, sites: list[Site]) -> int:
        node = 0
        for site in reversed(sites or self.origin):
            known = self.session.sites
            label, _ = known.setdefault(site.key, (len(known), site))
            node = self.builder.callers.child(node, label)
        return node

    def _sites_of(self, node: int) -> list[Site]:
        """Return the place that `node` stands for."""
        sites = [site for _, site in self.session.sites.values()]
        path = map(sites.__getitem__, self.builder.callers.path(node))
        return [site for site in path if isinstance(site, Site)]

    def check_current(self) -> None:
        """Check that this block is the one being built: nothing is added to another one behind its back.

        Raises: CircuitError.
        """
        if _CURRENT.get() is not self:
            raise circuit_error(
                "a signal here belongs to another circuit or gadget call", hint=ONLY_ARGUMENTS
            )

    # -- rows

    def product(self, a: Terms, b: Terms) -> Product:
        """Return the lazy product of two linear combinations: the same one for the same factors."""
        first, second = combination_key(a), combination_key(b)
        if len(a) == len(b) == 1:  # pairs of numbers
            key: Hashable = (first, second) if first <= second else (second, first)  # type: ignore[operator]
        else:
            key = frozenset((first, second))
        found = self.known.products.get(key)
        if found is None:
            found = self.known.products[key] = Product(a, b)
        return found

    def materialise(self, product: Product, factor: int, rest: Terms) -> Terms:
        """Make factor * product + rest one wire: the row (factor * a) * b = wire - rest."""
        self.check_current()
        p = self.modulus
        wire = self.builder.new_wire()
        c = {wire: 1, **{other: p - value for other, value in rest.items()}}
        a, product.value = product.a, c
        if factor != 1:
            a, product.value = scaled(a, factor, p), scaled(c, pow(factor, -1, p), p)
        self.builder.add_row((a, product.b, c, wire, self.node(), 0))
        return {wire: 1}

    def shared_linear(self, terms: Terms) -> Terms:
        """Return a wire with the value of a linear combination: the same one for the same combination."""
        key = combination_key(terms)
        if key not in self.known.wires:
            (self.known.wires[key],) = self.define_linear(terms)
        return {self.known.wires[key]: 1}

    def define_linear(self, terms: Terms) -> Terms:
        """Make a linear combination one new wire (one linear row)."""
        self.check_current()
        wire = self.builder.new_wire()
        self.builder.add_row((terms, ONE, {wire: 1}, wire, self.node(), 0))
        return {wire: 1}

    def constrain(
        self, a: Terms, b: Terms, c: Terms, message: str, sites: list[Site] | None = None
    ) -> None:
        """Constrain a * b == c, written at `sites` or here; a constant equation is decided at once."""
        self.check_current()
        if is_constant(a) and is_constant(b) and is_constant(c):
            left = a.get(0, 0) * b.get(0, 0) % self.modulus
            if left != c.get(0, 0):
                detail = pair_detail(message, left, c.get(0, 0), self.modulus)
                self.fail(detail, sites, by_constants=True)
            return
        if self.free.wires and not any(map(self.free.others, (a, b, c))):
            self.free.ask()
        messages = self.session.messages
        number = messages.setdefault(message, len(messages)) if message else 0
        self.builder.add_row((a, b, c, 0, self.node(sites), number))

    def check_width(self, x: Terms, n_bits: int, message: str, compared: Sequence[Terms]) -> None:
        """Refuse a constant that needs more than n_bits bits, with its value in the message instead of a pair of bits."""
        if is_constant(x) and x.get(0, 0) >> n_bits:
            self.fail(f": {self._filled(message, x, compared)}", [], by_constants=True)

    def _filled(self, message: str, x: Terms, compared: Sequence[Terms]) -> str:
        values = [self.value_of(terms) for terms in (x, *compared)]
        return fill_message(message, values[0], values[1:], self.modulus)

    def value_of(self, terms: Terms) -> int:
        """Return the value of a linear combination.  Assumes: it is known, so here it is a constant."""
        assert is_constant(terms)
        return terms.get(0, 0)

    def fail(self, detail: str, sites: list[Site] | None, *, by_constants: bool) -> NoReturn:
        """Raise CircuitError for constants that contradict a constraint, UnsatisfiedError for values that do.

        The first line named is the author's, not one of a library gadget.
        """
        place = author_place(sites or capture() or self.origin)
        error: ZkctlError = UnsatisfiedError(f"a constraint is not satisfied{detail}", where=place)
        if by_constants and not self.takes_integers:
            error = CircuitError(f"this constraint can never hold{detail}", where=place)
        note(error)
        raise error

    # -- hints

    def hint(
        self, function: Hint, inputs: Sequence[Terms], parameters: tuple[int, ...], n_outputs: int
    ) -> list[Terms]:  # fmt: skip
        """Return the results of advice, as new wires, or as constants where a built-in hint has constant inputs."""
        self.check_current()
        if isinstance(function, HintFunction):
            logs, name = False, function.name
        elif isinstance(function, AdviceProgram):
            logs, name = function.has_log, self.session.advice_name(function)
        else:
            own = self.session.user_hint_name(function)
            return self.ask(function, own, parameters, inputs, n_outputs)
        if self.free.wires and not any(map(self.free.others, inputs)):
            self.free.ask()
        if all(map(is_constant, inputs)):
            return self.constants(self.computed(function, inputs, parameters))
        keys = tuple(map(combination_key, inputs))
        return self.advised(function, name, parameters, (inputs, keys), n_outputs, afresh=logs)

    def advised(
        self, function: Hint, name: str, parameters: tuple[int, ...],
        asked: tuple[Sequence[Terms], tuple[Hashable, ...]], n_outputs: int, *, afresh: bool = False,
    ) -> list[Terms]:  # fmt: skip
        """Return the results of advice on inputs, which are given with their keys; the same wires for the same inputs, unless `afresh`."""
        inputs, keys = asked
        key = (name, parameters, keys)
        known = None if afresh else self.known.advice.get(key)
        if known is None:
            known = self.ask(function, name, parameters, inputs, n_outputs)
            self.known.advice[key] = known
        return known

    def computed(
        self, function: HintFunction | AdviceProgram, inputs: Sequence[Terms], parameters: tuple[int, ...]
    ) -> list[int]:  # fmt: skip
        """Return the results of advice on values that are known."""
        if isinstance(function, AdviceProgram):
            return self.run_advice(function, inputs)
        values = [self.value_of(terms) for terms in inputs]
        return function.evaluate(self.modulus, values, parameters)

    def ask(
        self, _function: Hint, name: str, parameters: tuple[int, ...], inputs: Sequence[Terms], n_outputs: int
    ) -> list[Terms]:  # fmt: skip
        """Return the results of advice as new wires."""
        wires = self.builder.add_hint(name, parameters, inputs, n_outputs, self.node())
        return [{wire: 1} for wire in wires]

    def keep_values(self, values: Sequence[Terms]) -> None:
        """Add hints without results, so that the witness program can show these values in a message."""
        for terms in values:
            self.builder.add_hint(BITS.name, (0, 0), (terms,), 0, self.node())

    def run_advice(self, program: AdviceProgram, inputs: Sequence[Terms]) -> list[int]:
        """Return the results of an advice program on values that are known."""
        values = [self.value_of(terms) for terms in inputs]
        try:
            return run_advice(program, values, self.modulus)
        except ZkctlError as problem:
            problem.where = problem.where or where(capture())
            raise

    def constants(self, values: Sequence[int]) -> list[Terms]:
        """Return constant linear combinations."""
        return [scaled(ONE, value, self.modulus) for value in values]

    # -- stamping

    def stamp(self, block: Block, ports: Sequence[Terms], name: str) -> Copy:
        """Append a copy of a finished block as component name[k].

        The same block at the same ports is the same copy, unless it asks hints that are Python code, or logs.
        """
        self.check_current()
        if not block.is_repeatable:
            return self._copy(block, ports, name)
        key = (id(block), tuple(map(combination_key, ports)))
        copy = self.known.copies.get(key)
        if copy is None:
            copy = self.known.copies[key] = self._copy(block, ports, name)
        return copy

    def _copy(self, block: Block, ports: Sequence[Terms], name: str) -> Copy:
        k = self._stamps[name] = self._stamps.get(name, -1) + 1
        names = self.session.component_names
        label = names.setdefault(f"{name}[{k}]", len(names) + 1)
        component = self.builder.components.child(0, label)
        first_row = self.builder.n_rows
        return Copy(self.builder.stamp(block, ports, self.node(), component), first_row)

    # -- what is known about values

    def prove_range(self, terms: Terms, highest: int, first_row: int) -> None:
        """Record that the rows from `first_row` on prove a linear combination to be in 0 .. highest."""
        n_rows = self.builder.n_rows - first_row
        if n_rows:
            self.builder.ranges.append(ProvenRange(terms, 0, highest, first_row, n_rows))

    def assume(self, reason: str, maximum: int, resolve: Resolve) -> None:
        """Record the claim that a value, which `resolve` returns as a product and terms, is in 0 .. maximum."""
        self._assumed.append((reason, maximum, resolve, self.node()))

    def _record_assumptions(self) -> None:
        for reason, maximum, resolve, node in self._assumed:
            product, _, terms = resolve()
            found = {} if product is not None else terms
            self.builder.assumptions.append(Assumption(reason, 0, maximum, node, found))

    # -- the end

    def finish(self) -> Block:
        """Close the block.

        Raises: CircuitError if an equation, a comparison or the result of a gadget is never used, or an error was swallowed.
        """
        refuse_swallowed(self.session.errors)
        for statement in self.unused_statements.values():
            raise CircuitError(
                f"the {statement.kind} {statement.describe()} is never used",
                where=where(statement.sites),
                hint=statement.remedy,
            )
        for result in self.results:
            if not result.use.is_used:
                raise CircuitError(
                    f"the result of {result.gadget} is never used",
                    where=author_place(self._sites_of(result.node)),
                    hint=f"constrain it, as in {example_of_use(result.gadget)}, or write discard(...) around the call"
                    " if only its constraints are meant",
                )
        self._record_assumptions()
        self.places.forget_frame()
        self.builder.calls = self.calls.closed()
        return self.builder.finish()


# -- the current tracer

_CURRENT: ContextVar[Tracer | None] = ContextVar("zkctl_tracer", default=None)
_EAGER_FIELD: ContextVar[PrimeField] = ContextVar("zkctl_eager_field", default=BN254_FR)


def current_tracer() -> Tracer | None:
    """Return the tracer whose body is running, if any."""
    return _CURRENT.get()


def at_one_place() -> AbstractContextManager[None]:
    """Let the current place be that of all rows and hints that follow, which no code of the user adds."""
    tracer = _CURRENT.get()
    return nullcontext() if tracer is None else tracer.places.kept()


_AnyTracer = TypeVar("_AnyTracer", bound=Tracer)


@contextmanager
def tracing(tracer: _AnyTracer) -> Iterator[_AnyTracer]:
    """Make `tracer` the current one."""
    token = _CURRENT.set(tracer)
    try:
        with noting(tracer.session.errors):
            yield tracer
    finally:
        _CURRENT.reset(token)


@contextmanager
def eager_field(field: PrimeField) -> Iterator[None]:
    """Let gadgets called with plain integers compute in another field than BN254's scalar field."""
    token = _EAGER_FIELD.set(field)
    try:
        yield
    finally:
        _EAGER_FIELD.reset(token)


def field_in_use() -> PrimeField:
    """Return the field of the circuit being built, or the one for plain integers."""
    tracer = _CURRENT.get()
    return tracer.field if tracer is not None else _EAGER_FIELD.get()
