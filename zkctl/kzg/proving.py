"""The common part of the provers of PLONK and fflonk: values of the rows, blinding, values on cosets, parts of a quotient.

A quotient by X^n - 1 is computed on three cosets of the domain of size n, which together with it make up the key's domain of size
4 n.  On the coset of index k, X^n has the constant value u = i^k with i^2 = -1, so that interpolation returns
t_low + u t_mid + u^2 t_high modulo X^n - u; three of them determine the parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from zkctl.constraints.plonk.wire_values import all_values, check_witness, row_values
from zkctl.errors import UnsatisfiedError
from zkctl.field import FieldArray
from zkctl.field.sampling import random_nonzero
from zkctl.field.words import Words
from zkctl.kzg.formulas import parts
from zkctl.kzg.permutation import Permutation
from zkctl.poly.domain import Coset, Domain
from zkctl.poly.polynomial import Polynomial
from zkctl.runtime.parallel import in_equal_shares
from zkctl.runtime.records import record

QUOTIENT_COSETS = (1, 2, 3)


@record(eq=False)
class Rows:
    """The values of a witness in the rows of a key.  Shapes: columns a, b, c (n,), public (n_public,)."""

    columns: list[FieldArray]
    public: FieldArray


def rows_of(key: Any, witness: Words) -> Rows:
    """Return the values of all rows, under a proving key.

    Raises: ShapeError, EncodingError for a witness that cannot be one of this key.
    """
    field = key.curve.scalar_field
    check_witness(field, witness, key.n_wires)
    values = all_values(field, key.additions, witness)
    public = FieldArray.from_canonical_words(field, witness[1 : key.n_public + 1])
    return Rows(row_values(values, key.wires, key.domain_size), public)


def check_verified(holds: bool) -> None:
    """Refuse to return a proof that does not hold.  Raises: UnsatisfiedError."""
    if not holds:
        raise UnsatisfiedError(
            "the witness does not satisfy the circuit of this key",
            hint="pass `r1cs` to find the constraint that fails",
        )


def polynomials_of(key: Any) -> dict[str, Polynomial]:
    """Return selectors and permutation of a key by their names in formulas."""
    selectors = {name: getattr(key, name) for name in ("q_m", "q_l", "q_r", "q_o", "q_c")}
    return selectors | {"s1": key.sigma_1, "s2": key.sigma_2, "s3": key.sigma_3}


def random_elements(domain: Domain, n: int) -> FieldArray:
    """Return fresh random numbers that are not zero.  Shapes: -> (n,)."""
    return FieldArray.from_ints(domain.field, [random_nonzero(domain.field) for _ in range(n)])


def blinded(domain: Domain, values: FieldArray, n_random: int) -> FieldArray:
    """Return the coefficients of an interpolated polynomial plus a random multiple of X^n - 1.

    Shapes: (n,) -> (n + n_random,).
    """
    n, random = domain.n, random_elements(domain, n_random)
    out = FieldArray.zeros(domain.field, n + n_random)
    out.data[:n] = domain.intt(values).data
    out.data[n:] = random.data
    out.data[:n_random] = (out[:n_random] - random).data
    return out


def public_polynomial(domain: Domain, public: FieldArray) -> FieldArray:
    """Return PI, minus the public signals in the first rows, as coefficients.  Shapes: (n_public,) -> (n,)."""
    values = FieldArray.zeros(domain.field, domain.n)
    if len(public):
        values.data[: len(public)] = (-public).data
    return domain.intt(values)


def accumulator(
    domain: Domain, permutation: Permutation, columns: Sequence[FieldArray], key: Any
) -> FieldArray:
    """Return z on the domain.  Shapes: three (n,) -> (n,)."""
    itself = domain.coset(0)
    sigmas = [each.on_coset(0, itself) for each in (key.sigma_1, key.sigma_2, key.sigma_3)]
    return permutation.accumulator(columns, sigmas, domain.points)


def values_on_coset(
    coset: Coset, k: int, polynomials: dict[str, FieldArray], mapped: dict[str, Polynomial]
) -> dict[str, FieldArray]:
    """Return the arrays that the formula of a quotient takes: values of polynomials and of the key's; with z also next_z and x.

    Shapes: coefficients -> (n,) each.
    """
    names, tasks = list(polynomials), [partial(coset.values, p) for p in polynomials.values()]
    arrays = dict(zip(names, in_equal_shares(tasks), strict=True))
    arrays |= {name: each.on_coset(k, coset) for name, each in mapped.items()}
    if "z" in arrays:
        z = arrays["z"].data
        arrays["next_z"] = FieldArray(coset.domain.field, np.concatenate([z[1:], z[:1]]))
        arrays["x"] = coset.points
    return arrays


def parts_of(domain: Domain, remainders: Sequence[FieldArray]) -> list[FieldArray]:
    """Return low, mid, high from the remainders that interpolation on the three cosets returns.  Shapes: three (n,) -> three (n,)."""
    p, unit = domain.field.modulus, domain.coset(1).shift_to_n
    half, quarter, half_unit = (pow(each, -1, p) for each in (2, 4, 2 * unit))
    arrays = dict(zip(("i", "minus_1", "minus_i"), remainders, strict=True))
    return parts.results(3, arrays, {"half": half, "quarter": quarter, "half_unit": half_unit})
