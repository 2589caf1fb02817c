"""Profiles read from the JSON of the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from zkctl.cli.text import plain
from zkctl.errors import FormatError
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
