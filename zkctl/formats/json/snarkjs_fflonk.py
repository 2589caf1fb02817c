"""snarkjs' JSON files of fflonk: verification keys and proofs.

Numbers are canonical decimal strings; points are projective with z = 1, infinity is [0, 1, 0].
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zkctl.curve import BN254, Curve
from zkctl.fflonk.keys import EVALUATIONS, PROOF_POINTS, Proof, VerifyingKey
from zkctl.field import FieldArray
from zkctl.formats.json.expected import check_complete
from zkctl.formats.json.kinds import JsonKind
from zkctl.formats.json.layout import text_of
from zkctl.formats.json.points import element
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

_ROOTS = ("w3", "w4", "w8", "wr")
_SCALARS = (*EVALUATIONS, "inv")


def parse_verification_key(root: Node) -> VerifyingKey:
    """Return the verification key that a JSON document holds; its points are checked.

    Raises: FormatError, EncodingError naming the JSON path; IntegrityError for a w that is not the domain's.
    """
    numbers = parse_key_numbers(root, "fflonk", (*_ROOTS, "C0"))
    curve = numbers.curve
    if curve != BN254:
        raise root.member("curve").fail(
            f"fflonk is defined over another curve: expected {BN254.name}, got {curve.name}"
        )
    roots: dict[str, Any] = {
        name: element(root.member(name), curve.scalar_field) for name in _ROOTS
    }
    (c_0,) = parse_g1([root.member("C0")], curve)
    return VerifyingKey(**numbers._asdict(), **roots, c_0=c_0)


def read_proof(path: Path, curve: Curve) -> Proof:
    """Read a proof for a key over this curve; its points are checked.

    Raises: FormatError, EncodingError naming the JSON path.
    """
    return proofs_of(curve, [parse_proof(load_node(path), curve)])[0]


def parse_proof(root: Node, curve: Curve) -> FoundProof:
    """Return the parts of a proof for a key over this curve, its points not yet checked to be in their group.

    Raises: FormatError, EncodingError naming the JSON path.
    """
    check_proof(root, "fflonk", curve, ("polynomials", "evaluations"))
    polynomials, evaluations = root.member("polynomials"), root.member("evaluations")
    check_complete(polynomials, JsonKind.PROOF, tuple(PROOF_POINTS))
    check_complete(evaluations, JsonKind.PROOF, _SCALARS)
    points = [polynomials.member(name) for name in PROOF_POINTS]
    return parse_parts(points, {name: evaluations.member(name) for name in _SCALARS}, curve)


def proofs_of(curve: Curve, found: Sequence[FoundProof]) -> list[Proof]:
    """Return proofs of these parts, all points checked together.  Raises: EncodingError."""
    made = []
    for points, one in zip(commitments_of(curve, found), found, strict=True):
        evaluations = tuple(one.scalars[name] for name in EVALUATIONS)
        parts = dict(zip(PROOF_POINTS.values(), points, strict=True))
        made.append(Proof(**parts, evaluations=evaluations, inv=one.scalars["inv"]))
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
    return text_of(
        {
            **key_start("fflonk", key.curve, key.n_public, key.log_n, key.k1, key.k2),
            "w": str(key.curve.scalar_field.root_of_unity(key.log_n)),
            **{name: str(getattr(key, name)) for name in _ROOTS},
            **point_members({"X_2": key.x_2, "C0": key.c_0}),
        }
    )
