"""Montgomery multiplication of limbs in vectors: rows of products, each followed by its reduction step.

Two ways to multiply limbs, the same bookkeeping (columns[k] gathers what weighs 2^(b k)):

    integer   b = 28 or 29: one 32 x 32 -> 64 bit product per pair of limbs (vpmuludq, any machine)
    fused     b = 52: the low and the high 52 bits of each product are added by one instruction each
              (AVX-512 IFMA); only the low 52 bits of its operands count

After row i the multiple q p 2^(b i), q = -columns[i] / p mod 2^b, makes column i divisible by 2^b; it is
carried into column i + 1.  Source: Montgomery, "Modular multiplication without trial division" (1985).
"""

from __future__ import annotations

from collections.abc import Sequence

from llvmlite import ir

from zkctl.field.kernels.lanes import BoundError, Lanes, in_this_order, lanes
from zkctl.field.kernels.language import build, vector_type
from zkctl.field.kernels.limb_plan import LimbPlan

_FUSED_BITS = 52


class MontgomeryRows:
    """Emits products of limbs modulo p, as n columns of a number below x y / R' + p."""

    def __init__(self, plan: LimbPlan, p: int) -> None:
        self.plan = plan
        self.p_limbs = plan.split(p)
        self.minus_inverse = -pow(p, -1, 1 << plan.bits) % (1 << plan.bits)

    @property
    def loosest_limb(self) -> int:
        """The largest limbs one factor may have: n (loose + mask) mask plus carries stay below 2^64."""
        n, mask = self.plan.n, self.plan.mask
        if self.plan.fused:
            return mask
        room = (1 << 64) - 1 - n * mask * mask - (1 << (64 - self.plan.bits))
        return min(room // (n * mask), (1 << 32) - 1)

    def product(self, a: Sequence[Lanes], b: Sequence[Lanes]) -> list[Lanes]:
        """Return columns of a b / R'."""
        n = self.plan.n
        columns = [lanes(0)] * (2 * n)
        for i in range(n):
            for j in range(n):
                self.add_product(columns, i + j, a[j], b[i])
            columns = self._reduce(columns, i)
        return columns[n:]

    def square(self, a: Sequence[Lanes]) -> list[Lanes]:
        """Return columns of a^2 / R': cross products are taken once and doubled."""
        return self._fused_square(a) if self.plan.fused else self._integer_square(a)

    def _integer_square(self, a: Sequence[Lanes]) -> list[Lanes]:
        n, twice = self.plan.n, [limb + limb for limb in a]
        columns = [lanes(0)] * (2 * n)
        for i in range(n):
            self.add_product(columns, 2 * i, a[i], a[i])
            for j in range(i + 1, n):
                self.add_product(columns, i + j, twice[i], a[j])
            columns = self._reduce(columns, i)
        return columns[n:]

    def _fused_square(self, a: Sequence[Lanes]) -> list[Lanes]:
        """Return columns of a^2 / R'; a doubled limb would have 53 bits, so the columns of the cross products are doubled."""
        n = self.plan.n
        columns = [lanes(0)] * (2 * n)
        for i in range(n):
            for j in range(i + 1, n):
                self.add_product(columns, i + j, a[i], a[j])
        columns = [column + column for column in columns]
        for i in range(n):
            self.add_product(columns, 2 * i, a[i], a[i])
        for i in range(n):
            columns = self._reduce(columns, i)
        return columns[n:]

    def add_product(self, columns: list[Lanes], k: int, x: Lanes, y: Lanes | int) -> None:
        """Add the product of two limbs to column k, with fused limbs also to column k + 1."""
        if not self.plan.fused:
            columns[k] = columns[k] + x * y
            return
        y = lanes(y)
        for factor in (x, y):
            if factor.low < 0 or factor.high >> _FUSED_BITS:
                raise BoundError(f"a factor may reach {factor.high}, not 52 bits")
        columns[k] = _multiply_add(columns[k], x, y, "l")
        columns[k + 1] = _multiply_add(columns[k + 1], x, y, "h")

    def _reduce(self, columns: list[Lanes], i: int) -> list[Lanes]:
        q = self._quotient(columns[i])
        for j, limb in enumerate(self.p_limbs):
            self.add_product(columns, i + j, q, limb)
        columns[i + 1] = columns[i + 1] + (columns[i] >> self.plan.bits)
        return columns[: i + 1] + in_this_order(columns[i + 1 :])

    def _quotient(self, column: Lanes) -> Lanes:
        """Return -column / p mod 2^b."""
        if not self.plan.fused:
            return (column.low_bits(32) * self.minus_inverse).low_bits(self.plan.bits)
        # the instruction reads the low 52 bits of the column and returns the low 52 of the product
        return _multiply_add(lanes(0), column, lanes(self.minus_inverse), "l")


def _multiply_add(total: Lanes, x: Lanes, y: Lanes, half: str) -> Lanes:
    """Add the low ('l') or high ('h') 52 bits of the product of the operands' low 52 bits."""
    name = f"llvm.x86.avx512.vpmadd52{half}.uq.512"
    b, kind = build(), vector_type()
    function = b.module.globals.get(name) or ir.Function(
        b.module, ir.FunctionType(kind, [kind] * 3), name
    )
    high = total.high + (1 << _FUSED_BITS) - 1
    if total.low < 0 or high >> 64:
        raise BoundError(f"a column may reach {high}, not 64 bits")
    return Lanes(b.call(function, [total.value, x.value, y.value]), total.low, high)
