"""The common part of the verifiers of PLONK and fflonk: checks of their arguments, one proof, many proofs.

A wrong proof is an answer (False), a malformed one raises.  A proof with a commitment at infinity is wrong: an honest
prover blinds every one.  A proof system names the parts of its keys and proofs, and has its equation (opening.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Protocol, Self

from zkctl.curve import Curve, G1Array, G2Array
from zkctl.curve.batches import ONE_BY_ONE_UP_TO_STATEMENTS, random_scalar, verdicts
from zkctl.curve.checked_points import (
    ANY,
    FINITE,
    Named,
    canonical_points,
    check_in_group,
    check_members,
    check_public,
    points_together,
)
from zkctl.curve.encoding import uncompressed_bytes
from zkctl.errors import EncodingError, ShapeError
from zkctl.field import FieldArray
from zkctl.kzg.opening import CombinedOpening, OpeningEquation
from zkctl.runtime.digests import blake2b
from zkctl.runtime.records import record

Statement = tuple[FieldArray, Any]  # public signals and the proof that they are right
_KEY = "of the verification key"


class UniversalKey(Protocol):
    """A verifying key from a universal setup."""

    @property
    def curve(self) -> Curve:
        """The curve."""

    @property
    def n_public(self) -> int:
        """Number of public signals."""

    @property
    def log_n(self) -> int:
        """The size of the domain is 2^log_n."""

    @property
    def k1(self) -> int:
        """The wires' values are on the cosets H, k1 H, k2 H."""

    @property
    def k2(self) -> int:
        """As k1."""

    @property
    def x_2(self) -> G2Array:
        """[tau]_2."""


@record(eq=False)
class VerifierParts:
    """The parts of a proof system's keys and proofs, and its equation.

    finite and other: points of a key that must not be infinity, and those that may be, by their names in files;
    roots: names and values of the key's other scalars; opening: None if the proof is wrong whatever its points are.
    """

    name: str
    finite: Callable[[Any], dict[str, G1Array]]
    other: Callable[[Any], dict[str, G1Array]]
    roots: Callable[[Any], dict[str, int]]
    wrong_root: Callable[[Any], str | None]  # the defect of these scalars
    proof_points: Callable[[Any], dict[str, G1Array]]
    proof_scalars: Callable[[Any], dict[str, int]]
    opening: Callable[[Any, Sequence[int], Any], CombinedOpening | None]


class Verifier:
    """The verifier of one proof system."""

    def __init__(self, rules: VerifierParts) -> None:
        self.rules = rules

    def verify(self, vk: UniversalKey, public: FieldArray, proof: Any) -> bool:
        """Return whether the proof holds: its prover knew a witness for these public signals.

        Shapes: public (n_public,).
        Raises: ShapeError if the number of public signals differs, EncodingError for anything that is no canonical member
        of its field or group, for a domain that the field does not have and for cosets that meet.
        """
        self.check(vk, [(public, proof)], with_key=True, by_pairing=True)
        opening = self.opening(vk, public, proof)
        if opening is None:
            check_members(_x_2(vk), vk.curve.g2)
            return False
        return self.equation(vk).holds_for_members(opening)

    def equation(self, vk: UniversalKey) -> OpeningEquation:
        """Return the equation of a key."""
        points = [*self._key_points(vk).values(), G1Array.generator(vk.curve.g1)]
        fixed = points_together(G1Array, vk.curve.g1, points)
        return OpeningEquation(vk.curve, vk.x_2, fixed)

    def verify_batch(self, vk: UniversalKey, statements: Sequence[Statement]) -> list[bool]:
        """Return for each statement whether its proof holds: one product of two pairings for all (curve/batches.py).

        Raises: as `verify`, naming the statement by its index; nothing is verified then.
        """
        self.check_statements(vk, statements)
        openings = [self.opening(vk, public, proof) for public, proof in statements]
        answers = [opening is not None for opening in openings]
        possible = [opening for opening in openings if opening is not None]
        equation = self.equation(vk)
        factors = [random_scalar() for _ in possible]
        found = iter(_verdicts(equation, possible, factors))
        return [answer and next(found) for answer in answers]

    def check_statements(self, vk: UniversalKey, statements: Sequence[Statement]) -> None:
        """Check the key and everything that goes into the equations of these statements.

        Raises: as `verify`; among several statements the wrong one is named by its index.
        """
        self.check(vk, statements, with_key=True)

    def statement_id(self, vk: UniversalKey, public: FieldArray) -> str:
        """Return a digest of key and public signals, the same for every valid proof of the statement."""
        n_bytes = vk.curve.scalar_field.n_bytes
        hasher = blake2b(f"zkctl {self.rules.name} statement 1\0".encode(), digest_size=32)
        hasher.update(vk.curve.name.encode() + b"\0")
        numbers = (len(public), vk.log_n, vk.k1, vk.k2, *self.rules.roots(vk).values())
        hasher.update(b"".join([number.to_bytes(n_bytes, "big") for number in numbers]))
        for points in (*self._key_points(vk).values(), vk.x_2):
            hasher.update(uncompressed_bytes(points))
        hasher.update(b"".join([value.to_bytes(n_bytes, "big") for value in public.to_ints()]))
        return hasher.hexdigest()

    def opening(self, vk: UniversalKey, public: FieldArray, proof: Any) -> CombinedOpening | None:
        """Return the equation of a statement that has been checked, None if the proof is wrong anyhow."""
        if any(point.has_infinity() for point in self.rules.proof_points(proof).values()):
            return None
        return self.rules.opening(vk, public.to_ints(), proof)

    def _key_points(self, vk: UniversalKey) -> dict[str, G1Array]:
        return {**self.rules.other(vk), **self.rules.finite(vk)}

    def check(
        self,
        vk: UniversalKey,
        statements: Sequence[Statement],
        *,
        with_key: bool,
        by_pairing: bool = False,
    ) -> None:
        """Check a key and statements; `by_pairing` leaves the membership of X_2 to the equation."""
        g1 = []
        if with_key:
            self._check_numbers(vk)
            g1 += [
                Named(f"{name} {_KEY}", each, ANY) for name, each in self.rules.other(vk).items()
            ]
            g1 += [
                Named(f"{name} {_KEY}", each, FINITE)
                for name, each in self.rules.finite(vk).items()
            ]
            together = canonical_points(_x_2(vk), vk.curve.g2)
            if not by_pairing:
                check_in_group(_x_2(vk), vk.curve.g2, together)
        for index, (public, proof) in enumerate(statements):
            one, where = (
                ("the proof", "") if len(statements) == 1 else (f"proof {index}", f"proof {index}")
            )
            check_public(public, vk.curve, vk.n_public, where)
            _check_scalars(vk.curve, self.rules.proof_scalars(proof), f"of {one}")
            for name, point in self.rules.proof_points(proof).items():
                g1.append(Named(f"{name} of {one}", point, ANY))
        if g1:
            check_members(g1, vk.curve.g1)

    def _check_numbers(self, vk: UniversalKey) -> None:
        """Check the domain, the cosets and the roots of unity of a key."""
        field = vk.curve.scalar_field
        _check_scalars(vk.curve, {"k1": vk.k1, "k2": vk.k2, **self.rules.roots(vk)}, _KEY)
        if not 1 <= vk.log_n <= field.two_adicity:
            raise EncodingError(
                f"the domain {_KEY} has size 2^{vk.log_n}: expected 2^1 .. 2^{field.two_adicity}"
            )
        if vk.n_public > 1 << vk.log_n:
            raise ShapeError(
                f"{vk.n_public} public signals do not fit the domain of {1 << vk.log_n} rows"
            )
        if not cosets_differ(vk):
            raise EncodingError(f"k1 and k2 {_KEY} do not make three distinct cosets")
        wrong = self.rules.wrong_root(vk)
        if wrong is not None:
            raise EncodingError(f"the roots {_KEY} are wrong: {wrong}")


class PreparedUniversalKey:
    """A key for many proofs: it has been checked."""

    verifier: ClassVar[Verifier]

    def __init__(self, vk: UniversalKey, equation: OpeningEquation) -> None:
        self.vk, self.equation = vk, equation

    @classmethod
    def of(cls, vk: UniversalKey) -> Self:
        """Check a key and prepare it.

        Raises: as `verify` for the key.
        """
        cls.verifier.check_statements(vk, [])
        return cls(vk, cls.verifier.equation(vk))

    def verify(self, public: FieldArray, proof: Any) -> bool:
        """As `verify`: the proof and the public signals are checked as there."""
        self.verifier.check(self.vk, [(public, proof)], with_key=False)
        opening = self.verifier.opening(self.vk, public, proof)
        return opening is not None and self.equation.holds(opening)


def cosets_differ(vk: UniversalKey) -> bool:
    """Return whether H, k1 H and k2 H are disjoint, H being the domain of size 2^log_n."""
    p, n = vk.curve.scalar_field.modulus, 1 << vk.log_n
    first, second = pow(vk.k1, n, p), pow(vk.k2, n, p)
    return len({1, first, second}) == 3 and 0 not in (first, second)


def _x_2(vk: UniversalKey) -> list[Named]:
    return [Named(f"X_2 {_KEY}", vk.x_2, FINITE)]


def _check_scalars(curve: Curve, scalars: dict[str, int], whose: str) -> None:
    for name, value in scalars.items():
        if not 0 <= value < curve.scalar_field.modulus:
            raise EncodingError(f"{name} {whose} is not reduced modulo {curve.scalar_field.name}")


def _verdicts(
    equation: OpeningEquation, openings: Sequence[CombinedOpening], factors: Sequence[int]
) -> list[bool]:
    if len(openings) <= ONE_BY_ONE_UP_TO_STATEMENTS:
        return [equation.holds(each) for each in openings]

    def together(first: int, last: int) -> bool:
        return equation.all_hold(openings[first:last], factors[first:last])

    return verdicts(len(openings), together, lambda k: equation.holds(openings[k]))
