"""Bounds of the integer parameters of gadgets: sizes that no circuit has are refused at once, with a message that can be printed."""

from __future__ import annotations

from zkctl.dsl.spans import circuit_error

LARGEST_SIZE = 1 << 20  # of a list that a gadget makes
_SHOWN_BITS = 512


def check_size(what: str, size: int) -> None:
    """Refuse the length of a list that is not 1 to LARGEST_SIZE.

    Raises: CircuitError.
    """
    if not 1 <= size <= LARGEST_SIZE:
        raise circuit_error(
            f"{what} is out of range: expected 1 to {LARGEST_SIZE}, got {as_text(size)}"
        )


def as_text(number: int) -> str:
    """Return an integer for a message; of a long one only how many bits it has, because Python refuses to spell those."""
    n_bits = int(number).bit_length()
    if n_bits <= _SHOWN_BITS:
        return str(number)
    return f"{'a negative number' if number < 0 else 'a number'} of {n_bits} bits"
