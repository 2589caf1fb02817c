"""Profiles read from the JSON of the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from zkctl.cli.text import plain
from zkctl.errors import FormatError, LimitError
from zkctl.toolchain.profile.counts import CalledFunction, SourceLine
from zkctl.toolchain.profile.result import Profile, read_profile

PROFILE = Profile(
    "c",
    "bn254.fr",
    3,
    4,
    [CalledFunction("c", "c.py", -1, 1, 3, 1, 4), CalledFunction("g", "g.py", 0, 2, 2, 3, 3)],
    [SourceLine("c.py", 4, "c", "g(x)", 0, 2, 0, 3)],
)


def written(folder: Path, result: Any, **envelope: Any) -> Path:
    path = folder / "before.json"
    path.write_text(
        json.dumps(
            {"schema": "zkctl/1", "ok": True, "command": "profile", "result": result} | envelope
        )
    )
    return path


def test_read_what_was_printed(tmp_path: Path) -> None:
    assert read_profile(written(tmp_path, plain(PROFILE))) == PROFILE


@pytest.mark.parametrize("text", ['{"command": "compile"}', "[]", "{}"])
def test_another_document(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(
        FormatError, match="expected the JSON of an earlier profile, found "
    ) as caught:
        read_profile(path)
    assert caught.value.hint == "save the JSON that `profile_circuit()` printed"


def test_a_caller_that_comes_later(tmp_path: Path) -> None:
    result = plain(PROFILE)
    result["functions"][1]["parent"] = 1
    with pytest.raises(FormatError) as caught:
        read_profile(written(tmp_path, result))
    assert caught.value.message == "the caller is no earlier function: expected 0 to 0, got 1"
    result["functions"][1]["parent"] = -1
    with pytest.raises(FormatError, match="expected 0 to 0, got -1"):
        read_profile(written(tmp_path, result))


def test_no_functions(tmp_path: Path) -> None:
    result = plain(PROFILE)
    result["functions"] = []
    with pytest.raises(FormatError) as caught:
        read_profile(written(tmp_path, result))
    assert caught.value.message == "the profile has no functions: expected the circuit, got none"


@pytest.mark.parametrize("parent", [0, 1, 5, -2])
def test_the_circuit_has_no_caller(tmp_path: Path, parent: int) -> None:
    result = plain(PROFILE)
    result["functions"][0]["parent"] = parent
    with pytest.raises(FormatError) as caught:
        read_profile(written(tmp_path, result))
    assert caught.value.message == f"the circuit has a caller: expected -1, got {parent}"


@pytest.mark.parametrize("number", [-1, 1 << 54, 10**4000])
def test_figures_out_of_range(tmp_path: Path, number: int) -> None:
    for place in ("functions", "lines"):
        result = plain(PROFILE)
        result[place][0]["n_total"] = number
        with pytest.raises(FormatError) as caught:
            read_profile(written(tmp_path, result))
        if -2 < number < 1 << 60:
            expected = "the number is too large or negative: expected 0 to 9007199254740992"
            assert caught.value.message == expected


def test_long_chains_do_not_take_the_square_of_the_file(tmp_path: Path) -> None:
    result = plain(PROFILE)
    first = result["functions"][0]
    result["functions"] = [first | {"parent": k - 1, "name": "f" * 100} for k in range(2000)]
    with pytest.raises(LimitError) as caught:
        read_profile(written(tmp_path, result))
    assert caught.value.message == (
        "the profile is too deep: expected chains of at most 67108864 characters, got 206103000"
    )
