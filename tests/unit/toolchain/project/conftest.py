"""A project of three circuits from one source with a module of gadgets beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

SETTINGS = """version: 1
output: out/zk
ptau: pot.ptau
circuits:
  small:
    source: circuits/power.py:power
    parameters: {n: 2}
  large:
    source: circuits/power.py:power
    parameters: {n: 5}
  raw:
    source: circuits/power.py:power
    level: 0
"""
POWER = """from zkctl.dsl import Signal, circuit, private, public
from steps.times import times

@circuit
def power(a: Signal = private(), b: Signal = public(), *, n: int = 3) -> Signal:
    result = a + 0
    for _ in range(n):
        result = times(result, b)
    return result
"""
TIMES = """from zkctl.dsl import Signal, gadget

@gadget
def times(a: Signal, b: Signal) -> Signal:
    return a * b
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the project."""
    (tmp_path / "circuits/steps").mkdir(parents=True)
    (tmp_path / "zkctl.yaml").write_text(SETTINGS)
    (tmp_path / "circuits/power.py").write_text(POWER)
    (tmp_path / "circuits/steps/__init__.py").write_text("")
    (tmp_path / "circuits/steps/times.py").write_text(TIMES)
    return tmp_path
