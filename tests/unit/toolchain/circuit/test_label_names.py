"""A failing witness of a circom circuit names signals inside of components."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.circom_execution import PRAGMA
from tests.support.circom_lint import GADGETS
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.errors import UnsatisfiedError
from zkctl.formats.binary.wprog import read_wprog
from zkctl.formats.sym import read_sym
from zkctl.toolchain.circuit.circom_source import CircomChoices, compile_circom
from zkctl.toolchain.circuit.label_names import LabelNames, with_label_names
from zkctl.toolchain.circuit.witness import calculate_witness

TEXT = "template T() { signal input a; component n = Bits(2); n.in <== a; } component main = T();"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    source = tmp_path / "c.circom"
    source.write_text(PRAGMA + GADGETS + TEXT)
    compile_circom(source, tmp_path, CircomChoices())
    (tmp_path / "in.json").write_text(json.dumps({"a": 7}))
    return tmp_path / "c.wprog"


def refusal(program: Path) -> UnsatisfiedError:
    with pytest.raises(UnsatisfiedError) as caught:
        calculate_witness(
            program, inputs=program.with_name("in.json"), output=program.with_name("w.wtns")
        )
    return caught.value


def test_paths_template_line_and_both_values_are_shown(program: Path) -> None:
    error = refusal(program)
    assert error.message.endswith("is not satisfied (7 is not 3)")
    assert "c.circom:12:5 in Bits(2)" in error.where
    assert "in T(), component n" in error.where
    assert error.where.endswith("with n.in = 7, n.out[0] = 1, n.out[1] = 1")
    assert "7" not in error.public_message


@pytest.mark.parametrize("text", [None, "1,1,no symbols\n"])
def test_without_good_symbols_there_are_no_names(program: Path, text: str | None) -> None:
    symbols = program.with_suffix(".sym")
    symbols.unlink()
    if text is not None:
        symbols.write_text(text)
    assert "n.in = " not in refusal(program).where


def test_a_name_is_looked_up_when_it_is_asked_for(program: Path) -> None:
    names = with_label_names(read_wprog(program), program).wire_names
    assert isinstance(names, LabelNames)
    assert (names[1], names[2], len(names)) == ("a", "n.out[0]", 4)
    assert list(names) == [1, 2, 3, 4]
    assert 5 not in names


@pytest.mark.parametrize("level", [0, 1, 2])
def test_labels_ascend_at_each_level(tmp_path: Path, level: int) -> None:
    source = tmp_path / "c.circom"
    source.write_text(PRAGMA + GADGETS + TEXT)
    compile_circom(source, tmp_path, CircomChoices(level=SimplificationLevel(level)))
    labels = [row.label for row in read_sym(tmp_path / "c.sym")]
    assert labels == sorted(labels)
