"""Python values beside signals: integers of the field, and the refusal of everything else."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from numbers import Number
from typing import Any, SupportsIndex

from zkctl.dsl.spans import circuit_error
from zkctl.errors import CircuitError
from zkctl.field import PrimeField

_FRACTION = "a field has no fractions: divide(x, y), or multiply by pow(c, -1, p) with p = x.field.modulus; scale decimals to integers"
_TEXT = "a text becomes a number with int.from_bytes(b'...', 'big')"
_MANY = "combine the elements one by one; an Array does it for all of them"
_MAX_SHOWN_BITS = 520


def as_integer(value: object, field: PrimeField, what: str = "an integer") -> int | None:
    """Return a Python or numpy integer (bool: 0 or 1), or None for anything else.

    Raises: CircuitError for an integer outside -p < c < p; it would be reduced, and x < p + 3 would mean x < 3.
    """
    if not isinstance(value, int):
        if not isinstance(value, SupportsIndex):
            return None
        try:
            value = operator.index(value)
        except TypeError:  # a numpy array, or a signal, whose own error is a CircuitError
            return None
    if not -field.modulus < value < field.modulus:
        is_short = value.bit_length() <= _MAX_SHOWN_BITS
        found = value if is_short else f"one of {value.bit_length()} bits"
        raise circuit_error(
            f"{what} is outside {field.name}: expected -p < c < p, got {found}",
            hint="reduce it on purpose: c % p, with p = x.field.modulus",
        )
    return value


def refuse_operand(value: object) -> Any:
    """Refuse a Python value as the operand of a signal; NotImplemented lets other classes, like Array, have their say."""
    is_python = isinstance(value, Number | str | bytes | bytearray | list | tuple | set | Mapping)
    if value is None or is_python or type(value).__module__ == "numpy":
        raise not_a_number(value, "the operand of a signal")
    return NotImplemented


def not_a_number(value: object, what: str) -> CircuitError:
    """Return the error for a value that is neither a signal nor an integer."""
    kind = type(value).__name__
    article = "an" if kind[0] in "AEIOaeio" else "a"
    found = "None" if value is None else f"{article} {kind}"
    return circuit_error(
        f"{what} is no number: expected a signal or an integer, got {found}", hint=remedy(value)
    )


def remedy(value: object) -> str:
    """Return what to do with a value that is no integer; "" if there is no advice for its type."""
    if hasattr(value, "as_value"):  # a statement about signals
        return str(value.as_value)
    if isinstance(value, str | bytes | bytearray):
        return _TEXT
    if isinstance(value, Number) and not isinstance(value, SupportsIndex):
        return _FRACTION
    if type(value).__module__ == "numpy":
        return "Array(values.tolist()) makes an Array of integers of a numpy array; int(x) one of a number"
    return _MANY if isinstance(value, list | tuple) else ""
