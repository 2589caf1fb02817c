from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.circom.python.programs import library
from zkctl.dsl import Signal, circuit, private
from zkctl.dsl.session import Session
from zkctl.errors import CircuitError
from zkctl.field import BN254_FR


def test_a_template_is_executed_once_and_its_block_made_once(tmp_path: Path) -> None:
    square = library(tmp_path).Square()
    executed = square._execution(BN254_FR, (), {})
    assert square._execution(BN254_FR, (), {}) is executed
    session = Session(BN254_FR)
    assert executed.block(session) is executed.block(session)
    assert [group.name for group in executed.outputs] == ["b"]
    assert executed.values([3]) == [10]


def test_custom_templates_are_refused(tmp_path: Path) -> None:
    text = (
        "pragma circom 2.0.6; pragma custom_templates;"
        "template custom C() { signal input a; signal output b; b <-- a; }"
        "template T() { signal input a; signal output b; component c = C(); c.a <== a; b <== c.b; }"
    )
    template = library(tmp_path, text).T()

    @circuit
    def custom(x: Signal = private()) -> Signal:
        return template(x)  # type: ignore[no-any-return]

    with pytest.raises(CircuitError, match=r"T\(\) uses the custom template C, which has no constraints") as refused:  # fmt: skip
        custom.compile()
    assert refused.value.hint.startswith("custom gates are for PLONK provers")
