"""Rows of 64-bit words: the one type of numbers in arrays, and its conversions from and to Python integers.

Every other module of the field, and the kernels below it, may import this one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from zkctl.runtime.arrays import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Words: TypeAlias = "NDArray[np.uint64]"  # rows (n, n_words), the lowest word first
Int32: TypeAlias = (
    "NDArray[np.int32]"  # references into a pool (2 * index + sign), starts of segments, digits
)
Mask: TypeAlias = "NDArray[np.bool_]"

INTEGERS_UP_TO_ROWS = 64  # Python integers compare and exponentiate so few rows as quickly


def words_from_ints(values: Iterable[int], n_words: int) -> Words:
    """Return non-negative integers as rows of little-endian words.

    Shapes: n values -> (n, n_words).  Raises OverflowError for an integer that needs more words.
    """
    raw = bytes_from_ints(values, n_words)
    return np.frombuffer(raw, dtype="<u8").reshape(-1, n_words).astype(np.uint64)


def bytes_from_ints(values: Iterable[int], n_words: int) -> bytes:
    """As `words_from_ints`: the words as bytes, one integer after the other."""
    n_bytes = 8 * n_words
    return b"".join([value.to_bytes(n_bytes, "little") for value in values])


def ints_from_words(words: Words) -> list[int]:
    """Return rows of little-endian words as Python integers.  Shapes: (n, n_words) -> n."""
    return ints_from_bytes(np.ascontiguousarray(words, dtype="<u8").tobytes(), words.shape[-1])


def ints_from_bytes(raw: bytes, n_words: int) -> list[int]:
    """As `ints_from_words`, of words that are bytes."""
    n_bytes, read = 8 * n_words, int.from_bytes
    return [read(raw[k : k + n_bytes], "little") for k in range(0, len(raw), n_bytes)]


def first_not_below(words: Words, bound: int) -> int | None:
    """Return the index of the first row that is >= bound, or None.

    Shapes: (n, n_words), bound < 2^(64 n_words).
    """
    if len(words) <= INTEGERS_UP_TO_ROWS:
        return next((k for k, value in enumerate(ints_from_words(words)) if value >= bound), None)
    n_words = words.shape[-1]
    limit = words_from_ints([bound], n_words)[0]
    if words[:, -1].max() < limit[-1]:
        return None
    undecided = np.arange(len(words))
    for k in reversed(range(n_words)):
        column = words[undecided, k] if len(undecided) < len(words) else words[:, k]
        above = undecided[column > limit[k]]
        equal = undecided[column == limit[k]]
        if len(above):
            # rows still equal so far may come earlier: decide them by the lower words
            earlier = [int(i) for i in equal if i < above[0] and _row_at_least(words[i], limit)]
            return min([int(above[0]), *earlier])
        undecided = equal
        if not len(undecided):
            return None
    return int(undecided[0])


def _row_at_least(row: Words, limit: Words) -> bool:
    return tuple(row[::-1].tolist()) >= tuple(limit[::-1].tolist())
