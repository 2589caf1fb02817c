"""The state of executions."""

from __future__ import annotations

from tests.support.circom_execution import executed, refused


def test_errors_name_the_stack_of_instances_and_the_place() -> None:
    text = (
        "template I(n) { signal input x; signal output y; y <== x * x * x; } template T() { "
        "signal input a; component c = I(7); c.x <== a; } component main = T();"
    )
    found = refused(text)
    assert found.instances == ("T()", "I(7)")
    assert found.code == "T3001"
    assert found.place is not None


def test_a_warning_is_reported_once_for_a_place() -> None:
    text = (
        "template T() { signal input a; for (var i = 0; i < 3; i++) { var x[2]; x = [1, 2, "
        "3]; } } component main = T();"
    )
    assert len(executed(text).warnings) == 1
