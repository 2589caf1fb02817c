"""The compiled pairing: rows of points in, the coefficients of a product of pairings out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from operator import mul
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zkctl.curve.parameters import Curve
from zkctl.curve.tower import Fq6, Fq12, integer_tower
from zkctl.field import FieldArray
from zkctl.field.kernel_cache import LoadedProgram, beside, cached_program, host, load_program
from zkctl.field.kernels_compiled import SOURCES, address, aligned_words

if TYPE_CHECKING:
    from zkctl.field.kernel_language import Program

Words = NDArray[np.uint64]
_PARTS = ("kernels_tower", "kernels_pairing", "tower", "pairing", "bn254", "bls12_381")
_SOURCES = [*SOURCES, *beside(__file__, *_PARTS)]


class CompiledPairing:
    """The pairing kernels of one curve."""

    def __init__(self, curve: Curve, program: LoadedProgram) -> None:
        self.curve, self.width = curve, host().width
        self.program = program  # owns the machine code
        self._miller, self._final_power = (
            program.function(f"{curve.name}_{name}", *"ppi") for name in ("miller", "final_power")
        )

    @classmethod
    def load(cls, curve: Curve, *, may_compile: bool) -> CompiledPairing | None:
        """From the cache folder; else compiled now (seconds) or None."""
        name = f"{curve.name}_pairing"
        if not may_compile:
            program = cached_program(name, _SOURCES)
            return None if program is None else cls(curve, program)
        return cls(curve, load_program(name, partial(_emit, curve), _SOURCES))

    def product(self, p: Words, q: Words) -> tuple[int, ...]:
        """The product of e(p[i], q[i]), i < n, n > 0, all points finite.

        Shapes: (n, point_words of G1), (n, point_words of G2) -> 12 coefficients.
        """
        loops = self._run(self._miller, np.concatenate([p, q], axis=1))
        total = reduce(mul, map(self._fq12, loops)).coefficients()
        row = FieldArray.from_ints(self.curve.base_field, total).data.reshape(1, -1)
        return tuple(self._run(self._final_power, row)[0])

    def _run(self, kernel: Callable[..., Any], rows: Words) -> list[list[int]]:
        """Twelve numbers per row; the last block is filled up with copies of the first row."""
        n, field = len(rows), self.curve.base_field
        n_blocks = -(-n // self.width)
        filling = np.broadcast_to(rows[:1], (n_blocks * self.width - n, rows.shape[1]))
        source = np.ascontiguousarray(np.concatenate([rows, filling]))
        out = aligned_words(len(source) * 12 * field.n_words).reshape(-1, field.n_words)
        kernel(address(out), address(source), n_blocks)
        values = FieldArray(field, out).to_ints()
        return [values[12 * k : 12 * (k + 1)] for k in range(n)]

    def _fq12(self, values: list[int]) -> Fq12:
        fq2 = integer_tower(self.curve).fq2
        parts = [fq2(*values[k : k + 2]) for k in range(0, 12, 2)]
        return Fq12(Fq6(*parts[:3]), Fq6(*parts[3:]))


def _emit(curve: Curve, program: Program) -> None:
    from zkctl.curve.kernels_pairing import emit_pairing_kernels

    emit_pairing_kernels(program, curve=curve)
