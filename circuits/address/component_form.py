"""The text form of a component, level by level: its characters, how many there are, and the first of them (rules S1, S2, S4, S5, S6).

A component of at most n characters is below 256^n, so its n bytes are unique; those of characters have 7 bits.  The used bytes stand behind
the unused ones, which are 0: a component has at least k characters if its byte number n - k is used, so the lengths need no count.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple, cast

from levels import enforce_leading

from zkctl.dsl import Array, Bit, Int, Ints, Signal, Uint, advice, constrain, dot, gadget, hint
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
BITS_OF_BYTE, BITS_OF_ASCII = 8, 7
NO_BIT = 0


def _mask(characters: bytes) -> int:
    return sum(1 << byte for byte in characters)


DIGITS, LETTERS = _mask(b"0123456789"), _mask(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class Characters(NamedTuple):
    """The bytes of a component, the highest first, and what each is: used, a digit, a letter."""

    values: Array[Uint]
    is_used: Array[Bit]
    is_digit: Array[Bit]
    is_letter: Array[Bit]


@gadget
def enforce_form(component: Signal, *, level: int) -> Bit:
    """Enforce the form of the component of a level, and return whether it is there.

    Assumes:  nothing.
    Enforces: the component is 0 or the text of a component of this level; the result is [component != 0].
    Cost:     23 constraints for each character that the level may have, and 2 to 16.
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
    Enforces: the bytes spell the component as integers; each is a digit, a capital letter or 0, and those that are 0 come first.
    Cost:     23 constraints for each character that the level may have.
    """
    n = LONGEST[level]
    message = f"S2: a character of level {level} is neither A-Z nor 0-9"
    hinted = hint(_bytes_of, component, n=n)
    spelled = dot([256**k for k in reversed(range(n))], hinted)
    constrain(spelled == component, f"S4: the component of level {level} is too long")
    values = Array([to_uint(value, BITS_OF_ASCII, message) for value in hinted])
    sets = (DIGITS | LETTERS, DIGITS, LETTERS)
    classes = [membership([*value.bits, NO_BIT], sets=sets, named=()) for value in values]
    is_used, is_digit, is_letter = (Array(each) for each in zip(*classes, strict=True))
    for value, used in zip(values, is_used, strict=True):
        constrain((1 - used) * value == 0, message)
    enforce_leading(is_used[::-1], f"S2: the component of level {level} has a zero byte behind a character")  # fmt: skip
    return Characters(values, is_used, is_digit, is_letter)


@advice
def _bytes_of(component: Int, *, n: int) -> Ints:
    """Return the lowest n bytes of a component, the highest first."""
    return cast(Ints, [component >> BITS_OF_BYTE * k & 255 for k in reversed(range(n))])


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
