"""Signatures over Baby Jubjub."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from tests.support.curve_signatures import BY_MIMC, BY_SPONGE, EASY, GIVEN, R8, S, signed_by_schnorr
from zkctl.dsl import Array, Bit, Signal, circuit, private
from zkctl.gadgets.curve.baby_jubjub import Point
from zkctl.gadgets.curve.baby_jubjub_parameters import SUBGROUP_ORDER
from zkctl.gadgets.curve.multiply import scalar_bits
from zkctl.gadgets.signature.eddsa import (
    EddsaSignature,
    is_eddsa_poseidon_valid,
    verify_eddsa_mimc,
    verify_eddsa_mimc_sponge,
    verify_eddsa_poseidon,
)
from zkctl.gadgets.signature.schnorr import (
    SchnorrSignature,
    is_schnorr_valid,
    verify_schnorr,
)

SCHNORR = signed_by_schnorr(3**140, 5**100, 42)
BAD_KEY = {**SCHNORR, "public_key": (0, 1), "signature": ((0, 1), 0)}


@circuit
def scalar(s: Signal = private()) -> Array[Bit]:
    return scalar_bits(s)


@circuit
def eddsa(
    public_key: Point = private(),
    signature: EddsaSignature = private(),
    message: Signal = private(),
) -> None:
    verify_eddsa_poseidon(public_key, signature, message)


@circuit
def eddsa_bit(
    public_key: Point = private(),
    signature: EddsaSignature = private(),
    message: Signal = private(),
) -> Bit:
    return is_eddsa_poseidon_valid(public_key, signature, message)


@circuit
def eddsa_mimc(
    public_key: Point = private(),
    signature: EddsaSignature = private(),
    message: Signal = private(),
) -> None:
    verify_eddsa_mimc(public_key, signature, message)


@circuit
def eddsa_sponge(
    public_key: Point = private(),
    signature: EddsaSignature = private(),
    message: Signal = private(),
) -> None:
    verify_eddsa_mimc_sponge(public_key, signature, message)


@circuit
def schnorr(
    public_key: Point = private(),
    signature: SchnorrSignature = private(),
    message: Signal = private(),
) -> None:
    verify_schnorr(public_key, signature, message)


@circuit
def schnorr_bit(
    public_key: Point = private(),
    signature: SchnorrSignature = private(),
    message: Signal = private(),
) -> Bit:
    return is_schnorr_valid(public_key, signature, message)


CASES = [
    GadgetCase(
        gadget=scalar_bits,
        circuit=scalar,
        inputs={"s": 5},
        outputs=[5 >> k & 1 for k in range(251)],
        source="the definition",
        constraints=402,
        refused=[{"s": SUBGROUP_ORDER}],
    ),
    GadgetCase(
        gadget=verify_eddsa_poseidon,
        circuit=eddsa,
        inputs=GIVEN,
        outputs=[],
        source="circomlibjs",
        constraints=3689,
        refused=[
            {**GIVEN, "message": 1235},
            {**GIVEN, "signature": (R8, S + SUBGROUP_ORDER)},
            EASY,
        ],
        circomlib="eddsaposeidon_test",
        circom=4217,
    ),
    GadgetCase(
        gadget=is_eddsa_poseidon_valid,
        circuit=eddsa_bit,
        inputs={**GIVEN, "message": 1235},
        outputs=[0],
        source="circomlibjs",
        constraints=3694,
        refused=[{**GIVEN, "signature": (R8, S + SUBGROUP_ORDER)}, EASY],
    ),
    GadgetCase(
        gadget=verify_eddsa_mimc,
        circuit=eddsa_mimc,
        inputs=BY_MIMC,
        outputs=[],
        source="circomlibjs",
        constraints=5188,
        refused=[GIVEN, {**BY_MIMC, "message": 1235}, EASY],
        circomlib="eddsamimc_test",
        circom=5712,
    ),
    GadgetCase(
        gadget=verify_eddsa_mimc_sponge,
        circuit=eddsa_sponge,
        inputs=BY_SPONGE,
        outputs=[],
        source="circomlibjs",
        constraints=6668,
        refused=[GIVEN, BY_MIMC, EASY],
    ),
    GadgetCase(
        gadget=verify_schnorr,
        circuit=schnorr,
        inputs=SCHNORR,
        outputs=[],
        source="signed on integers in tests/oracle",
        constraints=3719,
        refused=[{**SCHNORR, "message": 43}, BAD_KEY],
    ),
    GadgetCase(
        gadget=is_schnorr_valid,
        circuit=schnorr_bit,
        inputs={**SCHNORR, "message": 43},
        outputs=[0],
        source="signed on integers in tests/oracle",
        constraints=3724,
        refused=[BAD_KEY],
    ),
]
