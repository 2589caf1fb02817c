"""The key as bellman's phase 2 tools keep it: h_query in monomial form, no names of contributors.

With h_i = [L_{2i+1}(tau)/delta] over the domain of size 2N (groth16/qap.py) and w of order 2N,
d_j = [(tau^(N+j) - tau^j)/delta] = -2 w^j sum_i w^(2ij) h_i for j = 0 .. N-2: X^(N+j) - X^j vanishes
at the even points of the large domain and is -2 X^j at the odd ones.  The way back takes
d_(N-1) = infinity, so it changes h_query along the direction that no proof uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from zkctl.ceremony.contribution import Origin, Phase2Contribution
from zkctl.ceremony.hashing import contribution_hash
from zkctl.ceremony.knowledge import contribution_label, participant
from zkctl.ceremony.phase2.verify import (
    check_contributions,
    check_delta,
    check_divided_queries,
    check_unchanged_parts,
)
from zkctl.curve import Curve, G1Array, multiply_each
from zkctl.errors import CheckFailed, IntegrityError
from zkctl.field import powers
from zkctl.groth16.keys import ProvingKey, QapCoefficients
from zkctl.poly import Domain
from zkctl.runtime.records import record
from zkctl.srs.lagrange import LagrangeBlock, inverse_transforms


@record(eq=False)
class BellmanParameters:
    """A key with h_query in monomial form, shape (domain_size - 1,), and without coefficients."""

    key: ProvingKey
    circuit_hash: bytes
    contributions: list[Phase2Contribution]


def without_coefficients(curve: Curve) -> QapCoefficients:
    """Return coefficients without entries: bellman's file does not hold the circuit."""
    none = np.zeros(0, np.uint32)
    words = np.zeros((0, curve.scalar_field.n_words), np.uint64)
    return QapCoefficients(none, none, none, words)


def to_bellman(
    key: ProvingKey, circuit_hash: bytes, contributions: Sequence[Phase2Contribution]
) -> BellmanParameters:
    """Return the parameters of a key.

    Raises: LimitError for a key whose field has no domain twice as large.
    """
    field, n = key.curve.scalar_field, key.domain_size
    root = Domain(field, n.bit_length()).root
    factors = powers(root, n - 1, field, -2 * n % field.modulus)
    monomial = multiply_each(_reversed_transform(key.h_query)[: n - 1], factors)
    key = replace(key, h_query=monomial, coefficients=without_coefficients(key.curve))
    return BellmanParameters(key, circuit_hash, list(contributions))


def h_query_of(monomial: G1Array) -> G1Array:
    """Return the odd-coset Lagrange form.  Shapes: (n - 1,) -> (n,)."""
    field, n = monomial.group.scalar_field, len(monomial) + 1
    root = pow(Domain(field, n.bit_length()).root, -1, field.modulus)
    factors = powers(root, n - 1, field, -pow(2, -1, field.modulus) % field.modulus)
    scaled = multiply_each(monomial, factors)
    points = G1Array.concatenate([scaled, G1Array.infinity(monomial.group, 1)])
    inverse_transforms(points, [LagrangeBlock(0, n.bit_length() - 1)])
    return points


def _reversed_transform(points: G1Array) -> G1Array:
    """Return 1/n sum_i w^(ij) points[i]: the inverse transform with its indices negated modulo n."""
    n = len(points)
    copy = G1Array(points.group, np.array(points.data))
    inverse_transforms(copy, [LagrangeBlock(0, n.bit_length() - 1)])
    return copy[-np.arange(n) % n]


def from_bellman(
    old: ProvingKey,
    circuit_hash: bytes,
    earlier: Sequence[Phase2Contribution],
    parameters: BellmanParameters,
    name: str = "",
) -> tuple[ProvingKey, list[Phase2Contribution]]:
    """Check the parameters, and return the key that continues an old one by their new contributions.

    The earlier contributions keep their names; a single new one gets `name`.
    Raises: IntegrityError for parameters of another circuit; CheckFailed or EncodingError naming
    the part that does not continue the old key; UsageError for an impossible name.
    """
    if parameters.circuit_hash != circuit_hash:
        raise IntegrityError(
            "the parameters are of another circuit: the circuit hashes differ",
            hint="import into the key that was exported",
        )
    records = _named(earlier, parameters.contributions, participant(name))
    changed = parameters.key
    if len(changed.h_query) != old.domain_size - 1:
        raise CheckFailed(
            f"the parameters have {len(changed.h_query)} elements in h, expected {old.domain_size - 1}"
        )
    new = replace(changed, h_query=h_query_of(changed.h_query), coefficients=old.coefficients)
    check_unchanged_parts(new, old)
    check_contributions(new.curve, circuit_hash, records)
    check_delta(new, records)
    check_divided_queries(new, old)
    return new, records


def _named(
    earlier: Sequence[Phase2Contribution], found: Sequence[Phase2Contribution], origin: Origin
) -> list[Phase2Contribution]:
    for k, contribution in enumerate(earlier):
        if k >= len(found) or contribution_hash(found[k]) != contribution_hash(contribution):
            raise CheckFailed(
                "the parameters do not contain this contribution of the key",
                where=contribution_label(k, contribution.origin),
            )
    added = list(found[len(earlier) :])
    if len(added) == 1:
        added = [replace(added[0], origin=origin)]
    return [*earlier, *added]
