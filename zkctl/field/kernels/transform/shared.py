"""Products with a number that is the same in all lanes and known long before: its quotient by p is a table entry too.

With B = 2^(b n) and w' = floor(w B / p), the quotient of x w by p is q = floor(x w' / B) or a little more, so that x w - q p is small: only
the upper columns of x w' and the lower ones of x w and of q p are computed, 84 instead of 105 products of 52-bit limbs.
The result is x w, not x w / B: no Montgomery form, and none is lost.

Bound: w' is short of w B / p by less than 1, the floor by less than 1, and the columns that are left out by less than 2^-24; so the
result is below (x / B + 1 + 2^-24) p.  Source: Shoup, NTL's MulModPrecon; Barrett (1986).
"""

from __future__ import annotations

from functools import cached_property

from llvmlite import ir

from zkctl.field.kernels.lanes import Lanes, broadcast, in_this_order, lanes
from zkctl.field.kernels.language import POINTER, Pointer, call
from zkctl.field.kernels.limbs import KernelField
from zkctl.field.kernels.residue import Element, Residue


class SharedProducts:
    """Emits products of one field with shared numbers; a shared number is 2 n words: the limbs of w, then those of w'."""

    def __init__(self, field: KernelField) -> None:
        self.field, self.plan = field, field.plan

    @property
    def words(self) -> int:
        """Words of a shared number."""
        return 2 * self.plan.n

    def product(self, x: Element | Residue, shared: Pointer, out: Pointer | None = None) -> Element:
        """Return x w modulo p, normalised."""
        f = self.field
        factor = x if isinstance(x, Element) else f.store(f.factor(x))
        f.check_operand(factor, f.loose_high)
        out = out or f.slot()
        call(self._routine, out, factor.pointer, shared)
        return f.tight(out, (factor.high * f.p >> self.plan.radix_bits) + f.p + (f.p >> 24))

    @cached_property
    def _routine(self) -> ir.Function:
        name = f"{self.field.name}_shared_product"
        return self.field.program.routine(name, *[POINTER] * 3)(self._emit)

    def _emit(self, out: Pointer, x: Pointer, shared: Pointer) -> None:
        f, n, bits = self.field, self.plan.n, self.plan.bits
        factor = Element(self.plan, x, (1 << self.plan.radix_bits) - 1, (f.loose_high,) * n)
        quotient = self._quotient(factor, shared.at(n))
        columns = [lanes(0)] * (n + 1)
        for j in range(n):
            w = self._limb(shared, j)
            for i in range(n - j):
                f.rows.add_product(columns, i + j, factor.limb(i), w)
            columns = [*in_this_order(columns[:n]), lanes(0)]
        for j in range(n):
            for i, part in enumerate(f.complement(1)[: n - j]):
                f.rows.add_product(columns, i + j, quotient[j], part)
            columns = [*in_this_order(columns[:n]), lanes(0)]
        limbs: list[Lanes] = []
        carry = lanes(0)
        for column in columns[:n]:
            total = column + carry
            limbs.append(total.low_bits(bits))
            carry = total >> bits
        f.store(Residue(self.plan, tuple(limbs), 0, (1 << self.plan.radix_bits) - 1), out)

    def _quotient(self, x: Element, inverse: Pointer) -> list[Lanes]:
        """Return the limbs of q, from the columns n - 2 and above."""
        n, bits, rows = self.plan.n, self.plan.bits, self.field.rows
        columns = [lanes(0)] * (2 * n + 1)
        # the upper halves of fused products are in the next column: column n - 2 is short of them, and not needed
        lowest = n - 1 if self.plan.fused else n - 2
        for j in range(n):
            w = self._limb(inverse, j)
            for i in range(max(0, n - 2 - j), n):
                rows.add_product(columns, i + j, x.limb(i), w)
            columns = [lanes(0)] * lowest + in_this_order(columns[lowest:])
        carry = lanes(0)
        for column in columns[lowest:n]:
            carry = (column + carry) >> bits
        limbs = []
        for column in columns[n : 2 * n]:
            total = column + carry
            limbs.append(total.low_bits(bits))
            carry = total >> bits
        return limbs

    def _limb(self, words: Pointer, k: int) -> Lanes:
        return broadcast(words.load(k), 0, self.plan.mask)
