"""Linear combinations as text, for messages: 3*leaf + x*(y + 1) + -2."""

from __future__ import annotations

from zkctl.constraints.linear import Terms, show_element
from zkctl.dsl.stamping.known_values import Product
from zkctl.dsl.trace import Tracer

_SHOWN_TERMS = 4


def show_combination(tracer: Tracer, product: Product | None, factor: int, terms: Terms) -> str:
    """Write factor * product + terms with the names of inputs, and w5 for other wires."""
    parts = [_show_term(tracer, wire, value) for wire, value in terms.items()]
    if product is not None:
        factors = (_show_factor(tracer, side) for side in (product.a, product.b))
        parts.insert(0, ("" if factor == 1 else f"{factor}*") + "*".join(factors))
    shown = " + ".join(parts[:_SHOWN_TERMS])
    hidden = len(parts) - _SHOWN_TERMS
    return shown if hidden <= 0 else f"{shown} + {hidden} more terms"


def _show_factor(tracer: Tracer, terms: Terms) -> str:
    if len(terms) > 2:
        return f"({len(terms)} terms)"
    shown = " + ".join(_show_term(tracer, wire, value) for wire, value in terms.items())
    return shown if len(terms) == 1 else f"({shown})"


def _show_term(tracer: Tracer, wire: int, value: int) -> str:
    name = tracer.names.get(wire, f"w{wire}")
    if wire == 0:
        return show_element(value, tracer.modulus)
    if value == 1:
        return name
    return f"-{name}" if value == tracer.modulus - 1 else f"{value}*{name}"
