"""Poseidon2: edge values against the definition, the second published state of width 4, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gadgets.cases.hash_poseidon2 import PUBLISHED, node, permuted
from tests.support.all_witnesses import SMALL_FIELDS
from zkctl.dsl import Signal, circuit, eager_field, private
from zkctl.errors import CircuitError
from zkctl.field import BLS12_381_FR, BN254_FR
from zkctl.gadgets.hash.poseidon2 import (
    EXTERNAL,
    poseidon2_compress,
    poseidon2_parameters,
    poseidon2_permutation,
)

P = BN254_FR.modulus


def times(matrix: Any, state: list[int]) -> list[int]:
    return [sum(m * x for m, x in zip(row, state, strict=True)) % P for row in matrix]


def defined(state: list[int]) -> list[int]:
    """The permutation as the paper defines it."""
    t = len(state)
    parameters = poseidon2_parameters(t)
    state = times(EXTERNAL[t], state)
    for k in range(64):
        if 4 <= k < 60:
            first = pow(state[0] + parameters.internal[k - 4], 5, P)
            state = times(parameters.internal_matrix, [first, *state[1:]])
        else:
            constants = parameters.external[k if k < 4 else k - 56]
            state = times(EXTERNAL[t], [pow(x + c, 5, P) for x, c in zip(state, constants, strict=True)])  # fmt: skip
    return state


@pytest.mark.parametrize("t", PUBLISHED)
def test_edge_values(t: int) -> None:
    compiled = permuted.compile(t=t)
    for state in ([0] * t, [P - 1] * t, [1, *[0] * (t - 1)]):
        assert compiled.witness(x=state)[1 : 1 + t] == defined(state)
        assert list(poseidon2_permutation(state)) == defined(state)
    if t == 4:  # published by Barretenberg's authors
        assert (
            defined([0] * 4)[0]
            == 0x18DFB8DC9B82229CFF974EFEFC8DF78B1CE96D9D844236B496785C698BC6732E
        )


def test_compression_of_edge_values() -> None:
    for left in (0, 1, P - 1):
        for right in (0, 1, P - 1):
            assert poseidon2_compress(left, right) == (defined([left, right])[0] + left) % P
    assert node.compile().witness(left=P - 1, right=0)[1] == poseidon2_compress(P - 1, 0)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lambda x: poseidon2_permutation([x]), "poseidon2_permutation takes 2, 3 or 4 elements, got 1"),
        (lambda x: poseidon2_permutation([x] * 5), "poseidon2_permutation takes 2, 3 or 4 elements, got 5"),
        (poseidon2_permutation, "state of poseidon2_permutation must hold several values"),
    ],
)  # fmt: skip
def test_refused(body: Any, message: str) -> None:
    @circuit
    def example(x: Signal = private()) -> None:
        body(x)

    with pytest.raises(CircuitError) as caught:
        example.compile()
    assert message in caught.value.message


@pytest.mark.parametrize("field", [BLS12_381_FR, SMALL_FIELDS[0]], ids=lambda f: f.name)
def test_other_fields_are_refused_by_name(field: Any) -> None:
    expected = f"poseidon2 has constants for bn254.fr, this circuit is over {field.name}"
    with eager_field(field), pytest.raises(CircuitError, match=expected):
        poseidon2_permutation([1, 2])
    with pytest.raises(CircuitError, match=expected):
        node.over(field).compile()
