"""The recorder that records nothing."""

from __future__ import annotations

from zkctl.circom.execution.silence import SILENT


def test_every_ref_is_zero() -> None:
    assert SILENT.operate("+", 1, 2) == 0
    assert SILENT.load([1], (1,), (0,)) == 0
    assert SILENT.stored([1, 2], (2,), (0,), 1) == [0, 0]
    assert SILENT.evaluate(None, None) == 0
    assert SILENT.call(None, [], None) == 0
    assert SILENT.run(None, None) == {}
