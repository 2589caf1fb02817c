"""The compiled pairing: rows of points in, the coefficients of a product of pairings out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from zkctl.curve.curves.parameters import Curve
from zkctl.curve.kernels.interface import PairingProduct
from zkctl.field import FieldArray
from zkctl.field.kernels.cache import LoadedProgram, cached_program, load_program, sources_of
from zkctl.field.kernels.compiled.field import SOURCES
from zkctl.field.kernels.compiled.memory import address
from zkctl.field.kernels.host import host
from zkctl.field.words import Mask, Words
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.settings import thread_count

if TYPE_CHECKING:
    from zkctl.field.kernels.language import Program

_SOURCES = [
    *SOURCES,
    *sources_of("curve.kernels.tower", "curve.kernels.spread", "curve.kernels.pairing"),
    *sources_of(
        "curve.tower", "curve.pairing_formulas", "curve.curves.bn254", "curve.curves.bls12_381"
    ),
]


class CompiledPairing:
    """The pairing kernels of one curve."""

    def __init__(self, curve: Curve, program: LoadedProgram) -> None:
        self.curve, self.width = curve, host().width
        self.program = program  # owns the machine code
        self._miller = program.function(f"{curve.name}_miller", *"pppi")
        self._final_power = program.function(f"{curve.name}_final_power", *"ppi")

    @classmethod
    def cached(cls, curve: Curve) -> CompiledPairing | None:
        """Return the pairing from the cache folder, or None."""
        program = cached_program(_name(curve), _SOURCES)
        return None if program is None else cls(curve, program)

    @classmethod
    def compiled(cls, curve: Curve) -> CompiledPairing:
        """Return the pairing from the cache folder, else compile it now (seconds)."""
        return cls(curve, load_program(_name(curve), partial(_emit, curve), _SOURCES))

    def product(self, p: Words, q: Words) -> PairingProduct:
        """Return the product of e(p[i], q[i]), i < n, n > 0; a pair with an infinite member counts as one.

        Shapes: (n, point_words of G1), (n, point_words of G2).
        """
        n = len(p)
        step = -(-n // (self.width * thread_count())) * self.width
        parts = [slice(first, min(n, first + step)) for first in range(0, n, step)]
        loops = in_parallel([partial(self._miller_part, p[part], q[part]) for part in parts])
        blocks, members = (
            loops[0] if len(loops) == 1 else map(np.concatenate, zip(*loops, strict=True))
        )
        power = self._new_block()
        self._final_power(address(power), address(blocks), len(loops))
        return PairingProduct(tuple(FieldArray(self.curve.base_field, power[0]).to_ints()), members)

    def _miller_part(self, p: Words, q: Words) -> tuple[Words, Mask]:
        """Return the product of the Miller loops lane by lane, and the members among q.

        Shapes: (n, ..), (n, ..) -> (width, 12, n_words), (n,).
        """
        n, split = len(p), p.shape[1]
        n_blocks = -(-n // self.width)
        rows = np.zeros((n_blocks * self.width, split + q.shape[1]), np.uint64)
        rows[:n, :split], rows[:n, split:] = p, q
        out, flags = self._new_block(), np.empty(n_blocks, np.uint8)
        self._miller(address(out), address(flags), address(rows), n_blocks)
        lanes = np.unpackbits(flags[:, None], axis=1, bitorder="little")[:, : self.width]
        return out, lanes.reshape(-1)[:n].astype(bool)

    def _new_block(self) -> Words:
        return np.empty((self.width, 12, self.curve.base_field.n_words), np.uint64)


def _name(curve: Curve) -> str:
    return f"{curve.name}_pairing"


def _emit(curve: Curve, program: Program) -> None:
    from zkctl.curve.kernels.pairing import emit_pairing_kernels

    emit_pairing_kernels(program, curve=curve)
