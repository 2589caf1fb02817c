"""Constraints for tests: from dictionaries, from files, random ones."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from zkctl.constraints.linear import Terms
from zkctl.constraints.r1cs import R1CS
from zkctl.constraints.simplify.passes import Simplified
from zkctl.constraints.simplify.rows import Constraint, ConstraintRows

Sides = tuple[Terms, Terms, Terms]


def rows(constraints: Iterable[Sides], *, n_signals: int, modulus: int) -> ConstraintRows:
    starts, signals, coefficients = [0], list[int](), list[int]()
    pool: dict[int, int] = {}
    for side in itertools.chain.from_iterable(constraints):
        for signal, value in side.items():
            signals.append(signal)
            coefficients.append(pool.setdefault(value, len(pool)))
        starts.append(len(signals))
    arrays = [np.array(column, np.int64) for column in (starts, signals, coefficients)]
    return ConstraintRows(modulus, n_signals, arrays[0], arrays[1], arrays[2], tuple(pool))


def sides_of(circuit: R1CS) -> list[Sides]:
    matrices = circuit.a, circuit.b, circuit.c
    return [
        (dict(matrices[0].row(k)), dict(matrices[1].row(k)), dict(matrices[2].row(k)))
        for k in range(circuit.n_constraints)
    ]


def left_over(base: ConstraintRows, result: Simplified) -> list[Constraint]:
    """The constraints that are left, in the circuit's own signal numbers."""
    nonlinear = [result.changed.get(k) or base.constraint(k) for k in result.origins.tolist()]
    return [*nonlinear, *(Constraint({}, {}, terms) for terms in result.linear)]


def value(terms: Mapping[int, int], values: Sequence[int]) -> int:
    return sum(coefficient * values[signal] for signal, coefficient in terms.items())


def holds(constraints: Iterable[Sides], values: Sequence[int], modulus: int) -> bool:
    return all(
        (value(a, values) * value(b, values) - value(c, values)) % modulus == 0
        for a, b, c in constraints
    )


def solutions(
    constraints: Sequence[Sides], n_signals: int, modulus: int
) -> Iterator[tuple[int, ...]]:
    """All values of all signals, the constant 1 first, that satisfy the constraints."""
    for values in itertools.product(range(modulus), repeat=n_signals - 1):
        if holds(constraints, (1, *values), modulus):
            yield (1, *values)


def random_constraints(
    source: random.Random, *, n_rows: int, n_signals: int, modulus: int
) -> list[Sides]:
    """Many linear ones among them, equalities and constants too."""

    def terms(most: int) -> Terms:
        chosen = source.sample(range(n_signals), source.randint(0, most))
        return {signal: source.randrange(1, modulus) for signal in chosen}

    def one() -> Sides:
        kind = source.randrange(5)
        if kind == 0:
            x, y = source.sample(range(1, n_signals), 2)
            c = source.randrange(1, modulus)
            return {}, {}, {x: c, y: modulus - c}
        if kind == 1:
            return {}, {}, terms(1) | {source.randrange(1, n_signals): 1}
        if kind == 2:
            return {}, {}, terms(3)
        if kind == 3:
            return {0: source.randrange(1, modulus)}, terms(2), terms(2)
        return terms(2), terms(2), terms(2)

    return [one() for _ in range(n_rows)]
