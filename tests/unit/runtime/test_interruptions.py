"""Signals are told from failures."""

from __future__ import annotations

import pytest

from zkctl.cli.command import Terminated
from zkctl.errors import CircuitError
from zkctl.runtime.interruptions import is_interruption


class Stop(BaseException):
    """No Exception, and not ours."""


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), Terminated(15)])
def test_signals(problem: BaseException) -> None:
    assert is_interruption(problem)


@pytest.mark.parametrize("problem", [SystemExit(0), GeneratorExit(), ValueError(), CircuitError("x"), Stop()])  # fmt: skip
def test_failures(problem: BaseException) -> None:
    assert not is_interruption(problem)
