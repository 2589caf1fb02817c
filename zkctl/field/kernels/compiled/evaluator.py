"""The compiled evaluator of rows (kernels/evaluator defines it) on numpy arrays, or on columns of a file without numpy.

All bounds checks on indices happen here: the kernel trusts its arguments.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from zkctl.errors import ShapeError
from zkctl.field.kernels.cache import KernelFunction, sources_of
from zkctl.field.kernels.evaluator import job
from zkctl.field.kernels.evaluator.job import JOB
from zkctl.field.kernels.image import buffer_address
from zkctl.field.kernels.on_demand import ProgramOnDemand
from zkctl.field.prime import PrimeField
from zkctl.field.words import Words, bytes_from_ints, ints_from_bytes
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zkctl.field.kernels.interface import HintArrays, RowArrays
    from zkctl.field.kernels.language import Program

_MODULES = ("checks", "emit", "hints", "integers", "job", "levels", "rows")
SOURCES = sources_of(*(f"field.kernels.evaluator.{module}" for module in _MODULES))

_SIDES = (0, 1, 1, 2, 2)  # inputs of each kind of hints that the kernel reads
_OUTPUTS = (-1, -1, 1, 1, 2)  # outputs of each kind, -1: any number
# inversions that are worth another order: of a program, and of each of its levels; one takes as long as 300 terms
FEW_INVERSIONS = 16
FEW_INVERSIONS_OF_LEVEL = 4
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
        numbers = {
            "one": rows.one,
            "minus_one": rows.minus_one,
            "n_rows": len(rows.targets),
            "n_hints": len(hints.kinds),
        }
        prepared = PreparedProgram(self, n_wires, _usable_arrays(n_wires, rows, hints), numbers)
        prepared.plan()
        return prepared

    def prepare_columns(
        self, n_wires: int, given: slice, buffers: Mapping[str, Any], numbers: Mapping[str, int]
    ) -> PreparedProgram | None:
        """Return a program whose columns are buffers with the names of a job, None if it is not good (evaluator/checks.py).

        `given` are the wires of the inputs.  Assumes: `numbers` are the lengths of the columns, which fit each other; kinds of
        hints have the inputs and outputs that they read and write.
        """
        has_value, n_given = bytearray(n_wires), len(range(*given.indices(n_wires)))
        has_value[given] = b"\1" * n_given
        has_value[:1] = b"\1"
        own = {"has_value": has_value, "stamps": bytearray(4 * n_wires)}
        prepared = PreparedProgram(self, n_wires, {**buffers, **own}, {**numbers, "n_wires": n_wires})  # fmt: skip
        problems = self.program.function("problems", "p", returns=True)
        if problems(buffer_address(prepared.job)):
            return None
        prepared.plan()
        return prepared

    def to_montgomery(self, numbers: bytearray | memoryview) -> None:
        """Convert integers below p to Montgomery form, in place."""
        self._convert("to_montgomery", numbers)

    def to_plain(self, numbers: bytearray | memoryview) -> None:
        """Convert Montgomery numbers to integers, in place."""
        self._convert("to_plain", numbers)

    def _convert(self, name: str, numbers: bytearray | memoryview) -> None:
        count, rest = divmod(len(numbers), self.field.n_bytes)
        if rest:
            raise ShapeError(
                f"words do not fit {self.field.name}: expected a multiple of {self.field.n_bytes} bytes,"
                f" got {len(numbers)}"
            )
        self.program.function(name, *"pi")(buffer_address(numbers), count)

    def count_improper(self, numbers: bytearray) -> int:
        """Return how many numbers are not in 1 .. p - 1."""
        count = self.program.function("count_improper", *"pi", returns=True)
        return int(count(buffer_address(numbers), len(numbers) // self.field.n_bytes))

    def survey(self, column: memoryview) -> Survey:
        """Return sum, maximum and number of nonzero entries of a column of 32-bit numbers."""
        out = array("q", bytes(24))
        survey = self.program.function("survey", *"pip")
        survey(buffer_address(column), len(column), buffer_address(out))
        return Survey(*out)

    def starts(self, lengths: memoryview) -> array[int]:
        """Return where each of consecutive parts begins, and the end.  Shapes: n -> n + 1."""
        out = array("q", bytes(8 * (len(lengths) + 1)))
        self.program.function("starts", *"pip")(buffer_address(lengths), len(lengths), buffer_address(out))  # fmt: skip
        return out

    def gathered(self, values: bytearray, indices: Any) -> bytearray:
        """Return some of the values.  Assumes: the indices, of 32 bits, are below their number."""
        out = bytearray(len(indices) * self.field.n_bytes)
        gather = self.program.function("gather", *"ppip")
        gather(buffer_address(values), buffer_address(indices), len(indices), buffer_address(out))
        return out


@record
class Survey:
    """Sum, maximum (-1 of an empty column) and number of nonzero entries of a column."""

    total: int
    highest: int
    nonzero: int


class PreparedProgram:
    """Rows and hints whose indices were checked, and the job that begins an evaluation."""

    def __init__(
        self,
        evaluator: CompiledEvaluator,
        n_wires: int,
        buffers: Mapping[str, Any],
        numbers: Mapping[str, int],
    ) -> None:
        self.evaluator, self.n_wires = evaluator, n_wires
        # kept alive: the job has their addresses; the kernel may load the first entry of an empty column
        self.buffers = {
            name: buffer if memoryview(buffer).nbytes else bytes(64)
            for name, buffer in buffers.items()
        }
        self.job = array("q", bytes(8 * len(JOB)))
        entries = {name: buffer_address(buffer) for name, buffer in self.buffers.items()}
        for name, number in {**entries, **numbers, "holds": 1}.items():
            self.job[JOB[name]] = number
        self.run = evaluator.program.function("run", "p", returns=True)
        self.run_levels: KernelFunction | None = None

    def plan(self) -> None:
        """Let evaluations compute inversions that do not depend on each other at once, if there are enough of them."""
        n_rows, n_hints = (self.job[JOB[name]] for name in ("n_rows", "n_hints"))
        kinds = memoryview(self.buffers["hint_kinds"]).tolist() if n_hints else []
        n_inversions = kinds.count(job.INVERSE_OR_ZERO) + kinds.count(job.DIVIDE_OR_ZERO)
        if n_inversions < FEW_INVERSIONS or job.PYTHON in kinds:
            return
        items = 4 * (n_rows + n_hints)
        kept = {"order": bytearray(items), "ends": array("q", bytes(8 * (2 * n_inversions + 3)))}
        passing = {"wire_levels": bytearray(4 * self.n_wires), "keys": bytearray(items), "sequence": bytearray(items)}  # fmt: skip
        for name, buffer in {**kept, **passing}.items():
            self.job[JOB[name]] = buffer_address(buffer)
        function = self.evaluator.program.function
        n_levels = function("schedule", "p", returns=True)(buffer_address(self.job))
        self.job[JOB["n_levels"]] = n_levels
        if n_inversions >= FEW_INVERSIONS_OF_LEVEL * n_levels:
            self.buffers = {**self.buffers, **kept}
            self.run_levels = function("run_levels", "p", returns=True)

    def evaluation(self) -> Evaluation:
        """Return an evaluation in which all values are 0."""
        return Evaluation(self)


class Evaluation:
    """The values of all wires so far, Montgomery numbers one after the other, and the next row and hint."""

    def __init__(self, program: PreparedProgram) -> None:
        self.program, self.field = program, program.evaluator.field
        self.values = bytearray(program.n_wires * self.field.n_bytes)
        self._job = program.job[:]
        self._job[JOB["values"]] = buffer_address(self.values)
        self._given: list[tuple[slice, bytearray]] = []

    def run(self) -> int:
        """Go on until the end, a row that does not hold, or a hint that only Python computes; return which (job.py)."""
        place, program = buffer_address(self._job), self.program
        if program.run_levels is not None:
            if program.run_levels(place) == job.FINISHED:
                for name in ("row", "hint"):
                    self._job[JOB[name]] = self._job[JOB[f"n_{name}s"]]
                return job.FINISHED
            self._reset()
        return int(program.run(place))  # which row does not hold says the order of the program

    def _reset(self) -> None:
        """Return to the values that were set.  A row takes its wire's value for 0, so it must not be that of an earlier run."""
        self.values[:] = bytes(len(self.values))
        for places, numbers in self._given:
            self.values[places] = numbers

    def _set(self, places: slice, numbers: bytearray) -> None:
        self.values[places] = numbers
        if self.program.run_levels is not None:
            self._given.append((places, numbers))

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
        number = int.from_bytes(self.values[self._places(wire)], "little")
        return number * self.field.montgomery_r_inverse % self.field.modulus

    def hint_inputs(self, count: int) -> list[int]:
        """Return the inputs of the next hint, so many, as integers in [0, p)."""
        first = int(memoryview(self.program.buffers["hint_sides"])[self.hint])
        if first + count >= len(memoryview(self.program.buffers["hint_starts"])):
            raise ShapeError("a hint does not fit its kind: expected other inputs or outputs")
        out = bytearray(count * self.field.n_bytes)
        sums = self.program.evaluator.program.function("hint_inputs", *"piip")
        sums(buffer_address(self._job), self.hint, count, buffer_address(out))
        return ints_from_bytes(bytes(out), self.field.n_words)

    def _places(self, wire: int) -> slice:
        if not 0 <= wire < self.program.n_wires:
            raise ShapeError(
                f"a wire is out of range: expected below {self.program.n_wires}, got {wire}"
            )
        return slice(wire * self.field.n_bytes, (wire + 1) * self.field.n_bytes)

    def _montgomery(self, values: Sequence[int]) -> bytearray:
        numbers = bytearray(bytes_from_ints(values, self.field.n_words))
        self.program.evaluator.to_montgomery(numbers)
        return numbers

    def set_consecutive(self, first: int, values: Sequence[int]) -> None:
        """Set wires, one after the other, to Python integers in [0, p)."""
        if first + len(values) > self.program.n_wires:
            raise ShapeError(
                f"values do not fit the wires: expected {self.program.n_wires - first}, got {len(values)}"
            )
        numbers, start = self._montgomery(values), first * self.field.n_bytes
        self._set(slice(start, start + len(numbers)), numbers)

    def set_integers(self, wires: Sequence[int], values: Sequence[int]) -> None:
        """Set wires to Python integers in [0, p)."""
        numbers, n_bytes = self._montgomery(values), self.field.n_bytes
        for k, wire in enumerate(wires):
            self._set(self._places(wire), numbers[k * n_bytes : (k + 1) * n_bytes])

    def plain_bytes(self) -> bytearray:
        """Return all values as integers, one after the other; ends the evaluation."""
        self.program.evaluator.to_plain(self.values)
        return self.values

    def plain_values(self) -> Words:
        """As `plain_bytes`.  Shapes: -> (n_wires, n_words)."""
        return np.frombuffer(self.plain_bytes(), np.uint64).reshape(-1, self.field.n_words)


def _usable_arrays(n_wires: int, rows: RowArrays, hints: HintArrays) -> dict[str, NDArray[Any]]:
    """Return the arrays of a job by their names, of the right types, none empty, with all indices in range."""
    n_sides, n_pool = len(hints.starts) - 1, len(rows.pool)
    _check_starts(rows.starts, 3 * len(rows.targets), len(rows.wires))
    _check_starts(hints.starts, n_sides, len(hints.wires))
    _check_starts(hints.out_starts, len(hints.kinds), len(hints.outputs))
    for column in (rows.wires, rows.targets, hints.wires, hints.outputs):
        _check_below(column, n_wires)
    for column in (rows.coefficients, hints.coefficients):
        _check_below(column, n_pool)
    _check_below(hints.rows, len(rows.targets) + 1)
    same = [(rows.wires, rows.coefficients), (hints.wires, hints.coefficients)]
    same += [(hints.kinds, each) for each in (hints.first, hints.sides, hints.rows)]
    if any(len(x) != len(y) for x, y in same):
        raise ShapeError("arrays of a witness program differ in length: expected one entry each")
    _check_kinds(hints, n_sides)
    columns = {
        **{
            name: getattr(rows, name)
            for name in ("starts", "wires", "coefficients", "targets", "pool")
        },
        **{f"hint_{name}": getattr(hints, name) for name in hints.__match_args__},
    }
    types = {"starts": np.int64, "hint_starts": np.int64, "pool": np.uint64}
    return {name: _usable(column, types.get(name, np.uint32)) for name, column in columns.items()}


def _check_kinds(hints: HintArrays, n_sides: int) -> None:
    """Check that each hint has the inputs and outputs that its kind reads and writes."""
    _check_below(hints.kinds, len(_SIDES))
    outputs = np.array(_OUTPUTS)[hints.kinds]
    fits = hints.sides + np.array(_SIDES)[hints.kinds] <= n_sides
    if not (fits & ((outputs < 0) | (outputs == np.diff(hints.out_starts.astype(np.int64))))).all():
        raise ShapeError("a hint does not fit its kind: expected other inputs or outputs")


def _usable(column: NDArray[Any], kind: Any) -> NDArray[Any]:
    """Return an array as the kernel reads it."""
    return np.ascontiguousarray(column, kind)


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
