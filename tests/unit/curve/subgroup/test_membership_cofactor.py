"""Clearing the cofactor: what integer arithmetic gives, inside the group afterwards."""

from __future__ import annotations

import pytest

from tests.support.points import first_curve_points, multiply
from zkctl.curve import BLS12_381, BN254, G1Array, G2Array, is_in_subgroup
from zkctl.curve.curves.parameters import Group
from zkctl.curve.subgroup.membership import clear_cofactor

GROUPS = [BN254.g1, BN254.g2, BLS12_381.g1, BLS12_381.g2]
EACH_GROUP = pytest.mark.parametrize("group", GROUPS, ids=lambda g: g.name)


@EACH_GROUP
def test_cofactor_is_not_reduced_modulo_the_order(group: Group) -> None:
    kind = G1Array if group.degree == 1 else G2Array
    outside = first_curve_points(group, 2)
    points = clear_cofactor(kind.from_ints(group, outside))
    assert points.to_ints() == [multiply(group, point, group.cofactor) for point in outside]
    assert is_in_subgroup(points).all()


@EACH_GROUP
def test_infinity_stays(group: Group) -> None:
    kind = G1Array if group.degree == 1 else G2Array
    assert clear_cofactor(kind.infinity(group, 3)).is_infinity().all()
