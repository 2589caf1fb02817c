"""MiMC, circomlib's two instances."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Array, Signal, circuit, private
from zkctl.gadgets.hash.mimc import mimc7, mimc7_hash, mimc_sponge, mimc_sponge_hash


@circuit
def encrypted(x: Signal = private(), key: Signal = private()) -> Signal:
    return mimc7(x, key)


@circuit
def hash_of(x: Array[Signal] = private("n"), key: Signal = private(), *, n: int) -> Signal:
    return mimc7_hash(x, key)


@circuit
def network(
    left: Signal = private(), right: Signal = private(), key: Signal = private()
) -> Array[Signal]:
    return Array(mimc_sponge(left, right, key))


@circuit
def sponge(
    x: Array[Signal] = private("n"), key: Signal = private(), *, n: int, n_outputs: int
) -> Array[Signal]:
    return Array(mimc_sponge_hash(x, key, n_outputs=n_outputs))


CASES = [
    GadgetCase(
        gadget=mimc7,
        circuit=encrypted,
        inputs={"x": 1, "key": 2},
        outputs=[10594780656576967754230020536574539122676596303354946869887184401991294982664],
        source="circomlibjs",
        constraints=364,
        circomlib="mimc_test",
        circom=364,
    ),
    GadgetCase(
        gadget=mimc7_hash,
        circuit=hash_of,
        parameters={"n": 3},
        inputs={"x": [1, 2, 3], "key": 0},
        outputs=[17169600413981979745584492669128240105494044749332907415489899256697129837580],
        source="circomlibjs",
        constraints=3 * 364,
    ),
    GadgetCase(
        gadget=mimc_sponge,
        circuit=network,
        inputs={"left": 1, "right": 2, "key": 3},
        outputs=[
            18444058245820418255538785847032978363886102372504864086197416499869253008979,
            2646733164649743153031645792459389637917704265581895142760676293265176296759,
        ],
        source="circomlibjs",
        constraints=660,
        circomlib="mimc_sponge_test",
        circom=660,
    ),
    GadgetCase(
        gadget=mimc_sponge_hash,
        circuit=sponge,
        parameters={"n": 2, "n_outputs": 3},
        inputs={"x": [1, 2], "key": 0},
        outputs=[
            19814528709687996974327303300007262407299502847885145507292406548098437687919,
            21479918933254162297266020499931408698629819071798560668427831994080392652265,
            5864304407125602198417538232776668609689728417208547813776331040141674798262,
        ],
        source="circomlibjs",
        constraints=2640,
        circomlib="mimc_sponge_hash_test",
        circom=2640,
    ),
]
