"""Linear combinations of wires as plain dictionaries.

`Terms` maps wire -> coefficient in 1 .. p-1; a wire that is absent has coefficient 0; wire 0 is the constant 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Terms = dict[int, int]

ONE: Mapping[int, int] = {0: 1}


def is_constant(terms: Mapping[int, int]) -> bool:
    """Return whether the constant is the only wire of the linear combination."""
    return not terms or (len(terms) == 1 and 0 in terms)


def scaled(terms: Mapping[int, int], factor: int, modulus: int) -> Terms:
    """Return factor * terms, reduced, whatever integers the coefficients are."""
    products = ((wire, value * factor % modulus) for wire, value in terms.items())
    return {wire: value for wire, value in products if value}


def add_scaled(x: Mapping[int, int], y: Mapping[int, int], factor: int, modulus: int) -> Terms:
    """Return x + factor * y."""
    total = dict(x)
    accumulate(total, y, factor, modulus)
    return total


def accumulate(total: Terms, y: Mapping[int, int], factor: int, modulus: int) -> None:
    """Add factor * y to `total` in place."""
    for wire, value in y.items():
        new = (total.get(wire, 0) + value * factor) % modulus
        if new:
            total[wire] = new
        else:
            total.pop(wire, None)


def substitute(
    terms: Mapping[int, int], ports: Sequence[Mapping[int, int]], shift: int, modulus: int
) -> Terms:
    """Rewrite terms over (one, ports, locals): port k becomes ports[k - 1], a local wire moves by `shift`."""
    n_ports = len(ports)
    total: Terms = {}
    for wire, value in terms.items():
        if wire > n_ports:
            accumulate(total, {wire + shift: 1}, value, modulus)
        elif wire:
            accumulate(total, ports[wire - 1], value, modulus)
        else:
            accumulate(total, ONE, value, modulus)
    return total


def show_element(value: int, modulus: int) -> str:
    """Return a field element as text for messages; elements just below p are written as negative numbers."""
    return str(
        value - modulus if value > modulus - (1 << min(64, modulus.bit_length() - 1)) else value
    )
