"""A constraint system as rows of PLONK and of fflonk, in the order of other tools, for all constraints at once.

First a row (s, 0, 0) for each public signal s, then the rows of each constraint in order: an addition for every wire too many
of a combination (combinations.py), which puts the sum of its first two wires at its end as a new wire, and the row of the
sum or product itself.
Source: docs/reference/formats.md, "Rows of PLONK and FFLONK".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.plonk.combinations import Combinations, Index, combinations
from zkctl.constraints.plonk.gates import Additions, Gates
from zkctl.constraints.r1cs import R1CS
from zkctl.errors import LimitError
from zkctl.field import FieldArray, PrimeField

_MAX_WIRES = 1 << 32


def plonk_gates(r1cs: R1CS) -> Gates:
    """Return the rows of PLONK; zero coefficients count as terms.  Raises: LimitError for too many wires."""
    return _gates(r1cs, drop_zeros=False)


def fflonk_gates(r1cs: R1CS) -> Gates:
    """Return the rows of fflonk; zero coefficients are dropped.  Raises: LimitError for too many wires."""
    return _gates(r1cs, drop_zeros=True)


class _Queues:
    """The combinations while wires are added up: wires in front are taken, sums appended.

    Place q of a combination is its q-th wire, or from its length on the sum of an addition, with factor 1.
    """

    def __init__(self, given: Combinations, n_wires: int) -> None:
        self.given = given
        self.lengths = np.diff(given.starts)
        self.n_additions = given.n_additions
        self.first_addition = np.concatenate([[0], np.cumsum(self.n_additions)])
        self.n_wires = n_wires

    def at(self, owner: Index, place: Index) -> tuple[NDArray[np.uint32], FieldArray]:
        """Return wire and factor at a place of combinations; wire 0 with factor 0 past the end.

        Shapes: (n,), (n,) -> (n,), (n,).
        """
        length = self.lengths[owner]
        given = np.flatnonzero(place < length)
        n_places = length + self.n_additions[owner]
        added = np.flatnonzero((place >= length) & (place < n_places))
        wires = np.zeros(len(owner), np.uint32)
        factors = FieldArray.zeros(self.given.factors.field, len(owner))
        term = self.given.starts[owner[given]] + place[given]
        wires[given] = self.given.wires[term]
        factors.data[given] = self.given.factors.data[term]
        sums = self.first_addition[owner[added]] + place[added] - length[added]
        wires[added] = self.n_wires + sums
        factors.data[added] = _one(factors.field).data
        return wires, factors


def _one(field: PrimeField) -> FieldArray:
    return FieldArray.from_ints(field, [1])


def _gates(r1cs: R1CS, *, drop_zeros: bool) -> Gates:
    given = combinations(r1cs, drop_zeros=drop_zeros)
    queues = _Queues(given, r1cs.n_wires)
    n_additions = int(queues.first_addition[-1])
    n_vars = r1cs.n_wires + n_additions
    if n_vars >= _MAX_WIRES:
        raise LimitError(
            f"the rows have {n_vars} wires, expected less than 2^32",
            hint="split the circuit",
        )
    rows = _Rows(r1cs.field, r1cs.n_public + r1cs.n_constraints + n_additions)
    rows.fill_public(r1cs.n_public)
    first = given.first_of_constraint
    # a constraint's row comes after all additions up to the end of its combinations
    last_row = np.arange(r1cs.n_constraints) + queues.first_addition[first[1:]] + r1cs.n_public
    constraint_of = np.repeat(np.arange(r1cs.n_constraints), np.diff(first))
    additions = _fill_additions(rows, queues, constraint_of, r1cs.n_public)
    sums, products = np.flatnonzero(given.is_sum), np.flatnonzero(~given.is_sum)
    _fill_sums(rows, queues, last_row[sums], first[:-1][sums])
    _fill_products(rows, queues, last_row[products], first[:-1][products])
    return rows.gates(additions, n_vars, r1cs.n_public)


class _Rows:
    """The rows while they are filled in; everything is 0 at first."""

    def __init__(self, field: PrimeField, n_rows: int) -> None:
        self.wires = np.zeros((3, n_rows), np.uint32)
        self.q_m, self.q_l, self.q_r, self.q_o, self.q_c = (
            FieldArray.zeros(field, n_rows) for _ in range(5)
        )
        self.one = _one(field)

    def fill_public(self, n_public: int) -> None:
        """Fill in a row with q_l = 1 for each public signal."""
        self.wires[0, :n_public] = np.arange(1, n_public + 1)
        self.q_l.data[:n_public] = self.one.data

    def gates(self, additions: Additions, n_vars: int, n_public: int) -> Gates:
        """Return the finished rows."""
        selectors = (self.q_m, self.q_l, self.q_r, self.q_o, self.q_c)
        return Gates(self.wires, *selectors, additions, n_vars, n_public)


def _fill_additions(rows: _Rows, queues: _Queues, constraint_of: Index, n_public: int) -> Additions:
    """Fill in the rows -f_1 w_1 - f_2 w_2 + sum = 0; `constraint_of` names each combination's constraint."""
    owner = np.repeat(np.arange(len(queues.lengths)), queues.n_additions)
    number = np.arange(len(owner))
    step = number - queues.first_addition[owner]
    left, left_factors = queues.at(owner, 2 * step)
    right, right_factors = queues.at(owner, 2 * step + 1)
    at = n_public + number + constraint_of[owner]
    rows.wires[0, at], rows.wires[1, at] = left, right
    rows.wires[2, at] = queues.n_wires + number
    rows.q_l.data[at], rows.q_r.data[at] = (-left_factors).data, (-right_factors).data
    rows.q_o.data[at] = rows.one.data
    return Additions(left, right, left_factors, right_factors)


def _fill_sums(rows: _Rows, queues: _Queues, at: Index, owner: Index) -> None:
    """Fill in the rows f_1 w_1 + f_2 w_2 + f_3 w_3 + k = 0."""
    for place, selector in enumerate((rows.q_l, rows.q_r, rows.q_o)):
        wires, factors = queues.at(owner, 2 * queues.n_additions[owner] + place)
        rows.wires[place, at] = wires
        selector.data[at] = factors.data
    rows.q_c.data[at] = queues.given.constants.data[owner]


def _fill_products(rows: _Rows, queues: _Queues, at: Index, owner: Index) -> None:
    """Fill in the rows (f_a w_a + k_a)(f_b w_b + k_b) - (f_c w_c + k_c) = 0; owner: the combination of A."""
    factors, constants = [], []
    for side in range(3):
        own = owner + side
        wires, factor = queues.at(own, 2 * queues.n_additions[own])
        rows.wires[side, at] = wires
        factors.append(factor)
        constants.append(queues.given.constants[own])
    (f_a, f_b, f_c), (k_a, k_b, k_c) = factors, constants
    rows.q_m.data[at] = (f_a * f_b).data
    rows.q_l.data[at] = (f_a * k_b).data
    rows.q_r.data[at] = (k_a * f_b).data
    rows.q_o.data[at] = (-f_c).data
    rows.q_c.data[at] = (k_a * k_b - k_c).data
