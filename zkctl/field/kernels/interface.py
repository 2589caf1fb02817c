"""The interfaces of the field kernels, which the compiled and the numpy classes implement.

Algorithms above the kernels are written once, over these protocols.  `zkctl.field.backend` returns the implementation
of this process, so that mypy compares both classes with their protocol.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from zkctl.field.prime import PrimeField
from zkctl.field.words import Int32, Words, words_from_ints
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray


@record
class Scaling:
    """The factors of a transform: before^j for input j, factor * after^i for result i."""

    before: int = 1
    after: int = 1
    factor: int = 1


NO_SCALING = Scaling()


class FieldKernels(Protocol):
    """The kernels of one prime field.

    Shapes: every array (n, n_words) uint64, canonical, in Montgomery form with R = 2^(64 n_words); results are new arrays.
    """

    field: PrimeField

    def multiply(self, x: Words, y: Words) -> Words:
        """Return x y / R, element by element."""

    def scale(self, x: Words, constant: Words) -> Words:
        """Return x c / R for one constant c.  Shapes: (n, n_words), (n_words,) -> (n, n_words)."""

    def add(self, x: Words, y: Words) -> Words:
        """Return x + y, element by element."""

    def subtract(self, x: Words, y: Words) -> Words:
        """Return x - y, element by element."""

    def inverse(self, x: Words) -> Words:
        """Return R^2 / x, element by element, zero for zero."""

    def segment_sums(self, x: Words, starts: NDArray[np.int64]) -> Words:
        """Return the sums of x[starts[k] : starts[k + 1]].  Shapes: (n, n_words), (m + 1,) -> (m, n_words)."""

    def transform(self, x: Words, root: int, scaling: Scaling = NO_SCALING) -> Words:
        """Return factor after^i times the sums of before^j x[j] root^(i j) over j, natural order.

        Shapes: (n, n_words), n a power of two.
        """

    def coset_transform(self, x: Words, root: int, shift: int) -> Words:
        """Return a polynomial's values on shift * root^i, given those on root^i.  Shapes: (n, n_words)."""


class ScheduleKernels(Protocol):
    """Scheduling for bucket methods; references are 2 * index + sign."""

    def kinds(self, scalars: Words, small_bits: int) -> Int32:
        """Return 0 for a scalar that is 0, 1 for one below 2^small_bits, 2 for others.

        Shapes: (n, n_words) -> (n,).  Assumes: small_bits < 64.
        """

    def signed_digits(self, scalars: Words, bits: int, n_windows: int) -> Int32:
        """Return digits in base 2^bits, -2^(bits-1) < d <= 2^(bits-1), lowest window first.

        Shapes: (n, n_words) -> (n_windows, n).
        """

    def sort_by_digit(self, digits: Int32, n_buckets: int) -> tuple[Int32, Int32]:
        """Return references sorted by window and |digit|, and the start of every bucket; digit 0 is dropped.

        Shapes: (n_windows, n) -> (m,), (n_windows * n_buckets + 1,); m digits are not 0.
        """


@record(eq=False)
class RowArrays:
    """Rows of sparse sums A, B, C: A * B - C is the value of the row's target, and must be zero where the target is 0.

    Shapes: starts (3 n_rows + 1,) int64 delimits the terms of A, B, C of each row; wires and coefficients (n_terms,) uint32,
    coefficients being indices into pool (n, n_words), Montgomery; targets (n_rows,).  `one` and `minus_one` are the indices of
    these coefficients, -1 without one.
    """

    starts: NDArray[np.int64]
    wires: NDArray[np.uint32]
    coefficients: NDArray[np.uint32]
    targets: NDArray[np.uint32]
    pool: Words
    one: int
    minus_one: int


@record(eq=False)
class HintArrays:
    """Hints between rows, in order: hint k comes before row rows[k].

    Shapes: rows, kinds (evaluator/job.py), first (the parameter of that name) and sides (the first of its sides) (n_hints,) uint32;
    starts (n_sides + 1,) int64 delimits wires and coefficients of the sides; out_starts (n_hints + 1,) uint32 delimits outputs.
    """

    rows: NDArray[np.uint32]
    kinds: NDArray[np.uint32]
    first: NDArray[np.uint32]
    sides: NDArray[np.uint32]
    starts: NDArray[np.int64]
    wires: NDArray[np.uint32]
    coefficients: NDArray[np.uint32]
    out_starts: NDArray[np.uint32]
    outputs: NDArray[np.uint32]


def power_rows(kernels: FieldKernels, base: int, n: int, first: int = 1) -> Words:
    """Return first * base^k for k = 0 .. n-1, by doubling: log2(n) vector multiplications.

    Shapes: -> (n, n_words).
    """
    p, r, n_words = kernels.field.modulus, kernels.field.montgomery_r, kernels.field.n_words
    rows = words_from_ints([first * r % p] if n else [], n_words)
    step = base % p
    while len(rows) < n:
        factor = words_from_ints([step * r % p], n_words)[0]
        rows = np.concatenate([rows, kernels.scale(rows[: n - len(rows)], factor)])
        step = step * step % p
    return rows
