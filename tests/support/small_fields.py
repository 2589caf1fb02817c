"""The checker in small fields: each number is many random ones, since one alone may be a root of a polynomial by chance.

The judges that try all assignments need such fields; the checker itself refuses them.  A polynomial of degree d that is not 0 everywhere
differs from 0 at a share of at least p^-ceil(d / (p - 1)) of all points.
"""

from __future__ import annotations

import secrets
from typing import Any

import numpy as np

from zkctl.lint import checker

N_POINTS = 256

of_large_field = checker.random_numbers


class Numbers:
    """The numbers of a variable at many points: equal where all of them are."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, values: Any) -> None:
        self.values = values

    def __add__(self, other: Any) -> Numbers:
        return Numbers(self.values + _values(other))

    def __sub__(self, other: Any) -> Numbers:
        return Numbers(self.values - _values(other))

    def __rsub__(self, other: Any) -> Numbers:
        return Numbers(_values(other) - self.values)

    def __mul__(self, other: Any) -> Numbers:
        return Numbers(self.values * _values(other))

    def __mod__(self, p: int) -> Numbers:
        return Numbers(self.values % p)

    def __eq__(self, other: object) -> bool:
        return bool(np.all(self.values == _values(other)))

    __radd__, __rmul__ = __add__, __mul__


def _values(other: Any) -> Any:
    return other.values if isinstance(other, Numbers) else other


def random_numbers(p: int, n: int) -> list[Any]:
    """Random numbers of a large field, many for each variable of a small one."""
    if p >> 128:
        return list(of_large_field(p, n))
    words = np.frombuffer(secrets.token_bytes(8 * N_POINTS * n), np.uint64)
    return [Numbers(row) for row in words.reshape(n, N_POINTS).astype(object) % p]


checker.random_numbers = random_numbers
