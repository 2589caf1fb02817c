"""Lists of usual inputs as words, without a step of Python for each value: canonical decimal or 0x texts, and numbers."""

from __future__ import annotations

import re
from itertools import chain, repeat
from typing import cast

import numpy as np

from zkctl.field import PrimeField, words_from_ints
from zkctl.field.words import Words
from zkctl.formats.json.strict import Json

_LONGEST = 99  # characters of a text that is read without a second look
_ONE = f"(?:0x[0-9a-fA-F]{{1,{_LONGEST - 2}}}+|0|[1-9][0-9]{{0,{_LONGEST - 1}}}+)"
_TEXTS = re.compile(f"{_ONE}(?:,{_ONE})*+")


def usual_words(values: list[Json], field: PrimeField) -> Words | None:
    """Return the values of a list, or of lists of one depth in row-major order; None if any needs a second look.

    Shapes: n values -> (n, n_words).  Units: plain, canonical.
    """
    while values and set(map(type, values)) == {list}:
        values = list(chain.from_iterable(cast("list[list[Json]]", values)))
    numbers = _numbers(values)
    largest = max(numbers, default=0)
    if not numbers or largest >= field.modulus:
        return None
    if largest >> 64:
        return words_from_ints(numbers, field.n_words)
    words = np.zeros((len(numbers), field.n_words), np.uint64)
    words[:, 0] = numbers
    return words


def _numbers(values: list[Json]) -> list[int]:
    """Return texts or numbers as integers that are not negative; none if any is not usual."""
    types = set(map(type, values))
    if types == {int}:
        numbers = cast("list[int]", values)
        return numbers if min(numbers) >= 0 else []
    if not types or not types <= {str, int}:
        return []
    texts = cast("list[str]", values) if types == {str} else list(map(str, values))
    joined = ",".join(texts)
    if joined.count(",") != len(texts) - 1 or not _TEXTS.fullmatch(joined):
        return []
    return list(map(int, texts, repeat(0))) if "x" in joined else list(map(int, texts))
