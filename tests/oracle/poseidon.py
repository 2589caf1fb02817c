"""Poseidon on integers, a second implementation: the permutation as published, and the sponge of width 3 built on it."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.field import PrimeField
from zkctl.gadgets.hash.poseidon_parameters import FULL_ROUNDS, poseidon_parameters


def permutation(state: Sequence[int], field: PrimeField) -> list[int]:
    """The state after all rounds: constants, x^5, matrix."""
    parameters, p = poseidon_parameters(len(state), field), field.modulus
    n_rounds = FULL_ROUNDS + parameters.n_partial_rounds
    for k, constants in enumerate(parameters.constants):
        is_full = k < FULL_ROUNDS // 2 or k >= n_rounds - FULL_ROUNDS // 2
        state = [x + c for x, c in zip(state, constants, strict=True)]
        powers = [pow(x, 5, p) if is_full or j == 0 else x for j, x in enumerate(state)]
        state = [sum(m * x for m, x in zip(row, powers, strict=True)) % p for row in parameters.mds]
    return list(state)


def sponge(inputs: Sequence[int], n_outputs: int, field: PrimeField) -> list[int]:
    """The outputs for a list: the capacity starts with both numbers, and the list is filled up with a zero."""
    a, b, c = (len(inputs) << 32) + n_outputs, 0, 0
    values = [*inputs, *[0] * (len(inputs) % 2)]
    for x, y in zip(values[::2], values[1::2], strict=True):
        a, b, c = permutation([a, b + x, c + y], field)
    found = [b, c]
    while len(found) < n_outputs:
        a, b, c = permutation([a, b, c], field)
        found += [b, c]
    return found[:n_outputs]
