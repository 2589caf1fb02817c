"""The value of a signal: a linear combination of wires, a lazy product, or a long sum that still grows."""

from __future__ import annotations

from zkctl.constraints.linear import LongSum, Terms, add_scaled, show_element
from zkctl.dsl.bounds import OPEN, Bounds
from zkctl.dsl.combination_text import show_combination
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.stamping.known_values import Product
from zkctl.dsl.statements.uses import Use
from zkctl.dsl.trace import ONLY_ARGUMENTS, Tracer, current_tracer
from zkctl.field import PrimeField

_LONG = 64  # terms from which on a sum is extended in place


class LinearValue:
    """factor * product + terms, with the interval that is known for it."""

    __slots__ = ("_factor", "_long", "_product", "_terms", "bounds", "tracer", "use")

    def __init__(self, tracer: Tracer, terms: Terms, bounds: Bounds | None = None) -> None:
        self.tracer = tracer
        self._terms = terms
        self._product: Product | None = None
        self._factor = 0
        self._long: LongSum | None = None
        self.bounds = bounds
        self.use: Use | None = None  # of the gadgets' results that it is computed from

    # -- the value as a linear combination

    def linear_terms(self) -> Terms:
        """Return the linear combination; a lazy product becomes a wire now."""
        if self._product is None and self._long is None:
            return self._terms
        self.resolve()
        if self._product is not None:
            self._terms = self.tracer.materialise(self._product, self._factor, self._terms)
            self._product = None
        return self._terms

    def resolve(self) -> tuple[Product | None, int, Terms]:
        """Return (product, factor, rest); the product is None if it is available as a linear combination."""
        if self._long is not None:
            self._terms = self._long.terms()
            self._long = None
        product = self._product
        if product is None:
            return None, self._factor, self._terms
        if product.value is not None:
            p = self.tracer.modulus
            self._terms = add_scaled(self._terms, product.value, self._factor, p)
            self._product = None
        return self._product, self._factor, self._terms

    def longer_sum(self, other: LinearValue, sign: int) -> LongSum | None:
        """Return this + sign * other as a growing sum if this is long, and the other has none of its wires."""
        if len(self._terms) < _LONG or other._long is not None:
            return None
        total = self._long
        if total is None:
            if any(wire and wire in self._terms for wire in other._terms):
                return None
            total = LongSum.of(self._terms)
        return total.plus(other._terms, sign, self.tracer.modulus)

    def single_wire(self) -> int:
        """Return the wire, if the value is one wire and nothing else, and no open constant; else 0."""
        terms = self._terms
        is_open = self.bounds is OPEN
        if len(terms) == 1 and self._product is None and self._long is None and not is_open:
            ((wire, coefficient),) = terms.items()
            return wire if coefficient == 1 else 0
        return 0

    @property
    def known_constant(self) -> int | None:
        """The value, if it is the same for every witness; in eager mode too, None for what is a wire in the circuit."""
        terms = self._terms
        if len(terms) <= 1 and self._product is None and self._long is None:
            if not terms:
                return 0
            if 0 in terms:
                return terms[0]
        if self.bounds is OPEN and self.is_open_constant:
            self.tracer.free.ask()
        return None

    @property
    def value(self) -> int:
        """The value in eager mode; in a circuit only a constant has one."""
        product, factor, terms = self.resolve()
        value = self.tracer.value_of(terms)
        if product is None:
            return value
        a, b = self.tracer.value_of(product.a), self.tracer.value_of(product.b)
        return (value + factor * a * b) % self.tracer.modulus

    @property
    def is_open_constant(self) -> bool:
        """True for a constant whose value a template leaves open."""
        return (
            self.bounds is OPEN and self._product is None and self.tracer.free.covers(self._terms)
        )

    def check_interval(self) -> None:
        """Ask for the values of open constants if the interval depends on them.  Raises: ValueNeeded."""
        if self.bounds is OPEN:
            self.tracer.free.ask()

    @property
    def field(self) -> PrimeField:
        """The field of the circuit."""
        return self.tracer.field

    def describe(self) -> str:
        """Return the value (eager) or the linear combination, for messages."""
        if self.tracer.eager or self.known_constant is not None:
            return show_element(self.value, self.tracer.modulus)
        return show_combination(self.tracer, *self.resolve())


def same_circuit(x: LinearValue, y: LinearValue) -> None:
    """Check that two signals belong to the same circuit or gadget call."""
    if x.tracer is not y.tracer:
        raise circuit_error(
            f"{x.describe()} and {y.describe()} belong to different circuits or gadget calls",
            hint=ONLY_ARGUMENTS,
        )


def check_current(x: LinearValue) -> None:
    """Check that a signal belongs to the circuit or gadget call being built."""
    if x.tracer is not current_tracer():
        error = circuit_error(
            f"{x.describe()} belongs to another circuit or gadget call", hint=ONLY_ARGUMENTS
        )
        x.tracer.session.errors.append(error)  # another thread knows no current circuit
        raise error
