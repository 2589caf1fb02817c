"""Tests of zkctl.testing.files."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.dsl import Array, Signal, Struct, circuit, constrain, private, public
from zkctl.errors import FormatError, InputError
from zkctl.testing import check_circuit, read_inputs


class Pair(Struct):
    x: Signal
    y: Signal


@circuit
def summed(
    total: Signal = public(), pair: Pair = private(), rest: Array[Signal] = private(2)
) -> None:
    constrain(pair.x + pair.y + rest[0] + rest[1] == total, "another sum")


def _file(folder: Path, text: str) -> Path:
    path = folder / "input.json"
    path.write_text(text)
    return path


def test_texts_become_numbers(tmp_path: Path) -> None:
    path = _file(tmp_path, '{"total": "0x0a", "pair": {"x": "3", "y": 4}, "rest": ["-1", 4]}')
    values = read_inputs(path)
    assert values == {"total": 10, "pair": {"x": 3, "y": 4}, "rest": [-1, 4]}
    assert read_inputs(str(path)) == values
    check_circuit(summed, good=[values], bad=[{**values, "total": 11}])


@pytest.mark.parametrize(
    ("text", "kind", "message", "where"),
    [
        (
            "[1]",
            InputError,
            "the inputs must be an object of names and values, found a JSON list of 1 numbers",
            "",
        ),
        (
            '{"a": [1, true]}',
            InputError,
            "an input must be an integer, found a boolean",
            " a[1]",
        ),
        (
            '{"a": {"b": null}}',
            InputError,
            "an input must be an integer, found null",
            " a.b",
        ),
        ('{"a": "alice"}', FormatError, "the text is not a decimal or 0x integer", " a"),
    ],
)
def test_what_is_no_input(
    tmp_path: Path, text: str, kind: type[Exception], message: str, where: str
) -> None:
    path = _file(tmp_path, text)
    with pytest.raises(kind) as caught:
        read_inputs(path)
    assert caught.value.message == message  # type: ignore[attr-defined]  # both kinds are ours
    assert caught.value.where == f"{path}{where}"  # type: ignore[attr-defined]
