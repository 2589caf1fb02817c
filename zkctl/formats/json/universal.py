"""The common part of the JSON files of PLONK and fflonk: keys from a universal setup, commitments and values of a proof.

A key may have any member of its group where an honest one has another: zkctl/kzg/weak_keys.py judges that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from zkctl.curve import Curve, G1Array, G2Array, members_of
from zkctl.errors import IntegrityError
from zkctl.formats.binary.elements import check_points
from zkctl.formats.curve_names import NAMES_IN_FILES
from zkctl.formats.json.expected import check_complete, check_kind
from zkctl.formats.json.kinds import JsonKind
from zkctl.formats.json.points import JsonPoint, element, members_g2, projective
from zkctl.formats.json.snarkjs import check_belongs, check_protocol, curve_of
from zkctl.formats.json.snarkjs_text import projective_points
from zkctl.formats.json.strict import Json, Node

KEY_MEMBERS = ("curve", "nPublic", "power", "k1", "k2", "X_2", "w")


class KeyNumbers(NamedTuple):
    """The members that the keys of both systems have."""

    curve: Curve
    n_public: int
    log_n: int
    k1: int
    k2: int
    x_2: G2Array


class FoundProof(NamedTuple):
    """The parts of a proof in the order of their names; the points are members of their group or not."""

    points: Sequence[JsonPoint]
    places: Sequence[str]
    scalars: Mapping[str, int]


def parse_key_numbers(root: Node, protocol: str, members: Sequence[str]) -> KeyNumbers:
    """Return what the keys of both systems have, of a complete key.

    Raises: FormatError, EncodingError naming the JSON path; IntegrityError for a w that is not the domain's, or a domain of one row.
    """
    check_kind(root, JsonKind.VERIFICATION_KEY)
    check_protocol(root, protocol)
    check_complete(root, JsonKind.VERIFICATION_KEY, (*KEY_MEMBERS, *members))
    curve = curve_of(root)
    n_public, power = root.member("nPublic"), root.member("power")
    most = curve.scalar_field.two_adicity
    if not 0 <= power.number() <= most:
        raise power.fail(
            f"the power of the domain is out of range: expected 0 to {most}, got {power.number()}"
        )
    _check_root(root.member("w"), curve, power.number())
    if power.number() == 0 and n_public.number() > 1:
        raise IntegrityError(
            "the domain has 2^0 rows, which bind nothing: expected at least 2",
            where=power.place,
            hint="export the verification key again from its .zkey",
        )
    if not 0 <= n_public.number() <= 1 << power.number():
        raise n_public.fail(
            f"the number of public signals does not fit the domain of 2^{power.number()} rows: got {n_public.number()}"
        )
    x_2 = root.member("X_2")
    point = members_g2(curve, [projective(x_2, curve.g2)], [x_2.place], infinity=True)
    k1, k2 = (element(root.member(name), curve.scalar_field) for name in ("k1", "k2"))
    return KeyNumbers(curve, n_public.number(), power.number(), k1, k2, point[0])


def _check_root(node: Node, curve: Curve, log_n: int) -> None:
    if element(node, curve.scalar_field) != curve.scalar_field.root_of_unity(log_n):
        raise IntegrityError(
            f"w does not belong to the domain: expected the root of unity of order 2^{log_n}",
            where=node.place,
            hint="export the verification key again from its .zkey",
        )


def parse_g1(nodes: Sequence[Node], curve: Curve) -> list[G1Array]:
    """Return points of the first group, checked; infinity is allowed.  Raises: FormatError, EncodingError."""
    points = [projective(node, curve.g1) for node in nodes]
    return list(points_in_g1(curve, points, [node.place for node in nodes]))


def points_in_g1(curve: Curve, points: Sequence[JsonPoint], places: Sequence[str]) -> G1Array:
    """Return points of the first group, all checked together; infinity is allowed.  Raises: EncodingError."""
    array = G1Array.from_ints(curve.g1, points)
    members = members_of(array) if points else []
    if not all(members):
        k = members.index(False)
        check_points(array[k : k + 1], "g1", places[k], infinity=True)
    return array


def check_proof(root: Node, protocol: str, curve: Curve, members: Sequence[str]) -> None:
    """Check that a document is a complete proof of this system for a key over this curve.  Raises: FormatError."""
    check_kind(root, JsonKind.PROOF)
    check_belongs(root, protocol, curve)
    check_complete(root, JsonKind.PROOF, members)


def parse_parts(points: Sequence[Node], scalars: Mapping[str, Node], curve: Curve) -> FoundProof:
    """Return the parts of a proof; its points are not yet checked to be in their group.

    Raises: FormatError, EncodingError naming the JSON path.
    """
    return FoundProof(
        [projective(node, curve.g1) for node in points],
        [node.place for node in points],
        {name: element(node, curve.scalar_field) for name, node in scalars.items()},
    )


def commitments_of(curve: Curve, found: Sequence[FoundProof]) -> list[list[G1Array]]:
    """Return the points of several proofs, all checked together.  Raises: EncodingError."""
    points = [point for proof in found for point in proof.points]
    array = points_in_g1(curve, points, [place for proof in found for place in proof.places])
    each = iter(array)
    return [[next(each) for _ in proof.points] for proof in found]


def key_start(
    protocol: str, curve: Curve, n_public: int, log_n: int, k1: int, k2: int
) -> dict[str, Json]:
    """Return the first members of a key, as snarkjs writes them."""
    return {
        "protocol": protocol,
        "curve": NAMES_IN_FILES[curve.name],
        "nPublic": n_public,
        "power": log_n,
        "k1": str(k1),
        "k2": str(k2),
    }


def point_members(points: Mapping[str, G1Array | G2Array]) -> dict[str, Json]:
    """Return points as members of an object, as snarkjs writes them."""
    return {name: projective_points(point)[0] for name, point in points.items()}
