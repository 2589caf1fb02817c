"""Proofs of PLONK as snarkjs writes them; a prover loads no reader of JSON for them."""

from __future__ import annotations

from zkctl.formats.curve_names import NAMES_IN_FILES
from zkctl.formats.json.layout import text_of
from zkctl.formats.json.snarkjs_text import projective_points
from zkctl.plonk.keys import PROOF_POINTS, PROOF_SCALARS, Proof


def proof_json(proof: Proof) -> str:
    """Return a proof as snarkjs writes it."""
    points = {name: getattr(proof, field) for name, field in PROOF_POINTS.items()}
    return text_of(
        {
            **{name: projective_points(point)[0] for name, point in points.items()},
            **{name: str(getattr(proof, field)) for name, field in PROOF_SCALARS.items()},
            "protocol": "plonk",
            "curve": NAMES_IN_FILES[proof.a.group.curve_name],
        }
    )
