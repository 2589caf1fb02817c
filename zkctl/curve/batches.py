"""Many equations verified as one: random combinations, and the search for those that fail.

The scalars r_i are 128 bits from the operating system, drawn after all statements are known and never 0.
A range with a wrong equation in it passes with probability at most 1 / (2^128 - 1), so any wrong one
among n is accepted with at most n / (2^128 - 1).  Right ones are never refused.
Source: Bellare, Garay, Rabin, "Fast batch verification for modular exponentiation and digital
signatures", section 2 (small exponents), Eurocrypt 1998.
"""

from __future__ import annotations

from collections.abc import Callable

SCALAR_BITS = 128
ONE_BY_ONE_UP_TO_STATEMENTS = 12  # more statements are quicker verified together


def random_scalar() -> int:
    """Return a uniform number of 1 .. 2^128 - 1, from the operating system."""
    import secrets  # which imports hmac and random: no use to a setup or to one verification

    return 1 + secrets.randbelow((1 << SCALAR_BITS) - 1)


def verdicts(
    n: int, together: Callable[[int, int], bool], alone: Callable[[int], bool]
) -> list[bool]:
    """Return the verdicts on n equations.

    together(first, last) answers for the combined equation of a range, alone(k) for a single one:
    bisection with the same scalars locates the wrong ones, the last few are verified one by one.
    """
    return _verdicts(together, alone, 0, n)


def _verdicts(
    together: Callable[[int, int], bool],
    alone: Callable[[int], bool],
    first: int,
    last: int,
    *,
    wrong: bool = False,
) -> list[bool]:
    """Return the verdicts on the equations first .. last - 1; `wrong`: not all of them hold."""
    if not wrong and together(first, last):
        return [True] * (last - first)
    if last - first <= ONE_BY_ONE_UP_TO_STATEMENTS:
        return [alone(k) for k in range(first, last)]
    middle = (first + last) // 2
    left = _verdicts(together, alone, first, middle)
    return left + _verdicts(together, alone, middle, last, wrong=all(left))
