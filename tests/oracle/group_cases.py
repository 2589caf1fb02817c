"""Structured cases of the compiled group kernels, judged by tables of multiples made with Python integers.

With the multiples k B, |k| <= 2 REACH, in a table, the sum of i B and j B is row i + j: equal, opposite and infinite
partners are as easy to judge as random ones.  A linear combination is steered to a total within the table.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from unittest import mock

import numpy as np

from tests.support.points import add, first_curve_points, multiply, negate
from zkctl.curve import AffinePoint, Group, PointArray, msm_words, point_array
from zkctl.curve.group import G1Array
from zkctl.curve.kernels.compiled.group import CompiledGroupKernels
from zkctl.curve.sums.combination import Combination
from zkctl.field import words_from_ints

REACH = 1000
CHUNK = 1 << 15
SIZES = [*range(71), *(2**k + d for k in range(7, 15) for d in (-1, 0, 1))]
WINDOWS = range(2, 17)


class Table:
    """k B for |k| <= 2 REACH as rows in file form; row k + 2 REACH."""

    def __init__(self, group: Group, base: AffinePoint) -> None:
        ascending: list[AffinePoint | None] = [None]
        for _ in range(2 * REACH):
            ascending.append(add(group, ascending[-1], base))
        assert ascending[-1] == multiply(group, base, 2 * REACH)
        points = [negate(group, p) for p in ascending[:0:-1]] + ascending
        self.rows = PointArray.from_ints(group, points).data

    def __getitem__(self, k: np.ndarray | int) -> np.ndarray:
        return self.rows[k + 2 * REACH]


class GroupCases:
    """Each family takes a number of cases and returns how many were wrong."""

    def __init__(self, group: Group, seed: int) -> None:
        self.group, self.r = group, group.scalar_field.modulus
        self.rng = random.Random(f"{group.name} {seed}")
        self.draw = np.random.default_rng(self.rng.getrandbits(64))
        self.kernels = CompiledGroupKernels(group)
        self.table = Table(group, group.generator)
        bases = [self.table]
        if group.cofactor > 1:
            bases.append(Table(group, first_curve_points(group, 1)[0]))
        self.bases = bases  # of points inside the prime-order group, and outside

    def families(self) -> dict[str, Callable[[int], int]]:
        named = {
            "batched addition": self._additions,
            "batched doubling": self._doublings,
            "repeated doubling": self._repeated,
            "membership": self._members,
        }
        return named | (
            {"few points combined": self._combinations} if self.group.degree == 1 else {}
        )

    def _pairs(self, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Multiples to add: a fifth each equal, opposite, close, one of them infinite, and random."""
        i, j = (self.draw.integers(-REACH, REACH + 1, n) for _ in range(2))
        kind = self.draw.integers(0, 5, n)
        near = np.clip(i + self.draw.integers(-1, 2, n), -REACH, REACH)
        for k, values in enumerate((i, -i, near, np.zeros_like(i))):
            j = np.where(kind == k, values, j)
        swap = self.draw.integers(0, 2, n).astype(bool)
        return np.where(swap, i, j), np.where(swap, j, i)

    def _parts(self, n: int) -> list[tuple[Table, int]]:
        """Parts of changing odd sizes, from every table in turn."""
        parts: list[tuple[Table, int]] = []
        while n:
            size = min(n, self.rng.choice([1, 3, 5, 1023, 2049, CHUNK - 1, CHUNK + 1]))
            parts.append((self.bases[len(parts) % len(self.bases)], size))
            n -= size
        return parts

    def _additions(self, n: int) -> int:
        """Through references with signs into a pool, and through `add`."""
        wrong = 0
        for table, size in self._parts(n):
            i, j = self._pairs(size)
            ways = [self._indexed("add_indexed", table, i, j)]
            ways += [self.kernels.add(table[i], table[j])] * (size < CHUNK // 2)
            wrong += max(int((got != table[i + j]).any(axis=1).sum()) for got in ways)
        return wrong

    def _doublings(self, n: int) -> int:
        wrong = 0
        for table, size in self._parts(n):
            i = self.draw.integers(-REACH, REACH + 1, size)
            got = self._indexed("double_indexed", table, i)
            wrong += int((got != table[2 * i]).any(axis=1).sum())
        return wrong

    def _indexed(self, name: str, table: Table, *sides: np.ndarray) -> np.ndarray:
        k, n = self.kernels, len(sides[0])
        pool = k.new_pool(REACH + 1 + n)
        k.to_pool(table[np.arange(REACH + 1)], pool)
        padding = np.zeros(k.padding, np.int32)
        refs = (np.concatenate([2 * abs(i) + (i < 0), padding]).astype(np.int32) for i in sides)
        getattr(k, name)(pool, *refs, n, REACH + 1)
        return k.from_pool(pool[REACH + 1 : REACH + 1 + n])

    def _repeated(self, n: int) -> int:
        wrong = 0
        for table, size in self._parts(n):
            times = self.rng.randrange(9)
            i = self.draw.integers(-(2 * REACH >> times), (2 * REACH >> times) + 1, size)
            got = self.kernels.double_repeatedly(table[i], times)
            wrong += int((got != table[i << times]).any(axis=1).sum())
        return wrong

    def _members(self, n: int) -> int:
        """Multiples of the generator are members, of another point only infinity is; y + 1 never."""
        wrong = 0
        for table, size in self._parts(n):
            i = self.draw.integers(-REACH, REACH + 1, size)
            rows = table[i].copy()
            expected = (i == 0) | (table is self.table)
            spoilt = self.draw.integers(0, 4, size) == 0
            rows[spoilt, self.group.coordinate_words] ^= np.uint64(1)
            wrong += int((self.kernels.members(rows) != expected & ~spoilt).sum())
        return wrong

    # -- linear combinations

    def terms(self, n: int, kind: str) -> tuple[list[int], list[int], int]:
        """Logarithms of points, scalars, and the total, which lies within the table."""
        rng, r, total = self.rng, self.r, 0
        few = (0, 1, 2, 3, r - 1, r - 2, r >> 1, (1 << 253) - 1, 1 << 64, (1 << 64) - 1)
        logs, scalars = [], []
        for _ in range(n):
            log = rng.choice((rng.randrange(-REACH, REACH + 1), rng.randrange(-2, 3)))
            scalar = rng.choice((rng.choice(few), rng.randrange(r)))
            if kind == "bits":
                scalar, log = rng.randrange(2), log if abs(total + log) <= REACH else -log
            logs.append(log)
            scalars.append(scalar)
            total += log * scalar
        if kind != "bits" and n:  # one term steers the total into the table
            k, target = rng.randrange(n), rng.randrange(-REACH, REACH + 1)
            total -= logs[k] * scalars[k]
            logs[k] = logs[k] or 1
            scalars[k] = (target - total) * pow(logs[k], -1, r) % r
            total = target
        return logs, scalars, total

    def _combinations(self, n: int) -> int:
        """`n` counts terms."""
        wrong = 0
        while n > 0:
            size = self.rng.randrange(1, 24)
            logs, scalars, total = self.terms(size, self.rng.choice(("bits", "full")))
            points = G1Array(self.group, self.table[np.array(logs)])
            combination = Combination(points, parts=self.rng.choice((1, 4)))
            got = combination.of(scalars)
            wrong += not (got.data == self.table[total]).all()
            n -= size
        return wrong

    def sums_wrong(self, sizes: list[int], windows: list[int | None]) -> tuple[int, int]:
        """How many sums of these sizes were made with these windows (None: the one chosen), how many wrong."""
        made = wrong = 0
        for n in sizes:
            for bits in windows:
                logs, scalars, total = self.terms(n, self.rng.choice(("bits", "full")))
                points = point_array(self.group, self.table[np.array(logs, np.int64)])
                got = _sum(points, words_from_ints(scalars, 4), bits)
                made += 1
                wrong += not (got.data == self.table[total]).all()
        return made, wrong


def _sum(points: PointArray, words: np.ndarray, bits: int | None) -> PointArray:
    """`msm_words`, with a window of so many bits."""
    if bits is None:
        return msm_words(points, words)
    with mock.patch.object(sys.modules["zkctl.curve.sums.msm"], "window_bits", lambda *_: bits):
        return msm_words(points, words)
