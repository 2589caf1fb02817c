from __future__ import annotations

from zkctl.constraints.failed_widths import fill_message, hints_of_width, without_places
from zkctl.constraints.hint_call import HintCall

P = 2**255 - 19


def test_places_in_messages() -> None:
    assert (
        fill_message("value {value} needs more than 8 bits", 300, [], P)
        == "value 300 needs more than 8 bits"
    )
    assert fill_message("too old", 300, [], P) == "too old (it is 300)"
    assert (
        fill_message("too young ({left} is not <= {right})", P - 1, [9, 3], P)
        == "too young (9 is not <= 3)"
    )
    assert fill_message("negative", P - 5, [], P) == "negative (it is -5)"


def test_messages_without_values() -> None:
    assert without_places("too old") == "too old"
    assert (
        without_places("value {value} needs more than 8 bits") == "value ... needs more than 8 bits"
    )
    assert without_places("too young ({left} is not <= {right})") == "too young"
    assert without_places("{left} (years) is not {right}") == "... (years) is not ..."
    assert without_places("") == ""


def call(function: str, row: int, parameters: tuple[int, ...], n_outputs: int) -> HintCall:
    return HintCall(row, function, parameters, ({1: 1},), tuple(range(5, 5 + n_outputs)), 0)


def test_the_hint_of_a_range_check() -> None:
    check = call("bits", 4, (7, 1), 7)
    left, right = call("bits", 4, (0, 0), 0), call("bits", 4, (0, 0), 0)
    other = call("inverse_or_zero", 4, (), 1)
    assert hints_of_width([other, check, left, right], 11) == [check, left, right]
    assert hints_of_width([other, check], 11) == [check]
    assert hints_of_width([other, check, left, right], 10) == []
    assert hints_of_width([call("bits", 4, (8, 0), 8)], 12) == []
    assert hints_of_width([left, other], 4) == [left]
    assert hints_of_width([left, other], 5) == []
