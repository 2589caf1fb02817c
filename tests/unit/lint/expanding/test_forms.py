"""Forms and polynomials."""

from __future__ import annotations

import pytest

from zkctl.errors import CheckFailed
from zkctl.lint.expanding.forms import as_polynomial, need, without_one


def test_a_form_as_a_polynomial() -> None:
    assert as_polynomial({0: 3, 4: 5}) == {(): 3, (4,): 5}


def test_wires_without_the_constant() -> None:
    assert without_one({0: 3, 4: 5}) == {4}


def test_a_condition_that_does_not_hold() -> None:
    need(True)
    with pytest.raises(CheckFailed, match="a condition of the step does not hold"):
        need([])
