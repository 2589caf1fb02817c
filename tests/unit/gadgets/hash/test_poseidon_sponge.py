"""The sponge against a second implementation, over both fields; different lengths; and what is refused."""

from __future__ import annotations

import pytest

from tests.gadgets.cases.hash_poseidon import sponge_of
from tests.oracle.poseidon import permutation, sponge
from zkctl.dsl import Signal, circuit, eager_field, private
from zkctl.errors import CircuitError
from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.hash.poseidon_sponge import poseidon_sponge


@pytest.mark.parametrize("field", [BN254_FR, BLS12_381_FR], ids=lambda f: f.name)
def test_values(field: PrimeField) -> None:
    for n, n_outputs in ((1, 1), (2, 1), (2, 3), (3, 2), (20, 1)):
        inputs = [field.modulus - 1, 0, *range(18)][:n]
        with eager_field(field):
            assert list(poseidon_sponge(inputs, n_outputs=n_outputs)) == sponge(inputs, n_outputs, field)  # fmt: skip
    compiled = sponge_of.over(field).compile(n=3, n_outputs=4)
    assert compiled.witness(x=[0, 0, 0])[1:5] == sponge([0, 0, 0], 4, field)


def test_the_second_implementation_has_the_published_permutation() -> None:
    assert permutation([0, 1, 2], BN254_FR)[0] == poseidon(1, 2)


def test_other_lengths_and_numbers_of_outputs_give_other_hashes() -> None:
    lists = [[1], [1, 0], [1, 0, 0], [1, 0, 0, 0], [0], [0, 0], [0, 0, 0]]
    hashes = {poseidon_sponge(each, n_outputs=k)[0] for each in lists for k in (1, 2, 3)}
    assert len(hashes) == 3 * len(lists)
    assert poseidon(1, 0) not in hashes


def test_refused_lengths() -> None:
    @circuit
    def empty(_x: Signal = private()) -> None:
        poseidon_sponge([])

    @circuit
    def nothing(x: Signal = private()) -> None:
        poseidon_sponge([x], n_outputs=0)

    for example, message in (
        (empty, "poseidon_sponge needs at least one input"),
        (
            nothing,
            "the number of outputs of poseidon_sponge is out of range: expected 1 to 1048576, got 0",
        ),
    ):
        with pytest.raises(CircuitError) as caught:
            example.compile()
        assert caught.value.message == message
        assert "test_poseidon_sponge.py" in str(caught.value.where)
    with pytest.raises(CircuitError) as caught:
        empty.compile()
    assert caught.value.hint == "hash a constant that stands for the empty list"
