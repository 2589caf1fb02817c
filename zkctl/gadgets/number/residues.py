"""Numbers modulo a constant that need not be the smallest: as many bits as the modulus, congruent to the result."""

from __future__ import annotations

from typing import cast

from zkctl.dsl import Array, Ints, Signal, Uint, advice
from zkctl.dsl.advice import inverse, join, split
from zkctl.dsl.decomposition import enforce_width
from zkctl.gadgets.number.polynomials import (
    Polynomial,
    combination,
    enforce_multiple,
    of_limbs,
    product,
    raised,
)


def residue(x: Polynomial, modulus: int, bits: int) -> Array[Uint]:
    """Return a number of as many bits as the modulus that is congruent to the value of x at 2^bits.

    Enforces: x - result is a multiple of the modulus.  Cost: the bits of the modulus, and enforce_multiple.
    """
    above, shift = raised(x, bits)
    limbs = _remainder(above, shift=shift, modulus=modulus, bits=bits)
    found = _checked(limbs, modulus, bits)
    difference = combination([1, -1], [x, of_limbs(found)])
    enforce_multiple(difference, modulus, bits, "not the residue")
    return found


def quotient_modulo(x: Polynomial, y: Polynomial, modulus: int, bits: int) -> Array[Uint]:
    """Return a number of as many bits as the modulus whose product with y is congruent to x.

    It is unique modulo a prime modulus if y is not congruent to 0: the caller sees to that.
    Enforces: result * y - x is a multiple of the modulus.  Cost: the bits of the modulus, the products, and enforce_multiple.
    """
    above_x, shift_x = raised(x, bits)
    above_y, shift_y = raised(y, bits)
    shifts = {"shift_x": shift_x, "shift_y": shift_y}
    limbs = _ratio(above_x, above_y, **shifts, modulus=modulus, bits=bits)
    found = _checked(limbs, modulus, bits)
    difference = combination([1, -1], [product(of_limbs(found), y), x])
    enforce_multiple(difference, modulus, bits, "not the quotient of residues")
    return found


def _checked(limbs: Array[Signal], modulus: int, bits: int) -> Array[Uint]:
    """Return limbs range checked, together as many bits as the modulus."""
    n_bits = modulus.bit_length()
    widths = [min(bits, n_bits - k) for k in range(0, n_bits, bits)]
    message = f"a limb of a residue modulo a number of {n_bits} bits is too large"
    return Array([enforce_width(x, n, message) for x, n in zip(limbs, widths, strict=True)])


@advice
def _remainder(x: Ints, *, shift: int, modulus: int, bits: int) -> Ints:
    """Return (x + shift) modulo a number, in limbs."""
    n_limbs = -(-modulus.bit_length() // bits)
    return cast(Ints, split((join(x, bits) + shift) % modulus, bits, n_limbs))


@advice
def _ratio(x: Ints, y: Ints, *, shift_x: int, shift_y: int, modulus: int, bits: int) -> Ints:
    """Return (x + shift_x) / (y + shift_y) modulo a number, in limbs; 0 where there is no inverse."""
    n_limbs = -(-modulus.bit_length() // bits)
    denominator = inverse((join(y, bits) + shift_y) % modulus, modulus)
    return cast(Ints, split((join(x, bits) + shift_x) * denominator % modulus, bits, n_limbs))
