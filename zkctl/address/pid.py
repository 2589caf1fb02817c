"""PIDs: the text of a registered address, its rules E1 to E9 and E14, and its numbers in the circuits.

A PID is the address down to the room.  No message here contains it or a part of it.
"""

from __future__ import annotations

import re
import unicodedata

from zkctl.address.country_codes import COUNTRY_CODES
from zkctl.errors import InputError
from zkctl.runtime.records import record

N_LEVELS = 8
LEVELS = ("country", "admin1", "admin2", "locality", "sublocality", "block", "building", "unit")
_HYPHENS = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-")  # dashes and the minus sign
_MAX_CHARACTERS = 64
_LENGTHS = ((2, 2), (2, 3), (2, 4), (2, 4), (2, 6), (2, 6), (3, 8), (2, 6))
_CHARACTERS = re.compile(r"[A-Z0-9]*")
_SUFFIX = re.compile(r"C[0-9]{2}")
_FORMS = {  # the other levels have any form
    0: (re.compile(r"[A-Z]{2}"), "two letters"),
    4: (re.compile(r"T[0-9]+|[A-Z]+"), "T and digits, or letters"),
    5: (re.compile(r"B.*"), "B and more"),
    6: (re.compile(r"BN.*"), "BN and more"),
    7: (re.compile(r"R.*"), "R and more"),
}


@record(repr=False)
class Pid:
    """A valid PID: its parts from the country on, and its collision number (0: none)."""

    parts: tuple[str, ...]
    collision: int

    @property
    def depth(self) -> int:
        """The number of levels."""
        return len(self.parts)

    @property
    def text(self) -> str:
        """The PID as it is written."""
        return "-".join([*self.parts, *([f"C{self.collision:02}"] if self.collision else [])])

    def components(self) -> tuple[int, ...]:
        """Return eight integers: the bytes of each part, the first one highest; 0 for an absent level."""
        numbers = tuple(int.from_bytes(part.encode(), "big") for part in self.parts)
        return numbers + (0,) * (N_LEVELS - len(numbers))


def parse_pid(text: str, *, where: str = "") -> Pid:
    """Return a PID.  Raises: InputError that begins with the broken rule, the first in the order of the specification."""
    if not 2 <= len(text) <= _MAX_CHARACTERS:
        raise InputError(
            f"E1: the PID has a wrong length: expected 2 to {_MAX_CHARACTERS} characters, got {len(text)}",
            where=where,
        )
    parts = text.split("-")
    if "" in parts:
        raise InputError(f"E2: part {parts.index('') + 1} of the PID is empty", where=where)
    collision = 0
    if len(parts) >= 3 and _SUFFIX.fullmatch(parts[-1]):
        collision = int(parts.pop()[1:])
        if collision == 0:
            raise InputError("E7: the collision suffix is C00: expected C01 to C99", where=where)
    if len(parts) > N_LEVELS:
        raise InputError(
            f"E8: the PID has too many levels: expected at most {N_LEVELS}, got {len(parts)}",
            where=where,
        )
    for level, part in enumerate(parts):
        _check_part(level, part, where)
    if parts[0] not in COUNTRY_CODES:
        raise InputError("E9: the country of the PID is not a code of ISO 3166-1", where=where)
    return Pid(tuple(parts), collision)


def parse_region(text: str, *, where: str = "") -> Pid:
    """Return a region, a PID without a suffix.  Raises: as `parse_pid`."""
    region = parse_pid(text, where=where)
    if region.collision:
        raise InputError("E14: the region has a collision suffix", where=where)
    return region


def _check_part(level: int, part: str, where: str) -> None:
    name = f"level {level} ({LEVELS[level]})"
    if not _CHARACTERS.fullmatch(part):
        raise InputError(f"E3: {name} has a character other than A-Z and 0-9", where=where)
    shortest, longest = _LENGTHS[level]
    if not shortest <= len(part) <= longest:
        expected = shortest if shortest == longest else f"{shortest} to {longest}"
        raise InputError(
            f"E4: {name} has a wrong length: expected {expected}, got {len(part)}", where=where
        )
    pattern, form = _FORMS.get(level, (None, ""))
    if pattern is not None and not pattern.fullmatch(part):
        raise InputError(f"E5: {name} has a wrong form: expected {form}", where=where)
    if _SUFFIX.fullmatch(part):
        raise InputError(
            f"E6: {name} is C and two digits, which is reserved for the collision suffix",
            where=where,
        )


def normalise_pid(text: str) -> str:
    """Return a PID as it was probably meant: full-width and small letters, other hyphens, spaces at the ends are replaced.

    A provider applies it to typed input before `parse_pid`, which accepts none of these.
    """
    folded = unicodedata.normalize("NFKC", text).strip().translate(_HYPHENS)
    return "".join(c.upper() if c.isascii() else c for c in folded)
