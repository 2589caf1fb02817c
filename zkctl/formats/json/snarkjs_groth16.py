"""snarkjs' JSON files: verification keys, proofs and public signals of Groth16.

Numbers are canonical decimal strings; points are projective with z = 1, infinity is [0, 1, 0]; Fq2
is [c0, c1].  Files of gnark, garaga, risc0 and sp1 are recognised by content and read as well.
Written like snarkjs does: one space of indentation, no newline at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from zkctl.curve import (
    Curve,
    G1Array,
    G2Array,
    pairing_product,
)
from zkctl.errors import EncodingError
from zkctl.field import FieldArray
from zkctl.formats.curve_names import NAMES_IN_FILES
from zkctl.formats.json import other_tools as foreign_json
from zkctl.formats.json.expected import check_complete, check_kind
from zkctl.formats.json.kinds import JsonKind
from zkctl.formats.json.layout import text_of
from zkctl.formats.json.points import (
    ProofPoints,
    element,
    members_g1,
    members_g2,
    projective,
    proofs_of,
)
from zkctl.formats.json.snarkjs import check_belongs, check_protocol, curve_of, load_node
from zkctl.formats.json.snarkjs_text import projective_points
from zkctl.formats.json.strict import Json, Node
from zkctl.groth16.keys import Proof, VerifyingKey

AlphaBeta = Callable[[Curve, G1Array, G2Array], tuple[int, ...]]

_KEY_MEMBERS = ("vk_alpha_1", "vk_beta_2", "vk_gamma_2", "vk_delta_2", "IC", "nPublic")
_PROOF_MEMBERS = ("pi_a", "pi_b", "pi_c")


def read_verification_key(path: Path, *, alphabeta: AlphaBeta = pairing_product) -> VerifyingKey:
    """Read a verification key: its points are checked, and vk_alphabeta_12 where it is present.

    Raises: FormatError, EncodingError naming the JSON path.
    """
    return parse_verification_key(load_node(path), alphabeta=alphabeta)


def parse_verification_key(root: Node, *, alphabeta: AlphaBeta = pairing_product) -> VerifyingKey:
    """Return the verification key that a JSON document holds, checked as `read_verification_key` does."""
    check_kind(root, JsonKind.VERIFICATION_KEY)
    if foreign_json.is_key(root):
        return foreign_json.parse_key(root)
    check_protocol(root, "groth16")
    check_complete(root, JsonKind.VERIFICATION_KEY, ("curve", *_KEY_MEMBERS))
    curve = curve_of(root)
    g2 = [root.member(name) for name in _KEY_MEMBERS[1:4]]
    points = [projective(node, curve.g2) for node in g2]
    beta, gamma, delta = members_g2(curve, points, [node.place for node in g2])
    alpha = _key_g1(root.member("vk_alpha_1"), curve)
    key = VerifyingKey(curve, alpha, beta, gamma, delta, _key_points(root.member("IC"), curve))
    n_public = root.member("nPublic").number()
    if n_public != key.n_public:
        raise root.fail(f"nPublic is {n_public}, but IC has {key.n_public + 1} points")
    if root.has("vk_alphabeta_12"):
        _check_alphabeta(root.member("vk_alphabeta_12"), key, alphabeta)
    return key


def _key_g1(node: Node, curve: Curve) -> G1Array:
    return members_g1(curve, [projective(node, curve.g1)], node.place)[0]


def _key_points(node: Node, curve: Curve) -> G1Array:
    points = node.elements()
    if not points:
        raise node.fail("no points, expected one more than public signals")
    found = [projective(point, curve.g1) for point in points]
    return members_g1(curve, found, node.place, infinity=True)  # a finding of the policy


def _check_alphabeta(node: Node, key: VerifyingKey, alphabeta: AlphaBeta) -> None:
    numbers = tuple(
        element(number, key.curve.base_field)
        for half in node.elements(2)
        for triple in half.elements(3)
        for number in triple.elements(2)
    )
    one = G1Array.concatenate([key.alpha_g1]), G2Array.concatenate([key.beta_g2])
    if numbers != tuple(alphabeta(key.curve, *one)):
        raise EncodingError(
            "vk_alphabeta_12 is not the pairing of vk_alpha_1 and vk_beta_2", where=node.place
        )


def read_proof(path: Path, curve: Curve) -> Proof:
    """Read a proof for a key over this curve; its points are checked.

    Raises: FormatError, EncodingError naming the JSON path; CheckFailed if c0 and c1 are swapped.
    """
    return proofs_of(curve, [parse_proof(load_node(path), curve)])[0]


def parse_proof(root: Node, curve: Curve) -> ProofPoints:
    """Return the points of a proof for a key over this curve, not yet checked to be in their groups.

    A proof need not name its protocol and curve: the key names both, and a proof that names others is refused.
    Raises: FormatError, EncodingError, EnvironmentProblem.
    """
    check_kind(root, JsonKind.PROOF, JsonKind.RECEIPT)
    if foreign_json.is_proof(root):
        return foreign_json.parse_proof(root, curve)
    check_belongs(root, "groth16", curve)
    check_complete(root, JsonKind.PROOF, _PROOF_MEMBERS)
    nodes = [root.member(name) for name in _PROOF_MEMBERS]
    groups = (curve.g1, curve.g2, curve.g1)
    points = [projective(node, group) for node, group in zip(nodes, groups, strict=True)]
    return ProofPoints(points, [node.place for node in nodes])


def read_statements(path: Path, key: VerifyingKey) -> list[tuple[FieldArray, Proof]]:
    """Read a file of statements, one a line.

    Raises: as `formats.json.statements.read_statements`.
    """
    from zkctl.formats.json.statements import ProofForm
    from zkctl.formats.json.statements import read_statements as read_lines

    return read_lines(path, key, ProofForm(parse_proof, proofs_of))


def verification_key_json(key: VerifyingKey, alphabeta: Sequence[int]) -> str:
    """Return a verification key as snarkjs writes it; alphabeta are the twelve numbers of e(alpha, beta)."""
    numbers = [str(number) for number in alphabeta]
    pairs: list[Json] = [[numbers[k], numbers[k + 1]] for k in range(0, 12, 2)]
    return text_of(
        {
            "protocol": "groth16",
            "curve": NAMES_IN_FILES[key.curve.name],
            "nPublic": key.n_public,
            "vk_alpha_1": projective_points(key.alpha_g1)[0],
            "vk_beta_2": projective_points(key.beta_g2)[0],
            "vk_gamma_2": projective_points(key.gamma_g2)[0],
            "vk_delta_2": projective_points(key.delta_g2)[0],
            "vk_alphabeta_12": [pairs[:3], pairs[3:]],
            "IC": projective_points(key.gamma_abc_g1),
        }
    )
