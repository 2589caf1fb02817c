"""The text form of a component, level by level: its characters, how many there are, and the first of them (rules S1, S2, S4, S5, S6).

A component of at most n characters is below 256^n, so its n bytes are unique.  The used bytes stand behind the unused ones, which are 0:
a component has at least k characters if its byte number n - k is used, so the lengths need no count.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from levels import enforce_leading

from zkctl.dsl import Array, Bit, Signal, constrain, dot, gadget
from zkctl.gadgets.compare import is_equal, to_uint
from zkctl.gadgets.gates import all_of
from zkctl.gadgets.text.byte_sets import membership

SHORTEST = (2, 2, 2, 2, 2, 2, 3, 2)  # characters, by level
LONGEST = (2, 3, 4, 4, 6, 6, 8, 6)
COUNTRY, SUBLOCALITY, BLOCK, BUILDING, UNIT = 0, 4, 5, 6, 7
FREE_FORM = (
    1,
    2,
    3,
)  # levels of any characters; the forms of the others exclude `C` and two digits
BITS_OF_BYTE = 8


def _mask(characters: bytes) -> int:
    return sum(1 << byte for byte in characters)


CLASSES = (_mask(b"\0"), _mask(b"0123456789"), _mask(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


class Characters(NamedTuple):
    """The bytes of a component, the highest first, and what each is: used, a digit, a letter."""

    values: Array[Signal]
    is_used: Array[Bit]
    is_digit: Array[Bit]
    is_letter: Array[Bit]


@gadget
def enforce_form(component: Signal, *, level: int) -> Bit:
    """Enforce the form of the component of a level, and return whether it is there.

    Assumes:  nothing.
    Enforces: the component is 0 or the text of a component of this level; the result is [component != 0].
    Cost:     27 constraints for each character that the level may have, less 1, 5 at levels 1 to 3, 2 to 15 for the first characters.
    """
    characters = characters_of(component, level=level)
    is_there = characters.is_used[-1]
    is_long_enough = characters.is_used[-SHORTEST[level]]
    constrain(is_long_enough == is_there, f"S4: the component of level {level} is too short")
    if level in FREE_FORM:
        constrain(
            _looks_like_suffix(characters) == 0,
            f"S6: the component of level {level} has the form of a collision suffix",
        )
    else:
        _enforce_beginning(characters, level)
    return is_there


@gadget
def characters_of(component: Signal, *, level: int) -> Characters:
    """Return the characters of a component (rules S1 and S2).

    Assumes:  nothing.
    Enforces: the bytes spell the component as integers; each is 0, a digit or a capital letter, and those that are 0 come first.
    Cost:     27 constraints for each character that the level may have, less 1.
    """
    n = LONGEST[level]
    number = to_uint(component, BITS_OF_BYTE * n, f"S4: the component of level {level} is too long")
    lowest = [BITS_OF_BYTE * k for k in reversed(range(n))]
    characters = [number.bits[k : k + BITS_OF_BYTE] for k in lowest]
    classes = [membership(bits, sets=CLASSES, named=()) for bits in characters]
    for is_unused, is_digit, is_letter in classes:
        constrain(
            is_unused + is_digit + is_letter == 1,
            f"S2: a character of level {level} is neither A-Z nor 0-9",
        )
    is_used = [~is_unused for is_unused, _, _ in classes]
    enforce_leading(is_used[::-1], f"S2: the component of level {level} has a zero byte behind a character")  # fmt: skip
    return Characters(
        values=Array([dot([1 << k for k in range(BITS_OF_BYTE)], bits) for bits in characters]),
        is_used=Array(is_used),
        is_digit=Array([is_digit for _, is_digit, _ in classes]),
        is_letter=Array([is_letter for _, _, is_letter in classes]),
    )


def _enforce_beginning(characters: Characters, level: int) -> None:
    """Enforce rule S5.  Numbers of characters are at most 8, so a product with one is 0 only where a factor is."""
    is_there = characters.is_used[-1]
    n_digits = characters.is_digit.sum()
    if level == COUNTRY:
        constrain(n_digits == 0, "S5: the country is not two letters")
    elif level == SUBLOCALITY:
        message = "S5: the sublocality is neither letters only nor T and digits"
        constrain(n_digits * (characters.is_letter.sum() - 1) == 0, message)
        constrain(n_digits * (_used_byte(characters, 0) - ord("T")) == 0, message)
    elif level == BLOCK:
        constrain(_used_byte(characters, 0) == ord("B") * is_there, "S5: the block does not begin with B")  # fmt: skip
    elif level == BUILDING:
        for place, letter in enumerate("BN"):
            constrain(_used_byte(characters, place) == ord(letter) * is_there, "S5: the building does not begin with BN")  # fmt: skip
    elif level == UNIT:
        constrain(_used_byte(characters, 0) == ord("R") * is_there, "S5: the unit does not begin with R")  # fmt: skip


def _used_byte(characters: Characters, place: int) -> Signal:
    """Return used byte number 0 or 1, 0 if there is none: the sum of (u_{j - place} - u_{j - place - 1}) y_j, where u_{-1} is 0."""
    used = list(characters.is_used)
    rises = [used[0], *(after - before for before, after in pairwise(used))]
    values = characters.values[place:]
    return sum((rise * value for rise, value in zip(rises, values, strict=False)), used[0] * 0)


def _looks_like_suffix(characters: Characters) -> Bit:
    """Return whether the component is `C` and two digits."""
    begins = [
        ~used for used in characters.is_used[:-3][-1:]
    ]  # none at level 1, of three characters at most
    is_c = is_equal(characters.values[-3], ord("C"))
    return all_of([*begins, is_c, characters.is_digit[-2], characters.is_digit[-1]])
