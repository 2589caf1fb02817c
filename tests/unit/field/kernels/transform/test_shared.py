"""Products with shared numbers, for every size of factor that the bounds allow, on this machine's limbs and on fused ones."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from tests.support.emulated_kernels import LANES, load_emulated
from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField
from zkctl.field.kernels.cache import _load
from zkctl.field.kernels.compiled.memory import address, aligned_words
from zkctl.field.kernels.compiler import compile_program
from zkctl.field.kernels.host import host
from zkctl.field.kernels.lanes import BoundError
from zkctl.field.kernels.language import POINTER, Pointer, Program
from zkctl.field.kernels.limb_plan import plan_for
from zkctl.field.kernels.limbs import KernelField
from zkctl.field.kernels.residue import Element
from zkctl.field.kernels.transform.shared import SharedProducts

HIGHEST = 17  # times p: the largest leg of a transform
EACH_FIELD = pytest.mark.parametrize("field", [BN254_FR, BLS12_381_FR], ids=str)


def emitted(field: PrimeField, bounds: list[int]) -> Any:
    """A program with the kernel `f(out, x, w)`; the bound of its result, over p, is appended."""

    def emit(program: Program) -> None:
        f = KernelField(program, field)

        @program.kernel("f", POINTER, POINTER, POINTER)
        def kernel(out: Pointer, x: Pointer, w: Pointer) -> None:
            result = SharedProducts(f).product(f.tight(x, HIGHEST * f.p), w, out)
            bounds.append(result.high)

    return emit


@EACH_FIELD
@pytest.mark.parametrize("fused", [False, True])
def test_products_and_their_bound(field: PrimeField, fused: bool) -> None:
    p, bounds = field.modulus, []
    emit, plan = emitted(field, bounds), plan_for(field, fused=fused)
    if fused:
        program, width = load_emulated(emit), LANES
    else:
        if host().fused:
            pytest.skip("the limbs of this machine are fused")
        program, width = _load(compile_program("test", emit), from_cache=False), host().width
    run, rng = program.function("f", "p", "p", "p"), random.Random(p)
    edges = [0, 1, p - 1, p, p + 1, HIGHEST * p, HIGHEST * p - 1, (1 << 252) - 1]
    factors = edges + [rng.randrange(HIGHEST * p) for _ in range(24)]
    assert bounds[0] <= 3 * p // 2
    for w in [0, 1, 2, p - 1, p - 2, p >> 1, *[rng.randrange(p) for _ in range(6)]]:
        shared = aligned_words(2 * plan.n)
        shared[:] = [*plan.split(w), *plan.split((w << plan.radix_bits) // p)]
        for start in range(0, len(factors), width):
            part = factors[start : start + width]
            x, out = (aligned_words(plan.n * width).reshape(plan.n, width) for _ in range(2))
            x[:] = np.array([plan.split(value) for value in part], np.uint64).T
            run(address(out), address(x), address(shared))
            found = [sum(int(v) << (plan.bits * k) for k, v in enumerate(row)) for row in out.T]
            assert [value % p for value in found] == [value * w % p for value in part]
            assert max(found) <= bounds[0] and int(out.max()) <= plan.mask


def test_a_factor_with_limbs_that_are_too_large_is_refused() -> None:
    program = Program("refused", 4, "x86_64-unknown-linux-gnu", x86=True)
    f = KernelField(program, BN254_FR)

    @program.kernel("f", POINTER)
    def kernel(x: Pointer) -> None:
        loose = Element(f.plan, x, 17 * f.p, (f.loose_high + 1,) * f.plan.n)
        with pytest.raises(BoundError, match="a factor's limb may reach"):
            SharedProducts(f).product(loose, x)
