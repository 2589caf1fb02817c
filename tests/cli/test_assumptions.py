"""`zkctl compile` counts the assumptions of a circuit, and lists them when asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Outcome

SOURCE = """from zkctl.dsl import Signal, assume_uint, circuit, private


@circuit
def assuming(x: Signal = private()) -> Signal:
    return assume_uint(x * x, 8, because="the caller knows it")
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "c.py").write_text(SOURCE)
    return tmp_path / "c.py"


def test_the_number_is_printed(run: Callable[..., Outcome], source: Path) -> None:
    done = run("compile", source, "-o", source.parent)
    assert "assumptions     1\n" in done.out
    assert "the caller knows it" not in done.out


def test_they_are_listed_when_asked(run: Callable[..., Outcome], source: Path) -> None:
    done = run("compile", source, "-o", source.parent, "--verbose")
    assert "the caller knows it  0 to 255  c.py:6:12  1" in done.out
    assert "assumptions of gadgets  0\n" in done.out


def test_they_are_in_the_json_form(run: Callable[..., Outcome], source: Path) -> None:
    result = run("compile", source, "-o", source.parent, "--json").json["result"]
    assert result["n_assumptions"] == 1
    assert result["assumptions"] == [
        {"reason": "the caller knows it", "interval": "0 to 255", "place": "c.py:6:12", "copies": 1}
    ]
