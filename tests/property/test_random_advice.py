"""Random advice functions answer the same as programs, in compiled circuits, and in plain Python."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from zkctl.dsl import Array, Int, Ints, Signal, advice, circuit, constrain, private
from zkctl.dsl.advice import (
    copy,
    inverse,
    isqrt,
    join,
    maximum,
    minimum,
    order,
    power,
    repeat,
    select,
    sort,
    split,
    zeros,
)
from zkctl.field import BN254_FR

PROGRAMS = 60
INPUTS = 5
P = BN254_FR.modulus
MASK = (1 << 200) - 1

Step = Callable[[list[Any], Any], Any]  # (numbers so far, array) -> number

BINARY: tuple[Callable[[Any, Any], Any], ...] = (
    lambda x, y: x + y,
    lambda x, y: x - 2 * y,
    lambda x, y: x * y,
    lambda x, y: x // (abs(y) + 1),
    lambda x, y: x % (abs(y) + 3),
    lambda x, y: divmod(x, 7 - (y & 3))[1] + (x // 5),
    lambda x, y: x << (y & 31),
    lambda x, y: x >> (y & 63),
    lambda x, y: x & y,
    lambda x, y: x | ~y,
    lambda x, y: -x ^ y,
    lambda x, y: x ** (y & 3),
    lambda x, y: (x < y) + 2 * (x <= y) + 4 * (x == y) + 8 * (x > y) + 16 * (x != y),
    lambda x, y: select(x > y, x - y, y),
    lambda x, y: minimum(x, y) + 3 * maximum(x, 5),
    lambda x, y: inverse(x, (y & MASK) + 2),
    lambda x, y: power(x, y & 255, 1009),
    lambda x, y: isqrt(x) + x.bit_length() - y.bit_length(),
    lambda x, y: join(split(x + y, 13, 4), 11),
    lambda x, y: repeat(y & 7, lambda k, s: (s * 3 + k * x) & MASK, x),
    lambda x, y: sum(repeat(3, lambda k, a, b: (b, a + b * k), x, y)),
)


def stored(x: Any, a: Any) -> Any:
    changed = copy(a)
    changed[x % len(a)] = x
    return sum(v * (k + 1) for k, v in enumerate(changed))


def counted(x: Any, a: Any) -> Any:
    table = zeros(4)

    def count(k: Any) -> None:
        table[a[k] & 3] = table[a[k] & 3] + k * x

    repeat(len(a), count)
    return table[1] - table[2] + (table[3] & MASK)


WITH_ARRAY: tuple[Callable[[Any, Any], Any], ...] = (
    lambda x, a: a[x % len(a)],
    lambda x, a: sort(a)[x & 1] - a[-1],
    lambda x, a: order(a)[x % len(a)],
    stored,
    counted,
)


def random_step(rng: random.Random) -> Step:
    first, second = rng.random(), rng.random()
    constant = rng.choice([0, 1, -1, 2, 77, 1 << 100, None, None, None, None])
    if rng.random() < 0.3:
        function = rng.choice(WITH_ARRAY)
        return lambda numbers, a: function(numbers[int(first * len(numbers))], a)
    binary = rng.choice(BINARY)

    def step(numbers: list[Any], _a: Any) -> Any:
        x, y = (numbers[int(part * len(numbers))] for part in (first, second))
        return binary(x, y if constant is None else constant + y - y)

    return step


def compute(steps: list[Step], x: Any, y: Any, a: Any) -> list[Any]:
    numbers = [x, y]
    for step in steps:
        numbers.append(step(numbers, a) & ((1 << 300) - 1))
    return numbers[2:]


def random_number(rng: random.Random) -> int:
    return rng.choice(
        [0, 1, 2, P - 1, rng.randrange(100), rng.randrange(1 << 64), rng.randrange(P)]
    )


def test_programs_circuits_and_python_agree() -> None:
    rng = random.Random(11)
    for _ in range(PROGRAMS):
        steps = [random_step(rng) for _ in range(rng.randrange(1, 12))]

        @advice
        def function(x: Int, y: Int, a: Ints, *, steps: Any = tuple(steps)) -> list[Int]:
            return compute(steps, x, y, a)

        @circuit
        def around(
            x: Signal = private(), y: Signal = private(), a: Array[Signal] = private(5)
        ) -> Array[Signal]:
            results = function(x, y, a)  # called in this round
            for result in results:
                constrain(result * 0 == 0)
            return results

        compiled = around.compile()
        for _ in range(INPUTS):
            x, y, *a = (random_number(rng) for _ in range(7))
            expected = [value % P for value in function.python(x, y, a)]
            assert function(x, y, a) == expected
            assert compiled.witness(x=x, y=y, a=a)[1 : 1 + len(expected)] == expected
