"""The compiled group kernels on points that are bytes: a few of them need no arrays.

A method returns None where arrays must be used: the program is not ready, or some points are equal, opposite or infinite.
"""

from __future__ import annotations

import ctypes
import threading
from array import array
from collections.abc import Mapping

from zkctl.curve.curves.parameters import Group
from zkctl.curve.kernels.interface import BLOCKS_PER_INVERSION, WINDOW_BITS, Table
from zkctl.errors import ShapeError
from zkctl.field.kernels.cache import KernelFunction
from zkctl.field.kernels.compiled.memory import Room
from zkctl.field.kernels.limb_plan import LimbPlan
from zkctl.field.kernels.on_demand import ProgramOnDemand


class FewPointKernels:
    """The part of a group's compiled kernels that takes and returns bytes: points in file form, infinity zero."""

    group: Group
    width: int
    padding: int
    plan: LimbPlan
    _local: threading.local

    @property
    def programs(self) -> Mapping[str, ProgramOnDemand]:
        """The programs of the group by their parts."""
        raise NotImplementedError

    def function(
        self, part: str, name: str, kinds: str, *, returns: bool = False
    ) -> KernelFunction:
        """Return a kernel of this group."""
        raise NotImplementedError

    @property
    def scratch(self) -> Room:
        """Room for one batch, one per thread."""
        room: Room | None = getattr(self._local, "scratch", None)
        if room is None:
            room = self._local.scratch = Room(16 * BLOCKS_PER_INVERSION * self.plan.n * self.width)
        return room

    def _blocks(self, *arrays: bytes) -> tuple[int, bytes]:
        """Return the number of blocks of each of these arrays of one length, and all of them in whole blocks."""
        block = self.width * self.group.point_bytes
        n_blocks = -(-len(arrays[0]) // block)
        return n_blocks, b"".join([each.ljust(n_blocks * block, b"\0") for each in arrays])

    def few_members(self, points: bytes) -> list[bool] | None:
        """Return whether each point is in the group of prime order (infinity is)."""
        if not self.programs["members"].is_ready():
            return None
        n_blocks, rows = self._blocks(points)
        flags = ctypes.create_string_buffer(n_blocks)
        self.function("members", "members", "ppi")(flags, rows, n_blocks)
        bits, width = flags.raw, self.width
        n = len(points) // self.group.point_bytes
        return [bits[k // width] >> k % width & 1 == 1 for k in range(n)]

    def few_doubled(self, points: bytes, times: int) -> bytes | None:
        """Return 2^times P of every finite point."""
        size = self.group.point_bytes
        infinite = any(points.startswith(bytes(size), k) for k in range(0, len(points), size))
        if infinite or not self.programs["doublings"].is_ready():
            return None
        n_blocks, rows = self._blocks(points)
        out = ctypes.create_string_buffer(len(rows))
        self.function("doublings", "double_times", "ppii")(out, rows, n_blocks, times)
        return out.raw[: len(points)]

    def few_sums(self, x: bytes, y: bytes) -> bytes | None:
        """Return sums, point by point; None, too, if two of them are equal, opposite or infinite."""
        if not self.programs["sums"].is_ready():
            return None
        n, (n_blocks, rows) = len(x) // self.group.point_bytes, self._blocks(x, y)
        if n == 0 or len(x) != len(y):
            return None
        n_rows, n_bytes = n_blocks * self.width, len(rows) // 2
        pool, flags = Room(3 * n_bytes), ctypes.create_string_buffer(n_blocks)
        self.function("sums", "to_pool", "ppi")(pool.address, rows, 2 * n_blocks)
        left = array("i", [*range(0, 2 * n, 2), *[0] * self.padding])
        right = array("i", [2 * n_rows + reference for reference in left])
        sums = pool.address + 2 * n_bytes
        lists = left.buffer_info()[0], right.buffer_info()[0]
        chord = self.function("sums", "chord", "pppippp")
        chord(pool.address, *lists, n_blocks, self.scratch.address, flags, sums)
        if any(flags.raw):
            return None
        out = ctypes.create_string_buffer(n_bytes)
        self.function("sums", "from_pool", "ppi")(out, sums, n_blocks)
        return out.raw[: len(x)]

    def few_horner(self, points: bytes) -> bytes | None:
        """Return sum_k 2^k P_k for any points; None, too, in G2."""
        if self.group.degree != 1 or not self.programs["combination"].is_ready():
            return None
        n_blocks, rows = self._blocks(points)
        out = ctypes.create_string_buffer(self.width * self.group.point_bytes)
        self.function("combination", "horner", "ppi")(out, rows, n_blocks)
        return out.raw[: self.group.point_bytes]

    # -- a few terms

    def multiples(self, points: bytes) -> Table:
        """Return the table for `combination`, of any points of the curve."""
        return self._table(points)

    def _table(self, points: bytes) -> Room:
        n_blocks, rows = self._blocks(points)
        table = Room(n_blocks * self._table_bytes)
        self.function("combination", "multiples", "ppi")(table.address, rows, n_blocks)
        return table

    @property
    def _table_bytes(self) -> int:
        """The bytes of the table of one block of points."""
        return 24 * self.plan.n * self.width << WINDOW_BITS

    def combination(
        self, table: Table, scalars: bytes, scalar_words: int, n_bits: int = 0
    ) -> bytes:
        """Return sum_i s_i P_i, the P_i as in `multiples`, each scalar of so many words.

        No scalar has more than n_bits; 0: they fill their words.
        """
        if isinstance(table, bytes):
            table = self._table(table)
        row = 8 * scalar_words
        n, n_blocks = len(scalars) // row, table.n_bytes // self._table_bytes
        if n_blocks != -(-n // self.width):
            raise ShapeError(
                f"scalars do not match the table: expected {n_blocks} blocks of points, got {n} scalars"
            )
        out = ctypes.create_string_buffer(self.width * self.group.point_bytes)
        n_windows = -(-(n_bits or 8 * row) // WINDOW_BITS)
        combine = self.function("combination", "combination", "pppiii")
        padded = scalars.ljust(n_blocks * self.width * row, b"\0")
        combine(out, table.address, padded, scalar_words, n_blocks, n_windows)
        return out.raw[: self.group.point_bytes]
