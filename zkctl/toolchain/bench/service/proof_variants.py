"""Many byte strings of one Groth16 proof, so that a cache of verdicts answers no request of a load.

(x A, B / x, C) is valid whenever (A, B, C) is (docs/concepts/proof-systems.md): variant k has x = 2^(k + 1).
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from zkctl.curve import Curve, G1Array, G2Array, multiply_each
from zkctl.errors import FormatError
from zkctl.field.array import powers
from zkctl.formats.json.points import proofs_of
from zkctl.formats.json.snarkjs import protocol_and_curve
from zkctl.formats.json.snarkjs_groth16 import parse_proof
from zkctl.formats.json.snarkjs_text import projective_points
from zkctl.formats.json.strict import Json, Node, load_json

PREFIX = "zkp1."
MAX_VARIANTS = 4096


def verify_bodies(bundle: str, n: int) -> list[bytes]:
    """Return the bodies of n verify requests; for Groth16 at most MAX_VARIANTS different ones, else one.

    Raises: FormatError for a string that is no proof bundle; EncodingError for invalid points.
    """
    root = read_bundle(bundle)
    protocol, curve = protocol_and_curve(root.member("proof"))
    facts: Any = root.value
    if protocol != "groth16" or curve is None:
        return [json.dumps({"proof": bundle, "circuitId": facts["circuitId"]}).encode()]
    common = {"circuitId": facts["circuitId"], "publicSignals": facts["publicSignals"]}
    variants = _variants(root.member("proof"), curve, min(n, MAX_VARIANTS))
    return [json.dumps({**common, "proof": proof}).encode() for proof in variants]


def read_bundle(bundle: str) -> Node:
    """Return the document within a string of a proof.  Raises: FormatError."""
    text = bundle.strip()
    try:
        encoded = text.removeprefix(PREFIX).encode("ascii")
        raw = base64.b64decode(encoded + b"=" * (-len(encoded) % 4), b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raw = b""
    if not text.startswith(PREFIX) or not raw:
        raise FormatError(
            f"the proof bundle is malformed: expected {PREFIX!r} and base64url",
            hint="pass the member `proof` of an answer to POST /v1/zkp/generate",
        )
    root = Node(load_json(raw, where="proof bundle"), "proof bundle")
    for name in ("circuitId", "proof", "publicSignals"):
        root.member(name)
    return root


def _variants(proof: Node, curve: Curve, n: int) -> list[dict[str, Json]]:
    found = parse_proof(proof, curve)
    proofs_of(curve, [found])  # checks the points
    factors = powers(2, n, curve.scalar_field, first=2)
    a = multiply_each(G1Array.from_ints(curve.g1, [found.points[0]] * n), factors, members=True)
    b = multiply_each(
        G2Array.from_ints(curve.g2, [found.points[1]] * n), factors.inverse(), members=True
    )
    members: Any = proof.value
    return [
        {**members, "pi_a": pi_a, "pi_b": pi_b}
        for pi_a, pi_b in zip(projective_points(a), projective_points(b), strict=True)
    ]
