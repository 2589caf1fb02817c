"""Rows of words that are held as bytes until an array is asked for: few numbers need none.

A proof is read, checked and verified as bytes and Python integers, which for a few points is quicker than arrays are, and
much quicker than importing numpy.
"""

from __future__ import annotations

from zkctl.field.words import Words
from zkctl.runtime.arrays import np


class StoredWords:
    """Rows of words: either little-endian bytes or an array, never both.

    Shapes: (..., width), where `shape` leaves out the width.
    """

    __slots__ = ("_held", "_raw")

    _raw: bytes | None
    _held: Words | tuple[int, ...]  # the array, or beside bytes its shape with the width

    @property
    def data(self) -> Words:
        """The words as an array, as which they are held from now on."""
        raw, held = self._raw, self._held
        if isinstance(held, tuple):
            assert raw is not None
            held = np.frombuffer(raw, "<u8").reshape(held).astype(np.uint64)
            self._held, self._raw = held, None
        return held

    @property
    def is_bytes(self) -> bool:
        """True where bytes are held."""
        return self._raw is not None

    def to_bytes(self) -> bytes:
        """Return the words as little-endian bytes, row by row."""
        raw = self._raw
        return np.ascontiguousarray(self.data, "<u8").tobytes() if raw is None else raw

    @property
    def shape(self) -> tuple[int, ...]:
        """The array's shape (without the word axis)."""
        held = self._held
        return held[:-1] if isinstance(held, tuple) else held.shape[:-1]

    def __len__(self) -> int:
        return self.shape[0]

    def _part(self, index: object) -> tuple[bytes, tuple[int, ...]] | None:
        """Return a row, or rows one after the other, and its shape with the width; None if the array must be asked.

        Raises: IndexError for a row that is not there.
        """
        raw, held = self._raw, self._held
        if raw is None or not isinstance(held, tuple) or len(held) != 2:  # rows and words
            return None
        n, width = held
        if isinstance(index, int):
            row = range(n)[index]
            return raw[8 * width * row : 8 * width * (row + 1)], (width,)
        if isinstance(index, slice) and index.step in (None, 1):
            first, last, _ = index.indices(n)
            last = max(first, last)
            return raw[8 * width * first : 8 * width * last], (last - first, width)
        return None
