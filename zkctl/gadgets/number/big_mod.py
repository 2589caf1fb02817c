"""Arithmetic modulo a number in limbs, which may be a constant or known only to the prover."""

from __future__ import annotations

from typing import cast

from zkctl.dsl import Array, Ints, Uint, advice, constrain, gadget
from zkctl.dsl.advice import join, split
from zkctl.dsl.decomposition import enforce_width
from zkctl.dsl.spans import circuit_error
from zkctl.gadgets.number.big import big_less_than, check_limbs
from zkctl.gadgets.number.polynomials import (
    combination,
    enforce_multiple,
    enforce_zero,
    of_limbs,
    product,
)
from zkctl.gadgets.sizes import as_text

_WIDEST = 1 << 16  # bits of a product, in the advice
_LONGEST = 1 << 14  # bits of an exponent
_WRONG = "not the remainder of big numbers"


@gadget(stamped=True)
def reduce_mod(a: Array[Uint], m: Array[Uint], *, bits: int) -> Array[Uint]:
    """Return a modulo m, as long as m.

    Assumes:  nothing: limbs wider than `bits` are refused when the circuit is compiled.
    Enforces: a == q * m + result over the integers, and result < m, so m is not 0.
    Cost:     the bits of the result and of q (as long as a; shorter for a constant m), a product for each coefficient of q * m (none for a
              constant m), the carries, and big_less_than.
    """
    _check(m, bits, a)
    return _below(_remainder(a, None, m, n_quotient=len(a), bits=bits), m, bits)


@gadget(stamped=True)
def multiply_mod(a: Array[Uint], b: Array[Uint], m: Array[Uint], *, bits: int) -> Array[Uint]:
    """Return a * b modulo m, as long as m.  Neither a nor b need be below m.

    Assumes:  nothing: limbs wider than `bits` are refused when the circuit is compiled.
    Enforces: a * b == q * m + result over the integers, and result < m, so m is not 0.
    Cost:     the bits of the result and of q (as long as a and b together; shorter for a constant m), a product for each coefficient of
              a * b and of q * m (none for a constant m), the carries, and big_less_than.
    """
    _check(m, bits, a, b)
    return _below(_remainder(a, b, m, n_quotient=len(a) + len(b), bits=bits), m, bits)


@gadget
def power_mod(base: Array[Uint], exponent: int, m: Array[Uint], *, bits: int) -> Array[Uint]:
    """Return base^exponent modulo m, as long as m, for a constant exponent of 0 or more.

    Assumes:  nothing: limbs wider than `bits` are refused when the circuit is compiled.
    Enforces: the result is congruent to base^exponent, and below m, so m is not 0; 0^0 is 1.
    Cost:     reduce_mod for the base; for each square and multiplication (one less than the bits of the exponent, and one less than its
              ones) multiply_mod with a quotient as long as m and without big_less_than; big_less_than once.
    """
    if exponent < 0:
        raise circuit_error(
            f"the exponent of power_mod is negative: expected 0 or more, got {as_text(exponent)}"
        )
    if exponent == 0:
        return reduce_mod(Array([m[0] * 0 + 1]), m, bits=bits)
    reduced = reduce_mod(base, m, bits=bits)
    return _below(power_of_reduced(reduced, exponent, m, bits=bits), m, bits)


@gadget
def power_of_reduced(base: Array[Uint], exponent: int, m: Array[Uint], *, bits: int) -> Array[Uint]:
    """Return a number as long as m that is congruent to base^exponent, for an exponent of 1 or more.

    Assumes:  nothing for soundness; a witness is found if base < m.
    Enforces: the result is congruent to base^exponent modulo m; it may be m or more.  A prover that computes as expected gets the one
              below m.
    Cost:     for each square and multiplication the bits of the result and of a quotient as long as m, the products and the carries.
    """
    if exponent < 1:
        raise circuit_error(
            f"the exponent of power_of_reduced is too small: expected 1 or more, got {as_text(exponent)}",
            hint="power_mod takes the exponent 0 too",
        )
    if exponent.bit_length() > _LONGEST:
        raise circuit_error(
            f"the exponent is too long: expected at most {_LONGEST} bits, got {exponent.bit_length()}"
        )
    _check(m, bits, base)
    power = base
    for digit in f"{exponent:b}"[1:]:
        power = _times_reduced(power, power, m, bits=bits)
        if digit == "1":
            power = _times_reduced(power, base, m, bits=bits)
    return power


@gadget(stamped=True)
def _times_reduced(a: Array[Uint], b: Array[Uint], m: Array[Uint], *, bits: int) -> Array[Uint]:
    """Return a number congruent to a * b; for a, b < m the quotient is below m."""
    return _remainder(a, b, m, n_quotient=len(m), bits=bits)


def _remainder(
    a: Array[Uint], b: Array[Uint] | None, m: Array[Uint], *, n_quotient: int, bits: int
) -> Array[Uint]:
    """Return a number as long as m congruent to a * b, or to a.

    a * b - result is q * m over the integers: enforce_zero proves that no carry wraps around p.
    """
    factor = Array([a[0] * 0 + 1]) if b is None else b
    remainder = _modulo(a, factor, m, bits=bits)
    result = [enforce_width(limb, bits, "a limb of the remainder is too large") for limb in remainder]  # fmt: skip
    multiplied = of_limbs(a) if b is None else product(of_limbs(a), of_limbs(b))
    difference = combination([1, -1], [multiplied, of_limbs(result)])
    constant = _constant(m, bits)
    if constant is not None:
        enforce_multiple(difference, constant, bits, _WRONG)
        return Array(result)
    quotient = _quotient(a, factor, m, bits=bits, n_limbs=n_quotient)
    checked = [enforce_width(limb, bits, "a limb of the quotient is too large") for limb in quotient]  # fmt: skip
    times = product(of_limbs(checked), of_limbs(m))
    enforce_zero(combination([1, -1], [difference, times]), bits, _WRONG)
    return Array(result)


@advice(bits=_WIDEST)
def _modulo(a: Ints, b: Ints, m: Ints, *, bits: int) -> Ints:
    """Return the limbs of a * b modulo m."""
    return cast(Ints, split(join(a, bits) * join(b, bits) % join(m, bits), bits, len(m)))


@advice(bits=_WIDEST)
def _quotient(a: Ints, b: Ints, m: Ints, *, bits: int, n_limbs: int) -> Ints:
    """Return the limbs of a * b // m."""
    return cast(Ints, split(join(a, bits) * join(b, bits) // join(m, bits), bits, n_limbs))


def _below(result: Array[Uint], m: Array[Uint], bits: int) -> Array[Uint]:
    constrain(big_less_than(result, m, bits=bits), "the remainder is not below the modulus")
    return result


def _constant(m: Array[Uint], bits: int) -> int | None:
    """Return the modulus if all its limbs are known when the circuit is compiled."""
    limbs = [limb.known_constant for limb in m]
    if None in limbs:
        return None
    number = sum(cast(int, limb) << bits * k for k, limb in enumerate(limbs))
    if number == 0:
        raise circuit_error("the modulus is the constant 0: expected 1 or more")
    return number


def _check(m: Array[Uint], bits: int, *numbers: Array[Uint]) -> None:
    for number in (m, *numbers):
        check_limbs(number, bits)
    _constant(m, bits)
