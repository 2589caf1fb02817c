"""Values that are found again wherever they leak: 128 random bits in every spelling that a program may write."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

_TOKEN = 8  # bytes of a spelling that are looked up first


@dataclass
class Canaries:
    """The values handed out so far, each with the request that it was sent in."""

    spellings: dict[bytes, str] = field(default_factory=dict)
    n: int = 0

    def number(self, where: str) -> str:
        """A decimal number."""
        value = secrets.randbits(127) | 1 << 127
        return self._note(str(value), value, where)

    def word(self, where: str) -> str:
        """A word of 32 hexadecimal digits."""
        value = secrets.randbits(127) | 1 << 127
        return self._note(f"{value:032x}", value, where)

    def _note(self, text: str, value: int, where: str) -> str:
        self.n += 1
        raw, plain = value.to_bytes(16, "big"), text.encode()
        for each in (plain, raw, raw[::-1], raw.hex().encode(), raw.hex().upper().encode()):
            self.spellings[each] = where
        for offset in range(3):  # in a longer base64 text, whatever stands before
            coded = base64.b64encode(b"\0" * offset + plain)[4 if offset else 0 : -4]
            self.spellings[coded] = where
            self.spellings[coded.translate(bytes.maketrans(b"+/", b"-_"))] = where
        return text

    def add(self, value: int, where: str) -> None:
        """Look for a number that was not made here."""
        self._note(str(value), value & ((1 << 128) - 1) | 1 << 127, where)

    def hits(self, data: bytes) -> set[str]:
        """The requests whose values occur in the data."""
        starts: dict[int, list[bytes]] = {}
        for each in self.spellings:
            starts.setdefault(int.from_bytes(each[:_TOKEN], "little"), []).append(each)
        wanted = np.array(sorted(starts), np.uint64)
        found = set()
        for shift in range(_TOKEN):
            n = (len(data) - shift) // _TOKEN
            words = np.frombuffer(data, "<u8", max(n, 0), min(shift, len(data)))
            for k in np.flatnonzero(np.isin(words, wanted)):
                at = shift + _TOKEN * int(k)
                for each in starts[int(words[k])]:
                    if data.startswith(each, at):
                        found.add(self.spellings[each])
        return found


def files_below(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())
