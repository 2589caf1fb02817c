"""Functions of several words, as hash functions use them; `xor_all`, `majority` and `choose` take single bits too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zkctl.dsl.nested_values import shown
from zkctl.dsl.numbers.word import Word
from zkctl.dsl.numbers.word_bits import BitOrInt, chosen, majority_bit, parity
from zkctl.dsl.signal import Bit
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.trace import at_one_place


def xor_all(*values: Any) -> Any:
    """Return the xor of words (or of Bits): for each bit n // 2 constraints for n values, for ten and more as few as n has digits."""
    return _bit_by_bit("xor_all", values, lambda *bits: parity(bits))


def majority(x: Any, y: Any, z: Any) -> Any:
    """Return, bit by bit, the value of at least two: 1 constraint a bit, 0 where two words are constant."""
    return _bit_by_bit("majority", (x, y, z), majority_bit)


def choose(condition: Any, if_one: Any, if_zero: Any) -> Any:
    """Return, bit by bit, if_one where the condition's bit is 1, else if_zero: 1 constraint a bit."""
    return _bit_by_bit("choose", (condition, if_one, if_zero), chosen)


def _bit_by_bit(name: str, values: tuple[Any, ...], logic: Callable[..., BitOrInt]) -> Any:
    first = next((value for value in values if isinstance(value, Word)), None)
    if first is not None:
        words = [first._operand(value).bit_list() for value in values]
        with at_one_place():
            return type(first)([logic(*bits) for bits in zip(*words, strict=True)])
    for value in values:
        if not (isinstance(value, Bit) or (isinstance(value, int) and value in (0, 1))):
            raise circuit_error(
                f"{name} needs words, or Bits, got {shown(value)}",
                hint="Word[32](x) makes a word of a Uint, to_bits makes Bits",
            )
    if not values:
        raise circuit_error(f"{name} needs a value at least")
    return logic(*values)
