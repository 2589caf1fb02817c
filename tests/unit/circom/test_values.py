"""Values of expressions."""

from __future__ import annotations

from zkctl.circom.values import ArrayValue, Linear, WireValue, is_known, nested


def test_arrays_as_nested_lists() -> None:
    assert nested(ArrayValue((2, 2), [1, 2, 3, 4])) == [[1, 2], [3, 4]]
    assert nested(ArrayValue((0, 3), [])) == []
    assert nested(7) == 7


def test_what_is_known() -> None:
    assert is_known(3)
    assert is_known(ArrayValue((2,), [1, 2]))
    assert not is_known(WireValue(1))
    assert not is_known(Linear({}))
    assert not is_known(ArrayValue((2,), [1, WireValue(1)]))
