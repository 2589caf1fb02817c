"""Polynomials in wires, and combinations of rows that prove them to be 0."""

from __future__ import annotations

from typing import Any, TypeAlias

from zkctl.lint.facts import Facts
from zkctl.lint.system import Form

Polynomial: TypeAlias = "dict[tuple[int, ...], int]"  # by monomial: ascending wires without wire 0


def of_form(form: Form) -> Polynomial:
    """Return a linear form as a polynomial."""
    return {(wire,) if wire else (): value for wire, value in form.items()}


def add_product(total: Polynomial, first: Polynomial, second: Polynomial, modulus: int) -> None:
    """Add the product of two polynomials; coefficients that become 0 go."""
    for one, value in first.items():
        for other, factor in second.items():
            monomial = tuple(sorted(one + other)) if one and other else one or other
            new = (total.get(monomial, 0) + value * factor) % modulus
            if new:
                total[monomial] = new
            else:
                total.pop(monomial, None)


def wires_of(polynomial: Polynomial) -> set[int]:
    """Return the wires of a polynomial."""
    return {wire for monomial in polynomial for wire in monomial}


def as_step(polynomial: Polynomial) -> list[Any]:
    """Return a polynomial in the notation of steps."""
    return [[list(monomial), polynomial[monomial]] for monomial in sorted(polynomial)]


def row_polynomial(facts: Facts, k: int) -> Polynomial:
    """Return A * B - C of a row, folded."""
    a, b, c = facts.folded(k)
    total: Polynomial = {}
    add_product(total, of_form(a), of_form(b), facts.modulus)
    add_product(total, of_form(c), {(): facts.modulus - 1}, facts.modulus)
    return total


class Expansion:
    """A polynomial that is 0 in every assignment, with the combination of rows that shows it."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.polynomial: Polynomial = {}
        self.combination: dict[int, Polynomial] = {}

    def add_row(self, k: int, factor: Polynomial) -> None:
        """Add a row times a polynomial."""
        p = self.facts.modulus
        add_product(self.polynomial, factor, row_polynomial(self.facts, k), p)
        add_product(self.combination.setdefault(k, {}), factor, {(): 1}, p)

    def add(self, other: Expansion, factor: Polynomial) -> None:
        """Add another such polynomial times a polynomial."""
        p = self.facts.modulus
        add_product(self.polynomial, factor, other.polynomial, p)
        for k, multiplier in other.combination.items():
            add_product(self.combination.setdefault(k, {}), factor, multiplier, p)

    def replace(self, wire: int, k: int, most_terms: int) -> bool:
        """Replace a wire by what row k says of it; return whether that was possible within so many terms.

        In the row the wire stands alone in one monomial: A * B - C = c * wire + rest.
        """
        row = row_polynomial(self.facts, k)
        p = self.facts.modulus
        if row.get((wire,)) is None or sum(wire in monomial for monomial in row) != 1:
            return False
        inverse = pow(row[wire,], -1, p)
        while len(self.polynomial) <= most_terms:
            found = {m: value for m, value in self.polynomial.items() if wire in m}
            if not found:
                return True
            factor = {}
            for monomial, value in found.items():
                place = monomial.index(wire)
                factor[monomial[:place] + monomial[place + 1 :]] = -value * inverse % p
            self.add_row(k, factor)
        return False

    def as_step(self) -> list[Any]:
        """Return the combination in the notation of steps."""
        return [
            [k, as_step(self.combination[k])]
            for k in sorted(self.combination)
            if self.combination[k]
        ]
