"""One pass of a number-theoretic transform: all butterflies of one digit of the index, between one read and one write of memory.

A pass takes 2^k rows (legs) at a time, one vector of lanes each, through these steps, all in a scratch area that fits the first-level
cache, where elements are limbs:

    read        2^k legs in digit-reversed order; times constants, if any
    transform   decimation in time: radix 2 if k is odd, then radix 4; the twiddles are the same for all lanes
    turn        if asked: times constants, back to digit-reversed order, another transform (from coefficients to a coset)
    write       times a factor for each leg and lane, or constants, or neither; canonical, or as they come from the product

Bounds, in multiples of p.  Rows in memory and products stay below 3/2.  Butterflies are never reduced: twisted legs are products, only
leg 0 grows, by at most 9/2 a stage of radix 4, so that 2^7 points stay below 17; legs without a twiddle after the first stage are
reduced.  Building the kernel checks each of these bounds (`Element.within`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from llvmlite import ir

from zkctl.field.kernels.lanes import BoundError, Lanes, in_this_order, lanes
from zkctl.field.kernels.language import (
    I64,
    POINTER,
    Int,
    Pointer,
    Program,
    Variable,
    call,
    integer,
    loop,
    repeat_while,
    select,
    when,
    width,
)
from zkctl.field.kernels.limbs import KernelField
from zkctl.field.kernels.memory import load_rows, store_rows
from zkctl.field.kernels.residue import Element, Residue
from zkctl.field.kernels.transform.job import MOST_BITS, PassWord
from zkctl.field.kernels.transform.shared import SharedProducts
from zkctl.field.prime import PrimeField

_ANY_WORD = (1 << 64) - 1


def emit_ntt_kernels(program: Program, field: PrimeField) -> None:
    """Add `<field>_pass(job)`."""
    TransformEmitter(program, field).emit()


class _Place:
    """The addresses of a pass for two loop counters."""

    def __init__(self, job: Pointer, outer: Int, inner: Int) -> None:
        self.job, self.outer, self.inner = job, outer, inner

    def at(self, start: PassWord, by_outer: PassWord, by_inner: PassWord) -> Pointer:
        """Return the address."""
        steps = self.outer * self.job.load(by_outer) + self.inner * self.job.load(by_inner)
        return self.job.load_pointer(start).at(steps)


class TransformEmitter:
    """Emits the pass of one field."""

    def __init__(self, program: Program, field: PrimeField) -> None:
        self.program, self.n_words = program, field.n_words
        self.field = f = KernelField(program, field)
        self.shared = SharedProducts(f)
        self.stored = 3 * f.p // 2
        self.growth = 9 * f.p // 2
        first = max(7 * f.p // 2 + MOST_BITS // 2 * self.growth, 6 * f.p + 2 * self.growth)
        self.highest = first

    def emit(self) -> None:
        """Emit the kernel."""
        self.program.kernel(f"{self.field.name}_pass", POINTER)(self._pass)

    def _pass(self, job: Pointer) -> None:
        log_points = job.load(PassWord.LOG_POINTS)
        points = integer(1) << log_points
        for outer in loop(job.load(PassWord.N_OUTER)):
            for inner in loop(job.load(PassWord.N_INNER)):
                place = _Place(job, outer, inner)
                scratch = job.load_pointer(PassWord.SCRATCH)
                source = place.at(PassWord.SOURCE, PassWord.SOURCE_OUTER, PassWord.SOURCE_INNER)
                order, lane = job.load_pointer(PassWord.ORDER), job.load(PassWord.SOURCE_LANE)
                call(self._read, scratch, source, order, lane, points)
                before, unmoved = job.load(PassWord.BEFORE), job.load_pointer(PassWord.IN_PLACE)
                with when(before.compare("!=", 0)):
                    constants = job.load_pointer(PassWord.BEFORE)
                    call(self._times_constants, scratch, scratch, constants, unmoved, points)
                twiddles, unit = PassWord.TWIDDLES, PassWord.UNIT
                call(
                    self._transform,
                    scratch,
                    log_points,
                    *map(job.load_pointer, (twiddles, unit)),
                )
                self._turn(job, scratch, log_points)
                self._write(job, place, points)

    def _turn(self, job: Pointer, scratch: Pointer, log_points: Int) -> None:
        with when(job.load(PassWord.BETWEEN).compare("!=", 0)):
            second, turned = map(job.load_pointer, (PassWord.SECOND, PassWord.TURNED))
            constants = job.load_pointer(PassWord.BETWEEN)
            points = integer(1) << log_points
            call(self._times_constants, second, scratch, constants, turned, points)
            tables = (PassWord.SECOND_TWIDDLES, PassWord.SECOND_UNIT)
            call(self._transform, second, log_points, *map(job.load_pointer, tables))

    def _write(self, job: Pointer, place: _Place, points: Int) -> None:
        once = job.load(PassWord.BETWEEN).compare("==", 0)
        legs = job.load_pointer(select(once, PassWord.SCRATCH, PassWord.SECOND))
        with when(job.load(PassWord.FACTORS).compare("!=", 0)):
            factors = place.at(PassWord.FACTORS, PassWord.FACTORS_OUTER, PassWord.FACTORS_INNER)
            call(self._times_factors, legs, factors, job.load(PassWord.FACTORS_LEG), points)
        with when(job.load(PassWord.AFTER).compare("!=", 0)):
            constants, unmoved = map(job.load_pointer, (PassWord.AFTER, PassWord.IN_PLACE))
            call(self._times_constants, legs, legs, constants, unmoved, points)
        target = place.at(PassWord.TARGET, PassWord.TARGET_OUTER, PassWord.TARGET_INNER)
        steps = job.load(PassWord.TARGET_LANE), job.load(PassWord.TARGET_LEG)
        canonical = job.load(PassWord.CANONICAL)
        with when(canonical.compare("!=", 0)):
            call(self._write_canonical, legs, target, *steps, points)
        with when(canonical.compare("==", 0)):
            call(self._write_products, legs, target, *steps, points)

    # -- memory and factors

    @cached_property
    def _read(self) -> ir.Function:
        """Read legs into the scratch: scratch, source, order, distance of lanes, number of legs."""
        f = self.field

        def body(scratch: Pointer, source: Pointer, order: Pointer, lane: Int, n: Int) -> None:
            offsets = [lane * k for k in range(width())]
            for k in loop(n):
                row = source.at(order.load(k))
                words = load_rows([row.at(offset) for offset in offsets], self.n_words)
                f.store(f.unpack(words, self.stored), self._leg(scratch, k))

        return self._routine("read", body, POINTER, POINTER, POINTER, I64, I64)

    @cached_property
    def _times_constants(self) -> ir.Function:
        """Multiply each leg by its number: target, source, numbers, distances in the target, number of legs."""
        f = self.field

        def body(
            target: Pointer, source: Pointer, constants: Pointer, order: Pointer, n: Int
        ) -> None:
            for k in loop(n):
                leg = f.tight(self._leg(source, k), self.highest)
                out = target.at(order.load(k))
                self.shared.product(leg, constants.at(k * self.shared.words), out).within(
                    self.stored
                )

        return self._routine("constants", body, *[POINTER] * 4, I64)

    @cached_property
    def _times_factors(self) -> ir.Function:
        """Multiply each leg by packed words for each lane: legs, table, distance of its legs, number of legs."""
        f = self.field

        def body(legs: Pointer, table: Pointer, step: Int, n: Int) -> None:
            for k in loop(n):
                words = [table.at(k * step + j * width()) for j in range(self.n_words)]
                factor = f.unpack([Lanes(w.load_lanes(), 0, _ANY_WORD) for w in words], f.p - 1)
                leg = self._leg(legs, k)
                f.mul(f.tight(leg, self.highest), factor, leg).within(self.stored)

        return self._routine("factors", body, POINTER, POINTER, I64, I64)

    @cached_property
    def _write_canonical(self) -> ir.Function:
        """Write legs of any size, canonical: legs, target, distances of lanes and legs, number of legs."""
        f = self.field

        def body(legs: Pointer, target: Pointer, lane: Int, step: Int, n: Int) -> None:
            offsets = [lane * k for k in range(width())]
            for k in loop(n):
                value = f.divided(f.tight(self._leg(legs, k), self.highest).load(), self.stored)
                row = target.at(k * step)
                store_rows([row.at(offset) for offset in offsets], f.pack(f.canonical(value)))

        return self._routine("write_canonical", body, POINTER, POINTER, I64, I64, I64)

    @cached_property
    def _write_products(self) -> ir.Function:
        """Write legs that are products; arguments as those of `_write_canonical`."""
        f = self.field

        def body(legs: Pointer, target: Pointer, lane: Int, step: Int, n: Int) -> None:
            offsets = [lane * k for k in range(width())]
            for k in loop(n):
                value = f.tight(self._leg(legs, k), self.stored).load()
                row = target.at(k * step)
                store_rows([row.at(offset) for offset in offsets], f.pack(value))

        return self._routine("write_products", body, POINTER, POINTER, I64, I64, I64)

    # -- butterflies

    @cached_property
    def _transform(self) -> ir.Function:
        """Transform legs in digit-reversed order to natural order: legs, log2 of their number, twiddles, unit."""

        def body(legs: Pointer, log_n: Int, twiddles: Pointer, unit: Pointer) -> None:
            n, odd = integer(1) << log_n, (log_n & 1).compare("==", 1)
            h, used = Variable(4), Variable(0)  # twiddles so far, in words
            with when(odd):
                h.set(2)
                for k in loop(n, step=2):
                    self._sum_and_difference(legs, k)
            with when((log_n & 1).compare("==", 0)):
                for k in loop(n, step=4):
                    self._butterfly(self._legs(legs, k, integer(1)), unit, self.stored)
            with repeat_while(lambda: h.get().compare("<", n)):
                self._stage(legs, n, h.get(), twiddles.at(used.get()), unit)
                used.set(used.get() + (h.get() - 1) * (3 * self.shared.words))
                h.set(h.get() << 2)

        return self._routine("transform", body, POINTER, I64, POINTER, POINTER)

    def _stage(self, legs: Pointer, n: Int, h: Int, twiddles: Pointer, unit: Pointer) -> None:
        """Emit a stage of radix 4 after the first: butterflies j < h of groups of 4 h legs, twiddles w^j, w^2j, w^3j."""
        for group in loop(n, step=h << 2):
            self._butterfly(self._legs(legs, group, h), unit, None)
        for j in loop(h, start=1):
            factors = twiddles.at((j - 1) * (3 * self.shared.words))
            for group in loop(n, step=h << 2):
                pointers = self._legs(legs, group + j, h)
                self._butterfly(pointers, unit, None, factors)

    def _sum_and_difference(self, legs: Pointer, k: Int) -> None:
        f = self.field
        pointers = [self._leg(legs, k), self._leg(legs, k + 1)]
        a, b = (f.tight(pointer, self.stored).load() for pointer in pointers)
        for pointer, value in zip(pointers, (a + b, a - b), strict=True):
            self._store(value, pointer, 7 * f.p // 2)

    def _butterfly(
        self,
        pointers: list[Pointer],
        unit: Pointer,
        bound: int | None,
        factors: Pointer | None = None,
    ) -> None:
        """Emit the transform of four legs, sum_k leg[k] i^(k m), in place.

        `bound`: of all legs; None if leg 0 is up to the bound before the last stage, and the others times factors, or reduced.
        """
        f = self.field
        loose = self.highest - self.growth
        if bound is not None:
            legs = [f.tight(pointer, bound) for pointer in pointers]
        else:
            legs = [f.tight(pointer, loose) for pointer in pointers]
            for k in range(1, 4):
                legs[k] = self._twisted(legs[k], k, factors)
        turned = self.shared.product(f.minus(legs[1].load(), legs[3].load()), unit)
        limit = 6 * f.p if bound is not None else self.highest
        self._combine(pointers, [*legs, turned], limit)

    def _combine(self, pointers: list[Pointer], legs: list[Element], limit: int) -> None:
        """Write a + c + b + d, a - c + t, a + c - b - d, a - c - t, normalised, up to `limit`.

        Limb by limb, so that all of it stays in registers.
        """
        f, bits, last = self.field, self.field.plan.bits, self.field.plan.n - 1
        highs = [leg.high for leg in legs]
        lifts, tops = [], []
        for plus, minus in (("abcd", ""), ("at", "c"), ("ac", "bd"), ("a", "ct")):
            lift = f.multiple_above(sum(highs["abcdt".index(name)] for name in minus))
            high = lift + sum(highs["abcdt".index(name)] for name in plus)
            if high > limit:
                raise BoundError(f"a leg may reach {high / f.p:.2f} p: {limit / f.p:.2f} p allowed")
            # by m 2^b in each limb, m of them borrowed from the next one: no total is negative
            m = len(minus)
            lifts.append(
                [
                    limb + (m << bits if k < last else 0) - (m if k else 0)
                    for k, limb in enumerate(f.plan.split(lift))
                ]
            )
            tops.append(high >> bits * last)
        carries = [lanes(0)] * 4
        for k in range(last + 1):
            a, b, c, d, t = (leg.limb(k) for leg in legs)
            even, odd, difference = a + c, b + d, a - c
            sums = even + odd, difference + t, even - odd, difference - t
            totals = [x + lift[k] + y for x, lift, y in zip(sums, lifts, carries, strict=True)]
            if k == last:
                parts = [Lanes(x.value, 0, top) for x, top in zip(totals, tops, strict=True)]
            else:
                parts = [x.low_bits(bits) for x in totals]
            for pointer, part in zip(pointers, parts, strict=True):
                pointer.at(k * width()).store_lanes(part.value)
            carries = in_this_order([x >> bits for x in totals]) if k < last else carries

    def _twisted(self, leg: Element, k: int, factors: Pointer | None) -> Element:
        f = self.field
        if factors is None:
            return f.store(f.divided(leg.load(), self.stored))
        return self.shared.product(leg, factors.at((k - 1) * self.shared.words)).within(self.stored)

    def _store(self, value: Residue, pointer: Pointer, limit: int) -> None:
        f = self.field
        f.store(f.non_negative(value).carry(), pointer).within(limit)

    def _routine(self, name: str, body: Callable[..., None], *types: ir.Type) -> ir.Function:
        return self.program.routine(f"{self.field.name}_{name}", *types)(body)

    def _leg(self, legs: Pointer, k: Int) -> Pointer:
        return legs.at(k * self.field.element_words)

    def _legs(self, legs: Pointer, first: Int, h: Int) -> list[Pointer]:
        return [self._leg(legs, first + h * k) for k in range(4)]
