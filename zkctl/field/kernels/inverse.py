"""Modular inversion inside kernels: one scalar inversion serves every lane of a running product.

The scalar routine is the binary GCD of Pornin, "Optimized Binary GCD for Modular Inversion" (eprint 2020/972): 30 steps
on 63-bit approximations at a time, then one exact linear combination.  Numbers are limbs of 30 bits, the cofactors signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from llvmlite import ir

from zkctl.field.kernels.lanes import broadcast, lane, permute
from zkctl.field.kernels.language import (
    I1,
    I64,
    POINTER,
    Int,
    Pointer,
    Program,
    Variable,
    build,
    call,
    integer,
    loop,
    repeat_while,
    scratch,
    select,
    when,
)
from zkctl.field.kernels.limbs import KernelField
from zkctl.field.kernels.residue import Element, Residue

BITS = 30
MASK = (1 << BITS) - 1


class LaneInverse:
    """Inverts a vector of running products: 2 log2(width) multiplications and one scalar inversion."""

    def __init__(self, program: Program, kernel_field: KernelField) -> None:
        self.program, self.kernel_field = program, kernel_field
        self.n = -(-(kernel_field.field.n_bits + 2) // BITS)
        self.modulus = [(kernel_field.p >> (BITS * k)) & MASK for k in range(self.n)]

    @cached_property
    def _routine(self) -> ir.Function:
        """The routine, emitted when first called: programs without an inversion do without it."""
        name = f"{self.kernel_field.name}_scalar_inverse"
        return self.program.routine(name, POINTER, POINTER)(self._emit_scalar)

    def emit_in_place(self, running: Pointer) -> None:
        """Replace each lane's value t R' by R' / t.  Assumes: no lane is 0 mod p and each is below 2 p."""
        f = self.kernel_field
        width = self.program.width
        total = f.tight(running, 2 * f.p)
        others, span = None, 1
        while span < width:
            order = [(k + span) % width for k in range(width)]
            shifted = self._permuted(total.load(), order)
            others = shifted if others is None else f.mul(others, shifted)
            total = f.mul(total, shifted)
            span *= 2
        inverse = self._scalar_inverse(total.load())
        factor = f.constant((1 << f.plan.radix_bits) ** 3 % f.p)
        result = f.mul(inverse, factor)
        if others is not None:
            result = f.mul(result, others)
        f.store(result.within(2 * f.p).load(), running)

    def _permuted(self, x: Residue, order: Sequence[int]) -> Element:
        limbs = tuple(permute(limb, order) for limb in x.limbs)
        return self.kernel_field.store(Residue(x.plan, limbs, x.low, x.high))

    def _scalar_inverse(self, x: Residue) -> Residue:
        """Return 1 / (lane 0 of x) as a plain number below p, in every lane."""
        plan = self.kernel_field.plan
        source, target = scratch(self.n), scratch(self.n)
        words = [lane(limb, 0) for limb in x.limbs]
        for k, word in enumerate(_regroup(words, plan.bits, BITS, self.n)):
            source.store(word, k)
        call(self._routine, target, source)
        limbs = _regroup([target.load(k) for k in range(self.n)], BITS, plan.bits, plan.n)
        top = (self.kernel_field.p - 1) >> (plan.bits * (plan.n - 1))
        highs = [plan.mask] * (plan.n - 1) + [top]
        vectors = tuple(broadcast(v, 0, high) for v, high in zip(limbs, highs, strict=True))
        return Residue(plan, vectors, 0, self.kernel_field.p - 1)

    # -- the scalar routine

    def _emit_scalar(self, out: Pointer, x: Pointer) -> None:
        """Write x^-1 mod p in 0 .. p-1; x below 4 p, not 0 mod p."""
        n = self.n
        a, b, u, v = (scratch(n) for _ in range(4))
        for k in range(n):
            a.store(x.load(k), k)
            b.store(self.modulus[k], k)
            u.store(1 if k == 0 else 0, k)
            v.store(0, k)
        rounds = Variable(0)
        limit = 2 * (self.kernel_field.field.n_bits + 2) // BITS + 2

        def unfinished() -> ir.Value:
            return build().and_(_any_limb(a, n).compare("!=", 0), rounds.get().compare("<", limit))

        with repeat_while(unfinished):
            factors = self._combine_exactly(a, b, self._reduction_steps(a, b))
            self._combine_modulo(u, v, factors)
            rounds.set(rounds.get() + 1)
        self._normalise(v, out)

    def _reduction_steps(self, a: Pointer, b: Pointer) -> list[Variable]:
        """Emit 30 steps of the binary GCD on approximations of a and b; return their factors f0 g0 f1 g1."""
        xa, xb = (Variable(value) for value in self._approximations(a, b))
        f0, g0, f1, g1 = (Variable(value) for value in (1, 0, 0, 1))
        for _ in loop(BITS):
            va, vb = xa.get(), xb.get()
            odd = build().trunc(va.value, I1)
            swap = build().and_(odd, va.below(vb))
            for first, second in ((xa, xb), (f0, f1), (g0, g1)):
                p, q = first.get(), second.get()
                new_first, new_second = select(swap, q, p), select(swap, p, q)
                first.set(new_first - select(odd, new_second, 0))
                second.set(new_second)
            xa.set(xa.get() >> 1)
            f1.set(f1.get() << 1)
            g1.set(g1.get() << 1)
        return [f0, g0, f1, g1]

    def _approximations(self, a: Pointer, b: Pointer) -> tuple[Int, Int]:
        """Return the top 33 bits (of the longer number's length) above the low 30; exact if both have two limbs."""
        tops = [[x.load(k) for k in (2, 1, 0)] for x in (a, b)]
        long = integer(0)
        for j in range(2, self.n):
            present = (a.load(j) | b.load(j)).compare("!=", 0)
            long = select(present, 1, long)
            tops = [
                [select(present, x.load(j - k), old) for k, old in enumerate(top)]
                for x, top in zip((a, b), tops, strict=True)
            ]
        is_long = long.compare("!=", 0)
        leading = select(is_long, tops[0][0] | tops[1][0], 1)
        length = 64 - _leading_zeros(leading)
        shift = 33 - length
        values = []
        for x, (top, middle, low) in zip((a, b), tops, strict=True):
            upper = (top << shift) | (((middle << BITS) | low) >> (60 - shift))
            exact = x.load(0) | (x.load(1) << BITS)
            values.append(select(is_long, (upper << BITS) | x.load(0), exact))
        return values[0], values[1]

    def _combine_exactly(self, a: Pointer, b: Pointer, factors: list[Variable]) -> list[Int]:
        """Set (a, b) to |(a f0 + b g0, a f1 + b g1)| / 2^30; return the factors with the signs that made them positive."""
        f0, g0, f1, g1 = (factor.get() for factor in factors)
        old = [(a.load(k), b.load(k)) for k in range(self.n)]
        signed = []
        for x, f, g in ((a, f0, g0), (b, f1, g1)):
            carry: Int = integer(0)
            for k, (p, q) in enumerate(old):
                carry = carry + p * f + q * g
                if k:
                    x.store(carry & MASK, k - 1)
                carry = carry.arithmetic_shift(BITS)
            x.store(carry & MASK, self.n - 1)
            sign = carry.arithmetic_shift(63)  # 0 or -1
            borrow = sign & 1
            for k in range(self.n):
                word = ((x.load(k) ^ sign) & MASK) + borrow
                x.store(word & MASK, k)
                borrow = word >> BITS
            signed += [(f ^ sign) - sign, (g ^ sign) - sign]
        return signed

    def _combine_modulo(self, u: Pointer, v: Pointer, factors: list[Int]) -> None:
        """Set (u, v) to (u f0 + v g0, u f1 + v g1) / 2^30 mod p, kept in -2 p .. 2 p with a signed top limb."""
        inverse = -pow(self.kernel_field.p, -1, 1 << BITS) % (1 << BITS)
        old = [(u.load(k), v.load(k)) for k in range(self.n)]
        f0, g0, f1, g1 = factors
        for x, f, g in ((u, f0, g0), (v, f1, g1)):
            q = ((old[0][0] * f + old[0][1] * g) * inverse) & MASK
            carry: Int = integer(0)
            for k, (p, r) in enumerate(old):
                carry = carry + p * f + r * g + q * self.modulus[k]
                if k:
                    x.store(carry & MASK, k - 1)
                carry = carry.arithmetic_shift(BITS)
            x.store(carry, self.n - 1)

    def _normalise(self, v: Pointer, out: Pointer) -> None:
        """Reduce v to its representative in 0 .. p-1."""
        n = self.n
        for _ in range(3):
            with when(v.load(n - 1).compare("<", 0)):
                self._add_multiple(v, v, 1)
        for _ in range(3):
            self._add_multiple(out, v, -1)
            with when(out.load(n - 1).compare(">=", 0)):
                for k in range(n):
                    v.store(out.load(k), k)
        for k in range(n):
            out.store(v.load(k), k)

    def _add_multiple(self, out: Pointer, x: Pointer, factor: int) -> None:
        carry: Int = integer(0)
        for k in range(self.n):
            carry = carry + x.load(k) + factor * self.modulus[k]
            if k < self.n - 1:
                out.store(carry & MASK, k)
                carry = carry.arithmetic_shift(BITS)
        out.store(carry, self.n - 1)


def _any_limb(x: Pointer, n: int) -> Int:
    union = x.load(0)
    for k in range(1, n):
        union = union | x.load(k)
    return union


def _leading_zeros(x: Int) -> Int:
    b = build()
    name = "llvm.ctlz.i64"
    function = b.module.globals.get(name) or ir.Function(
        b.module, ir.FunctionType(I64, [I64, I1]), name
    )
    return Int(b.call(function, [x.value, I1(1)]))


def _regroup(words: Sequence[Int], bits: int, new_bits: int, n: int) -> list[Int]:
    """Return the same number in n limbs of another size (the top limb takes the rest)."""
    out = []
    for k in range(n):
        start, stop = new_bits * k, new_bits * (k + 1) if k < n - 1 else bits * len(words)
        total: Int = integer(0)
        for j, word in enumerate(words):
            position = bits * j - start
            if -bits < position < stop - start and position < 64:
                total = total | (word << position if position >= 0 else word >> -position)
        out.append(total & ((1 << new_bits) - 1) if k < n - 1 else total)
    return out
