"""Points that are a small multiple of another: then the secret between them is a public number."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from math import isqrt

from zkctl.curve.curves.parameters import Group
from zkctl.curve.group import PointArray
from zkctl.runtime.findings import Finding

PUBLIC_MULTIPLES_UP_TO = (
    1 << 16
)  # multiples k with |k| <= PUBLIC_MULTIPLES_UP_TO count as public: any search finds them


def small_multiple(
    base: PointArray, point: PointArray, bound: int = PUBLIC_MULTIPLES_UP_TO
) -> int | None:
    """Return the k with point = k * base and |k| <= bound, or None.  Shapes: (), () -> int.

    Baby steps, giant steps: k = width * i + j with |j| <= width / 2; opposite points have the same x.
    """
    reach = isqrt(bound)
    width, half = 2 * reach + 1, point.group.point_bytes // 2
    babies, steps = _tables(base.group, base.to_bytes(), reach, -(-bound // width))
    point = type(point).from_bytes(point.group, point.to_bytes())[0]
    rows = type(point).concatenate([point, point + steps, point - steps]).rows()
    places = range(len(steps) + 1), range(-1, -len(steps) - 1, -1)
    for i, row in zip((-i for i in chain(*places)), rows, strict=True):
        j, y = babies.get(row[:half], (None, b""))
        if j is not None:
            k = width * i + (j if row[half:] == y else -j)
            return k if abs(k) <= bound else None
    return None


@lru_cache(maxsize=4)  # gamma is the generator of G2 in most keys: one table serves beta and delta
def _tables(
    group: Group, base: bytes, n: int, m: int
) -> tuple[dict[bytes, tuple[int, bytes]], PointArray]:
    """Return, by the x of k * base for 0 <= k <= n, k and its y; and the first m multiples of (2 n + 1) * base."""
    half = group.point_bytes // 2
    small = _multiples(PointArray.from_bytes(group, base)[0], n + 1)
    babies = {row[:half]: (k, row[half:]) for k, row in enumerate(small[:n].rows(), 1)}
    babies[bytes(half)] = (0, bytes(half))
    return babies, _multiples(small[n] + small[n - 1], m)


def _multiples(base: PointArray, n: int) -> PointArray:
    """Return the multiples k * base for k = 1 .. n.  Shapes: () -> (n,).

    The list 1 .. m grows by (1 .. m - 1) + m: no sum of equal points, which cost more.
    """
    result = type(base).concatenate([base, base.doubled()])
    while len(result) < n:
        result = type(base).concatenate([result, result[:-1] + result[-1]])
    return result[:n]


def small_number(check: str, name: str, point: PointArray) -> list[Finding]:
    """Return a finding with this id if the point is a small multiple of its generator."""
    k = small_multiple(type(point).generator(point.group), point)
    return [] if k is None else [Finding(check, f"{name} = {k} is a public number")]
