from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.errors import CircuitError
from zkctl.toolchain.lint.determinism import differences

CIRCUIT = """
from zkctl.dsl import Signal, circuit, constrain, private

@circuit
def c(x: Signal = private(), *, n: int = 2) -> Signal:
    total = x
    for name in ORDER:
        total = total * (x + len(name) * n)
    return total
"""
NAMES = "{'a' * k for k in range(1, 30)}"


def written(folder: Path, order: str) -> str:
    (folder / "c.py").write_text(CIRCUIT.replace("ORDER", order))
    return str(folder / "c.py")


def test_iteration_over_a_set_is_found(tmp_path: Path) -> None:
    """L011: the order of a set of strings is another in each process."""
    (found,) = differences(written(tmp_path, NAMES), {"n": "3"})
    assert found.code == "L011"
    assert found.message == "two compilations yield different files: c.r1cs, c.wprog"


def test_a_sorted_set(tmp_path: Path) -> None:
    assert differences(written(tmp_path, f"sorted({NAMES})"), {}) == []


def test_a_circuit_that_does_not_compile(tmp_path: Path) -> None:
    with pytest.raises(CircuitError, match="the circuit does not compile in another process"):
        differences(written(tmp_path, "undefined"), {})
