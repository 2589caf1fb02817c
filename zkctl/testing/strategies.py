"""Strategies of hypothesis for the values of circuits: edge values come up often.

hypothesis is imported when a strategy is made: without it the other checks work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zkctl.errors import EnvironmentProblem
from zkctl.field import BN254_FR, PrimeField

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def field_elements(field: PrimeField = BN254_FR) -> SearchStrategy[int]:
    """Return a strategy of the elements of a field, as integers from 0 to p - 1.  Raises: EnvironmentProblem without hypothesis.

    Half of them are edges: next to 0, to p and to p / 2, and powers of two with their neighbours.
    """
    p = field.modulus
    edges = {0, 1, 2, 3, p - 1, p - 2, p - 3, (p - 1) // 2, (p + 1) // 2}
    return _edges_and_all(edges | _powers(p.bit_length()), p - 1)


def unsigned_integers(n_bits: int) -> SearchStrategy[int]:
    """Return a strategy of the integers from 0 to 2^n_bits - 1, half of them edges.  Raises: EnvironmentProblem without hypothesis."""
    last = (1 << n_bits) - 1
    return _edges_and_all({0, 1, last, last - 1} | _powers(n_bits), last)


def _powers(n_bits: int) -> set[int]:
    """Return the powers of two at the edges of words and of the width, with their neighbours."""
    exponents = {8, 16, 32, 64, 128, n_bits - 1, n_bits}
    return {(1 << k) + d for k in exponents if 0 <= k <= n_bits for d in (-1, 0, 1)}


def _edges_and_all(edges: set[int], last: int) -> SearchStrategy[int]:
    try:
        from hypothesis import strategies
    except ImportError as problem:
        raise EnvironmentProblem(
            "hypothesis is not installed: expected it for strategies, found none",
            hint="pip install hypothesis",
        ) from problem
    kept = sorted(edge for edge in edges if 0 <= edge <= last)
    return strategies.one_of(strategies.sampled_from(kept), strategies.integers(0, last))
