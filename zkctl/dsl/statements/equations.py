"""Equations as rows: the one primitive behind every constraint."""

from __future__ import annotations

from zkctl.constraints.linear import ONE, add_scaled, scaled
from zkctl.dsl.statements.statement import Equation


def enforce_equation(equation: Equation, message: str) -> None:
    """Enforce left == right.  Cost: 1 constraint, 2 if both sides are products; equal constants cost nothing."""
    left, right = equation.left, equation.right
    if left.resolve()[0] is None and right.resolve()[0] is not None:
        left, right = right, left  # Python itself swaps the sides of Signal == Bit
    tracer = left.tracer
    equation.use()
    p = tracer.modulus
    product, factor, terms = left.resolve()
    right_product, right_factor, right_terms = right.resolve()
    if product is not None and right_product is not None and product is not right_product:
        right_terms, right_product = right.linear_terms(), None
    factor = ((factor if product else 0) - (right_factor if right_product else 0)) % p
    product = product or right_product
    if product is None or factor == 0:
        tracer.constrain(terms, dict(ONE), right_terms, message, equation.sites)
        return
    rest = add_scaled(right_terms, terms, -1, p)
    a = product.a if factor == 1 else scaled(product.a, factor, p)
    tracer.constrain(a, product.b, rest, message, equation.sites)
