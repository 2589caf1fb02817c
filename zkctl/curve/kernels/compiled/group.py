"""The compiled group kernels behind the same methods as numpy.py: numpy arrays in, numpy arrays out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from zkctl.curve.curves.parameters import Group
from zkctl.curve.kernels.compiled.few import FewPointKernels
from zkctl.curve.kernels.compiled.rounds import PairBatch, add_segments, halve
from zkctl.curve.kernels.complete_addition import CompleteAddition
from zkctl.curve.kernels.interface import (
    PARTS,
    PREFETCH_BLOCKS,
    PoolRows,
)
from zkctl.errors import ShapeError
from zkctl.field.backend import field_kernels
from zkctl.field.kernels.cache import KernelFunction, sources_of
from zkctl.field.kernels.compiled.field import SOURCES
from zkctl.field.kernels.compiled.memory import address, aligned_words
from zkctl.field.kernels.host import host
from zkctl.field.kernels.limb_plan import plan_for
from zkctl.field.kernels.on_demand import ProgramOnDemand
from zkctl.field.words import Int32, Mask, Words
from zkctl.runtime.arrays import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zkctl.field.kernels.language import Program

NO_BUCKETS_UP_TO_TERMS = 128  # terms in G1; docs/design/decisions/0008-few-points.md
NO_BUCKETS_UP_TO_FIXED_TERMS = 256  # where the table of multiples exists already
_SOURCES = [
    *SOURCES,
    *sources_of("field.kernels.rounds", "field.kernels.schedule", "field.kernels.round_job"),
    *sources_of("curve.kernels.interface", "curve.kernels.addition", "curve.kernels.coordinates"),
    *sources_of("curve.kernels.chain", "curve.kernels.members", "curve.kernels.combination"),
    *sources_of("curve.kernels.called_coordinates"),
    *sources_of("curve.subgroup.membership_formulas", "curve.tower"),
    *sources_of("curve.curves.bn254", "curve.curves.bls12_381"),
]


class CompiledGroupKernels(FewPointKernels):
    """Kernels of one group, compiled for this machine.

    A pool is an array of points in the kernels' own form, shape (n, point_words), aligned; references are 2 * index + sign.
    """

    def __init__(self, group: Group) -> None:
        self.group = group
        self.width = host().width
        self.plan = plan_for(group.base_field, fused=host().fused)
        self.name = group.name.replace(".", "_")
        self._local = threading.local()
        self.padding = (
            PREFETCH_BLOCKS + 1
        ) * self.width  # references a kernel may read beyond the last one
        self.few_terms = NO_BUCKETS_UP_TO_TERMS if group.degree == 1 else 0
        self.few_fixed_terms = NO_BUCKETS_UP_TO_FIXED_TERMS if group.degree == 1 else 0

    @cached_property
    def programs(self) -> dict[str, ProgramOnDemand]:
        """The programs of the group by their parts."""
        return {
            part: ProgramOnDemand(f"{self.name}_{part}", partial(self._emit, part), _SOURCES)
            for part in PARTS
            if part != "combination" or self.group.degree == 1
        }

    def is_ready(self) -> bool:
        """Return whether sums need not be compiled."""
        return self.programs["sums"].is_ready()

    def _emit(self, part: str, program: Program) -> None:
        from zkctl.curve.kernels.addition import GroupEmitter

        GroupEmitter(program, self.group).emit(part)

    def function(
        self, part: str, name: str, kinds: str, *, returns: bool = False
    ) -> KernelFunction:
        """Return a kernel of this group."""
        return self.programs[part].function(f"{self.name}_{name}", *kinds, returns=returns)

    # -- pools

    def new_pool(self, n: int) -> Words:
        """Return room for n points and the overhang of the last block."""
        words = self.group.point_words
        return aligned_words((n + self.width) * words).reshape(-1, words)

    def to_pool(self, points: Words, pool: Words) -> None:
        """Convert points (file form) into the first rows of a pool."""
        self._convert("to_pool", points, pool)

    def from_pool(self, rows: Words) -> Words:
        """Return points in file form, canonical."""
        out = np.empty((len(rows), self.group.point_words), np.uint64)
        self._convert("from_pool", rows, out)
        return out

    def _convert(self, name: str, source: Words, target: Words) -> None:
        kernel = self.function("sums", name, "ppi")
        source = np.ascontiguousarray(source, np.uint64)
        n, words = source.shape
        if words != self.group.point_words or len(target) < n:
            raise ShapeError(
                f"points do not fit the rows: expected (n, {self.group.point_words}) with n up to {len(target)}, got {source.shape}"
            )
        whole = n - n % self.width
        if whole:
            kernel(address(target), address(source), whole // self.width)
        if n > whole:
            padded = np.zeros((2, self.width, words), np.uint64)
            padded[0, : n - whole] = source[whole:]
            kernel(address(padded[1]), address(padded[0]), 1)
            target[whole:n] = padded[1, : n - whole]

    # -- additions

    def add_indexed(self, pool: Words, left: Int32, right: Int32, n: int, start: int) -> None:
        """Write +-pool[left[i]] +- pool[right[i]] to pool[start + i] for i < n; right on every input.

        The reference arrays hold at least n + padding entries and may be written to beyond n.
        """
        self._run("chord", pool, left, right, n, start)

    def double_indexed(self, pool: Words, left: Int32, n: int, start: int) -> None:
        """Write 2 (+-pool[left[i]]) to pool[start + i] for i < n."""
        self._run("tangent", pool, left, left, n, start)

    def _run(
        self, variant: str, pool: Words, left: Int32, right: Int32, n: int, start: int
    ) -> None:
        if n == 0:
            return
        padded = n + self.padding
        if len(left) < padded or len(right) < padded or start + n + self.width > len(pool):
            raise ShapeError(
                f"{n} additions do not fit: expected lists of at least {padded} and a pool of at least "
                f"{start + n + self.width}, got {len(left)}, {len(right)} and {len(pool)}"
            )
        reach = max(int(side[:n].view(np.uint32).max()) for side in (left, right)) >> 1
        if reach >= len(pool):  # a negative reference reads as a huge one
            raise ShapeError(
                f"reference is outside the pool: expected a row below {len(pool)}, got {reach}"
            )
        left[n:padded] = left[0]
        right[n:padded] = right[0]
        n_blocks = -(-n // self.width)
        flags = np.zeros(n_blocks, np.uint8)
        out = address(pool) + 8 * self.group.point_words * start
        kernel = self.function("sums" if variant == "chord" else variant, variant, "pppippp")
        kernel(
            address(pool),
            address(left),
            address(right),
            n_blocks,
            self.scratch.address,
            address(flags),
            out,
        )
        if flags.any():
            self.mend(variant, pool, PairBatch(left, right, n, start), flags)

    def mend(self, variant: str, pool: Words, pairs: PairBatch, flags: NDArray[np.uint8]) -> None:
        """Recompute the flagged pairs."""
        n = pairs.n
        blocks = flags[: -(-n // self.width), None]
        lanes = np.unpackbits(blocks, axis=1, bitorder="little")[:, : self.width]
        which = np.flatnonzero(lanes.reshape(-1)[:n])
        if len(which):
            left, right = pairs.left[which], pairs.right[which]
            self._patch(variant, pool, left, right, pairs.row + which)

    def driver(self, kind: str) -> Callable[[int], int]:
        """Return the driver of rounds, "segments" or "halving"."""
        return self.function("sums", kind, "p", returns=True)

    def add_segments(self, pool: Words, refs: Int32, starts: Int32, rows: PoolRows) -> Int32:
        """Return references to the sums of segments of references (rounds.py)."""
        return add_segments(self, pool, refs, starts, rows)

    def halve(self, pool: Words, buckets: Int32, row: int) -> tuple[Int32, Int32]:
        """Return the lists of the levels of halving (rounds.py)."""
        return halve(self, pool, buckets, row)

    @cached_property
    def _complete(self) -> CompleteAddition:
        return CompleteAddition(self.group, field_kernels(self.group.base_field))

    def _patch(
        self,
        variant: str,
        pool: Words,
        left: Int32,
        right: Int32,
        target: NDArray[np.int64],
    ) -> None:
        """Recompute flagged pairs: infinity, doubling, opposite points, and false alarms."""
        first = self.signed_points(pool[left >> 1], left & 1)
        second = first if variant == "tangent" else self.signed_points(pool[right >> 1], right & 1)
        sums = self._complete.add(first, second)
        rows = self.new_pool(len(sums))
        self.to_pool(sums, rows)
        pool[target] = rows[: len(sums)]

    def signed_points(self, rows: Words, signs: Int32) -> Words:
        """Return pool rows in file form, negated where the sign is set.  Shapes: (n, w), (n,) -> (n, w)."""
        return self._complete.negate_where(self.from_pool(rows), signs.astype(bool))

    def double_repeatedly(self, points: Words, times: int) -> Words:
        """Return 2^times P for every row, in file form.  Shapes: (n, point_words) -> (n, point_words)."""
        finite = np.flatnonzero(points.any(axis=1))
        padded = np.zeros((-(-len(finite) // self.width) * self.width, points.shape[1]), np.uint64)
        padded[: len(finite)] = points[finite]
        doubled = np.empty_like(padded)
        n_blocks = len(padded) // self.width
        self._double_times(address(doubled), address(padded), n_blocks, times)
        out = np.zeros_like(points)
        out[finite] = doubled[: len(finite)]
        return out

    @cached_property
    def _double_times(self) -> KernelFunction:
        return self.function("doublings", "double_times", "ppii")

    @cached_property
    def _members(self) -> KernelFunction:
        return self.function("members", "members", "ppi")

    def members(self, points: Words) -> Mask:
        """Return whether each row is in the group of prime order (infinity is).  Shapes: (n, point_words) -> (n,)."""
        n = len(points)
        n_blocks, whole = -(-n // self.width), n // self.width
        points = np.ascontiguousarray(points)
        flags = np.empty(n_blocks, np.uint8)
        if whole:
            self._members(address(flags), address(points), whole)
        if n_blocks > whole:
            padded = np.zeros((self.width, points.shape[1]), np.uint64)
            padded[: n - whole * self.width] = points[whole * self.width :]
            self._members(address(flags[whole:]), address(padded), 1)
        lanes = np.unpackbits(flags[:, None], axis=1, bitorder="little")[:, : self.width]
        return lanes.reshape(-1)[:n].astype(bool)

    def few_multiples(self, points: Words, scalars: Words) -> Words | None:  # noqa: ARG002
        """Return None: points in step are quicker here from the first one on."""
        return None

    def add(self, x: Words, y: Words) -> Words:
        """Return sums, element by element, in file form."""
        finite = x.any(axis=1) & y.any(axis=1)
        if not finite.all():  # nothing to compute where one side is infinity
            out = np.where(x.any(axis=1, keepdims=True), x, y)
            out[finite] = self.add(x[finite], y[finite])
            return out
        n = len(x)
        pool = self.new_pool(3 * n)
        self.to_pool(x, pool)
        self.to_pool(y, pool[n:])
        left, right = (np.zeros(n + self.padding, np.int32) for _ in range(2))
        left[:n] = 2 * np.arange(n)
        right[:n] = 2 * np.arange(n, 2 * n)
        self.add_indexed(pool, left, right, n, 2 * n)
        return self.from_pool(pool[2 * n : 3 * n])
