"""Batched affine addition over index lists: the one group operation every algorithm is made of.

out[i] = +-pool[left[i]] +- pool[right[i]], where a reference is 2 * index + sign and the pool holds points in the kernels' own
form (Montgomery radix R', lazily reduced; see `GroupEmitter`).  Two variants:

    chord:    lambda = (y2 - y1) / (x2 - x1)        any two points with different x
    tangent:  lambda = 3 x1^2 / (2 y1)              doubling of the left point
    x3 = lambda^2 - x1 - x2,  y3 = lambda (x1 - x3) - y1

A batch shares one inversion (Montgomery's trick).  Lanes that the formula does not cover (equal x, infinity, y = 0) are detected by
the lowest word (which may also flag, with probability 2^-60, a pair that is fine), computed with denominator 1 and
flagged, one byte of lane bits per block; the caller recomputes flagged pairs exactly.  So the kernel is right on every input.

Infinity in the pool: x = 2^(64 n) - 1 in every word, larger than any lazily reduced coordinate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from llvmlite import ir

from zkctl.curve.curves.parameters import Group
from zkctl.curve.kernels.chain import emit_double_times
from zkctl.curve.kernels.combination import emit_combination
from zkctl.curve.kernels.coordinates import Coordinate, CoordinateField
from zkctl.curve.kernels.interface import BLOCKS_PER_INVERSION, PREFETCH_BLOCKS
from zkctl.curve.kernels.members import emit_members
from zkctl.field.kernels.inverse import LaneInverse
from zkctl.field.kernels.lanes import Lanes, choose, lanes
from zkctl.field.kernels.language import (
    I64,
    POINTER,
    Int,
    Pointer,
    Program,
    Variable,
    build,
    loop,
    scratch,
    select,
    width,
)
from zkctl.field.kernels.limbs import KernelField
from zkctl.field.kernels.memory import (
    all_zero,
    byte_store,
    load_indices,
    load_rows,
    mask_bits,
    prefetch,
    row_pointers,
    sign_mask,
    store_rows,
)
from zkctl.field.kernels.residue import Element, Residue
from zkctl.field.kernels.rounds import BatchedAddition, emit_drivers
from zkctl.runtime.records import record

PRODUCT_CHAINS = 2  # running products, so that consecutive blocks do not wait for each other


@dataclass
class Sides:
    """The points of one block: per lane a pointer to each and the vector of its sign."""

    left: list[Pointer]
    right: list[Pointer]
    left_sign: ir.Value
    right_sign: ir.Value


@record
class PairBlocks:
    """The pairs of one batch: left[k] and right[k] in a pool, `count` blocks of lanes from block `start` on."""

    pool: Pointer
    left: Pointer
    right: Pointer
    start: Int
    count: Int


@dataclass
class Inverses:
    """The results of the forward pass: per block the denominator and the product before it; the running products."""

    entries: Pointer
    running: Pointer
    denominator: Element  # of the last block emitted: its bounds hold for all
    flagged: Variable  # the union of the flags


class GroupEmitter:
    """Emits the kernels of one group.  Pool rows: x then y, packed words, R' form, at most `stored_high`."""

    def __init__(self, program: Program, group: Group) -> None:
        self.program, self.group = program, group
        self.base = KernelField(program, group.base_field)
        self.coordinates = CoordinateField(self.base, group.degree)
        self.inverse = LaneInverse(program, self.base)
        self.name = group.name.replace(".", "_")
        self.row_words = group.point_words
        self.half = group.coordinate_words

    def emit(self, part: str) -> None:
        """Emit the kernels of one of the group's programs, a name in `PARTS`."""
        arguments = self.program, self.group, self.coordinates, self.inverse
        if part == "sums":
            chord = self._emit_addition("chord")
            addition = BatchedAddition(chord, self.row_words, PREFETCH_BLOCKS)
            emit_drivers(self.program, self.name, addition)
            self._emit_conversion()
        elif part == "tangent":
            self._emit_addition("tangent")
        elif part == "doublings":
            emit_double_times(*arguments)
        elif part == "members":
            emit_members(*arguments)
        else:
            assert (part, self.group.degree) == ("combination", 1)
            emit_combination(*arguments)

    # -- reading points

    def _sides(self, pairs: PairBlocks, block: Int) -> Sides:
        pointers, signs = [], []
        for references in (pairs.left, pairs.right):
            indices = load_indices(references, block * width())
            pointers.append([pairs.pool.at((i >> 1) * self.row_words) for i in indices])
            signs.append(sign_mask(indices))
        return Sides(pointers[0], pointers[1], signs[0], signs[1])

    def _read(self, rows: list[Pointer], offset: int) -> tuple[Coordinate, list[Lanes]]:
        """Return a coordinate at word `offset` of each row, and its raw words."""
        words = load_rows([row.at(offset) for row in rows], self.half)
        n = self.base.field.n_words
        parts = tuple(
            self.base.unpack(words[k : k + n], self.base.stored_high)
            for k in range(0, self.half, n)
        )
        return Coordinate(parts), words

    def _signed_y(self, rows: list[Pointer], sign: ir.Value) -> Coordinate:
        """Return +-y by the reference's sign bit, in -stored_high .. stored_high."""
        y, _ = self._read(rows, self.half)
        return self.coordinates.negated_where(sign, y)

    # -- the addition

    def _emit_addition(self, variant: str) -> ir.Function:
        """Emit a kernel that returns the union of the flags."""
        tangent = variant == "tangent"
        kinds = (*[POINTER] * 3, I64, *[POINTER] * 3)

        @self.program.kernel(f"{self.name}_{variant}", *kinds, returns=I64)
        def addition(  # noqa: PLR0913, PLR0917 - a kernel's calling convention
            pool: Pointer,
            left: Pointer,
            right: Pointer,
            n_blocks: Int,
            scratch_space: Pointer,
            flags: Pointer,
            out: Pointer,
        ) -> Int:
            union = Variable(0)
            for start in loop(n_blocks, step=BLOCKS_PER_INVERSION):
                rest = n_blocks - start
                count = select(rest.compare("<", BLOCKS_PER_INVERSION), rest, BLOCKS_PER_INVERSION)
                pairs = PairBlocks(pool, left, right, start, count)
                batch = self._forward(pairs, scratch_space, flags, tangent=tangent)
                union.set(union.get() | batch.flagged.get())
                self._invert(batch.running)
                self._backward(pairs, batch, out, tangent=tangent)
            return union.get()

        return addition

    def _forward(
        self,
        pairs: PairBlocks,
        scratch_space: Pointer,
        flags: Pointer,
        *,
        tangent: bool,
    ) -> Inverses:
        """Emit denominators and their running products, block by block."""
        f = self.base
        running, flagged = self._chains(), Variable(0)
        for k in loop(pairs.count):
            block = pairs.start + k
            self._prefetch(pairs, block)
            sides = self._sides(pairs, block)
            denominator, bad = self._denominator(sides, tangent=tangent)
            bits = mask_bits(bad)
            byte_store(flags, block, bits)
            flagged.set(flagged.get() | bits)
            norm = self.coordinates.norm(denominator)
            one = f.constant((1 << f.plan.radix_bits) % f.p)
            safe = Residue(
                f.plan,
                tuple(choose(bad, o, v) for o, v in zip(one.limbs, norm.limbs, strict=True)),
                0,
                max(one.high, norm.high),
            )
            entry = scratch_space.at(k * (2 * f.element_words))
            value = f.store(f.factor(safe), entry)
            chain = running.at((k & (PRODUCT_CHAINS - 1)) * f.element_words)
            before = f.tight(chain, 4 * f.p)
            f.store(before.load(), entry.at(f.element_words))
            f.mul(value, before, chain).within(4 * f.p)
        return Inverses(scratch_space, running, value, flagged)

    def _chains(self) -> Pointer:
        f = self.base
        running = scratch(PRODUCT_CHAINS * f.element_words)
        for c in range(PRODUCT_CHAINS):
            one = f.constant((1 << f.plan.radix_bits) % f.p)
            f.store(one, running.at(c * f.element_words))
        return running

    def _denominator(self, sides: Sides, *, tangent: bool) -> tuple[Coordinate, ir.Value]:
        """Return the chord's x2 - x1 or the tangent's 2 y1, and the lanes for which the formula does not hold."""
        c = self.coordinates
        x1, words1 = self._read(sides.left, 0)
        infinite = _all_ones(words1[:1])
        if tangent:
            y1, y_words = self._read(sides.left, self.half)
            vertical = self._may_be_zero([y_words[k] for k in self._low_words()])
            return c.sum(y1, y1), build().or_(infinite, vertical)
        x2, words2 = self._read(sides.right, 0)
        same_x = self._may_be_zero(self._differences(words1, words2))
        infinite = build().or_(infinite, _all_ones(words2[:1]))
        return c.minus(x2, x1), build().or_(infinite, same_x)

    def _low_words(self) -> list[int]:
        return list(range(0, self.half, self.base.field.n_words))

    def _differences(self, first: list[Lanes], second: list[Lanes]) -> list[Lanes]:
        """Return differences of the lowest words modulo 2^64."""
        b = build()
        any_word = (1 << 64) - 1
        return [
            Lanes(b.sub(second[k].value, first[k].value), 0, any_word) for k in self._low_words()
        ]

    def _may_be_zero(self, low_words: list[Lanes]) -> ir.Value:
        """Return the lanes whose every coordinate part has the lowest word of a multiple k p, |k| <= stored_high / p."""
        b, f = build(), self.base
        reach = f.stored_high // f.p
        masks = []
        for word in low_words:
            hits = [
                b.icmp_unsigned("==", word.value, lanes(k * f.p % (1 << 64)).value)
                for k in range(-reach, reach + 1)
            ]
            mask = hits[0]
            for hit in hits[1:]:
                mask = b.or_(mask, hit)
            masks.append(mask)
        result = masks[0]
        for mask in masks[1:]:
            result = b.and_(result, mask)
        return result

    def _prefetch(self, pairs: PairBlocks, block: Int) -> None:
        """Prefetch the rows of a later block: index lists are padded by PREFETCH_BLOCKS blocks."""
        for references in (pairs.left, pairs.right):
            for i in load_indices(references, (block + PREFETCH_BLOCKS) * width()):
                row = pairs.pool.at((i >> 1) * self.row_words)
                for line in range(0, self.row_words, 8):
                    prefetch(row.at(line))

    def _invert(self, running: Pointer) -> None:
        """Replace each chain's running product by its inverse."""
        f = self.base
        assert PRODUCT_CHAINS == 2
        first, second = (
            f.tight(running.at(c * f.element_words), 4 * f.p) for c in range(PRODUCT_CHAINS)
        )
        both = f.slot()
        f.mul(first, second, both).within(2 * f.p)
        self.inverse.emit_in_place(both)
        inverse = f.tight(both, 2 * f.p)
        new_first = f.mul(inverse, second).within(4 * f.p)
        f.mul(inverse, first, second.pointer).within(4 * f.p)
        f.store(new_first.load(), first.pointer)

    def _backward(
        self,
        pairs: PairBlocks,
        batch: Inverses,
        out: Pointer,
        *,
        tangent: bool,
    ) -> None:
        """Take the inverses from the running products, last block first, and finish the additions."""
        f, c = self.base, self.coordinates
        for i in loop(pairs.count):
            k = pairs.count - 1 - i
            block = pairs.start + k
            sides = self._sides(pairs, block)
            entry = batch.entries.at(k * (2 * f.element_words))
            chain = batch.running.at((k & (PRODUCT_CHAINS - 1)) * f.element_words)
            so_far = f.tight(chain, 4 * f.p)
            inverse = f.mul(so_far, f.tight(entry.at(f.element_words), 4 * f.p))
            f.mul(replace(batch.denominator, pointer=entry), so_far, chain).within(4 * f.p)
            slope = self._slope(sides, inverse, tangent=tangent)
            x3, y3 = self._third_point(sides, slope, tangent=tangent)
            rows = row_pointers(out, block * width(), self.row_words)
            store_rows(rows, c.pack(x3))
            store_rows([row.at(self.half) for row in rows], c.pack(y3))

    def _slope(self, sides: Sides, inverse: Element, *, tangent: bool) -> Coordinate:
        """Return lambda, times the conjugate of the denominator over Fq2 where only the norm was inverted."""
        c = self.coordinates
        if tangent:
            x1, _ = self._read(sides.left, 0)
            square = c.square(x1)
            numerator = c.sum(c.sum(square, square), square)
            numerator = c.negated_where(sides.left_sign, c.reduce(numerator))
            y1, _ = self._read(sides.left, self.half)  # the sign is on the numerator
            return c.divide(numerator, c.sum(y1, y1), inverse)
        y1 = self._signed_y(sides.left, sides.left_sign)
        y2 = self._signed_y(sides.right, sides.right_sign)
        x1, _ = self._read(sides.left, 0)
        x2, _ = self._read(sides.right, 0)
        return c.divide(c.difference(y2, y1), c.minus(x2, x1), inverse)

    def _third_point(
        self, sides: Sides, slope: Coordinate, *, tangent: bool
    ) -> tuple[Coordinate, Coordinate]:
        c = self.coordinates
        x1, _ = self._read(sides.left, 0)
        x2 = x1 if tangent else self._read(sides.right, 0)[0]
        x3 = c.reduce(c.difference(c.difference(c.square(slope), x1), x2))
        rise = c.multiply(slope, c.minus(x1, x3))
        y1 = self._signed_y(sides.left, sides.left_sign)
        return x3, c.reduce(c.difference(rise, y1))

    # -- conversion

    def _emit_conversion(self) -> None:
        """Emit the conversions between file form (R, canonical, infinity zero) and pool form (R', infinity all ones)."""
        f = self.base
        radix, stored_radix = 1 << f.plan.radix_bits, f.field.montgomery_r
        inward = radix * radix * pow(stored_radix, -1, f.p) % f.p  # x R -> x R'
        parts = self.row_words // f.field.n_words

        @self.program.kernel(f"{self.name}_to_pool", POINTER, POINTER, I64)
        def to_pool(pool: Pointer, points: Pointer, n_blocks: Int) -> None:
            factor = f.store(f.constant(inward))
            for block in loop(n_blocks):
                source = row_pointers(points, block * width(), self.row_words)
                target = row_pointers(pool, block * width(), self.row_words)
                words = load_rows(source, self.row_words)
                infinite = all_zero(words)
                for k in range(parts):
                    part = words[k * f.field.n_words : (k + 1) * f.field.n_words]
                    converted = f.mul(f.unpack(part, f.p - 1), factor).load()
                    packed = f.pack(f.reduce_to(converted, f.stored_high))
                    ones = lanes((1 << 64) - 1)
                    store_rows(
                        [row.at(k * f.field.n_words) for row in target],
                        [choose(infinite, ones, word) for word in packed],
                    )

        @self.program.kernel(f"{self.name}_from_pool", POINTER, POINTER, I64)
        def from_pool(points: Pointer, pool: Pointer, n_blocks: Int) -> None:
            factor = f.store(f.constant(stored_radix))  # x R' -> x R
            for block in loop(n_blocks):
                source = row_pointers(pool, block * width(), self.row_words)
                target = row_pointers(points, block * width(), self.row_words)
                words = load_rows(source, self.row_words)
                infinite = _all_ones(words[: self.half])
                for k in range(parts):
                    part = words[k * f.field.n_words : (k + 1) * f.field.n_words]
                    known = [choose(infinite, lanes(0), word) for word in part]
                    converted = f.mul(f.unpack(known, f.stored_high), factor).load()
                    store_rows(
                        [row.at(k * f.field.n_words) for row in target],
                        f.pack(f.canonical(converted)),
                    )


def _all_ones(words: list[Lanes]) -> ir.Value:
    both = words[0].value
    for word in words[1:]:
        both = build().and_(both, word.value)
    return build().icmp_unsigned("==", both, lanes((1 << 64) - 1).value)
