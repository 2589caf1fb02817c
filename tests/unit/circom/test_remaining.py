"""Constraints that are left at a level, with the terms of the files in circom's order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.circom_instances import two_squares
from zkctl.circom.instance import Instance, LocalConstraint, RunRow
from zkctl.circom.layout import Layout
from zkctl.circom.remaining import left_r1cs, left_rows, simplified
from zkctl.circom.source import Place
from zkctl.constraints.signals import Role, SignalGroup
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.field import BN254_FR

P = BN254_FR.modulus


def test_a_level_keeps_the_products() -> None:
    layout = Layout(two_squares(), 13)
    left = simplified(layout, SimplificationLevel(1))
    assert (len(left.origins), left.n_linear, left.kept.tolist()) == (2, 0, [0, 1, 2, 3])


def test_terms_are_in_the_order_of_the_bytes_of_their_wires() -> None:
    n = 600
    terms = dict.fromkeys((1, 2, 256, 257, 512), 1)
    row = LocalConstraint({}, {}, terms, 0, Place(0, 0, 1))
    main = Instance(
        0, "T()", "T", (SignalGroup("a", Role.PRIVATE, (n,)),), (), n, n, (), (row,), (RunRow(0),)
    )  # fmt: skip
    layout = Layout(main, P)
    r1cs = left_r1cs(layout, BN254_FR, left_rows(layout, None))
    assert [wire for wire, _ in r1cs.c.row(0)] == [256, 512, 1, 257, 2]


@pytest.mark.parametrize(("is_compatible", "n_linear"), [(True, 0), (False, 1)])
def test_a_second_constant_is_lost_only_where_circom_is_copied(is_compatible: bool, n_linear: int) -> None:  # fmt: skip
    rows = tuple(LocalConstraint({}, {}, {1: P - 1, 0: k}, 0, Place(0, 0, 1)) for k in (1, 2))
    main = Instance(0, "T()", "T", (SignalGroup("k", Role.PRIVATE),), (), 1, 1, (), rows, ())
    layout = Layout(main, P)
    left = simplified(layout, SimplificationLevel(is_compatible=is_compatible))
    assert left.n_linear == n_linear
    assert left.is_contradictory is not is_compatible
    r1cs = left_r1cs(layout, BN254_FR, left_rows(layout, left))
    assert replace(left).n_linear == r1cs.n_constraints
