"""Proofs of Groth16 as snarkjs writes them; a prover loads no reader of JSON for them."""

from __future__ import annotations

from zkctl.formats.curve_names import NAMES_IN_FILES
from zkctl.formats.json.layout import text_of
from zkctl.formats.json.snarkjs_text import projective_points
from zkctl.groth16.keys import Proof


def proof_json(proof: Proof) -> str:
    """Return a proof as snarkjs writes it."""
    return text_of(
        {
            "pi_a": projective_points(proof.a)[0],
            "pi_b": projective_points(proof.b)[0],
            "pi_c": projective_points(proof.c)[0],
            "protocol": "groth16",
            "curve": NAMES_IN_FILES[proof.a.group.curve_name],
        }
    )
