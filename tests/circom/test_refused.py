"""Programs that circom2 refuses: refused with the same first code, without a traceback; the few that it accepts compile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.circom.programs import names_of
from zkctl.circom.compile import compile_program
from zkctl.circom.findings import CircomError
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.errors import ZkctlError
from zkctl.field import BN254_FR

PROGRAMS = "circom-programs/err"
CRASHES = 101  # circom2's exit code


def _first_code(problem: ZkctlError) -> str:
    return problem.findings[0].code if isinstance(problem, CircomError) else ""


def _difference(folder: Path) -> str:
    expected: dict[str, Any] = json.loads((folder / "expected.json").read_text())
    try:
        compile_program(folder / "main.circom", [folder], BN254_FR, SimplificationLevel(0))
    except ZkctlError as problem:
        found = _first_code(problem)
        if expected["exit_code"] == CRASHES or found == expected["error_codes"][0]:
            return ""
        return f"{folder.name}: {found}, expected {expected['error_codes']}"
    return "" if expected.get("accepted") or expected["exit_code"] == 0 else f"{folder.name}: accepted"  # fmt: skip


def test_every_wrong_program_is_refused_with_circoms_first_code(data: Path) -> None:
    folders = [data / PROGRAMS / name for name in names_of(data / PROGRAMS)]
    assert len(folders) > 100
    assert [text for text in map(_difference, folders) if text] == []


@pytest.mark.parametrize("name", ["bus_recursive", "recursion_without_end", "modulo_by_zero"])
def test_where_circom_crashes_the_place_is_named(name: str, data: Path) -> None:
    path = data / PROGRAMS / name / "main.circom"
    with pytest.raises(ZkctlError) as caught:
        compile_program(path, [], BN254_FR, SimplificationLevel(0))
    assert "main.circom:" in caught.value.where
