"""Random, boundary-limb and structured cases of the compiled field kernels against Python integers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cached_property

import numpy as np

from tests.support.numbers import boundary_values
from zkctl.field import FieldArray, PrimeField, ints_from_words, words_from_ints
from zkctl.field.kernels.cache import LoadedProgram
from zkctl.field.kernels.compiled.field import CompiledFieldKernels
from zkctl.field.kernels.compiled.memory import address
from zkctl.field.kernels.compiler import compile_program, execution_engine
from zkctl.field.kernels.field import FieldEmitter
from zkctl.field.kernels.language import I64, POINTER, Int, Pointer, Program, loop

POOL = 1 << 15  # different values; cases are pairs of them
CHUNK = (1 << 16) + 3  # cases per call: the last block of lanes is never full
LIMBS = (28, 29, 52, 64)  # bits of a limb or word that some kernel cuts numbers into


def structured_values(field: PrimeField, n: int, rng: random.Random) -> list[int]:
    """Boundary values, extreme limbs of every size, neighbours of multiples of p / 2^k; then uniform ones."""
    p, values = field.modulus, boundary_values(field)
    while len(values) < n:
        bits = rng.choice(LIMBS)
        mask = (1 << bits) - 1
        extremes = (0, 0, 1, mask, mask, mask - 1, 1 << bits - 1, rng.getrandbits(bits))
        limbs = (rng.choice(extremes) << k for k in range(0, field.n_bits, bits))
        power = 1 << rng.randrange(field.n_bits)
        values += [
            sum(limbs) % p,
            (p // power * rng.randrange(1, 4) + rng.randrange(-2, 3)) % p,
            (rng.choice((1, -1)) * power + rng.randrange(-2, 3)) % p,
            rng.randrange(p),
        ]
    return values[:n]


class FieldCases:
    """Each family takes a number of cases and returns how many were wrong."""

    def __init__(self, field: PrimeField, seed: int) -> None:
        self.field, self.p = field, field.modulus
        self.rng = random.Random(f"{field.name} {seed}")
        self.kernels = CompiledFieldKernels(field)
        self.values = structured_values(field, POOL, self.rng)
        self.words = words_from_ints(self.values, field.n_words)
        self.inverse_r = field.montgomery_r_inverse

    def families(self) -> dict[str, Callable[[int], int]]:
        p, r, inverse_r = self.p, self.field.montgomery_r, self.inverse_r
        to_montgomery = lambda x, _: FieldArray.from_canonical_words(self.field, x).data  # noqa: E731
        from_montgomery = lambda x, _: FieldArray(self.field, x).to_words()  # noqa: E731
        back = pow(1 << self.kernels.plan.radix_bits, -1, p)
        two = {
            "mul": (self.kernels.multiply, lambda x, y: x * y * inverse_r % p),
            "sqr": (self._square, lambda x, _: x * x * back % p),
            "add": (self.kernels.add, lambda x, y: (x + y) % p),
            "sub": (self.kernels.subtract, lambda x, y: (x - y) % p),
            "to Montgomery": (to_montgomery, lambda x, _: x * r % p),
            "from Montgomery": (from_montgomery, lambda x, _: x * inverse_r % p),
        }
        named = {name: self._compared(*pair) for name, pair in two.items()}
        return {**named, "inverse": self._inverses}

    def _chunks(self, n: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Indices of operands: every value beside itself and its neighbour first, then random pairs."""
        draw = np.random.default_rng(self.rng.getrandbits(64))
        for first in range(0, n, CHUNK):
            size = min(CHUNK, n - first)
            left, right = (draw.integers(0, POOL, size) for _ in range(2))
            if first == 0:
                ordered = np.arange(min(size, POOL))
                left[: len(ordered)], right[: len(ordered)] = ordered, ordered ^ (ordered >> 9 & 1)
            yield left, right

    def _compared(self, kernel: Callable, formula: Callable) -> Callable[[int], int]:
        def run(n: int) -> int:
            wrong = 0
            for left, right in self._chunks(n):
                got = ints_from_words(kernel(self.words[left], self.words[right]))
                pairs = zip(left.tolist(), right.tolist(), strict=True)
                expected = [formula(self.values[i], self.values[j]) for i, j in pairs]
                wrong += sum(g != e for g, e in zip(got, expected, strict=True))
            return wrong

        return run

    def _inverses(self, n: int) -> int:
        """x y = R^2 and y < p have one solution; 0 goes to 0."""
        p, target, wrong = self.p, self.field.montgomery_r**2 % self.p, 0
        for left, _ in self._chunks(n):
            got = ints_from_words(self.kernels.inverse(self.words[left]))
            for x, y in zip((self.values[i] for i in left.tolist()), got, strict=True):
                wrong += y >= p or (x * y % p != target if x else y != 0)
        return wrong

    # -- the squaring that other kernels are made of has no array kernel: here is one

    @cached_property
    def _square_program(self) -> LoadedProgram:
        def emit(program: Program) -> None:
            emitter = FieldEmitter(program, self.field)

            @program.kernel("square", POINTER, POINTER, I64)
            def square(out: Pointer, x: Pointer, n_blocks: Int) -> None:
                for i in loop(n_blocks):
                    emitter.write(out, i, emitter.kernel_field.sqr(emitter.read(x, i)).load())

        return LoadedProgram(*execution_engine(compile_program("square", emit)))

    def _square(self, x: np.ndarray, _: np.ndarray) -> np.ndarray:
        """x^2 / R'."""
        width = self.kernels.width
        padded = np.zeros((-(-len(x) // width) * width, x.shape[1]), np.uint64)
        padded[: len(x)] = x
        out = np.empty_like(padded)
        kernel = self._square_program.function("square", *"ppi")
        kernel(address(out), address(padded), len(padded) // width)
        return out[: len(x)]
