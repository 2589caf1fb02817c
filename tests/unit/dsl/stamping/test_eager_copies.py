from __future__ import annotations

import pytest

from zkctl.dsl import Signal, constrain, gadget
from zkctl.errors import UnsatisfiedError


@gadget(stamped=True)
def square_of_seven(x: Signal) -> Signal:
    constrain(x * x == 49, "not seven")
    return x * x + 1


def test_repeated_calls_give_the_value_of_the_first() -> None:
    assert [square_of_seven(7) for _ in range(4)] == [50] * 4
    with pytest.raises(UnsatisfiedError, match="not seven"):
        square_of_seven(8)
