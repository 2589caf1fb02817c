from __future__ import annotations

import pytest

from tests.support.advice_programs import EUCLID, program
from zkctl.constraints.advice import calls
from zkctl.constraints.advice.calls import advice_number, advice_runners
from zkctl.constraints.advice.instructions import Op
from zkctl.errors import LimitError


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("advice:0", 0),
        ("advice:17", 17),
        ("advice:", None),
        ("advice:017", None),
        ("advice:-1", None),
        ("advice:²", None),
        ("advice:1 ", None),
        ("advice:" + "9" * 50, None),
        ("bits", None),
        ("0", None),
    ],
)
def test_names_of_hints(name: str, number: int | None) -> None:
    assert advice_number(name) == number


def test_results_are_reduced() -> None:
    negative = program([(Op.NEGATE, 15, 0)])
    runners = advice_runners([EUCLID, negative], 101)
    assert runners["advice:0"]([12, 18]) == [6]
    assert runners["advice:1"]([3, 0]) == [98]


def test_all_calls_of_a_witness_share_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "WITNESS_STEPS", 100)
    run = advice_runners([EUCLID], 101)["advice:0"]
    with pytest.raises(LimitError, match="the advice f takes more steps than its limit"):
        for _ in range(10):
            assert run([12, 18]) == [6]
    assert advice_runners([EUCLID], 101)["advice:0"]([12, 18]) == [6]
