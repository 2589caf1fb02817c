"""The compiled evaluator of rows on numpy arrays (kernels/evaluator defines it).

All bounds checks on indices happen here: the kernel trusts its arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zkctl.errors import ShapeError
from zkctl.field.kernels.cache import sources_of
from zkctl.field.kernels.compiled.memory import address
from zkctl.field.kernels.evaluator.job import JOB
from zkctl.field.kernels.interface import HintArrays, RowArrays
from zkctl.field.kernels.on_demand import ProgramOnDemand
from zkctl.field.prime import PrimeField
from zkctl.field.words import Words, words_from_ints

if TYPE_CHECKING:
    from zkctl.field.kernels.language import Program

_MODULES = ("emit", "hints", "integers", "job", "rows")
SOURCES = sources_of(*(f"field.kernels.evaluator.{module}" for module in _MODULES))

_SIDES = (0, 1, 1, 2, 2)  # inputs of each kind of hints that the kernel reads
_OUTPUTS = (-1, -1, 1, 1, 2)  # outputs of each kind, -1: any number
_MOST_TERMS = 1 << 31  # of a program: a sum of fewer than 2^32 terms cannot overflow


class CompiledEvaluator:
    """The evaluator of one prime field, compiled for this machine."""

    def __init__(self, field: PrimeField) -> None:
        self.field = field

    @cached_property
    def program(self) -> ProgramOnDemand:
        """The machine code."""
        name = self.field.name.replace(".", "_")
        return ProgramOnDemand(f"{name}_rows", self._emit, SOURCES)

    def _emit(self, program: Program) -> None:
        from zkctl.field.kernels.evaluator.emit import emit_evaluator

        emit_evaluator(program, self.field)

    def is_worth(self, load: float) -> bool:
        """Return whether the program is ready or worth compiling; load as in `ProgramOnDemand.is_worth`."""
        return self.program.is_worth(load)

    def prepare(self, n_wires: int, rows: RowArrays, hints: HintArrays) -> PreparedProgram:
        """Return rows and hints ready to be evaluated, any number of times.  Raises: ShapeError for an index out of range."""
        return PreparedProgram(
            self, n_wires, _usable_arrays(n_wires, rows, hints), rows, len(hints.kinds)
        )

    def to_montgomery(self, words: Words) -> None:
        """Convert integers below p to Montgomery form, in place.  Shapes: (n, n_words)."""
        self._convert("to_montgomery", words)

    def to_plain(self, words: Words) -> None:
        """Convert Montgomery numbers to integers, in place.  Shapes: (n, n_words)."""
        self._convert("to_plain", words)

    def _convert(self, name: str, words: Words) -> None:
        if words.shape[1:] != (self.field.n_words,) or words.dtype != np.uint64:
            raise ShapeError(
                f"words do not fit {self.field.name}: expected (n, {self.field.n_words}) uint64,"
                f" got {words.shape} {words.dtype}"
            )
        if len(words):
            self.program.function(name, *"pi")(address(words), len(words))


class PreparedProgram:
    """Rows and hints whose indices were checked, and the job that begins an evaluation."""

    def __init__(
        self,
        evaluator: CompiledEvaluator,
        n_wires: int,
        arrays: dict[str, NDArray[Any]],
        rows: RowArrays,
        n_hints: int,
    ) -> None:
        self.evaluator, self.n_wires = evaluator, n_wires
        self.arrays = arrays  # kept alive: the job has their addresses
        self.job = np.zeros(len(JOB), np.int64)
        numbers = {name: address(array) for name, array in arrays.items()}
        numbers |= {
            "one": rows.one,
            "minus_one": rows.minus_one,
            "n_rows": len(rows.targets),
            "n_hints": n_hints,
            "holds": 1,
        }
        for name, number in numbers.items():
            self.job[JOB[name]] = number
        self.run = evaluator.program.function("run", "p", returns=True)

    def evaluation(self) -> Evaluation:
        """Return an evaluation in which all values are 0."""
        return Evaluation(self)


class Evaluation:
    """The values of all wires so far, and the next row and hint.  Shapes: values (n_wires, n_words), Montgomery."""

    def __init__(self, program: PreparedProgram) -> None:
        self.program, self.field = program, program.evaluator.field
        self.values = np.zeros((program.n_wires, self.field.n_words), np.uint64)
        self._job = program.job.copy()
        self._job[JOB["values"]] = address(self.values)

    def run(self) -> int:
        """Go on until the end, a row that does not hold, or a hint that only Python computes; return which (job.py)."""
        return int(self.program.run(address(self._job)))

    @property
    def row(self) -> int:
        """The row that comes next, or that does not hold."""
        return int(self._job[JOB["row"]])

    @property
    def hint(self) -> int:
        """The hint that comes next."""
        return int(self._job[JOB["hint"]])

    def skip_hint(self) -> None:
        """Take the next hint as done: its values were set."""
        self._job[JOB["hint"]] += 1

    def value(self, wire: int) -> int:
        """Return a value as an integer in [0, p)."""
        number = int.from_bytes(self.values[wire].tobytes(), "little")
        return number * self.field.montgomery_r_inverse % self.field.modulus

    def set_values(self, wires: slice | list[int], values: Words) -> None:
        """Set wires to integers below p.  Shapes: (n, n_words), converted in place."""
        self.program.evaluator.to_montgomery(values)
        self.values[wires] = values

    def set_integers(self, wires: slice | list[int], values: Sequence[int]) -> None:
        """Set wires to Python integers in [0, p)."""
        self.set_values(wires, words_from_ints(values, self.field.n_words))

    def plain_values(self) -> Words:
        """Return all values as integers; ends the evaluation.  Shapes: -> (n_wires, n_words)."""
        self.program.evaluator.to_plain(self.values)
        return self.values


def _usable_arrays(n_wires: int, rows: RowArrays, hints: HintArrays) -> dict[str, NDArray[Any]]:
    """Return the arrays of a job by their names, of the right types, none empty, with all indices in range."""
    n_sides, n_pool = len(hints.starts) - 1, len(rows.pool)
    _check_starts(rows.starts, 3 * len(rows.targets), len(rows.wires))
    _check_starts(hints.starts, n_sides, len(hints.wires))
    _check_starts(hints.out_starts, len(hints.kinds), len(hints.outputs))
    for array in (rows.wires, rows.targets, hints.wires, hints.outputs):
        _check_below(array, n_wires)
    for array in (rows.coefficients, hints.coefficients):
        _check_below(array, n_pool)
    _check_below(hints.rows, len(rows.targets) + 1)
    same = [(rows.wires, rows.coefficients), (hints.wires, hints.coefficients)]
    same += [(hints.kinds, each) for each in (hints.first, hints.sides, hints.rows)]
    if any(len(x) != len(y) for x, y in same):
        raise ShapeError("arrays of a witness program differ in length: expected one entry each")
    _check_kinds(hints, n_sides)
    arrays = {
        **{
            name: getattr(rows, name)
            for name in ("starts", "wires", "coefficients", "targets", "pool")
        },
        **{f"hint_{name}": getattr(hints, name) for name in HintArrays.__match_args__},
    }
    types = {"starts": np.int64, "hint_starts": np.int64, "pool": np.uint64}
    return {name: _usable(array, types.get(name, np.uint32)) for name, array in arrays.items()}


def _check_kinds(hints: HintArrays, n_sides: int) -> None:
    """Check that each hint has the inputs and outputs that its kind reads and writes."""
    _check_below(hints.kinds, len(_SIDES))
    outputs = np.array(_OUTPUTS)[hints.kinds]
    fits = hints.sides + np.array(_SIDES)[hints.kinds] <= n_sides
    if not (fits & ((outputs < 0) | (outputs == np.diff(hints.out_starts.astype(np.int64))))).all():
        raise ShapeError("a hint does not fit its kind: expected other inputs or outputs")


def _usable(array: NDArray[Any], kind: Any) -> NDArray[Any]:
    """Return an array with an address: contiguous, and one zero if it is empty."""
    return np.ascontiguousarray(array, kind) if array.size else np.zeros(8, kind)


def _check_below(indices: NDArray[Any], bound: int) -> None:
    if len(indices) and not 0 <= int(indices.min()) <= int(indices.max()) < bound:
        raise ShapeError(f"an index of a witness program is out of range: expected below {bound}")


def _check_starts(starts: NDArray[Any], n: int, end: int) -> None:
    if (
        len(starts) != n + 1
        or (starts[0], starts[-1]) != (0, end)
        or end >= _MOST_TERMS
        or (n and bool((starts[1:] < starts[:-1]).any()))
    ):
        raise ShapeError(f"starts do not delimit {end} terms: expected {n + 1} ascending numbers")
