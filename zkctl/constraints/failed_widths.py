"""Range checks in messages: the number that is too large instead of a pair of bits.

A range check is the hint `bits` of a number and a row x * (1 - x) = 0 for each bit; with honest advice only the last row, that of the
lowest bit, can fail.  Where the bits were known, it is one row, and a hint without results keeps the number.  The messages of range
checks contain {value}, those of comparisons {left} and {right}: the inputs of the hints without results that follow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from zkctl.constraints.hint_call import HintCall
from zkctl.constraints.hint_functions import BITS
from zkctl.constraints.linear import show_element

_NAMES = ("left", "right")
_PLACE = re.compile(r"\{(?:value|left|right)\}")
_REMARK = re.compile(rf" \([^()]*{_PLACE.pattern}[^()]*\)")


def fill_message(message: str, value: int, compared: Sequence[int], modulus: int) -> str:
    """Return the message with the values in their places; a message without such places is followed by the value."""
    shown = [show_element(number, modulus) for number in (value, *compared)]
    text = message.replace("{value}", shown[0])
    for name, number in zip(_NAMES, shown[1:], strict=False):
        text = text.replace(f"{{{name}}}", number)
    return f"{text} (it is {shown[0]})" if text == message else text


def without_places(message: str) -> str:
    """Return the message without the places of values: a remark in brackets is left out, other places are marked."""
    message = _REMARK.sub("", message)
    return _PLACE.sub("...", message)


def hints_of_width(hints: Sequence[HintCall], row: int) -> list[HintCall]:
    """Return the hint that holds the number, if the row is the last one of a range check, and those of the two compared values."""
    for k, call in enumerate(hints):
        if call.function == BITS.name and call.before_row + call.parameters[0] == row and call.parameters[1] == 1:  # fmt: skip
            kept = [other for other in hints[k + 1 : k + 3] if other.before_row == call.before_row]
            return [call, *filter(_keeps_a_value, kept)]
    return [call for call in hints if call.before_row == row and _keeps_a_value(call)][:1]


def _keeps_a_value(call: HintCall) -> bool:
    return call.function == BITS.name and call.parameters == (0, 0)
