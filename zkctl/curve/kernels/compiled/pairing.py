"""The compiled pairing: rows of points in, the coefficients of a product of pairings out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from zkctl.curve.curves.parameters import Curve
from zkctl.curve.kernels.interface import PairingProduct
from zkctl.field import FieldArray
from zkctl.field.kernels.cache import KernelFunction, sources_of
from zkctl.field.kernels.compiled.field import SOURCES
from zkctl.field.kernels.compiled.memory import address
from zkctl.field.kernels.host import host
from zkctl.field.kernels.on_demand import ProgramOnDemand
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

    def __init__(self, curve: Curve) -> None:
        self.curve, self.width = curve, host().width
        self.program = ProgramOnDemand(f"{curve.name}_pairing", partial(_emit, curve), _SOURCES)

    def _function(self, name: str, kinds: str) -> KernelFunction:
        return self.program.function(f"{self.curve.name}_{name}", *kinds)

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
        self._function("final_power", "ppi")(address(power), address(blocks), len(loops))
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
        self._function("miller", "pppi")(address(out), address(flags), address(rows), n_blocks)
        lanes = np.unpackbits(flags[:, None], axis=1, bitorder="little")[:, : self.width]
        return out, lanes.reshape(-1)[:n].astype(bool)

    def _new_block(self) -> Words:
        return np.empty((self.width, 12, self.curve.base_field.n_words), np.uint64)


def _emit(curve: Curve, program: Program) -> None:
    from zkctl.curve.kernels.pairing import emit_pairing_kernels

    emit_pairing_kernels(program, curve=curve)
