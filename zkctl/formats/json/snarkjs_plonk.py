"""snarkjs' JSON files of PLONK: verification keys and proofs.

Numbers are canonical decimal strings; points are projective with z = 1, infinity is [0, 1, 0].
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zkctl.curve import Curve
from zkctl.field import FieldArray
from zkctl.formats.json.layout import text_of
from zkctl.formats.json.snarkjs import load_node
from zkctl.formats.json.strict import Node
from zkctl.formats.json.universal import (
    FoundProof,
    check_proof,
    commitments_of,
    key_start,
    parse_g1,
    parse_key_numbers,
    parse_parts,
    point_members,
)
from zkctl.plonk.keys import KEY_POINTS, PROOF_POINTS, PROOF_SCALARS, Proof, VerifyingKey


def parse_verification_key(root: Node) -> VerifyingKey:
    """Return the verification key that a JSON document holds; its points are checked.

    Raises: FormatError, EncodingError naming the JSON path; IntegrityError for a w that is not the domain's.
    """
    numbers = parse_key_numbers(root, "plonk", tuple(KEY_POINTS))
    points = parse_g1([root.member(name) for name in KEY_POINTS], numbers.curve)
    parts: dict[str, Any] = dict(zip(KEY_POINTS.values(), points, strict=True))
    return VerifyingKey(**numbers._asdict(), **parts)


def read_proof(path: Path, curve: Curve) -> Proof:
    """Read a proof for a key over this curve; its points are checked.

    Raises: FormatError, EncodingError naming the JSON path.
    """
    return proofs_of(curve, [parse_proof(load_node(path), curve)])[0]


def parse_proof(root: Node, curve: Curve) -> FoundProof:
    """Return the parts of a proof for a key over this curve, its points not yet checked to be in their group.

    Raises: FormatError, EncodingError naming the JSON path.
    """
    check_proof(root, "plonk", curve, (*PROOF_POINTS, *PROOF_SCALARS))
    points = [root.member(name) for name in PROOF_POINTS]
    return parse_parts(points, {name: root.member(name) for name in PROOF_SCALARS}, curve)


def proofs_of(curve: Curve, found: Sequence[FoundProof]) -> list[Proof]:
    """Return proofs of these parts, all points checked together.  Raises: EncodingError."""
    made = []
    for points, one in zip(commitments_of(curve, found), found, strict=True):
        parts: dict[str, Any] = dict(zip(PROOF_POINTS.values(), points, strict=True))
        parts |= {field: one.scalars[name] for name, field in PROOF_SCALARS.items()}
        made.append(Proof(**parts))
    return made


def read_statements(path: Path, key: VerifyingKey) -> list[tuple[FieldArray, Proof]]:
    """Read a file of statements, one a line.

    Raises: as `formats.json.statements.read_statements`.
    """
    from zkctl.formats.json.statements import ProofForm
    from zkctl.formats.json.statements import read_statements as read_lines

    return read_lines(path, key, ProofForm(parse_proof, proofs_of))


def verification_key_json(key: VerifyingKey) -> str:
    """Return a verification key as snarkjs writes it."""
    points = {name: getattr(key, field) for name, field in KEY_POINTS.items()}
    return text_of(
        {
            **key_start("plonk", key.curve, key.n_public, key.log_n, key.k1, key.k2),
            **point_members({**points, "X_2": key.x_2}),
            "w": str(key.curve.scalar_field.root_of_unity(key.log_n)),
        }
    )
