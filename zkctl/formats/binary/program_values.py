"""The values that sections of a witness program are made of: texts, lists, integers of any size."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from zkctl.formats.binary.sections import Section

U32 = "<u4"
MAX_TEXT_BYTES = 1 << 12


def read_text(section: Section) -> str:
    """Return a text: its length in bytes, then UTF-8."""
    n_bytes = section.u32("the length of a text")
    if n_bytes > MAX_TEXT_BYTES:
        raise section.fail(f"a text of {n_bytes} bytes, the limit is {MAX_TEXT_BYTES}")
    try:
        return str(section.take(n_bytes, "a text"), "utf-8")
    except UnicodeDecodeError:
        raise section.fail("a text is not UTF-8") from None


def read_list(section: Section, what: str) -> list[int]:
    """Return a list: its length, then its numbers."""
    count = section.u32(f"the number of {what}")
    return list(section.numbers(count, what))


def read_integer(section: Section) -> int:
    """Return an integer: 0 or 1 for its sign, the number of its bytes, and as few bytes as it needs."""
    sign = section.u32("the sign of an integer")
    n_bytes = section.u32("the size of an integer")
    raw = bytes(section.take(n_bytes, "an integer"))
    if sign > 1 or (sign and not n_bytes) or (raw and not raw[-1]):
        raise section.fail(
            f"an integer of {n_bytes} bytes with sign {sign} is not in its short form"
        )
    value = int.from_bytes(raw, "little")
    return -value if sign else value


def u32s(*numbers: int) -> bytes:
    """Return numbers of four bytes."""
    return struct.pack(f"<{len(numbers)}I", *numbers)


def text_bytes(text: str) -> bytes:
    """Return a text, cut after MAX_TEXT_BYTES."""
    raw = text.encode("utf-8", "backslashreplace")[:MAX_TEXT_BYTES]
    raw = raw.decode("utf-8", "ignore").encode()  # not in the middle of a character
    return u32s(len(raw)) + raw


def list_bytes(numbers: Iterable[int]) -> bytes:
    """Return a list of numbers of four bytes."""
    listed = list(numbers)
    return u32s(len(listed), *listed)


def integer_bytes(value: int) -> bytes:
    """Return an integer of any size and sign."""
    raw = abs(value).to_bytes(-(-value.bit_length() // 8), "little")
    return u32s(int(value < 0), len(raw)) + raw
