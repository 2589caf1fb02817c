"""Are all of many points in their group: random combinations instead of a test of each point.

With E the points of the curve and G those of order r, E/G has as many elements as the cofactor.  Let no prime up to 2^b
divide it.  If some P_i is not in G, its class has an order above 2^b; whatever the other coefficients are, at most one of 2^b
consecutive c_i brings sum c_i P_i into G.  A combination with uniform coefficients of b bits misses with
probability 2^-b, so ceil(128 / b) of them miss together with probability 2^-128.  (One combination with coefficients
of 128 bits would not do: a point of order 10069 beside G would pass it once in 10069 times.)
Source: the small exponents test of Bellare, Garay, Rabin, "Fast batch verification for modular exponentiation and digital
signatures" (EUROCRYPT '98), with coefficients below the smallest order, as Boyd, Pavlovski, "Attacking and repairing batch
verification schemes" (ASIACRYPT 2000) show to be necessary.
"""

from __future__ import annotations

import os
from functools import cache, partial

from zkctl.curve.backend import group_kernels
from zkctl.curve.curves.parameters import Group
from zkctl.curve.group import PointArray
from zkctl.curve.subgroup.membership import is_in_subgroup, is_on_curve
from zkctl.curve.sums.msm import BucketPlan, BucketSum, horner
from zkctl.curve.sums.pools import pool_of
from zkctl.field.backend import schedule_kernels
from zkctl.field.words import Words
from zkctl.runtime.arrays import np
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.settings import thread_count

SECURITY_BITS = 128
MOST_BITS = 12  # more would make more buckets than there are points
FEWEST_BITS = 8  # with fewer, the combinations cost more than the test of each point
BATCHED = 1 << 11  # points from which combinations pay


def are_in_subgroup(points: PointArray) -> bool:
    """Return whether all points are on the curve and of order r, or infinity.

    False is certain; where it should be said, True is said with probability 2^-128.  Shapes: (n,).
    """
    group, bits = points.group, coefficient_bits(points.group)
    if len(points) < BATCHED or bits < FEWEST_BITS:
        return bool(is_in_subgroup(points).all())
    if not is_on_curve(points).all():
        return False
    finite = points.data[points.data.any(axis=1)]
    n_combinations = -(-SECURITY_BITS // bits)
    n_tasks = min(thread_count(), n_combinations)
    shares = [len(range(k, n_combinations, n_tasks)) for k in range(n_tasks)]
    found = in_parallel([partial(_combinations, group, finite, bits, share) for share in shares])
    combinations = type(points)(group, np.concatenate(found))
    return bool(is_in_subgroup(combinations).all())


@cache
def coefficient_bits(group: Group) -> int:
    """Return the largest b up to MOST_BITS such that no prime up to 2^b divides the cofactor; 0 for cofactor 1."""
    if group.cofactor == 1:
        return 0  # every point of the curve is in the group
    divisors = (d for d in range(2, 1 << MOST_BITS) if group.cofactor % d == 0)
    return next(divisors, 1 << MOST_BITS).bit_length() - 1


def _combinations(group: Group, finite: Words, bits: int, n: int) -> Words:
    """Return sums with coefficients in -2^(bits-1) .. 2^(bits-1) - 1: two of them differ by less than 2^bits.

    Shapes: (n_points, point_words) -> (n, point_words).
    """
    raw = np.frombuffer(os.urandom(2 * n * len(finite)), "<u2").reshape(n, len(finite))
    digits = (raw & ((1 << bits) - 1)).astype(np.int32) - (1 << (bits - 1))
    kernels, plan = group_kernels(group), BucketPlan(len(finite), bits, n, longest=len(finite))
    with pool_of(kernels, plan.rows(kernels.width)) as pool:
        sums = BucketSum(kernels, plan, pool)
        sums.load(finite)
        parts = sums.result(*schedule_kernels().sort_by_digit(digits, plan.n_buckets))
    return np.concatenate([horner(kernels, part) for part in parts])
