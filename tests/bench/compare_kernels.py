"""The compiled kernels beside numpy and Python integers: multiplication, transform, addition, pairing.

    python tests/bench/compare_kernels.py

Processor time, the best of five runs.  Prints a Markdown table for docs/design/performance.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from zkctl.curve import BLS12_381, BN254, Curve, G1Array, G2Array, Group, multiply_base
from zkctl.curve.kernels.compiled.group import CompiledGroupKernels
from zkctl.curve.kernels.compiled.pairing import CompiledPairing
from zkctl.curve.kernels.numpy import NumpyGroupKernels
from zkctl.curve.pairing import _pairs
from zkctl.curve.pairing_formulas import final_power, miller_loop
from zkctl.curve.tower import Fq12, integer_tower
from zkctl.field import powers
from zkctl.field.kernels.compiled.field import CompiledFieldKernels
from zkctl.field.kernels.numpy.field import NumpyFieldKernels

N = 1 << 14


def best(run: Callable[..., object], *arguments: object) -> float:
    """Seconds of processor time; a first run warms caches."""
    times = []
    run(*arguments)
    for _ in range(5):
        start = time.process_time()
        run(*arguments)
        times.append(time.process_time() - start)
    return min(times)


def row(name: str, seconds: list[float], unit: str, scale: float) -> None:
    """One line of the table: the compiled kernels first."""
    fast, slow = (scale * t for t in seconds)
    print(f"| {name} | {fast:.3g} {unit} | {slow:.4g} {unit} | {slow / fast:.0f} |")


def compare_field(curve: Curve) -> None:
    field = curve.scalar_field
    x, root = powers(5, N, field).data, field.root_of_unity(N.bit_length() - 1)
    sides = CompiledFieldKernels(field), NumpyFieldKernels(field)
    row(f"{field.name} multiplication", [best(k.multiply, x, x) for k in sides], "ns", 1e9 / N)
    row(f"{field.name} inversion", [best(k.inverse, x) for k in sides], "ns", 1e9 / N)
    row(f"{field.name} transform of 2^14", [best(k.transform, x, root) for k in sides], "ms", 1e3)


def compare_group(group: Group) -> None:
    kind = G1Array if group.degree == 1 else G2Array
    x = multiply_base(kind.generator(group), powers(7, N, group.scalar_field)).data
    y, sides = x[::-1].copy(), (CompiledGroupKernels(group), NumpyGroupKernels(group))
    row(f"{group.name} addition", [best(k.add, x, y) for k in sides], "ns", 1e9 / N)


def compare_pairing(curve: Curve) -> None:
    scalars = powers(3, 4, curve.scalar_field)
    p = multiply_base(G1Array.generator(curve.g1), scalars)
    q = multiply_base(G2Array.generator(curve.g2), scalars[::-1])
    kernels = CompiledPairing(curve)
    times = [best(kernels.product, p.to_bytes(), q.to_bytes()), best(on_integers, curve, p, q)]
    row(f"{curve.name} product of four pairings", times, "ms", 1e3)


def on_integers(curve: Curve, p: G1Array, q: G2Array) -> Fq12:
    tower = integer_tower(curve)
    return final_power(tower, miller_loop(tower, _pairs(tower, p, q)))


if __name__ == "__main__":
    print("| operation | compiled | numpy (pairing: Python integers) | ratio |\n|---|---|---|---|")
    for curve in (BN254, BLS12_381):
        compare_field(curve)
        compare_group(curve.g1)
        compare_group(curve.g2)
        compare_pairing(curve)
