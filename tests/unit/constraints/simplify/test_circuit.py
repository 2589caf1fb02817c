"""Simplified circuits of the language: same inputs, same public signals, fewer rows."""

from __future__ import annotations

import pytest

from zkctl.constraints.r1cs import R1CS
from zkctl.constraints.simplify.circuit import rows_of, simplified_r1cs, simplify_program
from zkctl.constraints.simplify.passes import Simplified
from zkctl.dsl import (
    CompiledCircuit,
    Signal,
    circuit,
    constrain,
    hint,
    hints,
    private,
    public,
    wire,
)
from zkctl.field import FieldArray


@circuit
def linear(x: Signal = private(), y: Signal = private(), z: Signal = public()) -> Signal:
    constrain(x + 2 * y == z)
    same = hint(hints.divide_or_zero, y, 1)
    constrain(same == y)
    total = wire(x + same)
    return total * x + total


@pytest.fixture(scope="module")
def compiled() -> CompiledCircuit:
    return linear.compile()


def simplified(compiled: CompiledCircuit, level: int) -> tuple[R1CS, Simplified]:
    result = simplify_program(compiled.program, level=level)
    return simplified_r1cs(compiled.program, result), result


@pytest.mark.parametrize(("level", "n_rows", "n_wires"), [(0, 4, 7), (1, 3, 6), (2, 1, 4)])
def test_rows_and_wires(compiled: CompiledCircuit, level: int, n_rows: int, n_wires: int) -> None:
    if not level:
        assert (compiled.r1cs.n_constraints, compiled.r1cs.n_wires) == (n_rows, n_wires)
        return
    simple, result = simplified(compiled, level)
    assert (simple.n_constraints, simple.n_wires) == (n_rows, n_wires)
    assert (simple.n_outputs, simple.n_public_inputs, simple.n_private_inputs) == (1, 1, 2)
    assert simple.n_labels == compiled.r1cs.n_wires
    assert simple.labels.tolist() == result.kept.tolist()
    for matrix in (simple.a, simple.b, simple.c):
        for k in range(n_rows):
            wires = [wire for wire, _ in matrix.row(k)]
            assert wires == sorted(set(wires))


@pytest.mark.parametrize("level", [1, 2])
def test_a_witness_is_one_of_both_circuits_or_of_none(
    compiled: CompiledCircuit, level: int
) -> None:
    simple, result = simplified(compiled, level)
    field, p = compiled.program.field, compiled.program.field.modulus
    good = compiled.witness(x=3, y=4, z=11)
    for changed in range(1, len(result.kept) + 1):
        kept = [good[k] for k in result.kept]
        if changed < len(kept):
            kept[changed] += 1
        values = dict(zip(result.kept.tolist(), kept, strict=True))
        for signal, terms in result.replacements.items():
            values[signal] = sum(c * values[s] for s, c in terms.items()) % p
        full = [values[k] for k in range(compiled.program.n_wires)]
        broken = simple.unsatisfied(FieldArray.from_ints(field, kept))
        assert bool(len(broken)) == (changed < len(kept))
        assert bool(len(broken)) == bool(
            len(compiled.r1cs.unsatisfied(FieldArray.from_ints(field, full)))
        )
        assert full == good or len(broken)


def test_rows_share_the_arrays_of_the_program(compiled: CompiledCircuit) -> None:
    base = rows_of(compiled.program)
    assert (base.n_rows, base.n_signals) == (compiled.program.n_rows, compiled.program.n_wires)
    assert base.starts is compiled.program.starts
