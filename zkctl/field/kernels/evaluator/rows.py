"""The rows of a witness program, in order: each A * B - C is the value of a wire, or must be zero.

Values and coefficients are canonical Montgomery numbers in memory.  A job is an array of words; `JOB` names them.  Nothing
here checks an index: the caller has checked the whole program once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from llvmlite import ir

from zkctl.field.kernels.evaluator.integers import (
    Modulus,
    Number,
    is_zero,
    load_number,
    load_u32,
    select_pointer,
    store_number,
)
from zkctl.field.kernels.evaluator.job import JOB
from zkctl.field.kernels.language import (
    I64,
    POINTER,
    Int,
    Pointer,
    Program,
    build,
    call,
    integer,
    loop,
    repeat_while,
    scratch,
    select,
    when,
)


@dataclass(frozen=True)
class Terms:
    """Consecutive terms of a table: indices of wires and of coefficients, from one place up to another."""

    wires: Pointer
    coefficients: Pointer
    first: Int
    last: Int

    def is_wire(self, job: Pointer) -> ir.Value:
        """Return the i1 that the terms are one wire, once."""
        is_single = (self.last - self.first).compare("==", 1)
        index = load_u32(self.coefficients, select(is_single, self.first, 0))
        return build().and_(is_single, index.compare("==", job.load(JOB["one"])))


class RowEmitter:
    """Emits the sums of a row's sides, and the row."""

    def __init__(self, program: Program, modulus: Modulus) -> None:
        self.program, self.modulus = program, modulus
        self.n = modulus.n

    def value(self, job: Pointer, wire: Int) -> Pointer:
        """Return the address of a wire's value."""
        return job.load_pointer(JOB["values"]).at(wire * self.n)

    @cached_property
    def _reduce(self) -> ir.Function:
        """The routine (total, out): write the canonical total / R."""
        return self.program.routine("reduce", POINTER, POINTER)(self._emit_reduce)

    def _emit_reduce(self, total: Pointer, out: Pointer) -> None:
        m = self.modulus
        store_number(m.canonical(m.reduced(load_number(total, 2 * self.n + 1))), out)

    @cached_property
    def _product(self) -> ir.Function:
        """The routine (x, y, out): write the canonical x y / R."""
        return self.program.routine("product", POINTER, POINTER, POINTER)(self._emit_product)

    def _emit_product(self, x: Pointer, y: Pointer, out: Pointer) -> None:
        total, zeros = scratch(2 * self.n + 1), [integer(0)] * (2 * self.n + 1)
        a, b = load_number(x, self.n), load_number(y, self.n)
        store_number(self.modulus.add_product(zeros, a, b), total)
        call(self._reduce, total, out)

    def multiply(self, x: Pointer, y: Pointer, out: Pointer) -> None:
        """Write the Montgomery product of two numbers."""
        call(self._product, x, y, out)

    def write_plain(self, x: Pointer, out: Pointer) -> None:
        """Write the integer that a Montgomery number stands for."""
        total = scratch(2 * self.n + 1)
        store_number([*load_number(x, self.n), *[0] * (self.n + 1)], total)
        call(self._reduce, total, out)

    def write_montgomery(self, x: Pointer, out: Pointer) -> None:
        """Write the Montgomery number of an integer below p."""
        factor, field = scratch(self.n), self.modulus.field
        store_number(self.modulus.words(field.montgomery_r**2 % field.modulus), factor)
        self.multiply(x, factor, out)

    @cached_property
    def _add_terms(self) -> ir.Function:
        """The routine (job, wires, coefficients, first, last, total): add terms to a sum."""
        types = (POINTER, POINTER, POINTER, I64, I64, POINTER)
        return self.program.routine("add_terms", *types)(self._emit_add_terms)

    def _emit_add_terms(
        self,
        job: Pointer,
        wires: Pointer,
        coefficients: Pointer,
        first: Int,
        last: Int,
        total: Pointer,
    ) -> None:
        n, m = self.n, self.modulus
        pool, values = job.load_pointer(JOB["pool"]), job.load_pointer(JOB["values"])
        one, minus_one = job.load(JOB["one"]), job.load(JOB["minus_one"])
        for j in loop(last, first):
            x = values.at(load_u32(wires, j) * n)
            index = load_u32(coefficients, j)
            is_one, is_minus = index.compare("==", one), index.compare("==", minus_one)
            with build().if_else(build().or_(is_one, is_minus)) as (then, otherwise):
                with then:
                    signed = self._negated_if(is_minus, load_number(x, n))
                    store_number(m.add_high(load_number(total, 2 * n + 1), signed), total)
                with otherwise:
                    factor = load_number(pool.at(index * n), n)
                    added = m.add_product(load_number(total, 2 * n + 1), load_number(x, n), factor)
                    store_number(added, total)

    def _negated_if(self, condition: ir.Value, x: Number) -> Number:
        """Return p - x where the i1 is set, else x."""
        return [
            select(condition, negative, word)
            for negative, word in zip(self.modulus.negated(x), x, strict=True)
        ]

    def add_terms(self, job: Pointer, terms: Terms, total: Pointer) -> None:
        """Add terms to the sum at an address."""
        call(self._add_terms, job, terms.wires, terms.coefficients, terms.first, terms.last, total)

    @cached_property
    def _sum(self) -> ir.Function:
        """The routine (job, wires, coefficients, first, last, out): write the canonical sum of terms."""
        types = (POINTER, POINTER, POINTER, I64, I64, POINTER)
        return self.program.routine("sum_of_terms", *types)(self._emit_sum)

    def _emit_sum(
        self,
        job: Pointer,
        wires: Pointer,
        coefficients: Pointer,
        first: Int,
        last: Int,
        out: Pointer,
    ) -> None:
        total = scratch(2 * self.n + 1)
        store_number([0] * (2 * self.n + 1), total)
        self.add_terms(job, Terms(wires, coefficients, first, last), total)
        call(self._reduce, total, out)

    def sum(self, job: Pointer, terms: Terms, out: Pointer) -> None:
        """Write the canonical Montgomery sum of terms."""
        call(self._sum, job, terms.wires, terms.coefficients, terms.first, terms.last, out)

    @cached_property
    def row(self) -> ir.Function:
        """The routine (job, row) -> 1: the row holds, or has given its wire a value; 0: it does not hold."""
        return self.program.routine("row", POINTER, I64, returns=I64)(self._emit_row)

    def _emit_row(self, job: Pointer, row: Int) -> Int:
        starts = job.load_pointer(JOB["starts"])
        table = [job.load_pointer(JOB[name]) for name in ("wires", "coefficients")]
        place = [starts.load(row * 3 + k) for k in range(4)]
        a, b, c = (Terms(table[0], table[1], place[k], place[k + 1]) for k in range(3))
        total, residue = scratch(2 * self.n + 1), scratch(self.n)
        x, y = (load_number(self._factor(job, terms), self.n) for terms in (a, b))
        zeros = [integer(0)] * (2 * self.n + 1)
        store_number(self.modulus.add_product(zeros, self.modulus.negated(x), y), total)
        self.add_terms(job, c, total)
        call(self._reduce, total, residue)
        target = load_u32(job.load_pointer(JOB["targets"]), row)
        is_definition = target.compare("!=", 0)
        negative = load_number(residue, self.n)  # C - A B
        vanishes = is_zero(negative)
        with when(is_definition):
            number = self.modulus.negated(negative)
            zero_or = (select(vanishes, 0, word) for word in number)
            store_number(list(zero_or), self.value(job, target))
        holds = build().or_(is_definition, vanishes)
        return select(holds, 1, 0)

    def _factor(self, job: Pointer, terms: Terms) -> Pointer:
        """Return the address of a side's value: of the wire itself if the side is that wire."""
        out, is_wire = scratch(self.n), terms.is_wire(job)
        with when(build().not_(is_wire)):
            self.sum(job, terms, out)
        wire = load_u32(terms.wires, select(is_wire, terms.first, 0))
        return select_pointer(is_wire, self.value(job, wire), out)

    def emit_until(self, job: Pointer, last: Int) -> ir.Value:
        """Emit the rows from the job's next one to `last` - 1; return the i1 that all hold.  The job's row is the first that does not."""

        def goes_on() -> ir.Value:
            return build().and_(
                job.load(JOB["row"]).compare("<", last), job.load(JOB["holds"]).compare("!=", 0)
            )

        with repeat_while(goes_on):
            row = job.load(JOB["row"])
            held = call(self.row, job, row)
            assert held is not None
            job.store(held, JOB["holds"])
            job.store(row + held, JOB["row"])
        return job.load(JOB["holds"]).compare("!=", 0)
