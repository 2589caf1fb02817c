"""The checker in small fields: each number is an array of many random ones, since one alone may hit a root by chance.

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


def random_numbers(p: int, n: int) -> Any:
    """Random numbers (n,) of a large field, (n, N_POINTS) of a small one."""
    if p >> 128:
        return of_large_field(p, n)
    words = np.frombuffer(secrets.token_bytes(8 * N_POINTS * n), np.uint64)
    return words.reshape(n, N_POINTS).astype(object) % p


checker.random_numbers = random_numbers
