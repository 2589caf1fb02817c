"""The interfaces of the group and pairing kernels, and the sizes that kernels and their callers share.

The compiled and the numpy classes implement them; `zkctl.curve.backend` returns the implementation of this process.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol, TypeAlias

from zkctl.curve.curves.parameters import Group
from zkctl.field.kernels.compiled.memory import Room
from zkctl.field.words import Int32, Mask, Words
from zkctl.runtime.records import record

Table: TypeAlias = Room | bytes  # the result of `multiples`; bytes are the points themselves

BLOCKS_PER_INVERSION = 256  # blocks of lanes in a batch of additions
PREFETCH_BLOCKS = 6  # blocks of lanes between a prefetch and the use of its rows
WINDOW_BITS = 4  # bits of a scalar per window, where a few points are combined

# the programs of a group, each compiled when one of its kernels is first called, so that a command waits for few of them
PARTS = ("sums", "tangent", "doublings", "members", "combination")  # the last one in G1 only


@record
class PoolRows:
    """The rows of a pool that sums of segments are written to."""

    sums: int  # of the first segment; the others follow
    temporary: int  # the first row of the sums of a round


class GroupKernels(Protocol):
    """The kernels of one group.

    Points in file form are rows (n, point_words) of words, infinity is zero.  A pool is an array of points in the kernels' own
    form; references into it are 2 * index + sign.  Every operation is right on every input.
    """

    group: Group
    width: int  # points per block; a pool's rows are written in whole blocks
    padding: int  # references that are read beyond the end of a list
    few_terms: int  # terms up to which `multiples` and `combination` are quicker than buckets
    few_fixed_terms: int  # the same where one table serves many sums

    def add(self, x: Words, y: Words) -> Words:
        """Return sums, element by element, in file form.  Shapes: (n, point_words), (n, point_words)."""

    def double_repeatedly(self, points: Words, times: int) -> Words:
        """Return 2^times P for every row, in file form.  Shapes: (n, point_words) -> (n, point_words)."""

    def members(self, points: Words) -> Mask:
        """Return whether each row is in the group of prime order (infinity is).  Shapes: (n, point_words) -> (n,)."""

    def new_pool(self, n: int) -> Words:
        """Return room for n points and the overhang of the last block."""

    def to_pool(self, points: Words, pool: Words) -> None:
        """Convert points in file form into the first rows of a pool."""

    def from_pool(self, rows: Words) -> Words:
        """Return pool rows in file form, canonical."""

    def signed_points(self, rows: Words, signs: Int32) -> Words:
        """Return pool rows in file form, negated where the sign is set.  Shapes: (n, w), (n,) -> (n, w)."""

    def add_indexed(self, pool: Words, left: Int32, right: Int32, n: int, start: int) -> None:
        """Write +-pool[left[i]] +- pool[right[i]] to pool[start + i] for i < n.

        The lists hold at least n + padding references and may be written to beyond n.
        """

    def double_indexed(self, pool: Words, left: Int32, n: int, start: int) -> None:
        """Write 2 (+-pool[left[i]]) to pool[start + i] for i < n; the list as in `add_indexed`."""

    def add_segments(self, pool: Words, refs: Int32, starts: Int32, rows: PoolRows) -> Int32:
        """Return a reference to the sum of each segment of references, NONE for an empty one.

        Shapes: (n,), (m + 1,) -> (m,).  Assumes: `ReferenceSums` has checked the shapes.
        """

    def halve(self, pool: Words, buckets: Int32, row: int) -> tuple[Int32, Int32]:
        """Return references to the odd-numbered sums of every level and window, and the starts of their lists.

        Shapes: (n_windows, n_buckets) -> (m,), (bits * n_windows + 1,).
        """

    def few_multiples(self, points: Words, scalars: Words) -> Words | None:
        """Return scalars[i] P_i in file form, or None where many additions in step are to be used.

        Shapes: (n, point_words), (n, words) -> (n, point_words).
        """

    def multiples(self, points: bytes) -> Table:
        """Return the table for `combination`, of any points of the curve.  Assumes: few_terms > 0."""

    def combination(
        self, table: Table, scalars: bytes, scalar_words: int, n_bits: int = 0
    ) -> bytes:
        """Return sum_i s_i P_i in file form, the P_i as in `multiples`, each scalar of so many words.

        No scalar has more than n_bits; 0: they fill their words.
        """

    # -- a few points that are bytes; None where arrays are to be used

    def few_members(self, points: bytes) -> list[bool] | None:
        """Return whether each point is in the group of prime order (infinity is)."""

    def few_doubled(self, points: bytes, times: int) -> bytes | None:
        """Return 2^times P of every point."""

    def few_sums(self, x: bytes, y: bytes) -> bytes | None:
        """Return sums, point by point."""

    def few_horner(self, points: bytes) -> bytes | None:
        """Return sum_k 2^k P_k."""


class PairingProduct(NamedTuple):
    """A product of pairings, twelve coefficients in the order of `Fq12.coefficients`, and which points of G2 are members.

    Without all of them being members the product means nothing.
    """

    coefficients: tuple[int, ...]
    members: list[bool]


class PairingKernels(Protocol):
    """The pairing of one curve on rows of points."""

    def product(self, p: bytes, q: bytes) -> PairingProduct:
        """Return the product of e(p[i], q[i]), i < n, n > 0; a pair with an infinite member counts as one."""
