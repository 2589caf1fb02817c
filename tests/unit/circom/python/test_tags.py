from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.circom.python.programs import library
from zkctl.dsl import Array, Bit, Signal, Uint, circuit, private
from zkctl.errors import CircuitError


def test_types_prove_the_tags_of_circomlib(tmp_path: Path) -> None:
    found = library(tmp_path)

    @circuit
    def tags(b: Bit = private(), u: Uint = private(bits=9), v: Array[Uint] = private(2, bits=3)) -> Any:  # fmt: skip
        flagged = found.Flagged()([{"on": b}, {"on": 1 - b}])
        return Array([found.Not()(b), found.Bits()(u).n, found.Largest()(v), flagged])

    assert tags.compile().witness(b=1, u=300, v=[7, 2])[1:5] == [0, 9, 7, 1]
    assert list(tags(1, 300, [7, 2])) == [0, 9, 7, 1]


def test_integers_prove_them_too(tmp_path: Path) -> None:
    found = library(tmp_path)
    assert (found.Not()(1), found.Bits()(5).n, found.Largest()([6, 3])) == (0, 3, 6)
    assert found.Flagged()([{"on": 1}, {"on": 1}]) == 2


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("Not", "input in of Not has the tag binary: expected a Bit, got a signal without that proof", "make it a Bit"),
        ("Bits", "input in of Bits has the tag maxbit: expected a Uint", "prove its width"),
        ("Odd", "input in of Odd has the tag odd, which no type proves", "write a template around it in circom"),
    ],
)  # fmt: skip
def test_signals_without_proof_are_refused(
    name: str, message: str, hint: str, tmp_path: Path
) -> None:
    template = getattr(library(tmp_path), name)()

    @circuit
    def plain(x: Signal = private()) -> Any:
        template(x)

    with pytest.raises(CircuitError, match=message) as refused:
        plain.compile()
    assert refused.value.hint.startswith(hint)
    with pytest.raises(CircuitError, match="has the tag"):
        getattr(library(tmp_path), name)()(2 if name == "Not" else "a")


def test_wrong_inputs_of_tagged_templates(tmp_path: Path) -> None:
    found = library(tmp_path)
    with pytest.raises(CircuitError, match=r"Not.. has wrong inputs: expected in_, got none"):
        found.Not()()
    with pytest.raises(CircuitError, match="input in needs an array"):
        found.Flagged()({"on": 1})
    with pytest.raises(CircuitError, match="tag binary"):
        found.Flagged()([{"of": 1}, {"on": 1}])
