from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tests.unit.circom.python.programs import library
from zkctl import circom
from zkctl.circom.findings import CircomError
from zkctl.circom.python.library import load
from zkctl.circom.python.loaded import noted_files
from zkctl.errors import CircuitError, EnvironmentProblem


def test_templates_are_attributes(tmp_path: Path) -> None:
    found = library(tmp_path)
    assert "Square" in dir(found)
    assert repr(found.Sum) == "<circom template Sum(n)>"
    assert repr(found.Sum(3)) == "<circom template Sum(3)>"
    assert repr(found).startswith("<circom file templates.circom: ")
    assert found.Sum(3) is found.Sum(n=3) is found["Sum"](3)
    assert circom.load is load


def test_an_unknown_template_is_named_with_near_ones(tmp_path: Path) -> None:
    found = library(tmp_path)
    with pytest.raises(CircuitError, match=r"templates.circom and its included files have no template square") as refused:  # fmt: skip
        _ = found.square
    assert refused.value.hint == "did you mean Square, Squares?"
    assert "test_library.py" in refused.value.where
    with pytest.raises(CircuitError) as refused:
        _ = found.Zzzzzzzz
    assert refused.value.hint.startswith("its templates are Sum, Divide, ")
    assert not hasattr(found, "Zzzzzzzz")
    assert not hasattr(found, "__wrapped__")


def test_many_names_are_cut(tmp_path: Path) -> None:
    text = "pragma circom 2.0.0;" + "".join(f"template T{k}() {{}}" for k in range(25))
    with pytest.raises(CircuitError) as refused:
        _ = library(tmp_path, text).Xyz
    assert refused.value.hint.endswith("T19 and 5 more")


def test_main_components_are_ignored(tmp_path: Path) -> None:
    part = "pragma circom 2.0.0; template A() { signal input a; signal output b; b <== a; } component main = A();"
    (tmp_path / "part.circom").write_text(part)
    text = 'pragma circom 2.0.0; include "part.circom"; template B() {} component main = B();'
    assert library(tmp_path, text).A()(7) == 7


def test_included_files_are_found_in_libraries_and_noted(tmp_path: Path) -> None:
    folder = tmp_path / "lib"
    folder.mkdir()
    (folder / "part.circom").write_text(
        "pragma circom 2.0.0; template A() { signal output b; b <== 4; }"
    )
    path = tmp_path / "user.circom"
    path.write_text('pragma circom 2.0.0; include "part.circom"; template B() {}')
    with pytest.raises(CircomError, match="P1014"):
        load(path)
    with noted_files() as noted:
        assert load(path, libraries=[folder]).A()() == 4
        assert load(str(path), folder).A()() == 4
    assert noted == {path, folder / "part.circom"}


def test_paths_are_relative_to_the_file_of_the_caller(tmp_path: Path) -> None:
    library(tmp_path)
    code = "from zkctl import circom\nfound = circom.load('templates.circom').Square()(3)"
    file = tmp_path / "user.py"
    file.write_text(code)
    assert runpy.run_path(str(file))["found"] == 10


def test_a_missing_file_is_refused() -> None:
    with pytest.raises(EnvironmentProblem, match="cannot read: No such file or directory"):
        load("no.circom")
