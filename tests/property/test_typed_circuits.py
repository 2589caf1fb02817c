"""Random circuits of typed values: what the language says about a value holds for every input, compiled and in eager mode."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.support.all_witnesses import SMALL_FIELDS
from zkctl.constraints.signals import Role
from zkctl.dsl import Array, Bit, Circuit, Signal, Uint, circuit, dot, private
from zkctl.errors import UnsatisfiedError
from zkctl.field import BN254_FR, PrimeField
from zkctl.gadgets.compare import is_equal, less_than
from zkctl.gadgets.select import mux, select, swap_if

Step = Callable[[Sequence[Any]], list[Any]]
Known = list[tuple[str, tuple[int, int] | None]]  # type and interval of each value
PER_SEED = 6


def bit_of(v: Sequence[Any], k: int) -> Any:
    """The k-th of the values that are bits, always one."""
    bits = [x for x in v if isinstance(x, Bit)]
    return bits[k % len(bits)]


def uint_of(v: Sequence[Any], k: int) -> Any:
    uints = [x for x in v if isinstance(x, Uint)]
    return uints[k % len(uints)]


def compared(v: Sequence[Any], i: int, j: int) -> list[Any]:
    x, y = uint_of(v, i), uint_of(v, j)
    if max(x.n_bits, y.n_bits, 1) + 1 >= x.field.n_bits:
        return [is_equal(x, y)]
    return [less_than(x, y)]


def looked_up(v: Sequence[Any], of: tuple[int, int], by: tuple[int, int], c: int) -> Any:
    return mux([bit_of(v, k) for k in by], [v[of[0] % len(v)], c, v[of[1] % len(v)], v[0]])


def random_steps(rng: random.Random, n_steps: int) -> list[Step]:
    steps: list[Step] = []
    for _ in range(n_steps):
        i, j, k, m = (rng.randrange(30) for _ in range(4))
        c = rng.choice([0, 1, 2, 3, -1, -2, 5])
        choices: list[Step] = [
            lambda v, i=i, j=j: [v[i % len(v)] + v[j % len(v)]],
            lambda v, i=i, j=j: [v[i % len(v)] - v[j % len(v)]],
            lambda v, i=i, j=j: [v[i % len(v)] * v[j % len(v)]],
            lambda v, i=i, c=c: [v[i % len(v)] * c + c],
            lambda v, i=i, j=j, k=k: [select(bit_of(v, k), v[i % len(v)], v[j % len(v)])],
            lambda v, i=i, k=k, c=c: [select(bit_of(v, k), v[i % len(v)], c)],
            lambda v, i=i, j=j, k=k: list(swap_if(bit_of(v, k), v[i % len(v)], v[j % len(v)])),
            lambda v, i=i, j=j, k=k, m=m, c=c: [looked_up(v, (i, j), (k, m), c)],
            lambda v, i=i, j=j, c=c: [mux([bit_of(v, i), bit_of(v, j)], [c, 3, 1, -1])],
            lambda v, i=i, j=j, c=c: [dot([c, 1, -1], [v[i % len(v)], v[j % len(v)], 2], c)],
            lambda v, i=i, j=j: [Array([v[i % len(v)], v[j % len(v)], v[0]]).sum()],
            lambda v, i=i, j=j: compared(v, i, j),
            lambda v, i=i, j=j: [bit_of(v, i) ^ bit_of(v, j), ~bit_of(v, i)],
        ]
        steps.append(rng.choice(choices))
    return steps


def circuit_of(steps: Sequence[Step], known: Known) -> Circuit:
    @circuit
    def typed(b: Array[Bit] = private(2), x: Array[Uint] = private(2, bits=2)) -> Array[Signal]:
        values: list[Any] = [*b, *x]
        for step in steps:
            values.extend(step(values))
        known[:] = [(type(v).__name__, v.bounds) for v in values]
        return Array(values)

    return typed


def check(kind: str, bounds: tuple[int, int] | None, value: int, p: int) -> None:
    assert kind != "Bit" or value in (0, 1)
    if bounds is not None:
        assert any(bounds[0] <= value + shift <= bounds[1] for shift in (-p, 0))


@pytest.mark.parametrize("field", [BN254_FR, *SMALL_FIELDS[1:]], ids=lambda f: f.name)
@pytest.mark.parametrize("seed", range(25))
def test_every_value_is_within_what_is_known(seed: int, field: PrimeField) -> None:
    rng = random.Random(seed)
    steps = random_steps(rng, rng.randrange(2, 12))
    known: Known = []
    example = circuit_of(steps, known).over(field)
    compiled = example.compile()
    in_circuit = list(known)
    for _ in range(PER_SEED):
        bits, numbers = [rng.randrange(2) for _ in range(2)], [rng.randrange(4) for _ in range(2)]
        witness = compiled.witness(b=bits, x=numbers)
        outputs = witness[1 : 1 + compiled.program.n_signals(Role.OUTPUT)]
        for (kind, bounds), value in zip(in_circuit, outputs, strict=True):
            check(kind, bounds, value, field.modulus)
        eager = list(example(bits, numbers))
        for (kind, bounds), value in zip(known, eager, strict=True):
            check(kind, bounds, value, field.modulus)
        if [kind for kind, _ in known] == [
            kind for kind, _ in in_circuit
        ]:  # the steps pick by type
            assert eager == outputs


def test_unproven_inputs_are_refused() -> None:
    example = circuit_of([], [])
    with pytest.raises(UnsatisfiedError, match="input x does not fit in 2 bits"):
        example.compile().witness(b=[0, 1], x=[1, 4])
