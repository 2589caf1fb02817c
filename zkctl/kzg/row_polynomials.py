"""The rows of a circuit as polynomials over a domain, for the setups of PLONK and fflonk, and the powers of tau that they need."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from zkctl.constraints.plonk.gates import MIN_LOG_ROWS, Gates
from zkctl.constraints.plonk.permutation import permutation
from zkctl.constraints.r1cs import R1CS, custom_gates_refused
from zkctl.curve import G1Array, are_in_subgroup
from zkctl.errors import EncodingError, EnvironmentProblem, InputError, IntegrityError
from zkctl.field import FieldArray, powers
from zkctl.poly.domain import Domain
from zkctl.poly.lagrange_basis import LagrangeBasis
from zkctl.runtime.records import record
from zkctl.srs.powers_of_tau import PowersOfTau

SELECTORS = ("q_m", "q_l", "q_r", "q_o", "q_c")
SIGMAS = ("sigma_1", "sigma_2", "sigma_3")


def check_circuit(circuit: R1CS, tau: PowersOfTau) -> None:
    """Check that there is something to prove, and over the field of the powers of tau.

    Raises: InputError for custom gates or no rows, IntegrityError for another curve.
    """
    if circuit.has_custom_gates:
        raise custom_gates_refused()
    if circuit.field != tau.curve.scalar_field:
        raise IntegrityError(
            f"the circuit is over {circuit.field.name}, the powers of tau over {tau.curve.name}",
            hint="compile the circuit for the curve of the ptau file",
        )
    if not circuit.n_public + circuit.n_constraints:
        raise InputError(
            "the circuit has no constraint left and no public signal: there is nothing to prove",
            hint="compile without simplification (--O0) or constrain a product of signals",
        )


def log_rows(n_rows: int) -> int:
    """Return the logarithm of the size of the domain that has room for so many rows."""
    return max(MIN_LOG_ROWS, (n_rows - 1).bit_length())


def check_powers(tau: PowersOfTau, log_n: int, n_powers: int) -> None:
    """Check that the powers reach this domain and so many powers, and that they are prepared.

    Raises: EnvironmentProblem.
    """
    need = max(log_n, n_powers.bit_length() - 1)  # a file of power p has 2^(p + 1) - 1 powers
    if need > tau.power:
        raise EnvironmentProblem(
            f"the powers of tau are too small: expected 2^{need} or more, got 2^{tau.power}",
            hint=f"use a ptau file of power {need} or more",
        )
    if tau.lagrange is None:
        raise EnvironmentProblem(
            "the powers of tau are not prepared for phase 2",
            hint="run `prepare_ptau()` on the file first",
        )


def members(points: G1Array, what: str) -> G1Array:
    """Return points of the powers of tau, checked to be in their group.  Raises: EncodingError."""
    if not are_in_subgroup(points):
        raise EncodingError(
            "a point of the powers of tau is not in its group",
            where=what,
            hint="run `verify_ptau()` to find the first one",
        )
    return points


@record(eq=False)
class RowPolynomials:
    """The rows of a circuit over a domain, of which the last `n_fixed` rows are free for blinding."""

    gates: Gates
    domain: Domain
    n_fixed: int = 0

    def selector(self, name: str) -> FieldArray:
        """Return the values of a selector.  Shapes: -> (n,)."""
        values = FieldArray.zeros(self.domain.field, self.domain.n)
        rows: FieldArray = getattr(self.gates, name)
        values.data[: len(rows)] = rows.data
        return values

    @cached_property
    def shifts(self) -> tuple[int, int]:
        """k1 and k2: the least numbers from 2 on with which H, k1 H, k2 H are three distinct cosets."""
        r, n = self.domain.field.modulus, self.domain.n
        found = [1]
        k = 2
        while len(found) < 3:
            if all(pow(k, n, r) != pow(other, n, r) for other in found):
                found.append(k)
            k += 1
        return found[1], found[2]

    def sigmas(self) -> list[FieldArray]:
        """Return the values of the permutation, w^i, k1 w^i or k2 w^i for a place of column 1, 2, 3.  Shapes: -> [(n,)]."""
        n, field = self.domain.n, self.domain.field
        places = permutation(self.gates.wires, n, self.n_fixed)
        columns = [powers(self.domain.root, n, field, k).data for k in (1, *self.shifts)]
        labels = np.concatenate(columns)
        return [FieldArray(field, labels.take(own, axis=0)) for own in places]

    @property
    def padding_slopes(self) -> list[int]:
        """The numbers c for which sigma of a column is c X in padding rows, the first one left out.

        All their places hold wire 0: b and c are moved to the column before, a to column c of the row before.
        """
        k1, k2 = self.shifts
        r = self.domain.field.modulus
        return [k2 * pow(self.domain.root, -1, r) % r, 1, k1]

    def lagrange(self) -> LagrangeBasis:
        """Return the Lagrange polynomials of the public signals, one at least."""
        return LagrangeBasis(self.domain, max(self.gates.n_public, 1))
