"""Rows about one wire: a quadratic has at most two roots."""

from __future__ import annotations

from zkctl.lint.facts import Facts
from zkctl.lint.forms import square_root
from zkctl.lint.system import Form

ONE = [[[], 1]]  # the polynomial 1


def only_wire(a: Form, b: Form, c: Form) -> int:
    """Return the one wire of a row, 0 if it has none or several."""
    if len(a) > 2 or len(b) > 2 or len(c) > 2:
        return 0
    wires = {*a, *b, *c} - {0}
    return wires.pop() if len(wires) == 1 else 0


def has_these_roots(facts: Facts, a: Form, b: Form, c: Form, wire: int) -> bool:
    """Return whether the wire has values already, all of which satisfy the row."""
    p = facts.modulus
    forms = [(form.get(wire, 0), form.get(0, 0)) for form in (a, b, c)]
    found = []
    for value in facts.roots.get(wire, ()):
        x, y, z = (factor * value + constant for factor, constant in forms)
        found.append((x * y - z) % p == 0)
    return bool(found) and all(found)


def find_roots(facts: Facts, k: int, a: Form, b: Form, c: Form, wire: int) -> None:
    """Bound a wire to the roots of its quadratic row; the world is impossible without one.

    A * B - C = x w^2 + y w + z.
    """
    p = facts.modulus
    if not c and wire in a and wire in b:  # most rows, and no square root is needed
        values = sorted(-side.get(0, 0) * pow(side[wire], -1, p) % p for side in (a, b))
        facts.learn_values(wire, values, ["roots", [[k, ONE]], wire, values])
        return
    x = a.get(wire, 0) * b.get(wire, 0) % p
    y = (a.get(wire, 0) * b.get(0, 0) + a.get(0, 0) * b.get(wire, 0) - c.get(wire, 0)) % p
    z = (a.get(0, 0) * b.get(0, 0) - c.get(0, 0)) % p
    if x == 0:
        return  # linear: solved by other rules
    discriminant = (y * y - 4 * x * z) % p
    root = square_root(discriminant, p)
    if root is None:  # 4 x Q = (2 x w + y)^2 - discriminant
        square = [*([[[], y]] if y else []), [[wire], 2 * x % p]]
        facts.steps.append(["nonsquare", [[k, [[[], 4 * x % p]]]], square, 1])
        facts.set_impossible()
        return
    half = pow(2 * x, -1, p)
    values = sorted(((-y + root) * half % p, (-y - root) * half % p))
    facts.learn_values(wire, values, ["roots", [[k, ONE]], wire, values])
