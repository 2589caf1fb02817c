"""Random circuits mean the same everywhere: integers, eager mode, witness program, constraint system, with and without stamping."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.support.all_witnesses import SMALL_FIELDS, sides_of
from zkctl.constraints.evaluate import evaluate
from zkctl.constraints.plonk.count import count_plonk_rows
from zkctl.constraints.witness_program import check_program
from zkctl.dsl import (
    Array,
    Circuit,
    CompiledCircuit,
    Signal,
    circuit,
    constrain,
    discard,
    dot,
    gadget,
    hint,
    hints,
    private,
    wire,
)
from zkctl.field import BN254_FR, FieldArray, PrimeField
from zkctl.formats.binary.wprog import read_wprog, write_wprog
from zkctl.runtime.settings import using
from zkctl.toolchain.lint.quick import quick_warnings

N_INPUTS = 3
FIELDS = [BN254_FR, SMALL_FIELDS[-1]]


class Number:
    """A plain integer modulo p with the operators of a Signal: the specification."""

    def __init__(self, value: int, p: int) -> None:
        self.value, self.p = value % p, p

    def __add__(self, other: Any) -> Number:
        return Number(self.value + getattr(other, "value", other), self.p)

    def __sub__(self, other: Any) -> Number:
        return Number(self.value - getattr(other, "value", other), self.p)

    def __rsub__(self, other: int) -> Number:
        return Number(other - self.value, self.p)

    def __mul__(self, other: Any) -> Number:
        return Number(self.value * getattr(other, "value", other), self.p)

    def __pow__(self, exponent: int) -> Number:
        return Number(self.value**exponent, self.p)


Step = Callable[[Sequence[Any]], Any]


def random_steps(rng: random.Random, n_steps: int, p: int) -> list[Step]:
    """Each step makes a new value modulo p from the values so far; some are written twice, so that their wires are shared."""
    steps: list[Step] = []
    for n_known in range(N_INPUTS, N_INPUTS + n_steps):
        i, j, k = (rng.randrange(n_known) for _ in range(3))
        c = rng.choice([0, 1, 2, -1, 7, 2**200 % p])
        choices: list[Step] = [
            lambda v, i=i, j=j: v[i] + v[j],
            lambda v, i=i, j=j: v[i] - v[j],
            lambda v, i=i, j=j: v[i] * v[j],
            lambda v, i=i, j=j, k=k: v[i] * v[j] + v[k] * v[i],
            lambda v, i=i, j=j, k=k, c=c: c - v[i] * v[j] + v[k],
            lambda v, i=i, c=c: v[i] * c + 1,
            lambda v, i=i: v[i] ** 3,
            lambda v, i=i, j=j, c=c: _wired(v[i] * v[j] + c),
            lambda v, i=i, j=j, k=k, c=c: _summed([3, c, -2], [v[i], v[j] * v[k], v[j]], 5),
            lambda v, i=i, j=j: _checked(v[i] * v[j] - 1, v[j]),
            lambda v, i=i, j=j: v[j] * v[i] - v[i] * v[j] + v[i],
            lambda v, i=i, j=j: _wired(v[i] + v[j]) * _wired(v[j] + v[i]),
        ]
        again = bool(steps) and rng.random() < 0.3
        steps.append(rng.choice(steps if again else choices))
    return steps


def _wired(x: Any) -> Any:
    return wire(x) if isinstance(x, Signal) else x


def _summed(coefficients: Sequence[int], values: Sequence[Any], constant: int) -> Any:
    if isinstance(values[0], Signal):
        return dot(coefficients, values, constant)
    total = values[0] * 0 + constant
    for c, value in zip(coefficients, values, strict=True):
        total = total + value * c
    return total


def _checked(x: Any, y: Any) -> Any:
    """A true constraint about both, with a hint."""
    if isinstance(x, Signal):
        inverse = hint(hints.inverse_or_zero, x)
        constrain(x * inverse * x == x, "cannot fail")
        constrain(x * y + y == y * x + y)
    return x + y


def circuit_of(steps: Sequence[Step], stamped: bool) -> Circuit:
    half = len(steps) // 2

    def first(x: Sequence[Signal]) -> list[Signal]:
        values = list(x)
        for step in steps[:half]:
            values.append(step(values))
        return values

    traced = gadget(stamped=stamped)(first)

    def part(x: list[Any]) -> Any:
        """The gadget's result; whether anything uses it is left to chance."""
        result = traced(x)
        discard(result)
        return result

    @circuit
    def example(x: Array[Signal] = private(N_INPUTS)) -> Array[Signal]:
        values = part(list(x))
        values = [*values, *part(list(x))[N_INPUTS:]][: len(values)]
        part([x[1], x[0], x[0]])
        mixed = [
            *part([x[1], 5, 2**200 % x[0].field.modulus])[N_INPUTS:],
            *part([x[1], 6, 6])[N_INPUTS:],
        ]
        for step in steps[half:]:
            values.append(step(values))
        return Array([*values[N_INPUTS:], *mixed])

    return example


def check_levels(compiled: CompiledCircuit, inputs: list[int], witness: list[int]) -> None:
    """At each level, with shared sums too, the wires that are left are those of the witness, and determine the others."""
    field = compiled.program.field
    simplified = [compiled.simplified(level) for level in (1, 2)]
    assert all(each.r1cs.n_constraints <= compiled.r1cs.n_constraints for each in simplified)
    shared = [compiled.with_shared_sums(level) for level in (1, 2)]
    for before, after in zip(simplified, shared, strict=True):
        assert count_plonk_rows(after.r1cs) <= count_plonk_rows(before.r1cs)
        assert quick_warnings(after) == quick_warnings(compiled)
    for simple in [*simplified, *shared]:
        check_program(simple.program)
        kept = simple.witness(x=inputs)
        assert len(simple.r1cs.unsatisfied(FieldArray.from_ints(field, kept))) == 0
        assert kept[: 1 + compiled.program.n_public] == witness[: 1 + compiled.program.n_public]
        found = simple.simplification
        if found is None:
            assert kept == witness
            continue
        values = dict(zip(found.kept.tolist(), kept, strict=True))
        for signal, terms in found.replacements.items():
            if all(other in values for other in terms):
                total = sum(value * values[other] for other, value in terms.items())
                assert total % field.modulus == witness[signal]


@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f.name)
@pytest.mark.parametrize("seed", range(60))
def test_all_meanings_agree(seed: int, field: PrimeField, tmp_path: Any) -> None:
    rng = random.Random(seed)
    steps = random_steps(rng, rng.randrange(1, 14), field.modulus)
    inputs = [rng.choice([0, 1, field.modulus - 1, rng.randrange(field.modulus)]) for _ in range(N_INPUTS)]  # fmt: skip
    values: list[Any] = [Number(x, field.modulus) for x in inputs]
    for step in steps:
        values.append(step(values))
    for constants in ((5, 2**200), (6, 6)):
        mixed: list[Any] = [Number(x, field.modulus) for x in (inputs[1], *constants)]
        for step in steps[: len(steps) // 2]:
            mixed.append(step(mixed))
        values += mixed[N_INPUTS:]
    expected = [v.value for v in values[N_INPUTS:]]
    for stamped in (False, True):
        example = circuit_of(steps, stamped).over(field)
        assert list(example(inputs)) == expected
        compiled = example.compile()
        check_program(compiled.program)
        witness = compiled.witness(x=inputs)
        assert witness[1 : 1 + len(expected)] == expected
        sides = sides_of(compiled.program)
        for k in range(0, len(sides), 3):
            a, b, c = (sum(k * witness[w] for w, k in side) for side in sides[k : k + 3])
            assert (a * b - c) % field.modulus == 0
        check_levels(compiled, inputs, witness)
        if field == BN254_FR:
            file = io.BytesIO()
            write_wprog(file, compiled.program)
            (tmp_path / "p.wprog").write_bytes(file.getvalue())
            program = read_wprog(tmp_path / "p.wprog")
            assert evaluate(program, inputs) == witness
            with using(compiles=True):
                assert evaluate(program, inputs) == witness
