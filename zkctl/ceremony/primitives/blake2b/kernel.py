"""BLAKE2b over whole blocks as a kernel: a ceremony's file needs the state, which hashlib does not show."""

from __future__ import annotations

from zkctl.ceremony.primitives.blake2b.formulas import BLOCK, IV, mix_rounds
from zkctl.field.kernels.language import I64, POINTER, Int, Pointer, Program, integer, loop


def emit_blake2b(program: Program) -> None:
    """Add `blake2b_blocks`."""

    @program.kernel("blake2b_blocks", POINTER, POINTER, I64, I64)
    def blake2b_blocks(h: Pointer, data: Pointer, n_blocks: Int, before: Int) -> None:
        """Update h, 8 words, by n_blocks whole blocks of data after `before` bytes, none the last."""
        for block in loop(n_blocks):
            at = data.at(block * (BLOCK // 8))
            chain = [h.load(i) for i in range(8)]
            v = [*chain, *(integer(word) for word in IV)]
            v[12] = v[12] ^ (before + (block + 1) * BLOCK)
            mix_rounds(v, [at.load(i) for i in range(16)], Int.__add__, _rotated_xor)
            for i, word in enumerate(chain):
                h.store(word ^ v[i] ^ v[i + 8], i)


def _rotated_xor(x: Int, y: Int, n: int) -> Int:
    mixed = x ^ y
    return (mixed >> n) | (mixed << (64 - n))
