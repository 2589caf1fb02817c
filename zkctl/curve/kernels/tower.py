"""The formulas of `tower` inside kernels: base elements in registers, products by routines.

A base element is a `Value`, a lazily reduced residue in registers.  Products in Fq2 and Fq6, and every
operation in Fq12, are routines from memory to memory, built by the formulas that run on Python
integers.  Their arguments are raw sums (un-normalised limbs, possibly negative), their results
are normalised numbers of at most 2 p; each bound is checked while the kernel is built.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from llvmlite import ir

from zkctl.curve.curves.parameters import Curve
from zkctl.curve.tower import Fq2, Fq6, Fq12, Ring, Tower
from zkctl.field.kernels.inverse import LaneInverse
from zkctl.field.kernels.lanes import BoundError, Lanes
from zkctl.field.kernels.language import (
    I64,
    POINTER,
    Int,
    Pointer,
    Program,
    call,
    loop,
    scratch,
    width,
)
from zkctl.field.kernels.limbs import KernelField
from zkctl.field.kernels.residue import Residue

STORED = 2  # numbers kept in memory are at most so many p, their limbs normalised
FACTOR = 16  # a factor of a product in Fq is at most so many p
OPERAND = 64  # a factor of a product in Fq6 has coefficients between -64 p and 64 p
SUM = 400  # any sum lies between -400 p and 400 p


@dataclass(frozen=True, slots=True)
class Value:
    """An element of Fq in registers, as a base element of `tower`."""

    field: KernelField
    residue: Residue

    def __add__(self, other: Value) -> Value:
        return self._sum(self.residue + other.residue)

    def __sub__(self, other: Value) -> Value:
        return self._sum(self.residue - other.residue)

    def __neg__(self) -> Value:
        return Value(self.field, self.field.constant(0) - self.residue)

    def __mul__(self, other: Value | int) -> Value:
        if isinstance(other, int):
            return self._times(other)
        limit = FACTOR * self.field.p
        return Value(self.field, self.field.mul(self.below(limit), other.below(limit)).load())

    def _sum(self, x: Residue) -> Value:
        """Return a sum, reduced where it may leave its interval."""
        value, limit = Value(self.field, x), SUM * self.field.p
        if -limit <= x.low and x.high <= limit:
            return value
        return Value(self.field, value.below(STORED * self.field.p))

    def _times(self, small: int) -> Value:
        result = self
        for bit in bin(small)[3:]:
            result = result + result
            if bit == "1":
                result = result + self
        return result

    def below(self, limit: int) -> Residue:
        """Return normalised limbs of a number in 0 .. limit."""
        x = self.field.non_negative(self.residue).carry()
        return x if x.high <= limit else _below_two_p(self.field, x)


def _below_two_p(f: KernelField, x: Residue) -> Residue:
    """Return x - q p, with q an estimate of x / p from the upper bits of the top limb: q <= x / p < q + 2.

    With x = top B + rest, 0 <= rest < B, and m = floor(2^s B / p):  q = floor(top m / 2^s) <= x / p,
    and x / p - q < B / p + top / 2^s + 1, which is asserted to be below 2.
    """
    assert x.low >= 0
    assert all(limb.low >= 0 and limb.high <= f.plan.mask for limb in x.limbs[:-1])
    dropped = max(0, x.limbs[-1].high.bit_length() - 32)
    top, block = x.limbs[-1] >> dropped, 1 << (f.plan.bits * (f.plan.n - 1) + dropped)
    s = 31 + (f.p // block).bit_length()
    assert (block << s) + top.high * f.p < f.p << s
    q = (top * ((block << s) // f.p)) >> s
    parts = zip(x.limbs, f.plan.split(f.p), strict=True)
    limbs = tuple(limb - _times_limb(q, part) for limb, part in parts)
    return Residue(f.plan, limbs, 0, 2 * f.p).carry()


def _times_limb(q: Lanes, limb: int) -> Lanes:
    """Return the product with a limb of up to 52 bits."""
    if limb >> 32 == 0:
        return q * limb
    return q * (limb & 0x3FFFFFF) + (q * (limb >> 26) << 26)


class CalledFq2(Fq2):
    """Elements of Fq2 whose products are calls of routines."""

    __slots__ = ()
    frame: ClassVar[Frame]

    def __mul__(self, other: Fq2) -> Fq2:
        return self.frame.call_fq2("mul", self, other)

    def square(self) -> Fq2:
        """Return the square."""
        return self.frame.call_fq2("sqr", self)


class CalledFq6(Fq6):
    """Elements of Fq6 whose products are calls of a routine."""

    __slots__ = ()

    def __mul__(self, other: Fq6) -> CalledFq6:
        return cast(CalledFq2, self.c0).frame.call_fq6(self, other)


class Frame:
    """The surroundings of one routine: its tower, and room for the operands of the routines it calls."""

    def __init__(self, emitter: TowerEmitter) -> None:
        self.emitter, self.base = emitter, emitter.base
        self.tower = Tower(emitter.curve, emitter.ring, CalledFq2)
        cast(type[CalledFq2], self.tower.fq2).frame = self
        self._out, *self._areas = (emitter.room(3) for _ in range(3))

    def call_fq2(self, name: str, *factors: Fq2) -> Fq2:
        """Return a product in Fq2 by the routine of this name."""
        areas = self._areas[: len(factors)]
        for factor, area in zip(factors, areas, strict=True):
            self._store_raw([factor], area, SUM)
        call(self.emitter.routines[name], self._out, *areas)
        return self.load(self._out, 1)[0]

    def call_fq6(self, *factors: Fq6) -> CalledFq6:
        """Return a product in Fq6."""
        for factor, area in zip(factors, self._areas, strict=True):
            self._store_raw([factor.c0, factor.c1, factor.c2], area, OPERAND)
        call(self.emitter.routines["multiply_fq6"], self._out, *self._areas)
        return CalledFq6(*self.load(self._out, 3))

    def load(self, pointer: Pointer, n: int) -> list[Fq2]:
        """Return consecutive elements that `store` wrote."""
        numbers = (pointer.at(k * self.base.element_words) for k in range(2 * n))
        stored = (self.base.tight(number, STORED * self.base.p).load() for number in numbers)
        return self._in_pairs([Value(self.base, residue) for residue in stored])

    def load_raw(self, pointer: Pointer, n: int, limit: int) -> list[Fq2]:
        """Return consecutive elements, not normalised, between -limit * p and limit * p."""
        numbers = (pointer.at(k * self.base.element_words) for k in range(2 * n))
        return self._in_pairs([self.emitter.raw_value(number, limit) for number in numbers])

    def _in_pairs(self, parts: list[Value]) -> list[Fq2]:
        return [self.tower.fq2(*parts[k : k + 2]) for k in range(0, len(parts), 2)]

    def store(self, values: list[Fq2], pointer: Pointer) -> None:
        """Write consecutive elements, normalised."""
        self._store_raw(values, pointer, SUM)
        call(self.emitter.routines["normalise"], pointer, 2 * len(values))

    def _store_raw(self, values: list[Fq2], pointer: Pointer, limit: int) -> None:
        """Write consecutive elements as they are; BoundError if one may exceed limit * p."""
        bound, limb_bound = limit * self.base.p, limit << self.base.plan.bits
        for k, part in enumerate(part for value in values for part in (value.c0, value.c1)):
            x = part.residue
            worst = max(max(-limb.low, limb.high) for limb in x.limbs)
            if worst > limb_bound or x.low < -bound or x.high > bound:
                raise BoundError(f"an operand may exceed {limit} p or have limbs of {worst}")
            for j, limb in enumerate(x.limbs):
                pointer.at(k * self.base.element_words + j * width()).store_lanes(limb.value)

    def load_fq12(self, pointer: Pointer) -> Fq12:
        """Return an element of Fq12, its coefficients in the order of `Fq12.coefficients`."""
        parts = self.load(pointer, 6)
        return Fq12(CalledFq6(*parts[:3]), CalledFq6(*parts[3:]))

    def store_fq12(self, f: Fq12, pointer: Pointer) -> None:
        """Write an element of Fq12."""
        self.store([c for half in (f.c0, f.c1) for c in (half.c0, half.c1, half.c2)], pointer)


class TowerEmitter:
    """Emits the routines of one curve's tower; `routines` holds them by name."""

    def __init__(self, program: Program, curve: Curve) -> None:
        self.program, self.curve = program, curve
        self.base = KernelField(program, curve.base_field)
        self.inverse = LaneInverse(program, self.base)
        self.ring = Ring(constant=self._constant, reduce=lambda x: x, invert=self._invert)
        self.routines: dict[str, ir.Function] = {}
        self._emit_normalise()
        self._emit_fq2()
        self._emit_fq6()
        self._emit_fq12()

    def room(self, n: int) -> Pointer:
        """Return memory for n elements of Fq2."""
        return scratch(2 * n * self.base.element_words)

    def raw_value(self, pointer: Pointer, limit: int) -> Value:
        """Return a number in memory between -limit * p and limit * p, its limbs not normalised.

        A sum of numbers counts every one with at least p, and its limbs with at most 2^bits.
        """
        f, limb_bound = self.base, limit << self.base.plan.bits
        words = (pointer.at(k * width()).load_lanes() for k in range(f.plan.n))
        limbs = tuple(Lanes(word, -limb_bound, limb_bound) for word in words)
        return Value(f, Residue(f.plan, limbs, -limit * f.p, limit * f.p))

    def add_routine(self, name: str, n_pointers: int, body: Callable[..., None]) -> None:
        """Emit a routine of pointer arguments."""
        full = f"{self.curve.name}_{name}"
        self.routines[name] = self.program.routine(full, *[POINTER] * n_pointers)(body)

    def _constant(self, value: int) -> Value:
        f = self.base
        return Value(f, f.constant((value << f.plan.radix_bits) % f.p))

    def _invert(self, x: Value) -> Value:
        """Return 1 / x, one inversion for all lanes; no lane may be zero."""
        f, slot = self.base, self.base.slot()
        f.store(x.below(STORED * f.p), slot)
        self.inverse.emit_in_place(slot)
        return Value(f, f.tight(slot, STORED * f.p).load())

    def _reduced(self, pointer: Pointer) -> Value:
        return Value(self.base, self.raw_value(pointer, SUM).below(STORED * self.base.p))

    def _emit_normalise(self) -> None:
        """Emit the routine that normalises consecutive raw numbers in place."""
        f = self.base

        def normalise(numbers: Pointer, n: Int) -> None:
            for k in loop(n):
                number = numbers.at(k * f.element_words)
                f.store(self._reduced(number).residue, number)

        full = f"{self.curve.name}_normalise"
        self.routines["normalise"] = self.program.routine(full, POINTER, I64)(normalise)

    def _emit_fq2(self) -> None:
        """Emit products in Fq2 of raw operands, by the formulas of `Fq2`."""
        f, fq2 = self.base, Tower(self.curve, self.ring).fq2

        def routine(operation: Callable[..., Fq2]) -> Callable[..., None]:
            def body(out: Pointer, *factors: Pointer) -> None:
                parts = [(self._reduced(x), self._reduced(x.at(f.element_words))) for x in factors]
                product = operation(*(fq2(*part) for part in parts))
                for k, part in enumerate((product.c0, product.c1)):
                    f.store(part.below(STORED * f.p), out.at(k * f.element_words))

            return body

        self.add_routine("mul", 3, routine(fq2.__mul__))
        self.add_routine("sqr", 2, routine(fq2.square))

    def _emit_fq6(self) -> None:
        def multiply(out: Pointer, x: Pointer, y: Pointer) -> None:
            frame = Frame(self)
            a, b = (Fq6(*frame.load_raw(pointer, 3, OPERAND)) for pointer in (x, y))
            product = a * b
            frame.store([product.c0, product.c1, product.c2], out)

        self.add_routine("multiply_fq6", 3, multiply)

    def _emit_fq12(self) -> None:
        """Emit operations of Fq12; the result may overwrite an operand."""

        def routine(operation: Callable[..., Any]) -> Callable[..., None]:
            def body(out: Pointer, *operands: Pointer) -> None:
                frame = Frame(self)
                values = [frame.load_fq12(pointer) for pointer in operands]
                frame.store_fq12(operation(frame.tower, *values), out)

            return body

        self.add_routine("multiply", 3, routine(lambda _, f, g: f * g))
        self.add_routine("square", 2, routine(lambda _, f: f.square()))
        self.add_routine("inverse", 2, routine(lambda _, f: f.inverse()))
        self.add_routine("conjugate", 2, routine(lambda _, f: f.conjugate()))
        for n in (1, 2, 3):
            frobenius = routine(lambda tower, f, n=n: tower.frobenius(f, n))
            self.add_routine(f"frobenius_{n}", 2, frobenius)
