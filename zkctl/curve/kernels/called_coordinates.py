"""Operations on coordinates in memory, each a call of a routine: short code, for what a kernel does once per block.

Written out, such operations would make most of a kernel's code and of the time that compiling it takes.
"""

from __future__ import annotations

from functools import cached_property

from llvmlite import ir

from zkctl.curve.curves.parameters import Group
from zkctl.curve.kernels.coordinates import Coordinate, CoordinateField
from zkctl.field.kernels.language import I64, POINTER, Int, Pointer, Program, call, scratch
from zkctl.field.kernels.memory import mask_bits
from zkctl.field.kernels.residue import is_zero


class CalledCoordinates:
    """Operations on coordinates at addresses, reduced to `stored_high`; results go to new room in the frame."""

    def __init__(self, program: Program, group: Group, coordinates: CoordinateField) -> None:
        self.program, self.c, self.f = program, coordinates, coordinates.base
        self.name = group.name.replace(".", "_")
        self.words = group.degree * self.f.element_words

    def product(self, x: Pointer, y: Pointer) -> Pointer:
        """Return the address of x y."""
        return self._called(self._product, x, y)

    def difference(self, x: Pointer, y: Pointer) -> Pointer:
        """Return the address of x - y."""
        return self._called(self._difference, x, y)

    def conjugate(self, x: Pointer) -> Pointer:
        """Return the address of the conjugate of x over Fq."""
        return self._called(self._conjugate, x)

    def constant(self, values: tuple[int, ...]) -> Pointer:
        """Return the address of a constant."""
        f, radix = self.f, 1 << self.f.plan.radix_bits
        out = self.room()
        self.store(Coordinate(tuple(f.constant(value * radix % f.p) for value in values)), out)
        return out

    def zero_lanes(self, x: Pointer) -> Int:
        """Return one bit per lane, set where x is zero."""
        bits = call(self._zero, x)
        assert bits is not None
        return bits

    def room(self, n: int = 1) -> Pointer:
        """Return memory for n coordinates."""
        return scratch(n * self.words)

    def slots(self, x: Pointer) -> list[Pointer]:
        """Return the addresses of the parts."""
        return [x.at(j * self.f.element_words) for j in range(self.c.degree)]

    def load(self, x: Pointer) -> Coordinate:
        """Return a coordinate from memory."""
        f = self.f
        return Coordinate(tuple(f.tight(part, f.stored_high).load() for part in self.slots(x)))

    def store(self, x: Coordinate, out: Pointer) -> None:
        """Write a coordinate, reduced."""
        for pointer, part in zip(self.slots(out), self.c.reduce(x).parts, strict=True):
            self.f.store(part, pointer)

    def _called(self, routine: ir.Function, *operands: Pointer) -> Pointer:
        out = self.room()
        call(routine, out, *operands)
        return out

    @cached_property
    def _product(self) -> ir.Function:
        @self.program.routine(f"{self.name}_product", POINTER, POINTER, POINTER)
        def product(out: Pointer, x: Pointer, y: Pointer) -> None:
            self.store(self.c.multiply(self.load(x), self.load(y)), out)

        return product

    @cached_property
    def _difference(self) -> ir.Function:
        @self.program.routine(f"{self.name}_difference", POINTER, POINTER, POINTER)
        def difference(out: Pointer, x: Pointer, y: Pointer) -> None:
            self.store(self.c.difference(self.load(x), self.load(y)), out)

        return difference

    @cached_property
    def _conjugate(self) -> ir.Function:
        @self.program.routine(f"{self.name}_conjugate", POINTER, POINTER)
        def conjugate(out: Pointer, x: Pointer) -> None:
            real, imaginary = self.load(x).parts
            self.store(Coordinate((real, self.f.constant(0) - imaginary)), out)

        return conjugate

    @cached_property
    def _zero(self) -> ir.Function:
        @self.program.routine(f"{self.name}_is_zero", POINTER, returns=I64)
        def zero(x: Pointer) -> Int:
            first, *rest = (mask_bits(is_zero(self.f.canonical(p))) for p in self.load(x).parts)
            for bits in rest:
                first = first & bits
            return first

        return zero
