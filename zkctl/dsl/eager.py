"""Eager mode: the tracer that knows the value of every wire.

Every constraint is checked at its place and every hint is computed at once: the same body then computes plain values.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Sequence
from traceback import format_exception_only
from typing import Any, SupportsIndex

from zkctl.constraints.advice.instructions import AdviceProgram
from zkctl.constraints.hint_functions import HintFunction
from zkctl.constraints.linear import Terms, add_scaled, is_constant, pair_detail, scaled
from zkctl.dsl.session import Session, UserFunction
from zkctl.dsl.spans import Site, capture, where
from zkctl.dsl.stamping.known_values import Product
from zkctl.dsl.trace import Hint, Resolve, Tracer
from zkctl.errors import CircuitError, HintFailed
from zkctl.runtime.interruptions import is_interruption


class EagerTracer(Tracer):
    """A tracer that knows the value of every wire: constraints are checked where they stand, and nothing is recorded.

    Signals are the same linear combinations as in the compiled circuit, so that both see the same types and the same constants.
    """

    eager = True

    def __init__(self, session: Session, *, takes_integers: bool = False) -> None:
        super().__init__(session, 0)
        self.takes_integers = takes_integers
        self.reads_arguments = False  # are the integers read now the arguments from outside?
        self.values = [1]
        self.copies: dict[Hashable, Any] = {}  # results of stamped gadgets
        self.prepared: dict[Any, Any] = {}  # their templates, each with its session

    def new_wire(self, value: int) -> int:
        """Return a new wire with this value."""
        self.values.append(value % self.modulus)
        return len(self.values) - 1

    def value_of(self, terms: Terms) -> int:
        """Return the value of a linear combination."""
        values = self.values
        return sum(factor * values[wire] for wire, factor in terms.items()) % self.modulus

    def materialise(self, product: Product, factor: int, rest: Terms) -> Terms:
        """Make factor * product + rest one wire."""
        p = self.modulus
        value = factor * self.value_of(product.a) * self.value_of(product.b) + self.value_of(rest)
        wire = self.new_wire(value)
        product.value = scaled(add_scaled({wire: 1}, rest, -1, p), pow(factor, -1, p), p)
        return {wire: 1}

    def define_linear(self, terms: Terms) -> Terms:
        """Make a linear combination one wire."""
        return {self.new_wire(self.value_of(terms)): 1}

    def keep_values(self, values: Sequence[Terms]) -> None:
        """Keep nothing: the values are known where a message needs them."""

    def prove_range(self, terms: Terms, highest: int, first_row: int) -> None:
        """Record nothing: there are no rows."""

    def assume(self, reason: str, maximum: int, resolve: Resolve) -> None:
        """Record nothing: the value itself was compared with the claim."""

    def constrain(
        self, a: Terms, b: Terms, c: Terms, message: str, sites: list[Site] | None = None
    ) -> None:
        """Check a * b == c."""
        left, right = self.value_of(a) * self.value_of(b) % self.modulus, self.value_of(c)
        if left != right:
            constant = is_constant(a) and is_constant(b) and is_constant(c)
            self.fail(pair_detail(message, left, right, self.modulus), sites, by_constants=constant)

    def check_width(self, x: Terms, n_bits: int, message: str, compared: Sequence[Terms]) -> None:
        """Refuse a value that needs more than n_bits bits."""
        if self.value_of(x) >> n_bits:
            detail = f": {self._filled(message, x, compared)}"
            self.fail(detail, [], by_constants=is_constant(x))

    def ask(
        self, function: Hint, _name: str, parameters: tuple[int, ...], inputs: Sequence[Terms], n_outputs: int
    ) -> list[Terms]:  # fmt: skip
        """Return the results of advice as new wires."""
        if isinstance(function, HintFunction | AdviceProgram):
            results = self.computed(function, inputs, parameters)
        else:
            run = user_hint_runner(function, n_outputs, self.modulus, where(capture()))
            results = run([self.value_of(terms) for terms in inputs])
        return [{self.new_wire(value): 1} for value in results]


def user_hint_runner(
    function: UserFunction, n_outputs: int, modulus: int, place: str
) -> Callable[[Sequence[int]], list[int]]:
    """Wrap a user-written hint: its results are checked and reduced.

    Raises (when called): CircuitError naming the hint and the line that asked for it.
    """
    name = getattr(function, "__qualname__", type(function).__name__)

    def run(inputs: Sequence[int]) -> list[int]:
        try:
            answer = function(*inputs)
        except BaseException as problem:
            if is_interruption(problem):
                raise
            text = "".join(format_exception_only(problem)).strip()  # also where str() fails
            failure = HintFailed(
                f"the hint {name} raised {text}",
                where=place,
                hint="a hint must answer on every input; whatever it answers, the constraints decide",
            )
            failure.public_message = f"the hint {name} raised {type(problem).__name__}"
            raise failure from problem
        results = list(answer) if isinstance(answer, tuple | list) else [answer]
        wrong = [value for value in results if not isinstance(value, SupportsIndex)]
        if wrong:
            raise CircuitError(
                f"the hint {name} must return integers: expected {n_outputs}, got a {type(wrong[0]).__name__}",
                where=place,
                hint="a hint computes with integers modulo the field's prime: int(text), int.from_bytes(data, 'big')",
            )
        if len(results) != n_outputs:
            raise CircuitError(
                f"the hint {name} must return {n_outputs} integers, it returned {len(results)} values",
                where=place,
                hint=f"say hint(f, x, n_outputs={len(results)}) for a function that returns {len(results)} values",
            )
        return [operator.index(value) % modulus for value in results]

    return run
