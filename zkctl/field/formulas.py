"""Formulas over arrays of field elements, each written once as a Python function.

    ROUNDS = Formulas("plonk", "plonk.formulas")

    @ROUNDS.formula
    def gates(a: Any, q_l: Any, *, beta: Any) -> Any:
        return q_l * a + beta

    gates(a, q_l, beta=5)          # arrays of equal length, constants by name

Where machine code can run, one kernel computes a whole formula with one pass over memory; elsewhere its operators are those of `FieldArray`.
A formula may use + - * of its arguments and sums and differences with integers; each product has at least one
factor that is an argument or a result, not an integer.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from zkctl.field.array import FieldArray
from zkctl.field.backend import compiled_formulas
from zkctl.field.kernels.compiled.formulas import CompiledFormulas
from zkctl.field.kernels.interface import FormulaSource
from zkctl.field.prime import PrimeField
from zkctl.runtime.arrays import np
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.settings import thread_count

THREADS_FROM_ROWS = 1 << 10
ROWS_AT_ONCE = 1 << 12  # of operators one by one: what is in between stays in the cache


class Formulas:
    """The formulas of a module, compiled together."""

    def __init__(self, name: str, *modules: str) -> None:
        self.name, self.modules = name, modules
        self.sources: list[FormulaSource] = []
        self._compiled: dict[PrimeField, CompiledFormulas | None] = {}

    def formula(self, function: Callable[..., Any]) -> Formula:
        """Decorate a function: positional parameters are arrays, keyword-only ones constants."""
        parameters = inspect.signature(function).parameters.values()
        constants = [each.name for each in parameters if each.kind is each.KEYWORD_ONLY]
        arrays = [each.name for each in parameters if each.kind is not each.KEYWORD_ONLY]
        source = FormulaSource(function.__name__, function, arrays, constants)
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

    def __call__(self, *arrays: FieldArray, **constants: int) -> FieldArray:
        """Compute all elements.  Shapes: (n,) each -> (n,)."""
        return self.results(1, *arrays, **constants)[0]

    def results(self, n_results: int, *arrays: FieldArray, **constants: int) -> list[FieldArray]:
        """Compute a formula that returns a tuple.  Shapes: (n,) each -> n_results times (n,)."""
        field, n = arrays[0].field, len(arrays[0])
        out = [FieldArray(field, np.empty((n, field.n_words), np.uint64)) for _ in range(n_results)]
        compiled = self._formulas.compiled(field, n)
        if compiled is None:
            work = partial(self._by_operators, out, arrays, constants)
        else:
            limbs = compiled.constants([constants[name] for name in self._source.constants])
            work = partial(self._by_kernel, compiled, out, arrays, limbs)
        n_tasks = thread_count() if n >= THREADS_FROM_ROWS else 1
        bounds = [n * k // n_tasks for k in range(n_tasks + 1)]
        in_parallel([partial(work, slice(*pair)) for pair in zip(bounds, bounds[1:], strict=False)])
        return out

    def _by_kernel(
        self, compiled: CompiledFormulas, out: Any, arrays: Any, limbs: Any, piece: slice
    ) -> None:
        results, inputs = [x.data[piece] for x in out], [x.data[piece] for x in arrays]
        compiled.run(self._source.name, results, inputs, limbs)

    def _by_operators(self, out: Any, arrays: Any, constants: dict[str, int], share: slice) -> None:
        for start in range(share.start, share.stop, ROWS_AT_ONCE):
            piece = slice(start, min(start + ROWS_AT_ONCE, share.stop))
            found = self._source.function(*(x[piece] for x in arrays), **constants)
            for target, result in zip(
                out, found if isinstance(found, tuple) else (found,), strict=True
            ):
                target.data[piece] = result.data
