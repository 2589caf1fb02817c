"""Poseidon, circomlib's instance, and its sponge."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from tests.oracle.poseidon import sponge
from zkctl.dsl import Array, Signal, circuit, private
from zkctl.field import BN254_FR
from zkctl.gadgets.hash.poseidon import poseidon, poseidon_ex
from zkctl.gadgets.hash.poseidon_sponge import poseidon_sponge


@circuit
def hash_of(x: Array[Signal] = private("n"), *, n: int) -> Signal:
    return poseidon(*x)


@circuit
def two_of_state(x: Array[Signal] = private(2)) -> Array[Signal]:
    return Array(poseidon_ex(x, 0, n_outputs=2))


@circuit
def sponge_of(x: Array[Signal] = private("n"), *, n: int, n_outputs: int) -> Array[Signal]:
    return Array(poseidon_sponge(x, n_outputs=n_outputs))


CASES = [
    GadgetCase(
        gadget=poseidon_sponge,
        circuit=sponge_of,
        parameters={"n": 1, "n_outputs": 1},
        inputs={"x": [7]},
        outputs=sponge([7], 1, BN254_FR),
        source="the second implementation of the tests",
        constraints=237,
    ),
    GadgetCase(
        gadget=poseidon_sponge,
        circuit=sponge_of,
        parameters={"n": 5, "n_outputs": 3},
        inputs={"x": [1, 2, 3, 4, 5]},
        outputs=sponge([1, 2, 3, 4, 5], 3, BN254_FR),
        source="the second implementation of the tests",
        constraints=969,
    ),
    GadgetCase(
        gadget=poseidon,
        circuit=hash_of,
        parameters={"n": 2},
        inputs={"x": [1, 2]},
        outputs=[7853200120776062878684798364095072458815029376092732009249414926327459813530],
        source="circomlibjs",
        constraints=240,
        circomlib="poseidon3_test",
        circom=240,
    ),
    GadgetCase(
        gadget=poseidon,
        circuit=hash_of,
        parameters={"n": 5},
        inputs={"x": [1, 2, 0, 0, 0]},
        outputs=[1018317224307729531995786483840663576608797660851238720571059489595066344487],
        source="circomlibjs",
        constraints=321,
        circomlib="poseidon6_test",
        circom=321,
    ),
    GadgetCase(
        gadget=poseidon_ex,
        circuit=two_of_state,
        inputs={"x": [1, 2]},
        outputs=[
            7853200120776062878684798364095072458815029376092732009249414926327459813530,
            7142104613055408817911962100316808866448378443474503659992478482890339429929,
        ],
        source="circomlibjs",
        constraints=240,
    ),
]
