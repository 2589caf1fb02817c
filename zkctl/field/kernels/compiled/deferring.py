"""The compiled field kernels, which leave calls with few elements to numpy where a program must be compiled first.

The results are the same words either way.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from zkctl.field.kernels.compiled.field import CompiledFieldKernels
from zkctl.field.kernels.interface import NO_SCALING, Scaling
from zkctl.field.words import Words
from zkctl.runtime.arrays import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zkctl.field.kernels.numpy.field import NumpyFieldKernels

FEW_ELEMENTS = 1024  # a millisecond in numpy, and so little that calls count by their elements
FEW_INVERSES = 512
FEW_TRANSFORMED = 256


class DeferringFieldKernels(CompiledFieldKernels):
    """Kernels of one prime field; calls with few elements wait for no compilation."""

    @cached_property
    def _numpy(self) -> NumpyFieldKernels:
        from zkctl.field.kernels.numpy.field import NumpyFieldKernels

        return NumpyFieldKernels(self.field)

    def multiply(self, x: Words, y: Words) -> Words:
        """As the compiled kernel."""
        if self.program.is_worth(len(x) / FEW_ELEMENTS):
            return super().multiply(x, y)
        return self._numpy.multiply(x, y)

    def scale(self, x: Words, constant: Words) -> Words:
        """As the compiled kernel."""
        if self.program.is_worth(len(x) / FEW_ELEMENTS):
            return super().scale(x, constant)
        return self._numpy.scale(x, constant)

    def add(self, x: Words, y: Words) -> Words:
        """As the compiled kernel."""
        if self.program.is_worth(len(x) / FEW_ELEMENTS):
            return super().add(x, y)
        return self._numpy.add(x, y)

    def subtract(self, x: Words, y: Words) -> Words:
        """As the compiled kernel."""
        if self.program.is_worth(len(x) / FEW_ELEMENTS):
            return super().subtract(x, y)
        return self._numpy.subtract(x, y)

    def inverse(self, x: Words) -> Words:
        """As the compiled kernel."""
        if self.inverse_program.is_worth(len(x) / FEW_INVERSES):
            return super().inverse(x)
        return self._numpy.inverse(x)

    def segment_sums(self, x: Words, starts: NDArray[np.int64]) -> Words:
        """As the compiled kernel."""
        if self.program.is_worth(len(x) / FEW_ELEMENTS):
            return super().segment_sums(x, starts)
        return self._numpy.segment_sums(x, starts)

    def transform(self, x: Words, root: int, scaling: Scaling = NO_SCALING) -> Words:
        """As the compiled kernel."""
        if self.transform_program.is_worth(len(x) / FEW_TRANSFORMED):
            return super().transform(x, root, scaling)
        return self._numpy.transform(x, root, scaling)

    def coset_transform(self, x: Words, root: int, shift: int) -> Words:
        """As the compiled kernel."""
        if self.transform_program.is_worth(len(x) / FEW_TRANSFORMED):
            return super().coset_transform(x, root, shift)
        return self._numpy.coset_transform(x, root, shift)
