"""Rows of words in memory <-> vectors: lane k of vector j is word j of row k (a transpose in registers)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from llvmlite import ir

from zkctl.field.kernels.lanes import Lanes, lanes
from zkctl.field.kernels.language import (
    I8,
    I32,
    I64,
    POINTER,
    VOID,
    Int,
    Pointer,
    build,
    vector_type,
    width,
)

_ANY_WORD = (1 << 64) - 1
_QUAD = ir.VectorType(I64, 4)


def row_pointers(base: Pointer, first_row: Int, row_words: int) -> list[Pointer]:
    """Return one pointer per lane to consecutive rows."""
    start = base.at(first_row * row_words)
    return [start.at(k * row_words) for k in range(width())]


def load_rows(rows: Sequence[Pointer], n_words: int) -> list[Lanes]:
    """Return the first n_words words of one row per lane."""
    if width() < 4 or n_words < 4:
        return [Lanes(gather(rows, j), 0, _ANY_WORD) for j in range(n_words)]
    vectors: list[ir.Value] = []
    for start in _windows(n_words):
        columns = _transpose([_load_quads(rows, k, start) for k in range(4)])
        vectors.extend(columns[len(vectors) - start :])
    return [Lanes(vector, 0, _ANY_WORD) for vector in vectors]


def store_rows(rows: Sequence[Pointer], words: Sequence[Lanes]) -> None:
    """Write one row of words per lane."""
    n_words = len(words)
    if width() < 4 or n_words < 4:
        for j, word in enumerate(words):
            for k, row in enumerate(rows):
                row.store(Int(build().extract_element(word.value, I32(k))), j)
        return
    for start in _windows(n_words):
        quads = _transpose([word.value for word in words[start : start + 4]])
        for k, quad in enumerate(quads):
            _store_quads(rows, k, start, quad)


def prefetch(pointer: Pointer) -> None:
    """Emit the hint that the cache line at this address will be read soon."""
    b = build()
    name = "llvm.prefetch.p0"
    module = b.module
    function = module.globals.get(name) or ir.Function(
        module, ir.FunctionType(VOID, [POINTER, I32, I32, I32]), name
    )
    b.call(function, [pointer.value, I32(0), I32(3), I32(1)])


def load_indices(pointer: Pointer, first: Int) -> list[Int]:
    """Return one sign-extended 32-bit index per lane."""
    return [pointer.load_i32(first + k) for k in range(width())]


def sign_mask(references: Sequence[Int]) -> ir.Value:
    """Return a vector of i1, set where the lowest bit of a reference is."""
    b = build()
    vector: ir.Value = ir.Constant(vector_type(), ir.Undefined)
    for k, reference in enumerate(references):
        vector = b.insert_element(vector, reference.value, I32(k))
    one = ir.Constant(vector_type(), [1] * width())
    return b.icmp_unsigned("==", b.and_(vector, one), one)


def all_zero(words: Sequence[Lanes]) -> ir.Value:
    """Return a vector of i1, set where all these words are zero."""
    union = words[0]
    for word in words[1:]:
        union = union | word
    return build().icmp_unsigned("==", union.value, lanes(0).value)


def mask_bits(mask: ir.Value) -> Int:
    """Return a vector of i1 as the low bits of a scalar."""
    b = build()
    return Int(b.zext(b.bitcast(mask, ir.IntType(width())), I64))


def byte_store(pointer: Pointer, index: Int, value: Int) -> None:
    """Write the low byte of `value` at byte `index`."""
    b = build()
    address = b.gep(pointer.value, [index.value], source_etype=I8)
    b.store(b.trunc(value.value, I8), address)


def _windows(n_words: int) -> list[int]:
    """Return starts of the 4-word windows that cover a row; the last one may overlap."""
    return [*range(0, n_words - 3, 4), *([n_words - 4] if n_words % 4 else [])]


def gather(rows: Sequence[Pointer], j: int) -> ir.Value:
    """Return word j of one row per lane, word by word."""
    b = build()
    vector: ir.Value = ir.Constant(vector_type(), ir.Undefined)
    for k, row in enumerate(rows):
        vector = b.insert_element(vector, row.load(j).value, I32(k))
    return vector


def _load_quads(rows: Sequence[Pointer], k: int, start: int) -> ir.Value:
    """Return four words of row k, and with 8 lanes those of row k + 4 beside them."""
    b = build()
    halves = []
    for row in rows[k::4]:
        load = b.load(row.at(start).value, typ=_QUAD)
        load.align = 8
        halves.append(load)
    if len(halves) == 1:
        return halves[0]
    return b.shuffle_vector(halves[0], halves[1], _mask(range(8)))


def _store_quads(rows: Sequence[Pointer], k: int, start: int, quad: ir.Value) -> None:
    b = build()
    for group, row in enumerate(rows[k::4]):
        part = b.shuffle_vector(quad, quad, _mask(range(4 * group, 4 * group + 4)))
        b.store(part, row.at(start).value).align = 8


def _transpose(rows: Sequence[ir.Value]) -> list[ir.Value]:
    """Transpose 4 x 4 words within each group of four lanes."""
    shuffle, n = build().shuffle_vector, width()
    groups = range(0, n, 4)
    low = _mask(x for g in groups for x in (g, n + g, g + 2, n + g + 2))
    high = _mask(x for g in groups for x in (g + 1, n + g + 1, g + 3, n + g + 3))
    first = _mask(x for g in groups for x in (g, g + 1, n + g, n + g + 1))
    second = _mask(x for g in groups for x in (g + 2, g + 3, n + g + 2, n + g + 3))
    a, b, c, d = rows
    even = (shuffle(a, b, low), shuffle(c, d, low))
    odd = (shuffle(a, b, high), shuffle(c, d, high))
    return [
        shuffle(*even, first),
        shuffle(*odd, first),
        shuffle(*even, second),
        shuffle(*odd, second),
    ]


def _mask(order: Iterable[int]) -> ir.Constant:
    indices = list(order)
    return ir.Constant(ir.VectorType(I32, len(indices)), indices)
