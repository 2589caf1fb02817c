"""Formulas over arrays of field elements, each written once in Python.

    ROUNDS = Formulas("plonk", "plonk.formulas")
    gates = ROUNDS.formula("gates", lambda v: v.q_l * v.a + v.beta, arrays="a q_l", constants="beta")

    gates({"a": a, "q_l": q_l}, {"beta": 5})          # arrays of equal length

Where machine code can run, one kernel computes a whole formula with one pass over memory; elsewhere its operators are those of
`FieldArray`.
A formula may use + - * of its arguments and sums and differences with integers; each product has at least one
factor that is an argument or a result, not an integer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from zkctl.errors import ShapeError
from zkctl.field.array import FieldArray
from zkctl.field.backend import compiled_formulas
from zkctl.field.kernels.formula_source import FormulaSource
from zkctl.field.prime import PrimeField
from zkctl.field.words import Words
from zkctl.runtime.arrays import np
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.settings import thread_count

if TYPE_CHECKING:
    from zkctl.field.kernels.compiled.formulas import CompiledFormulas

THREADS_FROM_ROWS = 1 << 10
ROWS_AT_ONCE = 1 << 12  # of operators one by one: the values in between stay in the cache


class Formulas:
    """The formulas of a module, compiled together."""

    def __init__(self, name: str, *modules: str) -> None:
        self.name, self.modules = name, modules
        self.sources: list[FormulaSource] = []
        self._compiled: dict[PrimeField, CompiledFormulas | None] = {}

    def formula(
        self, name: str, function: Callable[[Any], Any], arrays: str, constants: str
    ) -> Formula:
        """Return a formula: a function of an object that has its arrays and constants as attributes.  Names are divided by spaces."""
        source = FormulaSource(name, function, arrays.split(), constants.split())
        self.sources.append(source)
        return Formula(self, source)

    def compiled(self, field: PrimeField, n_rows: int) -> CompiledFormulas | None:
        """Return the kernels, None where the operators are to be used one by one."""
        if field not in self._compiled:
            self._compiled[field] = compiled_formulas(field, self.name, self.modules, self.sources)
        found = self._compiled[field]
        return found if found is not None and found.is_worth(n_rows) else None


class Formula:
    """A function of arrays."""

    def __init__(self, formulas: Formulas, source: FormulaSource) -> None:
        self._formulas, self._source = formulas, source

    def __call__(
        self, arrays: Mapping[str, FieldArray], constants: Mapping[str, int]
    ) -> FieldArray:
        """Compute all elements.  Shapes: (n,) each -> (n,)."""
        return self.results(1, arrays, constants)[0]

    def results(
        self, n_results: int, arrays: Mapping[str, FieldArray], constants: Mapping[str, int]
    ) -> list[FieldArray]:
        """Compute a formula that returns a tuple.  Shapes: (n,) each -> n_results times (n,).

        Raises: ShapeError for arrays that are not equally long.
        """
        one = arrays[self._source.arrays[0]]
        field, n = one.field, len(one)
        lengths = [len(arrays[name]) for name in self._source.arrays]
        if lengths != [n] * len(lengths):
            raise ShapeError(f"arrays of a formula differ in length: expected {n}, got {lengths}")
        out = [FieldArray(field, np.empty((n, field.n_words), np.uint64)) for _ in range(n_results)]
        compiled = self._formulas.compiled(field, n)
        if compiled is None:
            work = partial(self._by_operators, out, arrays, constants)
        else:
            limbs = compiled.constants([constants[name] for name in self._source.constants])
            inputs = [arrays[name].data for name in self._source.arrays]
            work = partial(self._by_kernel, compiled, [each.data for each in out], inputs, limbs)
        n_tasks = thread_count() if n >= THREADS_FROM_ROWS else 1
        bounds = [n * k // n_tasks for k in range(n_tasks + 1)]
        in_parallel([partial(work, slice(*pair)) for pair in pairwise(bounds)])
        return out

    def _by_kernel(
        self,
        compiled: CompiledFormulas,
        out: Sequence[Words],
        arrays: Sequence[Words],
        limbs: Words,
        piece: slice,
    ) -> None:
        results, inputs = [x[piece] for x in out], [x[piece] for x in arrays]
        compiled.run(self._source.name, results, inputs, limbs)

    def _by_operators(
        self,
        out: Sequence[FieldArray],
        arrays: Mapping[str, FieldArray],
        constants: Mapping[str, int],
        share: slice,
    ) -> None:
        for start in range(share.start, share.stop, ROWS_AT_ONCE):
            piece = slice(start, min(start + ROWS_AT_ONCE, share.stop))
            values = {name: arrays[name][piece] for name in self._source.arrays}
            found = self._source.function(SimpleNamespace(**values, **constants))
            results = found if isinstance(found, tuple) else (found,)
            for target, result in zip(out, results, strict=True):
                target.data[piece] = result.data
