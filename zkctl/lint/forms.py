"""Arithmetic on linear forms and on ranges of integers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from zkctl.lint.system import Form

Range: TypeAlias = "tuple[int, int]"
Key: TypeAlias = (
    "tuple[tuple[int, int], ...]"  # a normal form: equal for forms that are multiples of each other
)


def signed(value: int, modulus: int) -> int:
    """Return the integer nearest to 0 that is congruent to a canonical value."""
    return value if value <= modulus >> 1 else value - modulus


def scaled(form: Form, factor: int, modulus: int) -> dict[int, int]:
    """Return the form times a factor that is not 0."""
    return {wire: value * factor % modulus for wire, value in form.items()}


def add_to(total: dict[int, int], form: Form, factor: int, modulus: int) -> None:
    """Add a multiple of a form; coefficients that become 0 go."""
    for wire, value in form.items():
        new = (total.get(wire, 0) + factor * value) % modulus
        if new:
            total[wire] = new
        else:
            total.pop(wire, None)


def combined(parts: Iterable[tuple[Form, int]], modulus: int) -> dict[int, int]:
    """Return the sum of forms times factors."""
    total: dict[int, int] = {}
    for form, factor in parts:
        add_to(total, form, factor, modulus)
    return total


def is_constant(form: Form) -> bool:
    """Return whether a form has no wire but wire 0."""
    return not form or (len(form) == 1 and 0 in form)


def normal(form: Form, modulus: int) -> Key:
    """Return the form divided by the coefficient of its largest wire, by wire.

    The form is not a constant.
    """
    last = max(form)
    lead = form[last]
    if lead == 1:
        return tuple(sorted(form.items()))
    inverse = pow(lead, -1, modulus)
    return tuple((wire, form[wire] * inverse % modulus) for wire in sorted(form))


def meet(old: Range, new: Range, modulus: int) -> Range | None:
    """Return the range that follows from two ranges of one wire, None if they contradict each other.

    Ranges that lie within p of each other speak of the same integer; of others the narrower one stays.
    """
    if max(old[1], new[1]) - min(old[0], new[0]) < modulus:
        low, high = max(old[0], new[0]), min(old[1], new[1])
        return (low, high) if low <= high else None
    return new if new[1] - new[0] < old[1] - old[0] else old


def square_root(value: int, modulus: int) -> int | None:
    """Return a square root modulo an odd prime, None for a value that is not a square."""
    value %= modulus
    if value == 0:
        return 0
    if pow(value, modulus >> 1, modulus) != 1:
        return None
    odd, twos = modulus - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    other = 2
    while pow(other, modulus >> 1, modulus) == 1:
        other += 1
    # Tonelli and Shanks: root^2 = value * rest, the order of rest is a power of two
    factor, root, rest = (
        pow(other, odd, modulus),
        pow(value, odd // 2 + 1, modulus),
        pow(value, odd, modulus),
    )
    while rest != 1:
        order, power = 0, rest
        while power != 1:
            order, power = order + 1, power * power % modulus
        step = pow(factor, 1 << (twos - order - 1), modulus)
        root, factor, twos = root * step % modulus, step * step % modulus, order
        rest = rest * factor % modulus
    return root
