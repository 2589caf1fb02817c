"""Poseidon of integers and of whole columns, equal to the gadget of zkctl/gadgets/hash/poseidon.py over BN254.

One hash is computed with Python's integers, a batch with compiled formulas: the S-box and the sums of a round.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from operator import mul
from typing import Any

from zkctl.address.poseidon_rounds import MODULUS, FullRound, poseidon_rounds
from zkctl.field import BN254_FR, FieldArray
from zkctl.field.formulas import Formula, Formulas
from zkctl.runtime.arrays import np

INTEGERS_UP_TO_ROWS = 48  # below, one hash after the other is quicker than the columns
ROWS_AT_ONCE = 1 << 14

_FORMULAS = Formulas("address_poseidon", "address.poseidon")
_WIDTHS = (3, 4, 5, 6, 7, 10, 12)  # of the protocol's hashes


def _sum(v: Any, t: int) -> Any:
    total = v.s0 * v.m0 + v.c
    for k in range(1, t):
        total = total + getattr(v, f"s{k}") * getattr(v, f"m{k}")
    return total


def _spread(v: Any, t: int) -> Any:
    return tuple(getattr(v, f"s{k}") + v.s0 * getattr(v, f"m{k}") for k in range(1, t))


def _fifth(v: Any) -> Any:
    square = v.x * v.x
    return square * square * v.x


def _names(letter: str, numbers: range) -> str:
    return " ".join(f"{letter}{k}" for k in numbers)


_fifth_power = _FORMULAS.formula("fifth", _fifth, "x", "")
_SUMS: dict[int, Formula] = {
    t: _FORMULAS.formula(
        f"sum_{t}", partial(_sum, t=t), _names("s", range(t)), f"{_names('m', range(t))} c"
    )
    for t in _WIDTHS
}
_SPREADS: dict[int, Formula] = {
    t: _FORMULAS.formula(
        f"spread_{t}", partial(_spread, t=t), _names("s", range(t)), _names("m", range(1, t))
    )
    for t in _WIDTHS
}


def poseidon(*inputs: int) -> int:
    """Return the hash of 1 to 16 integers below p."""
    rounds = poseidon_rounds(len(inputs) + 1)
    state = [s + c for s, c in zip([0, *inputs], rounds.before, strict=True)]
    for each in rounds.first:
        state = _full_round(each, state)
    for step in rounds.partial:
        first = pow(state[0], 5, MODULUS)
        others = state[1:]
        total = step.row[0] * first + sum(map(mul, step.row[1:], others)) + step.after
        state = [total % MODULUS]
        state += [(s + first * m) % MODULUS for s, m in zip(others, step.column, strict=True)]
    for each in rounds.last:
        state = _full_round(each, state)
    return state[0]


def _full_round(step: FullRound, state: Sequence[int]) -> list[int]:
    powers = [pow(s, 5, MODULUS) for s in state]
    return [
        (sum(map(mul, row, powers)) + c) % MODULUS
        for row, c in zip(step.rows, step.after, strict=True)
    ]


def poseidon_columns(columns: Sequence[FieldArray | int]) -> FieldArray:
    """Return the hashes of n rows; an integer stands for a constant column.

    Shapes: columns (n,) each, at least one of them an array -> (n,).  The number of columns is one of the protocol's: 2 to 6, 9, 11.
    """
    n = next(len(column) for column in columns if isinstance(column, FieldArray))
    if n <= INTEGERS_UP_TO_ROWS:
        rows = zip(*([c] * n if isinstance(c, int) else c.to_ints() for c in columns), strict=True)
        return FieldArray.from_ints(BN254_FR, [poseidon(*row) for row in rows])
    pieces = [
        _permuted([c if isinstance(c, int) else c[start : start + ROWS_AT_ONCE] for c in columns])
        for start in range(0, n, ROWS_AT_ONCE)
    ]
    return FieldArray(BN254_FR, np.concatenate([piece.data for piece in pieces]))


def _permuted(inputs: Sequence[FieldArray | int]) -> FieldArray:
    n = next(len(column) for column in inputs if isinstance(column, FieldArray))
    t = len(inputs) + 1
    rounds, weighted = poseidon_rounds(t), _SUMS[t]
    zero = FieldArray.zeros(BN254_FR, n)
    state = [
        zero + (column + c) if isinstance(column, int) else column + c
        for column, c in zip([0, *inputs], rounds.before, strict=True)
    ]
    for each in rounds.first:
        state = _full_round_of_columns(each, state, t)
    for step in rounds.partial:
        state[0] = _fifth_power({"x": state[0]}, {})
        arrays = {f"s{k}": s for k, s in enumerate(state)}
        total = weighted(arrays, {**_weights(step.row), "c": step.after})
        others = _SPREADS[t].results(t - 1, arrays, _weights([0, *step.column]))
        state = [total, *others]
    for each in rounds.last[:-1]:
        state = _full_round_of_columns(each, state, t)
    return _full_round_of_columns(rounds.last[-1], state, 1)[0]


def _full_round_of_columns(
    step: FullRound, state: Sequence[FieldArray], n_results: int
) -> list[FieldArray]:
    arrays = {f"s{k}": _fifth_power({"x": s}, {}) for k, s in enumerate(state)}
    return [
        _SUMS[len(state)](arrays, {**_weights(row), "c": c})
        for row, c in zip(step.rows[:n_results], step.after[:n_results], strict=True)
    ]


def _weights(values: Sequence[int]) -> dict[str, int]:
    return {f"m{k}": value for k, value in enumerate(values)}
