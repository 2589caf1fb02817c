"""The compiled pairing: points in, the coefficients of a product of pairings out."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from zkctl.curve.curves.parameters import Curve
from zkctl.curve.kernels.interface import PairingProduct
from zkctl.field.kernels.cache import KernelFunction, sources_of
from zkctl.field.kernels.compiled.field import SOURCES
from zkctl.field.kernels.compiled.memory import Room
from zkctl.field.kernels.host import host
from zkctl.field.kernels.limb_plan import plan_for
from zkctl.field.kernels.on_demand import ProgramOnDemand
from zkctl.field.words import bytes_from_ints, ints_from_bytes
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

        fixed = partial(_emit_fixed, curve)
        sources = [*_SOURCES, *sources_of("curve.kernels.fixed_pairing")]
        self.fixed_program = ProgramOnDemand(f"{curve.name}_fixed_pairing", fixed, sources)

    def _function(self, name: str, kinds: str) -> KernelFunction:
        return self.program.function(f"{self.curve.name}_{name}", *kinds)

    def fixed_table(self, numbers: Sequence[int]) -> Room:
        """Return the table of fixed lines: four numbers of the first point's line, four of the second's, line by line."""
        from zkctl.curve.kernels.fixed_pairing import NUMBERS_OF_A_LINE, PAIRS, vectors_of

        field, step = self.curve.base_field, NUMBERS_OF_A_LINE * PAIRS
        filled = vectors_of(step, self.width) * self.width * field.n_bytes
        rows = [
            bytes_from_ints(
                [x * field.montgomery_r % field.modulus for x in numbers[k : k + step]],
                field.n_words,
            ).ljust(filled, b"\0")
            for k in range(0, len(numbers), step)
        ]
        n_vectors = len(rows) * filled // (self.width * field.n_bytes)
        plan = plan_for(field, fused=host().fused)
        table = Room(n_vectors * 8 * plan.n * self.width)
        kernel = self.fixed_program.function(f"{self.curve.name}_fixed_table", *"ppi")
        kernel(table.address, b"".join(rows), n_vectors)
        return table

    def fixed_product(self, table: Room, p: bytes) -> tuple[int, ...]:
        """Return the product of two pairings, for a table that `fixed_table` made; no point is infinity."""
        block = self.width * self.curve.base_field.n_bytes
        kernel = self.fixed_program.function(f"{self.curve.name}_fixed_product", *"ppp")
        out = ctypes.create_string_buffer(self._block_bytes)
        kernel(out, table.address, p.ljust(-(-len(p) // block) * block, b"\0"))
        return self._coefficients(out.raw)

    def product(self, p: bytes, q: bytes) -> PairingProduct:
        """Return the product of e(p[i], q[i]), i < n, n > 0; a pair with an infinite member counts as one."""
        sizes = self.curve.g1.point_bytes, self.curve.g2.point_bytes
        n = len(p) // sizes[0]
        step = -(-n // (self.width * thread_count())) * self.width
        parts = [
            [
                side[size * first : size * (first + step)]
                for side, size in zip((p, q), sizes, strict=True)
            ]
            for first in range(0, n, step)
        ]
        loops = in_parallel([partial(self._miller_part, *part) for part in parts])
        power = ctypes.create_string_buffer(self._block_bytes)
        blocks = b"".join([block for block, _ in loops])
        self._function("final_power", "ppi")(power, blocks, len(loops))
        members = [each for _, part in loops for each in part]
        return PairingProduct(self._coefficients(power.raw), members)

    def _coefficients(self, block: bytes) -> tuple[int, ...]:
        """Return the element in the first row of a block."""
        field = self.curve.base_field
        numbers = ints_from_bytes(block[: 12 * field.n_bytes], field.n_words)
        return tuple(number * field.montgomery_r_inverse % field.modulus for number in numbers)

    def _miller_part(self, p: bytes, q: bytes) -> tuple[bytes, list[bool]]:
        """Return the product of the Miller loops lane by lane, and the members among q."""
        width, g1, g2 = self.width, self.curve.g1.point_bytes, self.curve.g2.point_bytes
        n = len(p) // g1
        n_blocks = -(-n // width)
        rows = b"".join([p[g1 * k : g1 * (k + 1)] + q[g2 * k : g2 * (k + 1)] for k in range(n)])
        rows = rows.ljust(n_blocks * width * (g1 + g2), b"\0")
        out, flags = (ctypes.create_string_buffer(n) for n in (self._block_bytes, n_blocks))
        self._function("miller", "pppi")(out, flags, rows, n_blocks)
        bits = flags.raw
        return out.raw, [bits[k // width] >> k % width & 1 == 1 for k in range(n)]

    @property
    def _block_bytes(self) -> int:
        return self.width * 12 * self.curve.base_field.n_bytes


def _emit(curve: Curve, program: Program) -> None:
    from zkctl.curve.kernels.pairing import emit_pairing_kernels

    emit_pairing_kernels(program, curve=curve)


def _emit_fixed(curve: Curve, program: Program) -> None:
    from zkctl.curve.kernels.fixed_pairing import emit_fixed_pairing

    emit_fixed_pairing(program, curve=curve)
