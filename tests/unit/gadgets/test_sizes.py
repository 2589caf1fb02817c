"""The bounds of integer parameters and how their messages show long numbers."""

from __future__ import annotations

import pytest

from zkctl.errors import CircuitError
from zkctl.gadgets.sizes import LARGEST_SIZE, as_text, check_size


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (-1, "-1"),
        (2**512 - 1, str(2**512 - 1)),
        (2**512, "a number of 513 bits"),
        (-(10**5000), "a negative number of 16610 bits"),
    ],
    ids=["0", "-1", "512 bits", "513 bits", "very long"],
)
def test_as_text(number: int, text: str) -> None:
    assert as_text(number) == text


@pytest.mark.parametrize("size", [-(10**5000), -1, 0, LARGEST_SIZE + 1, 10**5000], ids=range(5))
def test_sizes_out_of_range(size: int) -> None:
    with pytest.raises(CircuitError) as caught:
        check_size("the length of a list", size)
    text = "the length of a list is out of range: expected 1 to 1048576, got "
    assert caught.value.message == text + as_text(size)


def test_sizes_of_the_range() -> None:
    check_size("the length of a list", 1)
    check_size("the length of a list", LARGEST_SIZE)
