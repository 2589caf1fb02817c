"""Challenge, response and parameters of bellman are recognised by size and contents, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.kinds_of_files import make_good
from zkctl.formats.binary.unmarked import (
    counts_of_bellman,
    curve_and_power,
    is_bellman,
    is_challenge,
    is_response,
)

RECOGNISE = {"challenge": is_challenge, "response": is_response, "mpcparams": is_bellman}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_good(tmp_path_factory.mktemp("good"))


@pytest.mark.parametrize("kind", RECOGNISE)
def test_only_its_own_kind_is_recognised(good: dict[str, Path], kind: str) -> None:
    for name, path in good.items():
        assert RECOGNISE[kind](memoryview(path.read_bytes())) == (name == kind)


@pytest.mark.parametrize("kind", RECOGNISE)
def test_another_size_is_not_recognised(good: dict[str, Path], kind: str) -> None:
    raw = good[kind].read_bytes()
    for other in (raw[:-1], raw + b"\0", raw[1:], b"", bytes(len(raw))):
        assert not RECOGNISE[kind](memoryview(other))


def test_counts(good: dict[str, Path]) -> None:
    counts, curve = counts_of_bellman(memoryview(good["mpcparams"].read_bytes()))
    assert curve.name == "bn254"
    assert (counts["a_query"], counts["h_query"], counts["contributions"]) == (5, 3, 1)
    for kind in ("challenge", "response"):
        found, power = curve_and_power(memoryview(good[kind].read_bytes()))
        assert (found.name, power) == ("bn254", 2)


def test_the_first_point_counts(good: dict[str, Path]) -> None:
    for kind in ("challenge", "response"):
        raw = bytearray(good[kind].read_bytes())
        raw[70] ^= 1
        assert not RECOGNISE[kind](memoryview(bytes(raw)))
