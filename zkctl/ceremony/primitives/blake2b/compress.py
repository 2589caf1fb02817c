"""Compression of BLAKE2b blocks: by a kernel for long input, else on integers."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from zkctl.ceremony.primitives.blake2b.formulas import BLOCK, IV, mix_rounds
from zkctl.field.backend import compiled_program

if TYPE_CHECKING:
    from zkctl.field.kernels.cache import LoadedProgram
    from zkctl.field.kernels.language import Program

_MASK = (1 << 64) - 1
_KERNEL_FROM_BYTES = 1 << 16  # below, loading the machine code takes longer than the integers


def compress(h: Sequence[int], blocks: memoryview, before: int) -> list[int]:
    """Return the chain value after whole blocks, none the last one; `before` bytes were hashed earlier."""
    program = _program() if len(blocks) >= _KERNEL_FROM_BYTES else None
    if program is not None:
        return _compress_compiled(program, h, blocks, before)
    chain = list(h)
    for offset in range(0, len(blocks), BLOCK):
        chain = compress_block(chain, blocks[offset : offset + BLOCK], before + offset + BLOCK)
    return chain


def compress_block(
    h: Sequence[int], block: memoryview, count: int, *, last: bool = False
) -> list[int]:
    """Return the chain value after one block, with `count` bytes hashed in all (padding does not count)."""
    v = [*h, *IV]
    v[12] ^= count
    v[14] ^= _MASK if last else 0
    mix_rounds(v, struct.unpack("<16Q", block), _add, _rotated_xor)
    return [x ^ v[i] ^ v[i + 8] for i, x in enumerate(h)]


def _add(x: int, y: int) -> int:
    return (x + y) & _MASK


def _rotated_xor(x: int, y: int, n: int) -> int:
    mixed = x ^ y
    return mixed >> n | (mixed << (64 - n) & _MASK)


@cache
def _program() -> LoadedProgram | None:
    modules = ("ceremony.primitives.blake2b.kernel", "ceremony.primitives.blake2b.formulas")
    return compiled_program("blake2b", _emit, modules)


def _emit(program: Program) -> None:
    from zkctl.ceremony.primitives.blake2b.kernel import emit_blake2b

    emit_blake2b(program)


def _compress_compiled(
    program: LoadedProgram, h: Sequence[int], blocks: memoryview, before: int
) -> list[int]:
    chain = np.array(h, dtype=np.uint64)
    words = np.frombuffer(blocks, np.uint8).copy()  # aligned
    hash_blocks = program.function("blake2b_blocks", *"ppii")
    hash_blocks(chain.ctypes.data, words.ctypes.data, len(blocks) // BLOCK, before)
    return [int(word) for word in chain]
