"""Check the arithmetic of this machine against independent implementations: galois, py_ecc, plain integers.

Compiled kernels depend on the processor and on the compiler, so this runs where they are used.  Inputs are boundary values
of every limb size in use, exceptional points, and fresh random values.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

import numpy as np

from zkctl.curve import (
    CURVES,
    Curve,
    G1Array,
    G2Array,
    Group,
    PointArray,
    is_pairing_product_one,
    msm,
    multiply_base,
)
from zkctl.field import FieldArray, PrimeField
from zkctl.field.prime import SUPPORTED
from zkctl.poly.domain import Domain
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.toolchain.inspect import second_opinion

LIMB_BITS = (29, 32, 52, 64)


@record
class Check:
    """The result of one comparison; `problem` is empty when everything agreed."""

    subject: str
    against: str
    cases: int
    seconds: float
    problem: str = ""

    @property
    def passed(self) -> bool:
        """Did both sides agree on every case?"""
        return not self.problem


Comparison = Callable[[], tuple[int, str]]  # number of cases; the disagreement, or ""


def run_self_test(progress: Progress = silent) -> list[Check]:
    """Run every comparison; a comparison that fails or crashes does not stop the others."""
    comparisons = list(_comparisons())
    checks = []
    for number, (subject, against, compare) in enumerate(comparisons):
        progress(f"checking {subject}", number / len(comparisons))
        start = time.perf_counter()
        try:
            cases, problem = compare()
        except Exception as error:  # a crash of the kernels is a result of this test
            cases, problem = 0, f"{type(error).__name__}: {error}"
        checks.append(Check(subject, against, cases, time.perf_counter() - start, problem))
    return checks


def _comparisons() -> Iterator[tuple[str, str, Comparison]]:
    for field in SUPPORTED:
        yield f"{field.name} arithmetic", "galois", partial(_field, field)
    for field in SUPPORTED:
        if field.non_residue:
            yield f"{field.name} NTT", "integers", partial(_transform, field)
    for curve in CURVES:
        for group in (curve.g1, curve.g2):
            yield f"{group.name} addition", "py_ecc", partial(_addition, curve, group)
            yield f"{group.name} MSM", "py_ecc", partial(_msm, curve, group)
        yield f"{curve.name} pairing", "py_ecc", partial(_pairing, curve)


def boundary_values(field: PrimeField) -> list[int]:
    """Return the elements at which carries and reductions change: around 0, p, R and every power 2^(limb k)."""
    edges = {0, 1, 2, 3, field.modulus - 1, field.modulus - 2, field.modulus // 2}
    edges |= {field.montgomery_r, field.montgomery_r_inverse}
    for bits in LIMB_BITS:
        for position in range(bits, field.n_bits, bits):
            edges |= {(1 << position) - 1, 1 << position, field.modulus - (1 << position)}
    return sorted(value % field.modulus for value in edges)


def _random(field: PrimeField, n: int) -> list[int]:
    return [secrets.randbelow(field.modulus) for _ in range(n)]


def _field(field: PrimeField) -> tuple[int, str]:
    values = boundary_values(field)
    left, right = map(list, zip(*product(values, values), strict=True))
    left += _random(field, 256)
    right += _random(field, 256)
    x, y = FieldArray.from_ints(field, left), FieldArray.from_ints(field, right)
    expected = second_opinion.field_results(field, left, right)
    found = {
        "add": x + y,
        "subtract": x - y,
        "multiply": x * y,
        "inverse": x.inverse(),
        "sum": x.sum(),
    }
    for name, array in found.items():
        if array.to_ints() != expected[name]:
            return len(left), f"{name} disagrees"
    return len(left), ""


def _transform(field: PrimeField) -> tuple[int, str]:
    cases = 0
    for log_n in (0, 1, 2, 5, 11, 14):
        domain = Domain(field, log_n)
        coefficients = _random(field, domain.n)
        array = FieldArray.from_ints(field, coefficients)
        values = domain.ntt(array)
        found = values.to_ints()
        for index in {0, domain.n - 1, *(secrets.randbelow(domain.n) for _ in range(6))}:
            point = pow(domain.root, index, field.modulus)
            if found[index] != second_opinion.evaluate(coefficients, point, field.modulus):
                return cases, f"value {index} of 2^{log_n} disagrees"
            cases += 1
        if not bool((domain.intt(values) == array).all()):
            return cases, f"the inverse transform of 2^{log_n} does not return the coefficients"
    return cases, ""


def _addition(curve: Curve, group: Group) -> tuple[int, str]:
    """Return every pair of {infinity, G, -G, 2G, -2G, 3G, random}: doublings, opposites and infinity included."""
    opinion = second_opinion.group(curve, group)
    order = group.scalar_field.modulus
    multiples = [0, 1, order - 1, 2, order - 2, 3, *_random(group.scalar_field, 2)]
    points = [opinion.multiple(k) for k in multiples]
    left, right = map(list, zip(*product(points, points), strict=True))
    kind: type[PointArray] = G1Array if group.degree == 1 else G2Array
    found = (kind.from_ints(group, left) + kind.from_ints(group, right)).to_ints()
    expected = [opinion.multiple(a + b) for a, b in product(multiples, multiples)]
    return len(left), "" if found == expected else "a sum disagrees"


def _msm(curve: Curve, group: Group) -> tuple[int, str]:
    """Return the sums and fixed-base products; few distinct points, so equal and opposite ones meet often."""
    opinion = second_opinion.group(curve, group)
    field = group.scalar_field
    known = [0, 1, field.modulus - 1, 2, field.modulus - 2, *range(3, 30)]
    kind: type[PointArray] = G1Array if group.degree == 1 else G2Array
    scalars = [*boundary_values(field)[:16], *_random(field, 16)]
    found = multiply_base(kind.generator(group), FieldArray.from_ints(field, scalars))
    if found.to_ints() != [opinion.multiple(s) for s in scalars]:
        return len(scalars), "a fixed-base product disagrees"
    cases = len(scalars)
    points = kind.from_ints(group, [opinion.multiple(k) for k in known])
    for n in (0, 1, len(known), 3000):
        picks = [secrets.randbelow(len(known)) for _ in range(n)]
        factors = (scalars + _random(field, n))[:n]
        total = sum(known[i] * s for i, s in zip(picks, factors, strict=True))
        array = FieldArray.from_ints(field, factors)
        if msm(points[np.array(picks, np.intp)], array).to_ints() != [opinion.multiple(total)]:
            return cases, f"a sum of {n} products disagrees"
        cases += n
    return cases, ""


def _pairing(curve: Curve) -> tuple[int, str]:
    """Return the verdicts on e(aP, bQ) e(-cP, Q) = 1, which holds for c = ab and for no other c."""
    first, second = second_opinion.group(curve, curve.g1), second_opinion.group(curve, curve.g2)
    a, b = _random(curve.scalar_field, 2)
    cases = [(a, b, a * b), (a, b, a * b + 1), (1, 1, 1), (1, 1, 2), (0, b, 0)]
    for number, (left, right, c) in enumerate(cases):
        p = [first.multiple(left), first.multiple(-c)]
        q = [second.multiple(right), second.multiple(1)]
        found = is_pairing_product_one(
            curve, G1Array.from_ints(curve.g1, p), G2Array.from_ints(curve.g2, q)
        )
        if found != second_opinion.is_pairing_product_one(curve, p, q):
            return number, f"verdict {number} disagrees"
    return len(cases), ""
