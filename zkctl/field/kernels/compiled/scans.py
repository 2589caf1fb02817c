"""The compiled scans on numpy arrays (kernels/scans.py defines them): stretches for the lanes, and the last rows on integers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from zkctl.field.kernels.cache import sources_of
from zkctl.field.kernels.compiled.memory import address, aligned_words
from zkctl.field.kernels.host import host
from zkctl.field.kernels.limb_plan import plan_for
from zkctl.field.kernels.on_demand import ProgramOnDemand
from zkctl.field.prime import PrimeField
from zkctl.field.words import Words, ints_from_words, words_from_ints
from zkctl.runtime.arrays import np
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.settings import thread_count

if TYPE_CHECKING:
    from zkctl.field.kernels.language import Program

FEW_ROWS = 256  # for `ProgramOnDemand.is_worth`
THREADS_FROM_ROWS = 1 << 12


class Shares:
    """n rows cut into one share for each thread, a share into `width` stretches of m rows each; the rows from `stop` on are left over."""

    def __init__(self, n: int, width: int) -> None:
        count = thread_count() if n >= THREADS_FROM_ROWS else 1
        self.m = n // (width * count)
        size, self.stop = width * self.m, width * self.m * count
        self.rows = [slice(size * t, size * (t + 1)) for t in range(count)]
        self.stretches = [slice(width * t, width * (t + 1)) for t in range(count)]


class CompiledScans:
    """The scans of one field, compiled for this machine; as the numpy ones (numpy/scans.py)."""

    def __init__(self, field: PrimeField) -> None:
        self.field = field
        self.plan = plan_for(field, fused=host().fused)
        self.width = host().width
        self.name = field.name.replace(".", "_")

    @cached_property
    def program(self) -> ProgramOnDemand:
        """The machine code."""
        return ProgramOnDemand(f"{self.name}_scans", self._emit, sources_of("field.kernels.scans"))

    def _emit(self, program: Program) -> None:
        from zkctl.field.kernels.scans import emit_scan_kernels

        emit_scan_kernels(program, self.field)

    def is_worth(self, n: int) -> bool:
        """Return whether to go through n rows by the program."""
        return self.program.is_worth(n / FEW_ROWS)

    def prefix_products(self, x: Words) -> Words:
        """Return the products of the first 1, 2, ... rows.  Shapes: (n, n_words)."""
        x = np.ascontiguousarray(x)
        shares = Shares(len(x), self.width)
        out, m, n_words = np.empty_like(x), shares.m, x.shape[1]
        carried = self.field.montgomery_r % self.field.modulus
        if m:
            self._share("products", "ppii", [(out[s], x[s], m, n_words) for s in shares.rows])
            incoming = []
            for last in ints_from_words(out[m - 1 : shares.stop : m]):
                incoming.append(carried)
                carried = self._product(carried, last)
            factors = [self._vectors(incoming[s]) for s in shares.stretches]
            pairs = zip(shares.rows, factors, strict=True)
            self._share("scale_stretches", "ppii", [(out[s], f, m, n_words) for s, f in pairs])
        rest = []
        for value in ints_from_words(x[shares.stop :]):
            carried = self._product(carried, value)
            rest.append(carried)
        out[shares.stop :] = words_from_ints(rest, n_words)
        return out

    def horner(self, x: Words, point: int) -> int:
        """Return the value of a polynomial at a point, x its coefficients.  Shapes: (n, n_words); the value in Montgomery form."""
        x = np.ascontiguousarray(x)
        m, p = len(x) // self.width, self.field.modulus
        first = m * self.width
        total = 0
        for value in reversed(ints_from_words(x[first:])):
            total = (total * point + value) % p
        if m:
            state = np.empty((self.width, x.shape[1]), np.uint64)
            last_row = address(x) + (first - 1) * 8 * x.shape[1]
            limbs = self._limbs(point)
            self._run("horner", "ppiip", address(state), last_row, m, -x.shape[1], address(limbs))
            step = pow(point, m, p)
            for value in ints_from_words(state):  # from the highest stretch down
                total = (total * step + value) % p
        return total

    def divide(self, x: Words, point: int) -> Words:
        """Return y_i = x_i + point y_(i+1), the quotient of a polynomial by X - point.  Shapes: (n, n_words) -> (n, n_words)."""
        x = np.ascontiguousarray(x)
        shares = Shares(len(x), self.width)
        out, m, p, n_words = np.empty_like(x), shares.m, self.field.modulus, x.shape[1]
        carried, top = 0, []
        for value in reversed(ints_from_words(x[shares.stop :])):
            carried = (carried * point + value) % p
            top.append(carried)
        out[shares.stop :] = words_from_ints(reversed(top), n_words)
        if m:
            limbs, last = (
                self._limbs(point),
                -1,
            )  # a kernel goes down from the last row of its share
            calls = [(out[s][last:], x[s][last:], m, -n_words, limbs) for s in shares.rows]
            self._share("recurrence", "ppiip", calls)
            step, incoming = pow(point, m, p), []
            for lowest in reversed(ints_from_words(out[0 : shares.stop : m])):
                incoming.append(carried)  # of a stretch, which ends at its lowest row
                carried = (carried * step + lowest) % p
            states = [words_from_ints(incoming[s], n_words) for s in shares.stretches]
            pairs = zip(reversed(shares.rows), states, strict=True)
            calls = [(out[s][last:], state, m, -n_words, limbs) for s, state in pairs]
            self._share("add_powers", "ppiip", calls)
        return out

    def _share(self, name: str, kinds: str, calls: Sequence[tuple[Words | int, ...]]) -> None:
        """Call a kernel for every share."""
        places = [[x if isinstance(x, int) else address(x) for x in each] for each in calls]
        in_parallel([partial(self._run, name, kinds, *each) for each in places])

    def _run(self, name: str, kinds: str, *arguments: int) -> None:
        self.program.function(f"{self.name}_{name}", *kinds)(*arguments)

    def _product(self, x: int, y: int) -> int:
        """Return the Montgomery product."""
        return x * y * self.field.montgomery_r_inverse % self.field.modulus

    def _limbs(self, value: int) -> Words:
        """Return the limbs of a constant with the extra factor."""
        return np.array(
            self.plan.split((value << self.plan.radix_bits) % self.field.modulus), np.uint64
        )

    def _vectors(self, values: Sequence[int]) -> Words:
        """Return numbers in Montgomery form as limbs with the extra factor, a vector for each limb."""
        shift = self.plan.radix_bits - 64 * self.field.n_words
        limbs = [self.plan.split((value << shift) % self.field.modulus) for value in values]
        out = aligned_words(self.plan.n * self.width).reshape(self.plan.n, self.width)
        out[:] = np.array(limbs, np.uint64).T
        return out
