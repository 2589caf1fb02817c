"""Random circuits over Bits, Uints and Signals: eager mode accepts and refuses the programs and inputs that the compiled circuit does."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from zkctl.dsl import (
    Array,
    Bit,
    Circuit,
    Signal,
    Uint,
    bit,
    circuit,
    constrain,
    dot,
    gadget,
    hint,
    hints,
    private,
    wire,
)
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.bits import from_bits, to_bits
from zkctl.gadgets.compare import is_equal, is_zero, less_or_equal, less_than, to_uint
from zkctl.gadgets.divide import div_mod
from zkctl.gadgets.inverse import divide
from zkctl.gadgets.select import mux, select, swap_if

WIDTH = 5
Step = Callable[[Any, Any, Any, int], Any]


@gadget(stamped=True)
def stamped_less(x: Uint, y: Uint) -> Bit:
    return bit(x < y)


@gadget(stamped=True)
def stamped_mix(x: Signal, y: Signal) -> Signal:
    return wire(x * y) - x * x + y


STEPS: list[Step] = [
    lambda x, y, z, c: x + y,
    lambda x, y, z, c: x - y,
    lambda x, y, z, c: x - x + c,
    lambda x, y, z, c: c - x,
    lambda x, y, z, c: x * y,
    lambda x, y, z, c: x * c + y,
    lambda x, y, z, c: x * 0 + c,
    lambda x, y, z, c: 2 * x - x - x,
    lambda x, y, z, c: x * y - y * x,
    lambda x, y, z, c: x**2,
    lambda x, y, z, c: wire(x + y),
    lambda x, y, z, c: dot([1, c], [x, y]),
    lambda x, y, z, c: x & y,
    lambda x, y, z, c: x | ~y,
    lambda x, y, z, c: x ^ (c & 1),
    lambda x, y, z, c: bit(x < y),
    lambda x, y, z, c: bit(x >= c),
    lambda x, y, z, c: bit(x == y),
    lambda x, y, z, c: is_zero(x),
    lambda x, y, z, c: is_equal(x, c),
    lambda x, y, z, c: less_than(x, y),
    lambda x, y, z, c: less_or_equal(c, x),
    lambda x, y, z, c: stamped_less(x, y),
    lambda x, y, z, c: stamped_mix(x, y),
    lambda x, y, z, c: stamped_mix(x, x) - stamped_mix(x, x),
    lambda x, y, z, c: to_uint(x, 7),
    lambda x, y, z, c: to_uint(x - y, 6),
    lambda x, y, z, c: to_bits(x, 7)[c % 7],
    lambda x, y, z, c: from_bits(to_bits(x, 7)[:4]),
    lambda x, y, z, c: select(x, y, z),
    lambda x, y, z, c: swap_if(x, y, c)[0],
    lambda x, y, z, c: mux([x], [y, c]),
    lambda x, y, z, c: div_mod(x, y)[0],
    lambda x, y, z, c: div_mod(x, c + 1)[1],
    lambda x, y, z, c: divide(x, y),
    lambda x, y, z, c: hint(hints.divide_or_zero, x, y) * y,
    lambda x, y, z, c: constrained(x, x <= y),
    lambda x, y, z, c: constrained(x, x < c + 20),
    lambda x, y, z, c: constrained(x, x * y == y * x),
    lambda x, y, z, c: constrained(y, x - x == c % 2),
]


def constrained(value: Any, statement: object) -> Any:
    constrain(statement, "by the test")
    return value


Chosen = tuple[Step, int, int, int, int]


def circuit_of(chosen: Sequence[Chosen]) -> Circuit:
    @circuit
    def example(
        u: Array[Uint] = private(2, bits=WIDTH), b: Array[Bit] = private(2), x: Signal = private()
    ) -> Array[Signal]:
        values: list[Any] = [*u, *b, x]
        kinds: list[Any] = []
        for step, i, j, k, c in chosen:
            n = len(values)
            values.append(step(values[i % n], values[j % n], values[k % n], c))
            kinds.append((type(values[-1]), values[-1].bounds, values[-1].known_constant))
        SEEN.append(kinds)
        return Array(values)

    return example


def random_circuit(rng: random.Random) -> Circuit:
    """A circuit of random steps; most of those whose types do not fit their operands are left out."""
    chosen: list[Chosen] = []
    for _ in range(rng.randrange(4, 16)):
        numbers = [rng.randrange(1000) for _ in range(3)]
        step: Chosen = (rng.choice(STEPS), *numbers, rng.choice([0, 1, 2, 3, 17]))  # type: ignore[assignment]
        fits = not isinstance(outcome(circuit_of([*chosen, step]).compile), tuple)
        if fits or rng.random() < 0.03:
            chosen.append(step)
    return circuit_of(chosen)


SEEN: list[Any] = []


def outcome(run: Callable[[], Any]) -> Any:
    """The result, or the kind of refusal; a mistake of the circuit also with its message."""
    SEEN.clear()
    try:
        result = run()
    except UnsatisfiedError:
        return "unsatisfied"
    except CircuitError as problem:
        return "mistake", problem.message
    return result


def random_inputs(rng: random.Random) -> dict[str, Any]:
    return {
        "u": [rng.randrange(1 << WIDTH) for _ in range(2)],
        "b": [rng.randrange(2) for _ in range(2)],
        "x": rng.choice([0, 1, 5, 31, -1, rng.getrandbits(200)]),
    }


def compare(seed: int) -> str:
    rng = random.Random(seed)
    example = random_circuit(rng)
    compiled = outcome(example.compile)
    types = list(SEEN)
    for _ in range(3):
        inputs = random_inputs(rng)
        eager = outcome(lambda inputs=inputs: list(example(**inputs)))
        if isinstance(compiled, tuple):
            # a value may break a constraint before the mistake is reached
            assert eager == "unsatisfied" or eager[0] == "mistake", (compiled, eager)
            continue
        if isinstance(eager, list):
            assert types == SEEN
        witness = outcome(lambda inputs=inputs: compiled.witness(**inputs))
        expected = witness[1 : 1 + len(eager)] if isinstance(witness, list) else witness
        assert eager == expected
    return "mistake" if isinstance(compiled, tuple) else "compiled"


@pytest.mark.parametrize("first", range(0, 240, 40))
def test_eager_mode_agrees_with_the_compiled_circuit(first: int) -> None:
    outcomes = [compare(seed) for seed in range(first, first + 40)]
    assert outcomes.count("compiled") >= 20


@pytest.mark.nightly
@pytest.mark.parametrize("first", range(1000, 21000, 1000))
def test_eager_mode_agrees_with_the_compiled_circuit_20000_times(first: int) -> None:
    for seed in range(first, first + 1000):
        compare(seed)
