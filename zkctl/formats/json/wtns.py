"""Witnesses as JSON, in the layout of snarkjs (`wtns export json`): one array of decimal strings."""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.field import ints_from_words
from zkctl.formats.binary.wtns import Witness
from zkctl.formats.json.layout import ROWS_AT_ONCE, array_pieces


def wtns_pieces(witness: Witness) -> Iterator[str]:
    """Yield the document; every value is secret but the public ones."""
    words = witness.words
    blocks = (
        [f'"{value}"' for value in ints_from_words(words[start : start + ROWS_AT_ONCE])]
        for start in range(0, len(words), ROWS_AT_ONCE)
    )
    return array_pieces(blocks, 0)
