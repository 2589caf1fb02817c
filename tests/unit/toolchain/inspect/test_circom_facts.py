"""The facts of one .circom file."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.circom.findings import CircomError
from zkctl.errors import EnvironmentProblem
from zkctl.toolchain.inspect.circom_facts import describe_circom
from zkctl.toolchain.inspect.info import describe

TEXT = """pragma circom 2.1.6;
include "missing/bits.circom";
bus Point() { signal x; signal y; }
function double(a) { return 2 * a; }
template Square(n, m) { signal input a; signal output b; b <== a * a; }
template Other() { signal input a; }
"""


def test_definitions_and_main_are_listed_and_included_files_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.circom"
    path.write_text(TEXT + "component main {public [a]} = Square(2, 3 + 1);\n")
    assert describe_circom(path) == {
        "kind": "circom source",
        "file": str(path),
        "bytes": path.stat().st_size,
        "version": "2.1.6",
        "custom_templates": False,
        "includes": ["missing/bits.circom"],
        "templates": ["Square(n, m)", "Other()"],
        "functions": ["double(a)"],
        "buses": ["Point()"],
        "main": "Square(2, 3 + 1)",
        "public": ["a"],
    }
    assert describe(path) == describe_circom(path)


def test_a_library_has_no_main(tmp_path: Path) -> None:
    path = tmp_path / "a.circom"
    path.write_text("template Other() { signal input a; }")
    found = describe_circom(path)
    assert "main" not in found
    assert found["version"] == "not stated"
    assert found["note"] == "no component main: other files include this one"


def test_refusals(tmp_path: Path) -> None:
    path = tmp_path / "a.circom"
    with pytest.raises(EnvironmentProblem, match="no such file"):
        describe(path)
    path.write_text("template T( { }")
    with pytest.raises(CircomError) as caught:
        describe(path)
    assert "a.circom:1:" in str(caught.value)


def test_a_file_of_another_kind_is_described_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "a.circom"
    path.write_text("1,1,0,main.a\n")
    assert describe(path)["kind"] == "sym"
