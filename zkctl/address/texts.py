"""Texts as field elements, rules E10 to E12; the fields of an address."""

from __future__ import annotations

import unicodedata

from zkctl.address.hashes import TAGS
from zkctl.address.poseidon import poseidon
from zkctl.errors import InputError

FIELDS = ("country", "province", "city", "postal_code", "street", "building", "room", "recipient")
MAX_BYTES = 1024
CHUNK = 31  # bytes
LONG = 1 << 248  # this bit marks a digest
_REFUSED = {"Cc", "Cs", "Cn"}


def text_value(text: object, *, where: str = "") -> int:
    """Return the value of a text: its bytes up to 31, else 2^248 and a digest; below 2^249.

    Raises: InputError that begins with the broken rule; the text is not quoted.
    """
    if not isinstance(text, str):
        raise InputError("E10: the value is not a text", where=where)
    normal = unicodedata.normalize("NFC", text)
    if any(unicodedata.category(c) in _REFUSED for c in normal):
        raise InputError(
            "E11: the text has a control, surrogate or unassigned character", where=where
        )
    raw = normal.encode()
    if len(raw) > MAX_BYTES:
        raise InputError(
            f"E12: the text is too long: expected at most {MAX_BYTES} bytes of UTF-8, got {len(raw)}",
            where=where,
        )
    if len(raw) <= CHUNK:
        return int.from_bytes(raw, "big")
    state = len(raw)
    for start in range(0, len(raw), CHUNK):
        state = poseidon(TAGS["text"], state, int.from_bytes(raw[start : start + CHUNK], "big"))
    return LONG + state % LONG


def text_of_value(value: int) -> str | None:
    """Return the text of a value, None if it is the digest of a long one.

    Raises: InputError for a value that no text has.
    """
    if not 0 <= value < 2 * LONG:
        raise InputError("the value belongs to no text: expected less than 2^249, got more")
    if value >= LONG:
        return None
    raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
    try:
        text = raw.decode()
        if text_value(text) == value:
            return text
    except (UnicodeDecodeError, InputError):
        pass
    raise InputError("the value belongs to no text: its bytes are not a valid text in NFC")
