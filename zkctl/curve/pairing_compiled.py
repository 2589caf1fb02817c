"""The compiled pairing: rows of points in, the coefficients of a product of pairings out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from operator import mul
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zkctl.curve.parameters import Curve
from zkctl.curve.tower import Fq6, Fq12, Tower, array_tower, integer_tower
from zkctl.field import FieldArray
from zkctl.field.host import host
from zkctl.field.kernel_cache import LoadedProgram, beside, cached_program, load_program
from zkctl.field.kernels_compiled import SOURCES, address, aligned_words
from zkctl.field.parallel import in_parallel, thread_count

if TYPE_CHECKING:
    from zkctl.field.kernel_language import Program

Words = NDArray[np.uint64]
_PARTS = ("kernels_tower", "kernels_pairing", "tower", "pairing", "bn254", "bls12_381")
_SOURCES = [*SOURCES, *beside(__file__, *_PARTS)]

MANY = 128  # elements of Fq12 from which multiplying arrays beats Python integers


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
        rows = np.concatenate([p, q], axis=1)
        step = -(-len(rows) // (self.width * thread_count())) * self.width
        parts = [rows[first : first + step] for first in range(0, len(rows), step)]
        loops = in_parallel([partial(self._run, self._miller, part) for part in parts])
        total = self._multiplied(np.concatenate(loops)).coefficients()
        row = FieldArray.from_ints(self.curve.base_field, total).data.reshape(1, -1)
        power = self._run(self._final_power, row)
        return tuple(FieldArray(self.curve.base_field, power[0]).to_ints())

    def _run(self, kernel: Callable[..., Any], rows: Words) -> Words:
        """Twelve numbers per row; the last block is filled up with copies of the first row.

        Shapes: (n, words) -> (n, 12, n_words).
        """
        n, n_words = len(rows), self.curve.base_field.n_words
        n_blocks = -(-n // self.width)
        filling = np.broadcast_to(rows[:1], (n_blocks * self.width - n, rows.shape[1]))
        source = np.ascontiguousarray(np.concatenate([rows, filling]))
        out = aligned_words(len(source) * 12 * n_words).reshape(-1, 12, n_words)
        kernel(address(out), address(source), n_blocks)
        return out[:n]

    def _multiplied(self, loops: Words) -> Fq12:
        """The product of all rows over Python integers; while there are many, halves as arrays.

        Shapes: (n, 12, n_words).
        """
        field, arrays = self.curve.base_field, array_tower(self.curve)
        while len(loops) >= MANY:
            half = len(loops) // 2
            x, y = (
                _fq12(arrays, [FieldArray(field, part[:, k]) for k in range(12)])
                for part in (loops[:half], loops[half : 2 * half])
            )
            products = np.stack([c.data for c in (x * y).coefficients()], axis=1)
            loops = np.concatenate([products, loops[2 * half :]])
        integers = integer_tower(self.curve)
        return reduce(mul, (_fq12(integers, FieldArray(field, row).to_ints()) for row in loops))


def _fq12(tower: Tower, values: list[Any]) -> Fq12:
    """The element with these coefficients."""
    parts = [tower.fq2(*values[k : k + 2]) for k in range(0, 12, 2)]
    return Fq12(Fq6(*parts[:3]), Fq6(*parts[3:]))


def _emit(curve: Curve, program: Program) -> None:
    from zkctl.curve.kernels_pairing import emit_pairing_kernels

    emit_pairing_kernels(program, curve=curve)
