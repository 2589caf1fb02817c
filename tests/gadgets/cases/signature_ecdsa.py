"""ECDSA: signatures made once with the package cryptography, and a small curve by Python's integers."""

from __future__ import annotations

import hashlib
from typing import Any

from tests.gadgets.case import GadgetCase
from tests.support.weierstrass import TOY, signature_inputs, signed
from zkctl.dsl import Array, Byte, Uint, circuit, private, public
from zkctl.gadgets.curve.short_weierstrass import CurvePoint
from zkctl.gadgets.curve.short_weierstrass_parameters import P256, SECP256K1, multiple
from zkctl.gadgets.signature.ecdsa import (
    verify_ecdsa,
    verify_ecdsa_p256,
    verify_ecdsa_secp256k1,
)

DIGEST = hashlib.sha256(b"a message").digest()


@circuit
def signed_secp256k1(
    digest: Array[Byte] = public(32),
    r: Array[Uint] = private(4, bits=64),
    s: Array[Uint] = private(4, bits=64),
    key: CurvePoint = public(),
) -> None:
    verify_ecdsa_secp256k1(digest, r, s, key)


@circuit
def signed_p256(
    digest: Array[Byte] = public(32),
    r: Array[Uint] = private(4, bits=64),
    s: Array[Uint] = private(4, bits=64),
    key: CurvePoint = public(),
) -> None:
    verify_ecdsa_p256(digest, r, s, key)


@circuit
def signed_on_small_curve(
    digest: Array[Byte] = public(32),
    r: Array[Uint] = private(2, bits=16),
    s: Array[Uint] = private(2, bits=16),
    x: Array[Uint] = public(2, bits=16),
    y: Array[Uint] = public(2, bits=16),
) -> None:
    verify_ecdsa(digest, r, s, CurvePoint(x, y), curve=TOY)


# (public key, r, s) of DIGEST
VECTORS = {
    "secp256k1": (
        (
            0x50F2B3F29849A288E01BCB1462A0AC80BA1DC91580F1433CAB01D799CBB81659,
            0xE95452C65C5F16E48AA9264D579E6490E45A21A7B97BD4886734C7ADEB72BB33,
        ),
        0x4E2BB4231424FE85E141E10DB633A6C99F617D2F6088F02FF7B5F2C4DA8094D9,
        0x2317163DC8F984A8B04FD51BAAB97AE17F6EB44ADA9A297BC7E95630AA255A41,
    ),
    "P-256": (
        (
            0x7C04B3D78EBB8625A60899F8698012A28EAE316AF8E54675B897A632CD2E9156,
            0xA520BB5369E90F866B577848BABE4E91BF3C21282395FBADDE7D2A0541C4FAAE,
        ),
        0x98EEACFBFF086A14C6780BF98543C93F8E0CA448E828DE600BECC75D7D1F56DB,
        0x63624DA43A3B04A2C9CA46E8F0E65CB83A2E0C59BAC92F33BA5B62F3E4CAD53,
    ),
}


def inputs(curve: Any, vector: tuple[tuple[int, int], int, int], digest: bytes) -> dict[str, Any]:
    key, r, s = vector
    found = signature_inputs(curve, key, digest, (r, s))
    return {
        "digest": found["digest"],
        "r": found["r"],
        "s": found["s"],
        "key": {"x": found["x"], "y": found["y"]},
    }


def case(gadget: Any, signed_circuit: Any, curve: Any, constraints: int) -> GadgetCase:
    key, r, s = vector = VECTORS[curve.name]
    return GadgetCase(
        gadget=gadget,
        circuit=signed_circuit,
        inputs=inputs(curve, vector, DIGEST),
        outputs=[],
        source="cryptography",
        constraints=constraints,
        input_rows=4 * 256 + 256,
        refused=[
            inputs(curve, vector, DIGEST[::-1]),
            inputs(curve, (key, r, 0), DIGEST),
            inputs(curve, (key, s, r), DIGEST),
        ],
        heavy=True,
    )


TOY_KEY = multiple(TOY, 4321, (TOY.gx, TOY.gy)) or (0, 0)
TOY_SIGNATURE = signed(TOY, 4321, DIGEST, 98765)
CASES = [
    GadgetCase(
        gadget=verify_ecdsa,
        circuit=signed_on_small_curve,
        inputs=signature_inputs(TOY, TOY_KEY, DIGEST, TOY_SIGNATURE),
        outputs=[],
        source="Python's integers",
        constraints=9483,
        input_rows=4 * 32 + 256,
        refused=[
            signature_inputs(TOY, TOY_KEY, DIGEST[::-1], TOY_SIGNATURE),
            signature_inputs(TOY, TOY_KEY, DIGEST, TOY_SIGNATURE[::-1]),
        ],
    ),
    case(verify_ecdsa_secp256k1, signed_secp256k1, SECP256K1, 328127),
    case(verify_ecdsa_p256, signed_p256, P256, 352025),
]
