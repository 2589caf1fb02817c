"""MiMC: the published constants, edge values against the definition, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zkctl.dsl import Array, Signal, circuit, eager_field, private
from zkctl.errors import CircuitError
from zkctl.field import BLS12_381_FR, BN254_FR
from zkctl.gadgets.hash.mimc import (
    mimc7,
    mimc7_constants,
    mimc7_hash,
    mimc_sponge,
    mimc_sponge_constants,
    mimc_sponge_hash,
)

P = BN254_FR.modulus
EDGES = (0, 1, P - 1)


def encrypted(x: int, key: int) -> int:
    for constant in mimc7_constants():
        x = pow(x + key + constant, 7, P)
    return (x + key) % P


def exchanged(left: int, right: int, key: int) -> tuple[int, int]:
    for constant in mimc_sponge_constants():
        left, right = (right + pow(left + key + constant, 5, P)) % P, left
    return right, left


def test_constants_are_the_published_ones(data: Path) -> None:
    vectors = json.loads((data / "circomlib" / "circomlibjs_vectors.json").read_text())["mimc7"]
    assert len(mimc7_constants()) == vectors["nRounds"] == 91
    assert list(mimc7_constants()[:3]) == [int(c) for c in vectors["cts_first3"]]
    assert len(mimc_sponge_constants()) == 220
    assert (mimc_sponge_constants()[0], mimc_sponge_constants()[-1]) == (0, 0)


def test_edge_values() -> None:
    for x in EDGES:
        for key in EDGES:
            assert mimc7(x, key) == encrypted(x, key)
            assert mimc_sponge(x, key, P - 1) == exchanged(x, key, P - 1)
            assert mimc7_hash([x], key) == (key + x + encrypted(x, key)) % P
            assert mimc_sponge_hash([x, key], x, n_outputs=1) == (
                exchanged((exchanged(x, 0, x)[0] + key) % P, exchanged(x, 0, x)[1], x)[0],
            )


def test_a_circuit_computes_what_eager_mode_computes() -> None:
    @circuit
    def both(x: Array[Signal] = private(2), key: Signal = private()) -> Array[Signal]:
        return Array([mimc7_hash(x, key), *mimc_sponge_hash(x, key, n_outputs=2)])

    compiled = both.compile()
    for x in EDGES:
        expected = [mimc7_hash([x, 5], x), *mimc_sponge_hash([x, 5], x, n_outputs=2)]
        assert compiled.witness(x=[x, 5], key=x)[1:4] == expected


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lambda k: mimc7_hash([], k), "mimc7_hash needs at least one input"),
        (lambda k: mimc_sponge_hash([], k, n_outputs=1), "mimc_sponge_hash needs at least one input"),
        (
            lambda k: mimc_sponge_hash([1], k, n_outputs=0),
            "the number of outputs of mimc_sponge_hash is out of range: expected 1 to 1048576, got 0",
        ),
    ],
)  # fmt: skip
def test_refused_lengths(body: Callable[[Any], Any], message: str) -> None:
    @circuit
    def example(k: Signal = private()) -> None:
        body(k)

    for run in (example.compile, lambda: example(1)):
        with pytest.raises(CircuitError) as caught:
            run()
        assert caught.value.message == message
    assert "test_mimc.py" in str(caught.value.where)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: mimc7(1, 2), "mimc7"),
        (lambda: mimc7_hash([1], 2), "mimc7"),
        (lambda: mimc_sponge(1, 2, 3), "mimc_sponge"),
        (lambda: mimc_sponge_hash([1], 3, n_outputs=1), "mimc_sponge"),
    ],
)
def test_other_fields_are_refused_by_name(call: Callable[[], Any], name: str) -> None:
    with eager_field(BLS12_381_FR), pytest.raises(CircuitError) as caught:
        call()
    expected = f"{name} has constants for bn254.fr, this circuit is over bls12_381.fr"
    assert caught.value.message == expected
