"""The routines of the compiled tower against the same formulas on Python integers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.support.numbers import boundary_values, random_values
from zkctl.curve import CURVES, Curve
from zkctl.curve.kernels.compiled.pairing import _SOURCES
from zkctl.curve.kernels.pairing import PairingEmitter, Stored
from zkctl.curve.kernels.tower import Frame
from zkctl.curve.pairing_formulas import final_power
from zkctl.curve.tower import Fq6, Fq12, integer_tower
from zkctl.field import FieldArray
from zkctl.field.kernels.cache import load_program
from zkctl.field.kernels.compiled.memory import address
from zkctl.field.kernels.host import host
from zkctl.field.kernels.lanes import BoundError
from zkctl.field.kernels.language import I64, POINTER, Program, loop, width

EACH_CURVE = pytest.mark.parametrize("curve", CURVES, ids=lambda c: c.name)
UNARY = ["square", "inverse", "conjugate", "frobenius_1", "frobenius_2", "frobenius_3"]
CYCLOTOMIC = ["spread_cyclotomic_square", "power"]
SHARED = [*CYCLOTOMIC, "spread_multiply"]  # these take one element that all lanes hold


class Probe(PairingEmitter):
    """One kernel per routine: rows of two elements of Fq12 -> rows of one."""

    def emit_probes(self) -> None:
        for name in (*UNARY, *SHARED, "multiply", "times"):
            self._emit_probe(name)

    def _emit_probe(self, name: str) -> None:
        @self.program.kernel(f"probe_{name}", POINTER, POINTER, I64)
        def probe(out: Any, rows: Any, n_blocks: Any):
            operands = self.room(12)
            f, g = operands, operands.at(12 * self.base.element_words)
            for block in loop(n_blocks):
                self._read(rows, block, operands, 24)
                if name.endswith("multiply"):
                    result = Stored(self, f)._call(name, Stored(self, g)).pointer
                elif name == "times":
                    result = self._times(f, g)
                else:
                    result = Stored(self, f)._call(name).pointer
                words = 12 * self.base.field.n_words * width()
                self._write(out.at(block * words), result)

    def _times(self, f: Any, g: Any):
        """190 f - 9 g, coefficient by coefficient: a large sum, reduced by its top limb."""
        frame, out = Frame(self), self.room(6)
        pairs = zip(frame.load(f, 6), frame.load(g, 6), strict=True)
        frame.store([a.times(190) - b.times(9) for a, b in pairs], out)
        return out


@pytest.fixture(scope="module", params=CURVES, ids=lambda c: c.name)
def probes(request: pytest.FixtureRequest) -> Any:
    """The curve and a function that runs one probe on pairs of coefficient lists."""
    curve = request.param
    program = load_program(
        f"test_{curve.name}_tower", lambda p: Probe(p, curve).emit_probes(), [*_SOURCES, __file__]
    )

    def run(name: str, left: list[list[int]], right: list[list[int]]) -> list[list[int]]:
        copies = host().width if name in SHARED else 1
        left, right = ([row for row in rows for _ in range(copies)] for rows in (left, right))
        n_words, n = curve.base_field.n_words, -(-len(left) // host().width) * host().width
        flat = [c for a, b in zip(left, right, strict=True) for c in (*a, *b)]
        flat += flat[:24] * (n - len(left))
        rows = FieldArray.from_ints(curve.base_field, flat).data
        out = np.zeros((12 * n, n_words), np.uint64)
        kernel = program.function(f"probe_{name}", *"ppi")
        kernel(address(out), address(rows), n // host().width)
        values = FieldArray(curve.base_field, out).to_ints()
        return [values[12 * k : 12 * (k + 1)] for k in range(0, len(left), copies)]

    return curve, run


def coefficients(curve: Curve, n: int) -> list[list[int]]:
    """Elements with extreme coefficients, then random ones."""
    field = curve.base_field
    edges = boundary_values(field)
    lists = [
        [field.modulus - 1] * 12,
        [1] + [0] * 11,
        [0] * 11 + [1],
        [edges[k] for k in range(12)],
    ]
    lists += [edges[k : k + 12] for k in range(12, len(edges) - 12, 12)]
    numbers = random_values(field, 12 * n)
    return (lists + [numbers[12 * k : 12 * (k + 1)] for k in range(n)])[:n]


def element(curve: Curve, values: list[int]) -> Fq12:
    fq2 = integer_tower(curve).fq2
    parts = [fq2(*values[k : k + 2]) for k in range(0, 12, 2)]
    return Fq12(Fq6(*parts[:3]), Fq6(*parts[3:]))


def expected(curve: Curve, name: str, f: Fq12) -> Fq12:
    """The operation on Python integers."""
    if name == "power":
        return f.cyclotomic_power(curve.x)
    if name.startswith("frobenius"):
        return integer_tower(curve).frobenius(f, int(name[-1]))
    return getattr(f, name.removeprefix("spread_"))()


@pytest.mark.parametrize("name", UNARY)
def test_unary(probes: Any, name: str) -> None:
    curve, run = probes
    values = coefficients(curve, 17)
    results = [expected(curve, name, element(curve, v)).coefficients() for v in values]
    assert run(name, values, values) == results


@pytest.mark.parametrize("name", CYCLOTOMIC)
def test_cyclotomic(probes: Any, name: str) -> None:
    curve, run = probes
    tower = integer_tower(curve)
    members = [final_power(tower, element(curve, v)) for v in coefficients(curve, 9)]
    values = [f.coefficients() for f in members]
    results = [expected(curve, name, f).coefficients() for f in members]
    assert run(name, values, values) == results


@pytest.mark.parametrize("name", ["multiply", "spread_multiply"])
def test_multiply(probes: Any, name: str) -> None:
    curve, run = probes
    left = coefficients(curve, 20)
    right = left[::-1]
    results = [
        (element(curve, a) * element(curve, b)).coefficients()
        for a, b in zip(left, right, strict=True)
    ]
    assert run(name, left, right) == results


def test_large_sums_are_reduced_exactly(probes: Any) -> None:
    curve, run = probes
    q, edges = curve.base_field.modulus, boundary_values(curve.base_field)
    near = [(k * q // 190 + d) % q for k in range(190) for d in (-1, 0, 1, 2)]
    numbers = (edges + near)[: 12 * ((len(edges) + len(near)) // 12)]
    left = [numbers[k : k + 12] for k in range(0, len(numbers), 12)]
    for right in ([[0] * 12] * len(left), [[q - 1] * 12] * len(left), left[::-1]):
        results = [
            [(190 * a - 9 * b) % q for a, b in zip(*pair, strict=True)]
            for pair in zip(left, right, strict=True)
        ]
        assert run("times", left, right) == results


@EACH_CURVE
@pytest.mark.parametrize(("lanes", "fused"), [(2, False), (4, False), (8, False), (8, True)])
def test_building_proves_the_bounds_for_every_vector_width(
    curve: Curve, lanes: int, fused: bool
) -> None:
    program = Program("test", lanes, "x86_64-unknown-linux-gnu", x86=True, fused=fused)
    PairingEmitter(program, curve).emit()
    assert {f"{curve.name}_miller", f"{curve.name}_final_power"} <= {
        function.name for function in program.module.functions
    }


@EACH_CURVE
def test_an_operand_beyond_its_bound_is_refused_while_building(curve: Curve) -> None:
    class TooLarge(PairingEmitter):
        def emit(self) -> None:
            @self.program.kernel("kernel", POINTER)
            def kernel(out: Any):
                frame = Frame(self)
                a = frame.load_fq12(out).c0
                frame.call_fq6(Fq6(a.c0.times(40), a.c1, a.c2), a)

    program = Program("test", 4, "x86_64-unknown-linux-gnu", x86=True)
    with pytest.raises(BoundError, match="an operand may exceed 64 p"):
        TooLarge(program, curve).emit()
