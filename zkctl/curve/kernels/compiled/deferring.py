"""The compiled group kernels, which leave calls on few points to Python integers where a program must be compiled first.

A command that checks four points and adds two does not wait for kernels that would do it in a tenth of a millisecond.
Both ways have the same results on every input.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from zkctl.curve.curves.parameters import Group
from zkctl.curve.kernels.compiled.group import CompiledGroupKernels
from zkctl.curve.kernels.interface import Table
from zkctl.field.words import Mask, Words

if TYPE_CHECKING:
    from zkctl.curve.kernels.numpy import NumpyGroupKernels

# Each of these takes some hundredths of a second on integers.
FEW_MEMBERS = 16  # where membership needs a multiplication
FEW_POINTS_OF_A_CURVE = 256  # where every point of the curve is a member
FEW_DOUBLINGS, FEW_ADDITIONS = 1024, 256
FEW_TERMS, FEW_PRODUCTS = 24, 4


class DeferringGroupKernels(CompiledGroupKernels):
    """Kernels of one group; calls on few points wait for no compilation."""

    def __init__(self, group: Group) -> None:
        super().__init__(group)
        self._few_members = FEW_POINTS_OF_A_CURVE if group.cofactor == 1 else FEW_MEMBERS

    @cached_property
    def _integers(self) -> NumpyGroupKernels:
        from zkctl.curve.kernels.numpy import NumpyGroupKernels

        return NumpyGroupKernels(self.group)

    def members(self, points: Words) -> Mask:
        """As the compiled kernel."""
        if self.programs["members"].is_worth(len(points) / self._few_members):
            return super().members(points)
        return self._integers.members(points)

    def double_repeatedly(self, points: Words, times: int) -> Words:
        """As the compiled kernel."""
        if self.programs["doublings"].is_worth(len(points) * times / FEW_DOUBLINGS):
            return super().double_repeatedly(points, times)
        return self._integers.double_repeatedly(points, times)

    def add(self, x: Words, y: Words) -> Words:
        """As the compiled kernel."""
        if self.programs["sums"].is_worth(len(x) / FEW_ADDITIONS):
            return super().add(x, y)
        return self._integers.add(x, y)

    def few_multiples(self, points: Words, scalars: Words) -> Words | None:
        """Return scalars[i] P_i on integers, None where `double_indexed` and `add_indexed` are to be used."""
        if self.programs["tangent"].is_worth(len(points) / FEW_PRODUCTS):
            return None
        return self._integers.few_multiples(points, scalars)

    def multiples(self, points: bytes) -> Table:
        """As the compiled kernel, or the points themselves: `combination` sees which of them it got."""
        n = len(points) // self.group.point_bytes
        if self.programs["combination"].is_worth(n / FEW_TERMS):
            return super().multiples(points)
        return points

    def combination(
        self, table: Table, scalars: bytes, scalar_words: int, n_bits: int = 0
    ) -> bytes:
        """As the compiled kernel, for the table that `multiples` made."""
        if isinstance(table, bytes):
            n = len(table) // self.group.point_bytes
            if not self.programs["combination"].is_worth(n / FEW_TERMS):
                return self._integers.combination(table, scalars, scalar_words, n_bits)
        return super().combination(table, scalars, scalar_words, n_bits)
