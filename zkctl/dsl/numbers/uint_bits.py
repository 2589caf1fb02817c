"""Parts, shifts and bitwise logic of Uints, from their kept bits."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from typing import Any, SupportsIndex, cast

from zkctl.dsl.array import Array
from zkctl.dsl.decomposition import decompose
from zkctl.dsl.nested_values import Compound
from zkctl.dsl.numbers.bit_operators import BY_NAME
from zkctl.dsl.numbers.linear_value import same_circuit
from zkctl.dsl.numbers.spelled import bits_known, remember_bits, spelled, zero_bit
from zkctl.dsl.signal import Bit, Signal, Uint, as_signal, constant_signal
from zkctl.dsl.spans import circuit_error

_LOGIC: dict[str, Callable[[Any, Any], Any]] = {
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}


def bits_of(x: Uint) -> Array[Bit]:
    """Return the bits of a Uint, as many as its known width."""
    n_bits, field = x.n_bits, x.field
    if n_bits >= field.n_bits and bits_known(x) is None:
        raise circuit_error(
            f"the bits of a Uint of {n_bits} bits are not unique in {field.name} ({field.n_bits} bits)",
            hint="to_bits(x, n) takes the full width and proves that the bits are canonical",
        )
    return Array(decompose(x, n_bits, "the value is wider than proven") if n_bits else [])


def part(x: Uint, low: int, high: int) -> Uint:
    """Return the number that bits low .. high - 1 of a Uint spell."""
    first, end = (_constant(limit, "a part") for limit in (low, high))
    if not 0 <= first < end:
        raise circuit_error(
            f"a part of a Uint begins at bit 0 or above and has a bit at least: got {first} to {end}",
            hint="x.part(low, high) takes the bits low .. high - 1, x.byte(k) the eight from 8 k",
        )
    return spelled(x, x.bits[first:end].flat, min(x.maximum >> first, (1 << end - first) - 1))


def byte(x: Uint, k: int) -> Uint:
    """Return byte k of a Uint."""
    return part(x, 8 * _constant(k, "a byte"), 8 * _constant(k, "a byte") + 8)


def shifted_right(x: Uint, n: int) -> Uint:
    """Return x >> n for a constant n."""
    count = _shift(n)
    return spelled(x, x.bits[count:].flat, x.maximum >> count) if count else x


def shifted_left(x: Uint, n: int) -> Uint:
    """Return x << n for a constant n; its bits are kept if those of x are.  Raises: CircuitError if the result may reach p."""
    count = _shift(n)
    _check_below_modulus(x, x.maximum.bit_length() + count, f"<< {count}")
    shifted = x * (1 << count)
    bits = bits_known(x) if shifted.resolve()[0] is None else None
    if count and bits is not None:
        remember_bits(shifted, [*(zero_bit(x) for _ in range(count)), *bits])
    return cast(Uint, shifted)


def combined(x: Uint, other: object, sign: str) -> Uint:
    """Return x & y, x | y or x ^ y: bit by bit between two Uints, free with a constant."""
    if isinstance(other, Compound):
        return cast(Uint, NotImplemented)  # the operator of a word
    y = as_signal(other, x.tracer)
    if not isinstance(y, Uint) or (not isinstance(other, Signal) and y.known_constant != other):
        raise circuit_error(
            f"{sign} of a Uint needs another Uint or a constant from 0 to p - 1, got {_shown(other)}",
            hint="to_uint(x, n_bits) proves a width; inputs can be declared Uint with bits=n",
        )
    if isinstance(other, Signal):
        same_circuit(x, y)
        return _of_two(x, y, sign)
    constant = operator.index(cast(SupportsIndex, other))
    width = max(x.n_bits, constant.bit_length())
    _check_below_modulus(x, x.n_bits if sign == "&" else width, sign)
    bits = [*x.bits, *(zero_bit(x) for _ in range(width - x.n_bits))]
    changed = [_with_constant(bit, constant >> k & 1, sign) for k, bit in enumerate(bits)]
    return spelled(x, changed, _highest(x.maximum, constant, sign))


def _of_two(x: Uint, y: Uint, sign: str) -> Uint:
    width = max(x.n_bits, y.n_bits)
    common = min(x.n_bits, y.n_bits)
    _check_below_modulus(x, common if sign == "&" else width, sign)
    first, second = x.bits.flat, y.bits.flat
    logic = _LOGIC[sign]
    bits = [logic(a, b) for a, b in zip(first[:common], second[:common], strict=True)]
    if sign != "&":
        bits.extend((first if len(first) > common else second)[common:])
    return spelled(x, bits, _highest(x.maximum, y.maximum, sign))


def _with_constant(bit: Bit, constant: int, sign: str) -> Bit:
    if sign == "&":
        return bit if constant else zero_bit(bit)
    if not constant:
        return bit
    return cast(Bit, constant_signal(bit.tracer, 1)) if sign == "|" else ~bit


def _highest(x: int, y: int, sign: str) -> int:
    """Return the largest value of x' & y', x' | y', x' ^ y' over all x' <= x and y' <= y, or a little more."""
    if sign == "&":
        return min(x, y)
    return (1 << max(x.bit_length(), y.bit_length())) - 1


def _shift(n: object) -> int:
    count = _constant(n, "a shift")
    if count < 0:
        raise circuit_error(f"a shift must not be negative, got {count}")
    return count


def _constant(n: object, what: str) -> int:
    if isinstance(n, Signal) or not isinstance(n, SupportsIndex):
        raise circuit_error(
            f"{what} of a Uint needs a constant, got {_shown(n)}",
            hint="mux(bits, values) chooses between the results of several constants",
        )
    return operator.index(n)


def _check_below_modulus(x: Signal, width: int, what: str) -> None:
    if width >= x.field.n_bits:
        raise circuit_error(
            f"the result of {what} may have {width} bits, which {x.field.name} does not hold: at most {x.field.n_bits - 1}",
            hint="take the part that is needed first: x.part(low, high)",
        )


def _shown(value: object) -> str:
    return f"a {type(value).__name__}" if not isinstance(value, int) else f"{value}"


BY_NAME.update(
    {
        "bits": bits_of,
        "part": part,
        "byte": byte,
        ">>": shifted_right,
        "<<": shifted_left,
        **{sign: partial(combined, sign=sign) for sign in _LOGIC},
    }
)
