"""The compiled field kernels behind the same methods as numpy/field.py: numpy arrays in, numpy arrays out.

All bounds checks on addresses happen here: a kernel trusts its arguments.
"""

from __future__ import annotations

from functools import cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING

from zkctl.errors import ShapeError
from zkctl.field.kernels.cache import KernelFunction, sources_of
from zkctl.field.kernels.compiled.memory import address, aligned_words
from zkctl.field.kernels.host import host
from zkctl.field.kernels.interface import NO_SCALING, Scaling
from zkctl.field.kernels.limb_plan import INVERSE_BATCH, plan_for
from zkctl.field.kernels.on_demand import ProgramOnDemand
from zkctl.field.prime import PrimeField
from zkctl.field.words import Words
from zkctl.runtime.arrays import np
from zkctl.runtime.parallel import in_parallel
from zkctl.runtime.settings import thread_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zkctl.field.kernels.language import Program

SOURCES = sources_of("field.kernels.field", "field.kernels.inverse")
TRANSFORM_SOURCES = sources_of(
    "field.kernels.transform.emit", "field.kernels.transform.job", "field.kernels.transform.shared"
)

THREADS_FROM_ROWS = 1 << 15  # of elementwise kernels: a tenth of a millisecond
MOST_LOAD = 256  # of elementwise kernels: full loads are of a millisecond


class CompiledFieldKernels:
    """Kernels of one prime field, compiled for this machine.

    Shapes: every array (n, n_words) uint64, contiguous, canonical, Montgomery with R = 2^(64 n_words); results are new arrays.
    """

    def __init__(self, field: PrimeField) -> None:
        self.field = field
        self.plan = plan_for(field, fused=host().fused)
        self.width = host().width
        self.name = field.name.replace(".", "_")
        self.radix_ratio = (1 << self.plan.radix_bits - 64 * field.n_words) % field.modulus

    @cached_property
    def program(self) -> ProgramOnDemand:
        """The kernels that work element by element, and the segment sums."""
        return ProgramOnDemand(self.name, self._emit, SOURCES, MOST_LOAD)

    @cached_property
    def inverse_program(self) -> ProgramOnDemand:
        """The batch inversion."""
        return ProgramOnDemand(f"{self.name}_inverse", self._emit_inverse, SOURCES)

    @cached_property
    def transform_program(self) -> ProgramOnDemand:
        """The transform passes."""
        return ProgramOnDemand(f"{self.name}_ntt", self._emit_transform, TRANSFORM_SOURCES)

    def is_ready(self) -> bool:
        """Return whether operations element by element need not be compiled."""
        return self.program.is_ready()

    def _emit(self, program: Program) -> None:
        from zkctl.field.kernels.field import emit_field_kernels

        emit_field_kernels(program, self.field)

    def _emit_inverse(self, program: Program) -> None:
        from zkctl.field.kernels.field import emit_inverse_kernel

        emit_inverse_kernel(program, self.field)

    def _emit_transform(self, program: Program) -> None:
        from zkctl.field.kernels.transform.emit import emit_ntt_kernels

        emit_ntt_kernels(program, self.field)

    def function(self, name: str, kinds: str) -> KernelFunction:
        """Return a kernel of this field; kinds as in LoadedProgram.function."""
        return self.program.function(f"{self.name}_{name}", *kinds)

    def transform_function(self, name: str, kinds: str) -> KernelFunction:
        """Return a transform pass of this field."""
        return self.transform_program.function(f"{self.name}_{name}", *kinds)

    @cached_property
    def _multiply(self) -> KernelFunction:
        return self.function("multiply", "pppi")

    @cached_property
    def _scale(self) -> KernelFunction:
        return self.function("scale", "pppi")

    @cached_property
    def _add(self) -> KernelFunction:
        return self.function("add", "pppi")

    @cached_property
    def _subtract(self) -> KernelFunction:
        return self.function("subtract", "pppi")

    @cached_property
    def _inverse(self) -> KernelFunction:
        return self.inverse_program.function(f"{self.name}_inverse", *"ppip")

    def multiply(self, x: Words, y: Words) -> Words:
        """Return x y / R, element by element."""
        return self._blockwise(self._multiply, x, y)

    def add(self, x: Words, y: Words) -> Words:
        """Return x + y."""
        return self._blockwise(self._add, x, y)

    def subtract(self, x: Words, y: Words) -> Words:
        """Return x - y."""
        return self._blockwise(self._subtract, x, y)

    def scale(self, x: Words, constant: Words) -> Words:
        """Return x c / R for one constant c.  Shapes: (n, n_words), (n_words,)."""
        value = sum(int(word) << (64 * k) for k, word in enumerate(constant))
        shifted = value * self.radix_ratio % self.field.modulus
        limbs = np.array(self.plan.split(shifted), np.uint64)

        def kernel(out: int, source: int, n_blocks: int) -> None:
            self._scale(out, source, address(limbs), n_blocks)

        return self._blockwise(kernel, x)

    def inverse(self, x: Words) -> Words:
        """Return R^2 / x, zero for zero."""

        def kernel(out: int, source: int, n_blocks: int) -> None:
            prefixes = aligned_words(INVERSE_BATCH * self.plan.n * self.width)
            self._inverse(out, source, n_blocks, address(prefixes))

        return self._blockwise(kernel, x)

    def segment_sums(self, x: Words, starts: NDArray[np.int64]) -> Words:
        """Return the sums of rows starts[k] .. starts[k + 1] - 1.  Shapes: (n, n_words), (m + 1,) -> (m, n_words)."""
        n_sums, padded = len(starts) - 1, -(-(len(starts) - 1) // self.width) * self.width
        if n_sums and not (
            starts[0] >= 0 and starts[-1] <= len(x) and (np.diff(starts) >= 0).all()
        ):
            raise ShapeError(
                f"segments do not fit the rows: expected ascending starts up to {len(x)}, "
                f"got {starts[0]} .. {starts[-1]}"
            )
        x, starts = np.ascontiguousarray(x), np.ascontiguousarray(starts, np.int64)
        low = np.zeros((padded, self.field.n_words), np.uint64)
        high = np.zeros(padded, np.uint64)
        out = np.empty_like(low)
        raw = self.function("raw_sums", "ppppi")
        raw(address(low), address(high), address(x), address(starts), n_sums)
        reduce_sums = self.function("reduce_sums", "pppi")
        reduce_sums(address(out), address(low), address(high), padded // self.width)
        return out[:n_sums]

    def transform(self, x: Words, root: int, scaling: Scaling = NO_SCALING) -> Words:
        """Return factor after^i times the sums of before^j x[j] root^(i j) over j, natural order.  Shapes: (n, n_words)."""
        from zkctl.field.kernels.compiled.transform import transform

        return transform(self, x, root, scaling)

    def coset_transform(self, x: Words, root: int, shift: int) -> Words:
        """Return a polynomial's values on shift * root^i, given those on root^i.  Shapes: (n, n_words)."""
        from zkctl.field.kernels.compiled.transform import coset_transform

        return coset_transform(self, x, root, shift)

    def _blockwise(self, kernel: KernelFunction, *operands: Words) -> Words:
        """Run a kernel on whole blocks in place, some for each thread, and on the rest through a padded copy."""
        n, words = operands[0].shape
        if words != self.field.n_words or any(x.shape != operands[0].shape for x in operands):
            raise ShapeError(
                f"operands have wrong shapes: expected ({n}, {self.field.n_words}) each, "
                f"got {[x.shape for x in operands]}"
            )
        operands = tuple(np.ascontiguousarray(x, np.uint64) for x in operands)
        out = np.empty((n, words), np.uint64)
        whole = n // self.width
        if whole:
            places, step = [address(x) for x in (out, *operands)], 8 * words * self.width
            n_tasks = thread_count() if n >= THREADS_FROM_ROWS else 1
            bounds = [whole * t // n_tasks for t in range(n_tasks + 1)]
            in_parallel(
                [
                    partial(kernel, *(place + i * step for place in places), j - i)
                    for i, j in pairwise(bounds)
                ]
            )
        rest = n - whole * self.width
        if rest:
            padded = [np.zeros((self.width, words), np.uint64) for _ in (out, *operands)]
            for copy, x in zip(padded[1:], operands, strict=True):
                copy[:rest] = x[n - rest :]
            kernel(*map(address, padded), 1)
            out[n - rest :] = padded[0][:rest]
        return out
