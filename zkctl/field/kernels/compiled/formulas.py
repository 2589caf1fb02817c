"""Compiled formulas on numpy arrays (kernels/formulas.py defines their kernels)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zkctl.errors import ShapeError
from zkctl.field.kernels.cache import KernelFunction, sources_of
from zkctl.field.kernels.compiled.memory import address, aligned_words
from zkctl.field.kernels.host import host
from zkctl.field.kernels.limb_plan import plan_for
from zkctl.field.kernels.on_demand import ProgramOnDemand
from zkctl.field.prime import PrimeField
from zkctl.field.words import Words
from zkctl.runtime.arrays import np

if TYPE_CHECKING:
    from zkctl.field.kernels.formula_source import FormulaSource
    from zkctl.field.kernels.language import Program

FEW_ROWS = 256  # for `ProgramOnDemand.is_worth`


class CompiledFormulas:
    """The formulas of one module over one field."""

    def __init__(
        self, field: PrimeField, name: str, modules: Sequence[str], sources: Sequence[FormulaSource]
    ) -> None:
        self.field, self.sources = field, sources
        self.plan = plan_for(field, fused=host().fused)
        self.width = host().width
        name = f"{field.name.replace('.', '_')}_{name}"
        self.program = ProgramOnDemand(
            name, self._emit, sources_of("field.kernels.formulas", *modules)
        )
        self._functions: dict[str, KernelFunction] = {}

    def _emit(self, program: Program) -> None:
        from zkctl.field.kernels.formulas import emit_formulas

        emit_formulas(program, self.field, self.sources)

    def is_worth(self, n: int) -> bool:
        """Return whether to compute n rows by the program."""
        return self.program.is_worth(n / FEW_ROWS)

    def constants(self, values: Sequence[int]) -> Words:
        """Return the limbs of numbers, plain and with an extra factor.  Shapes: m -> (2 m, n_limbs)."""
        p, r = self.field.modulus, self.field.montgomery_r
        shift = self.plan.radix_bits - 64 * self.field.n_words
        limbs = [
            self.plan.split((value * r << extra) % p) for value in values for extra in (0, shift)
        ]
        return np.array(limbs or [[0]], np.uint64)

    def run(
        self, name: str, results: Sequence[Words], arrays: Sequence[Words], constants: Words
    ) -> None:
        """Compute a formula.  Shapes: results and arrays (n, n_words); a row of an array is contiguous."""
        n, n_words = results[0].shape
        if (
            any(x.shape != (n, n_words) for x in (*results, *arrays))
            or n_words != self.field.n_words
        ):
            raise ShapeError(
                f"operands have wrong shapes: expected ({n}, {self.field.n_words}) each, "
                f"got {[x.shape for x in (*results, *arrays)]}"
            )
        whole = n // self.width * self.width
        if whole:
            self._call(name, results, arrays, constants, whole // self.width)
        if n > whole:
            ends = [self._padded(x[whole:]) for x in arrays]
            out = [aligned_words(self.width * n_words).reshape(self.width, -1) for _ in results]
            self._call(name, out, ends, constants, 1)
            for result, end in zip(results, out, strict=True):
                result[whole:] = end[: n - whole]

    def _padded(self, rows: Words) -> Words:
        padded = np.zeros((self.width, rows.shape[1]), np.uint64)
        padded[: len(rows)] = rows
        return padded

    def _call(
        self, name: str, results: Sequence[Words], arrays: Sequence[Words], constants: Words, n: int
    ) -> None:
        places = [number for x in arrays for number in (_start(x), x.strides[0] // 8)]
        function = self._functions.get(name) or self.program.function(name, *"pppi")
        self._functions[name] = function
        out = np.array([address(x) for x in results], np.int64)
        table = np.array(places, np.int64)
        function(address(out), address(table), address(constants), n)


def _start(rows: Words) -> int:
    """Return the address of the first row."""
    return int(rows.__array_interface__["data"][0])
