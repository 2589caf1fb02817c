"""Field elements inside kernels: limbs in vectors, lazily reduced, with every bound computed while the kernel is built.

An element is n limbs of b bits (9 x 29 for 254 and 255 bits, 14 x 28 for 381) in `Lanes`.  `KernelField.mul`
is a Montgomery multiplication with R' = 2^(b n).  Memory holds packed words whose Montgomery radix is
R = 2^(64 n_words); reading an operand shifted left by `radix_shift` = b n - 64 n_words bits makes the product of two
stored values come out in stored form: (x 2^shift) y / R' = x y / R.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from llvmlite import ir

from zkctl.field.kernels.lanes import BoundError, Lanes, broadcast, choose, lanes
from zkctl.field.kernels.language import POINTER, Pointer, Program, build, call, scratch, width
from zkctl.field.kernels.limb_plan import plan_for
from zkctl.field.kernels.montgomery import MontgomeryRows
from zkctl.field.kernels.residue import Element, Residue
from zkctl.field.prime import PrimeField

_ANY_WORD = (1 << 64) - 1


class KernelField:
    """Arithmetic of one prime field inside one program."""

    def __init__(self, program: Program, field: PrimeField) -> None:
        self.program, self.field, self.p = program, field, field.modulus
        self.plan = plan_for(field, fused=program.fused)
        self.rows = MontgomeryRows(self.plan, self.p)
        self.name = field.name.replace(".", "_")
        self.radix_shift = self.plan.radix_bits - 64 * field.n_words
        self.loose_high = self.rows.loosest_limb

    # -- routines, emitted when first called: a program has those that it needs

    @cached_property
    def _mul(self) -> ir.Function:
        return self.program.routine(f"{self.name}_mul", *[POINTER] * 3)(self._emit_mul)

    @cached_property
    def _sqr(self) -> ir.Function:
        return self.program.routine(f"{self.name}_sqr", *[POINTER] * 2)(self._emit_sqr)

    # -- constants and slots

    @cached_property
    def stored_high(self) -> int:
        """Lazily reduced stored values stay at or below this: the largest power of two times p that fits."""
        limit = 1 << (64 * self.field.n_words)
        k = 1
        while 2 * k * self.p < limit:
            k *= 2
        return k * self.p

    def constant(self, value: int) -> Residue:
        """Return a number in every lane."""
        return Residue(self.plan, tuple(map(lanes, self.plan.split(value))), value, value)

    def slot(self) -> Pointer:
        """Return room for one element in the frame."""
        return scratch(self.plan.n * width())

    @property
    def element_words(self) -> int:
        """64-bit words one vector of elements takes in memory, limb by limb."""
        return self.plan.n * self.program.width

    def tight(self, pointer: Pointer, high: int) -> Element:
        """Return memory that holds normalised limbs of a number up to `high`."""
        top = high >> (self.plan.bits * (self.plan.n - 1))
        return Element(self.plan, pointer, high, (*[self.plan.mask] * (self.plan.n - 1), top))

    def store(self, x: Residue, pointer: Pointer | None = None) -> Element:
        """Write limbs to memory."""
        if x.low < 0 or any(limb.low < 0 for limb in x.limbs):
            raise BoundError("cannot store a number with negative limbs")
        pointer = pointer or self.slot()
        for k, limb in enumerate(x.limbs):
            pointer.at(k * width()).store_lanes(limb.value)
        return Element(self.plan, pointer, x.high, tuple(limb.high for limb in x.limbs))

    # -- multiplication

    def mul(
        self, x: Element | Residue, y: Element | Residue, out: Pointer | None = None
    ) -> Element:
        """Return x y / R' mod p, at most x.high * y.high / R' + p; one operand may have loose limbs."""
        x, y = self._in_memory(x), self._in_memory(y)
        if not self._is_tight(y):
            x, y = y, x
        self.check_operand(x, self.loose_high)
        self.check_operand(y, self.plan.mask)
        out = out or self.slot()
        call(self._mul, out, x.pointer, y.pointer)
        return self.tight(out, self._product_high(x.high, y.high))

    def sqr(self, x: Element | Residue, out: Pointer | None = None) -> Element:
        """Return x^2 / R' mod p."""
        x = self._in_memory(x)
        self.check_operand(x, self.plan.mask)
        out = out or self.slot()
        call(self._sqr, out, x.pointer)
        return self.tight(out, self._product_high(x.high, x.high))

    def _product_high(self, x: int, y: int) -> int:
        high = (x * y >> self.plan.radix_bits) + self.p
        if high >> (self.plan.bits * (self.plan.n - 1)) > self.plan.mask:
            raise BoundError(f"a product may reach {high / self.p:.1f} p")
        return high

    def _in_memory(self, x: Element | Residue) -> Element:
        if isinstance(x, Element):
            return x
        return self.store(self.factor(x))

    def factor(self, x: Residue) -> Residue:
        """Return the non-negative number with limbs that one factor of a multiplication may have."""
        loosest = max(limb.high for limb in x.limbs)
        return x if x.is_tight() or loosest <= self.loose_high else x.carry()

    def _is_tight(self, x: Element) -> bool:
        return all(high <= self.plan.mask for high in x.limb_highs)

    def check_operand(self, x: Element, limit: int) -> None:
        """Raise BoundError unless every limb of a factor is at most `limit`."""
        worst = max(x.limb_highs)
        if worst > limit:
            raise BoundError(f"a factor's limb may reach {worst}, the routine takes {limit}")

    def _operand(self, pointer: Pointer, limb_high: int) -> tuple[Lanes, ...]:
        load = (pointer.at(k * width()).load_lanes() for k in range(self.plan.n))
        return tuple(Lanes(word, 0, limb_high) for word in load)

    def _emit_mul(self, out: Pointer, x: Pointer, y: Pointer) -> None:
        a, b = self._operand(x, self.loose_high), self._operand(y, self.plan.mask)
        self._store_columns(self.rows.product(a, b), out)

    def _emit_sqr(self, out: Pointer, x: Pointer) -> None:
        self._store_columns(self.rows.square(self._operand(x, self.plan.mask)), out)

    def _store_columns(self, columns: Sequence[Lanes], out: Pointer) -> None:
        high = self.plan.mask << (self.plan.bits * (self.plan.n - 1))  # asserted at every call
        self.store(Residue(self.plan, tuple(columns), 0, high).carry(), out)

    # -- lazy sums

    def minus(self, x: Residue, y: Residue) -> Residue:
        """Return x - y plus a multiple of p, with non-negative loose limbs: fit for a multiplication without a carry pass."""
        difference = x - y
        multiple = self.multiple_above(-difference.low)
        while True:
            raised = self._raised(multiple, difference)
            if raised is not None:
                return raised
            multiple += self.p

    def _raised(self, multiple: int, x: Residue) -> Residue | None:
        """Return x + multiple, its limbs lifted by m 2^b (and m borrowed from the next) until none can be negative."""
        n, bits, limbs = self.plan.n, self.plan.bits, self.plan.split(multiple)
        for m in range(1, 8):
            lifted = [
                limb + (m << bits if k < n - 1 else 0) - (m if k else 0)
                for k, limb in enumerate(limbs)
            ]
            if all(c + v.low >= 0 for c, v in zip(lifted, x.limbs, strict=True)):
                total = tuple(v + c for v, c in zip(x.limbs, lifted, strict=True))
                return Residue(self.plan, total, x.low + multiple, x.high + multiple)
        return None

    def multiple_above(self, value: int) -> int:
        """Return the smallest non-negative multiple of p that is >= value."""
        return max(0, -(-value // self.p)) * self.p

    def non_negative(self, x: Residue) -> Residue:
        """Return x plus the multiple of p that makes it non-negative; limbs stay as they are."""
        multiple = self.multiple_above(-x.low)
        return x if multiple == 0 else x + self.constant(multiple)

    def reduce_to(self, x: Residue, limit: int) -> Residue:
        """Subtract multiples of p, deciding by the top limb, until at most `limit`; normalised."""
        x = self.non_negative(x)
        while x.high > limit:
            x = self._subtract_by_top_limb(x, max(1, (x.high - limit) // self.p))
        return x.carry()

    def _subtract_by_top_limb(self, x: Residue, k: int) -> Residue:
        """Return x - k p where the top limb alone shows that x >= k p."""
        k = 1 << (k.bit_length() - 1)
        shift = self.plan.bits * (self.plan.n - 1)
        weights = [1 << (self.plan.bits * i) for i in range(self.plan.n - 1)]
        rest_low = sum(limb.low * w for limb, w in zip(x.limbs, weights, strict=False))
        rest_high = sum(limb.high * w for limb, w in zip(x.limbs, weights, strict=False))
        threshold = -(-(k * self.p - rest_low) >> shift)  # top > threshold - 1 implies x >= k p
        enough = build().icmp_signed(">=", x.limbs[-1].value, lanes(threshold).value)
        zero = lanes(0)
        limbs = tuple(
            limb - choose(enough, lanes(part), zero)
            for limb, part in zip(x.limbs, self.plan.split(k * self.p), strict=True)
        )
        kept_high = ((threshold - 1) << shift) + rest_high
        high = max(x.high - k * self.p, min(kept_high, x.high))
        if high >= x.high:
            raise BoundError(
                f"subtracting {k} p by the top limb does not lower {x.high / self.p:.2f} p"
            )
        return Residue(self.plan, limbs, min(x.low, 0) if x.low < 0 else 0, high)

    def canonical(self, x: Residue) -> Residue:
        """Return the representative in 0 .. p-1, normalised."""
        x = self.non_negative(x).carry()
        while x.high >= self.p:
            k = 1 << max(0, ((x.high // self.p).bit_length() - 1))
            x = self._subtract_exactly(x, k)
        return x

    def _subtract_exactly(self, x: Residue, k: int) -> Residue:
        """Return x - k p if that is not negative, else x: the sum with 2^(b n) - k p reaches bit b n just then."""
        bits = self.plan.bits
        carry = lanes(0)
        difference = []
        for limb, part in zip(x.limbs, self.complement(k), strict=True):
            total = limb + part + carry
            difference.append(total.low_bits(bits))
            carry = total >> bits
        negative = build().icmp_signed("==", carry.value, lanes(0).value)
        limbs = [choose(negative, old, new) for old, new in zip(x.limbs, difference, strict=True)]
        high = max(min(k * self.p - 1, x.high), x.high - k * self.p)
        limbs[-1] = limbs[-1].known(0, high >> (bits * (self.plan.n - 1)))
        return Residue(self.plan, tuple(limbs), 0, high)

    def complement(self, k: int) -> list[int]:
        """Return the limbs of 2^(b n) - k p."""
        return self.plan.split((1 << self.plan.radix_bits) - k * self.p)

    def divided(self, x: Residue, limit: int) -> Residue:
        """Return the normalised number x minus a multiple of p, at most `limit`: the quotient is that of the top limb."""
        bits, last = self.plan.bits, self.plan.n - 1
        drop = max(0, (x.high >> bits * last).bit_length() - 25)
        top, shift = x.limbs[-1] >> drop, bits * last + drop
        divisor = (self.p >> shift) + 1
        scale = 31 + divisor.bit_length() - 1
        reciprocal = (1 << scale) // divisor
        quotient = (top * reciprocal) >> scale
        # top and reciprocal are rounded down: the quotient is at most x / p, and short of it by less than this
        most = (x.high >> shift) * ((1 << shift + scale) - reciprocal * self.p)
        high = -(-most >> scale) + (1 << shift) + self.p
        if high > limit or not x.is_tight() or x.high >> self.plan.radix_bits:
            raise BoundError(
                f"a remainder may reach {high / self.p:.2f} p: {limit / self.p:.2f} p allowed"
            )
        columns = [*x.limbs, lanes(0)]
        for k, part in enumerate(self.complement(1)):
            self.rows.add_product(columns, k, quotient, part)
        limbs, carry = [], lanes(0)
        for column in columns[:-1]:
            total = column + carry
            limbs.append(total.low_bits(bits))
            carry = total >> bits
        limbs[-1] = limbs[-1].known(0, high >> bits * last)
        return Residue(self.plan, tuple(limbs), 0, high)

    # -- packed words

    def unpack(self, words: Sequence[Lanes], high: int, shift: int = 0) -> Residue:
        """Return limbs of the number whose words these are, times 2^shift; `high` bounds the number before the shift."""
        bits, n = self.plan.bits, self.plan.n
        limbs = []
        for k in range(n):
            position = bits * k - shift
            limb = _bits_from(words, position)
            limbs.append(limb.low_bits(bits) if k < n - 1 else limb)
        high <<= shift
        limbs[-1] = Lanes(limbs[-1].value, 0, high >> (bits * (n - 1)))
        return Residue(self.plan, tuple(limbs), 0, high)

    def pack(self, x: Residue) -> list[Lanes]:
        """Return words of a normalised number."""
        if not x.is_tight() or x.high >> (64 * self.field.n_words):
            raise BoundError(f"cannot pack a number up to {x.high / self.p:.2f} p")
        words = []
        for j in range(self.field.n_words):
            word: Lanes | None = None
            for k, limb in enumerate(x.limbs):
                position = self.plan.bits * k - 64 * j
                if -self.plan.bits < position < 64:
                    part = limb.dropping_shift(position) if position >= 0 else limb >> -position
                    word = part if word is None else word | part
            assert word is not None
            words.append(word)
        return words

    def broadcast_words(self, pointer: Pointer, high: int) -> Residue:
        """Return limbs, one word each, at `pointer`, in every lane."""
        top = high >> (self.plan.bits * (self.plan.n - 1))
        highs = [self.plan.mask] * (self.plan.n - 1) + [top]
        limbs = tuple(broadcast(pointer.load(k), 0, highs[k]) for k in range(self.plan.n))
        return Residue(self.plan, limbs, 0, high)


def _bits_from(words: Sequence[Lanes], position: int) -> Lanes:
    """Return the 64 bits from bit `position` on of a number, given its words."""
    if position < 0:
        return words[0].dropping_shift(-position)
    index, offset = divmod(position, 64)
    if index >= len(words):
        return lanes(0)
    part = words[index] >> offset if offset else words[index]
    if offset and index + 1 < len(words):
        part = part | words[index + 1].dropping_shift(64 - offset)
    return part
