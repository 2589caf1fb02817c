"""Proofs of fflonk as snarkjs writes them; a prover loads no reader of JSON for them."""

from __future__ import annotations

from zkctl.fflonk.keys import EVALUATIONS, PROOF_POINTS, Proof
from zkctl.formats.curve_names import NAMES_IN_FILES
from zkctl.formats.json.layout import text_of
from zkctl.formats.json.snarkjs_text import projective_points


def proof_json(proof: Proof) -> str:
    """Return a proof as snarkjs writes it."""
    points = {name: getattr(proof, field) for name, field in PROOF_POINTS.items()}
    values = dict(zip(EVALUATIONS, proof.evaluations, strict=True)) | {"inv": proof.inv}
    return text_of(
        {
            "polynomials": {name: projective_points(point)[0] for name, point in points.items()},
            "evaluations": {name: str(value) for name, value in values.items()},
            "protocol": "fflonk",
            "curve": NAMES_IN_FILES[proof.c_1.group.curve_name],
        }
    )
