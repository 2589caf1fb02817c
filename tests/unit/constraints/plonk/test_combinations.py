"""The combinations behind the rows: which constraints are sums, and what a row has room for."""

from __future__ import annotations

from tests.support.toy_groth16 import circuit
from zkctl.constraints.plonk.combinations import combinations
from zkctl.curve import BN254


def test_sums_and_products_in_the_order_of_the_constraints() -> None:
    system = [
        ([(1, 1)], [(2, 1)], [(3, 1)]),
        ([(0, 2)], [(1, 5), (0, 1)], [(2, 1), (0, 7)]),
        ([], [(1, 1)], [(4, 1)]),
    ]
    found = combinations(circuit(BN254.scalar_field, system, 5, 0, 0), drop_zeros=False)
    assert found.is_sum.tolist() == [False, True, True]
    assert found.first_of_constraint.tolist() == [0, 3, 4, 5]
    assert found.starts.tolist() == [0, 1, 2, 3, 5, 6]
    assert found.wires.tolist() == [1, 2, 3, 1, 2, 4]
    assert found.limits.tolist() == [1, 1, 1, 3, 3]
    r = BN254.scalar_field.modulus
    assert found.factors.to_ints() == [1, 1, 1, 10, r - 1, 1]
    assert found.constants.to_ints() == [0, 0, 0, r - 5, 0]


def test_zero_factors_are_kept_or_dropped() -> None:
    system = [([(1, 0)], [(2, 1)], [(3, 1), (1, 0)])]
    built = circuit(BN254.scalar_field, system, 5, 0, 0)
    assert combinations(built, drop_zeros=False).wires.tolist() == [1, 2, 1, 3]
    assert combinations(built, drop_zeros=True).wires.tolist() == [3]
    assert combinations(built, drop_zeros=False).n_additions.tolist() == [0, 0, 1]
