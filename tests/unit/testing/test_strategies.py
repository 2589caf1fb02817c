"""Strategies: ranges, edges that come up often, and the refusal without hypothesis."""

from __future__ import annotations

import sys

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from zkctl.errors import EnvironmentProblem
from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField
from zkctl.testing import field_elements, unsigned_integers

QUICK = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(
    "field", [BN254_FR, BLS12_381_FR, PrimeField("f7", 7)], ids=lambda f: f.name
)
def test_elements_are_in_the_field_and_edges_are_found(field: PrimeField) -> None:
    seen = []

    @given(field_elements(field))
    @settings(
        max_examples=200,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    def run(x: int) -> None:
        seen.append(x)

    run()
    assert all(0 <= x < field.modulus for x in seen)
    assert {0, 1, field.modulus - 1} <= set(seen)


@given(unsigned_integers(8))
@QUICK
def test_integers_of_a_width(x: int) -> None:
    assert 0 <= x <= 255


def test_edges_of_a_width() -> None:
    for edge in (0, 1, 254, 255, 128, 127):
        assert find(unsigned_integers(8), lambda x, edge=edge: x == edge) == edge
    assert find(unsigned_integers(1), lambda x: x == 1) == 1
    assert find(unsigned_integers(0), lambda x: True) == 0


def test_without_hypothesis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(EnvironmentProblem) as caught:
        field_elements()
    assert (
        caught.value.message
        == "hypothesis is not installed: expected it for strategies, found none"
    )
    assert caught.value.hint == "pip install hypothesis"
