"""Circuits written in two ways accept the same inputs with the same outputs, at each level, with shared sums, compiled and eager.

ZKCTL_PAIRS is the number of pairs; a run with 20,000 is noted in docs/design/performance.md.
"""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from tests.property.rewrites import Author, N, Program, circuit_of
from tests.support.all_witnesses import possible_outputs
from tests.support.circuits import flat
from zkctl.constraints.signals import Role
from zkctl.dsl import Circuit, CompiledCircuit
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BN254_FR, FieldArray, PrimeField

PAIRS = int(os.environ.get("ZKCTL_PAIRS", "500"))
AT_ONCE = 25
SMALL = PrimeField("f61", 61)
MOST_FREE = 3  # hints whose values are all tried over the small field
NEVER = ("can never hold", "contradicts others")
TRIED = 4  # inputs of each pair

Outcome = list[int] | str


def levels_of(example: Circuit) -> list[CompiledCircuit]:
    """The circuit at each level; none if the constraints can never hold, which another way of writing may show with a witness only."""
    try:
        compiled = example.compile()
        levels = [compiled.simplified(level) for level in (0, 1, 2)]
        return [*levels, compiled.with_shared_sums()]
    except CircuitError as problem:
        assert any(text in problem.message for text in NEVER)
        return []


def outcome(example: Circuit, levels: list[CompiledCircuit], inputs: dict[str, Any]) -> Outcome:
    """The outputs for these inputs, the same compiled, eager and at each level; "refused" if there are none."""
    try:
        eager: Outcome = flat(example(**inputs))
    except UnsatisfiedError:
        eager = "refused"
    except CircuitError as problem:
        assert any(text in problem.message for text in NEVER)
        eager = "refused"
    if not levels:
        assert eager == "refused"
    for compiled in levels:
        assert outputs_of(compiled, inputs) == eager
    return eager


def outputs_of(compiled: CompiledCircuit, inputs: dict[str, Any]) -> Outcome:
    try:
        witness = compiled.witness(**inputs)
    except UnsatisfiedError:
        return "refused"
    values = FieldArray.from_ints(compiled.program.field, witness)
    assert compiled.r1cs.first_unsatisfied(values) is None
    return witness[1 : 1 + compiled.program.n_signals(Role.OUTPUT)]


def some_inputs(rng: random.Random, width: int, modulus: int) -> dict[str, Any]:
    elements = [rng.choice([0, 1, modulus - 1, rng.randrange(modulus)]) for _ in range(N)]
    numbers = [rng.choice([0, (1 << width) - 1, rng.randrange(1 << width)]) for _ in range(N)]
    return {"x": elements, "u": numbers, "b": [rng.randrange(2) for _ in range(N)]}


@pytest.mark.parametrize("first", range(0, PAIRS, AT_ONCE))
@pytest.mark.timeout(1200)
def test_pairs_agree(first: int) -> None:
    for seed in range(first, min(first + AT_ONCE, PAIRS)):
        author = Author(seed, width=4 if seed % 5 else 2, depth=2 + seed % 3)
        program = author.program()
        other = author.rewritten_program(program)
        field = SMALL if seed % 5 == 0 else BN254_FR
        try:
            compare(program, other, field, author.rng)
        except Exception as problem:
            raise AssertionError(f"seed {seed}:\n{program}\n{other}") from problem


def compare(program: Program, other: Program, field: PrimeField, rng: random.Random) -> None:
    pair = [circuit_of(each).over(field) for each in (program, other)]
    levels = [levels_of(each) for each in pair]
    for _ in range(TRIED):
        inputs = some_inputs(rng, program.width, field.modulus)
        first, second = (outcome(*each, inputs) for each in zip(pair, levels, strict=True))
        assert first == second
    if field is SMALL and all(levels):
        compare_all_witnesses([made[0] for made in levels], program.width, rng)


def compare_all_witnesses(pair: list[CompiledCircuit], width: int, rng: random.Random) -> None:
    """What a dishonest prover reaches is the same in both."""
    if any(free_wires(each) > MOST_FREE + 2 * N * (width - 1) for each in pair):
        return
    inputs = some_inputs(rng, width, SMALL.modulus)
    given = [*inputs["x"], *inputs["u"], *inputs["b"]]
    first, second = (possible_outputs(each, given) for each in pair)
    assert first == second


def free_wires(compiled: CompiledCircuit) -> int:
    return sum(len(call.outputs) for call in compiled.program.hints)
