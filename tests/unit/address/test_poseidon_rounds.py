"""The rounds with few products are the published permutation."""

from __future__ import annotations

import random

import pytest

from zkctl.address.poseidon_rounds import MODULUS, poseidon_rounds
from zkctl.gadgets.hash.poseidon_parameters import FULL_ROUNDS, poseidon_parameters

SEED = 422


def permuted(state: list[int]) -> list[int]:
    """The permutation as the paper writes it."""
    parameters = poseidon_parameters(len(state))
    half = FULL_ROUNDS // 2
    for k, constants in enumerate(parameters.constants):
        state = [s + c for s, c in zip(state, constants, strict=True)]
        is_full = not half <= k < half + parameters.n_partial_rounds
        state = [pow(s, 5, MODULUS) if is_full or i == 0 else s for i, s in enumerate(state)]
        state = [
            sum(m * s for m, s in zip(row, state, strict=True)) % MODULUS for row in parameters.mds
        ]
    return state


def by_rounds(state: list[int]) -> list[int]:
    rounds = poseidon_rounds(len(state))
    state = [s + c for s, c in zip(state, rounds.before, strict=True)]
    for full in (*rounds.first, None, *rounds.last):
        if full is None:
            for step in rounds.partial:
                state[0] = pow(state[0], 5, MODULUS)
                total = sum(m * s for m, s in zip(step.row, state, strict=True)) + step.after
                others = [s + state[0] * m for s, m in zip(state[1:], step.column, strict=True)]
                state = [total, *others]
            continue
        powers = [pow(s, 5, MODULUS) for s in state]
        state = [
            sum(m * s for m, s in zip(row, powers, strict=True)) + c
            for row, c in zip(full.rows, full.after, strict=True)
        ]
    return [s % MODULUS for s in state]


@pytest.mark.parametrize("t", [2, 3, 12])
def test_all_elements_agree(t: int) -> None:
    generator = random.Random(SEED)
    state = [generator.randrange(MODULUS) for _ in range(t)]
    assert by_rounds(list(state)) == permuted(state)
