"""Lists of usual inputs as words, without a step of Python for each value: canonical decimal texts, or numbers, of one type."""

from __future__ import annotations

import re
from itertools import chain
from typing import cast

import numpy as np

from zkctl.field import PrimeField, words_from_ints
from zkctl.field.words import Words
from zkctl.formats.json.strict import Json

_LONGEST = 99  # digits of a text that is read without a second look
_ONE = f"(?:0|[1-9][0-9]{{0,{_LONGEST - 1}}}+)"
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
    if types != {str}:
        return []
    texts = cast("list[str]", values)
    joined = ",".join(texts)
    is_usual = joined.count(",") == len(texts) - 1 and _TEXTS.fullmatch(joined)
    return list(map(int, texts)) if is_usual else []
