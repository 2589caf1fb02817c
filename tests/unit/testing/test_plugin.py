"""The plugin in a run of pytest of its own: fixtures, and what it does not import."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.conftest import ROOT
from zkctl.testing import plugin

TEXT = """
import sys
loaded = {name for name in ("numpy", "hypothesis", "zkctl.dsl") if name in sys.modules}

def test_light():
    assert loaded <= {"hypothesis"}  # the plugin of hypothesis itself

def test_product(check_circuit, assert_unsatisfied):
    from zkctl.dsl import Signal, circuit, constrain, private

    @circuit
    def square(x: Signal = private()) -> None:
        constrain(x * x == 49, "not seven")

    check_circuit(square, good=[{"x": 7}, {"x": -7}], bad=[{"x": 6}])
    assert_unsatisfied(square, {"x": 0}, match="not seven")
"""


def test_fixtures(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TEXT)
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:zkctl",
        "-p",
        plugin.__name__,
    ]
    done = subprocess.run(
        words, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_pytest_finds_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {"zkctl": plugin.__name__}
