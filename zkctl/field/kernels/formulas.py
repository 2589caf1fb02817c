"""Kernels for whole formulas: every operation on one block of rows before the next block, so that memory is read and written once.

A formula is a Python function of values with + - * (zkctl/field/formulas.py).  Called once with the values below, it emits its kernel.
A value may carry extra factors 2^s, s = `radix_shift`: a product of two stored values loses one (limbs.py), so one factor is taken
with an extra one: for free where it is read from memory or a constant, by a shift of limbs where it was computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

from zkctl.field.kernels.formula_source import FormulaSource
from zkctl.field.kernels.language import I64, POINTER, Int, Pointer, Program, loop, width
from zkctl.field.kernels.limbs import KernelField
from zkctl.field.kernels.memory import load_rows, row_pointers, store_rows
from zkctl.field.kernels.residue import Element, Residue
from zkctl.field.prime import PrimeField


def emit_formulas(program: Program, field: PrimeField, sources: Sequence[FormulaSource]) -> None:
    """Add one kernel for each formula, named as the formula."""
    arithmetic = KernelField(program, field)
    for source in sources:
        _emit_formula(arithmetic, source)


def _emit_formula(field: KernelField, source: FormulaSource) -> None:
    n_limbs = field.plan.n

    @field.program.kernel(source.name, POINTER, POINTER, POINTER, I64)
    def formula(out: Pointer, arrays: Pointer, constants: Pointer, n_blocks: Int) -> None:
        # out: addresses; arrays: of each the address, and the words from row to row; constants: of each the limbs, plain and
        # with an extra factor
        fixed = {
            name: KernelConstant(field, constants.at(2 * k * n_limbs))
            for k, name in enumerate(source.constants)
        }
        for block in loop(n_blocks):
            rows = {
                name: KernelRow(field, arrays.load_pointer(2 * k), arrays.load(2 * k + 1), block)
                for k, name in enumerate(source.arrays)
            }
            result = source.function(SimpleNamespace(**rows, **fixed))
            results = result if isinstance(result, tuple) else (result,)
            for k, each in enumerate(results):
                place = row_pointers(out.load_pointer(k), block * width(), field.field.n_words)
                store_rows(place, field.pack(field.canonical(each.plain())))


class KernelValue:
    """A vector of elements while a kernel is emitted."""

    def __init__(self, field: KernelField) -> None:
        self.field = field
        self._factors: dict[bool, Element] = {}

    def plain(self) -> Residue:
        """Return the number as it is stored, lazily reduced."""
        raise NotImplementedError

    def shifted(self) -> Residue:
        """Return the number with an extra factor."""
        raise NotImplementedError

    shifts_for_free = True

    def factor(self, *, shifted: bool) -> Element:
        """Return a factor of a product, made once."""
        if shifted not in self._factors:
            number = self.shifted() if shifted else self.plain()
            number = self.field.non_negative(number)
            self._factors[shifted] = self.field.store(
                number if number.is_tight() else number.carry()
            )
        return self._factors[shifted]

    def _other(self, other: KernelValue | int) -> KernelValue:
        return KernelLiteral(self.field, other) if isinstance(other, int) else other

    def __add__(self, other: KernelValue | int) -> KernelValue:
        return KernelResult(self.field, self.plain() + self._other(other).plain())

    def __sub__(self, other: KernelValue | int) -> KernelValue:
        return KernelResult(self.field, self.plain() - self._other(other).plain())

    def __mul__(self, other: KernelValue) -> KernelValue:
        x, y = (self, other) if other.shifts_for_free else (other, self)
        product = self.field.mul(x.factor(shifted=False), y.factor(shifted=True))
        return KernelResult(self.field, product.load(), product)


class KernelRow(KernelValue):
    """Elements of an array, read when they are used."""

    def __init__(self, field: KernelField, base: Pointer, step: Int, block: Int) -> None:
        super().__init__(field)
        first = base.at(block * width() * step)
        self._rows = [first.at(step * k) for k in range(width())]

    def _read(self, shift: int) -> Residue:
        f = self.field
        return f.unpack(load_rows(self._rows, f.field.n_words), f.p - 1, shift)

    def plain(self) -> Residue:
        """Read the rows."""
        return self._read(0)

    def shifted(self) -> Residue:
        """Read the rows, shifted."""
        return self._read(self.field.radix_shift)


class KernelConstant(KernelValue):
    """A number that is an argument of the kernel, in every lane."""

    def __init__(self, field: KernelField, limbs: Pointer) -> None:
        super().__init__(field)
        self._plain = field.broadcast_words(limbs, field.p - 1)
        self._shifted = field.broadcast_words(limbs.at(field.plan.n), field.p - 1)
        self._factors = {False: field.store(self._plain), True: field.store(self._shifted)}

    def plain(self) -> Residue:
        """Return the number."""
        return self._factors[False].load()

    def shifted(self) -> Residue:
        """Return the number with an extra factor."""
        return self._factors[True].load()


class KernelLiteral(KernelValue):
    """A number of the formula's text."""

    def __init__(self, field: KernelField, value: int) -> None:
        super().__init__(field)
        self._value = value * field.field.montgomery_r

    def plain(self) -> Residue:
        """Return the number."""
        return self.field.constant(self._value % self.field.p)

    def shifted(self) -> Residue:
        """Return the number with an extra factor."""
        return self.field.constant((self._value << self.field.radix_shift) % self.field.p)


class KernelResult(KernelValue):
    """The result of an operation."""

    shifts_for_free = False

    def __init__(self, field: KernelField, number: Residue, element: Element | None = None) -> None:
        super().__init__(field)
        self._number = number
        if element is not None:
            self._factors[False] = element

    def plain(self) -> Residue:
        """Return the number."""
        return self._number

    def shifted(self) -> Residue:
        """Return the number with an extra factor, which takes a reduction and a carry."""
        f = self.field
        small = f.reduce_to(self._number, 2 * f.p)
        limbs = tuple(limb << f.radix_shift for limb in small.limbs)
        high = small.high << f.radix_shift
        return Residue(small.plan, limbs, 0, high).carry()
