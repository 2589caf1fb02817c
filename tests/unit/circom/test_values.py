"""Values of expressions."""

from __future__ import annotations

from zkctl.circom.values import Array, Linear, Signal, is_known, nested


def test_arrays_as_nested_lists() -> None:
    assert nested(Array((2, 2), [1, 2, 3, 4])) == [[1, 2], [3, 4]]
    assert nested(Array((0, 3), [])) == []
    assert nested(7) == 7


def test_what_is_known() -> None:
    assert is_known(3)
    assert is_known(Array((2,), [1, 2]))
    assert not is_known(Signal(1))
    assert not is_known(Linear({}))
    assert not is_known(Array((2,), [1, Signal(1)]))
