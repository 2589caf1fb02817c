"""Rate classes: their form, and unknown names."""

from __future__ import annotations

import pytest

from zkctl.errors import UsageError
from zkctl.service.proving.rate_classes import check_class, factors_of


def test_factors_of_the_setting() -> None:
    assert factors_of(()) == {"standard": 1.0}
    assert factors_of(("low=0.1", "standard=2")) == {"standard": 2.0, "low": 0.1}


@pytest.mark.parametrize("text", ["high", "high=", "high=0", "high=-1", "high=nan", "a b=1", "=1"])
def test_a_malformed_class_is_refused(text: str) -> None:
    with pytest.raises(
        UsageError,
        match="a rate class is malformed: expected NAME=FACTOR with a new name and a factor above 0, got ",
    ):
        factors_of((text,))


def test_a_class_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="with a new name"):
        factors_of(("high=10", "high=20"))


def test_an_unknown_class_is_refused() -> None:
    check_class("high", ("high=10",))
    with pytest.raises(
        UsageError, match="the rate class is unknown: expected standard, high, got 'hihg'"
    ):
        check_class("hihg", ("high=10",))
