from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.errors import FormatError, InputError, LimitError
from zkctl.field import BN254_FR
from zkctl.toolchain.circuit import inputs as module
from zkctl.toolchain.circuit.inputs import InputReader, read_inputs

R = BN254_FR.modulus


@pytest.mark.parametrize(
    ("value", "number"),
    [(5, 5), ("5", 5), ("0x10", 16), (0, 0), (R - 1, R - 1), (str(R - 1), R - 1), ("-1", R - 1), (-2, R - 2)],
)  # fmt: skip
def test_integers_in_several_forms(value: object, number: int) -> None:
    assert InputReader(BN254_FR, False, "in.json")(value, "x") == number


def test_negative_numbers_are_noted_once() -> None:
    reader = InputReader(BN254_FR, False, "in.json")
    for value in (-1, "-2", 3):
        reader(value, "x")
    assert reader.warnings == ["negative inputs are taken as p minus their absolute value"]


@pytest.mark.parametrize("value", [R, str(R), hex(R), -R, 2**300])
def test_values_outside_the_field(value: object) -> None:
    with pytest.raises(
        InputError, match=r"input x is not below the modulus of bn254\.fr"
    ) as caught:
        InputReader(BN254_FR, False, "in.json")(value, "x")
    assert str(R) not in str(caught.value)
    reader = InputReader(BN254_FR, True, "in.json")
    assert reader(value, "x") == int(str(value), 0) % R
    assert "inputs not below the modulus were reduced" in reader.warnings


@pytest.mark.parametrize(
    "value", ["", " 5", "5 ", "+5", "1_000", "05", "1e3", "1.0", "٣", "0b1", "0X10", "-0", "five"]
)
def test_texts_that_are_no_integers(value: str) -> None:
    with pytest.raises(FormatError, match="is not a decimal or 0x integer") as caught:
        InputReader(BN254_FR, False, "in.json")(value, "path[3]")
    assert caught.value.where == "in.json path[3]"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (True, "a boolean"),
        (None, "null"),
        ({}, "an object"),
        ([], "an array"),
        (1.5, "a decimal fraction"),
    ],
)
def test_other_values(value: object, found: str) -> None:
    with pytest.raises(InputError, match=f"an input must be an integer, found {found}"):
        InputReader(BN254_FR, False, "in.json")(value, "x")


def test_names_are_printable() -> None:
    with pytest.raises(InputError) as caught:
        InputReader(BN254_FR, False, "in.json")(None, "\x1b[31mx")
    assert "\x1b" not in caught.value.where


def test_the_document_is_an_object(tmp_path: Path) -> None:
    path = tmp_path / "in.json"
    path.write_text('{"a": 1, "b": ["2"]}')
    assert read_inputs(path) == {"a": 1, "b": ["2"]}
    path.write_text("[1]")
    with pytest.raises(
        InputError, match="the inputs must be an object of names and values, found a JSON list"
    ):
        read_inputs(path)
    path.write_text('{"a": 1, "a": 2}')
    with pytest.raises(FormatError, match="duplicate key 'a'"):
        read_inputs(path)


def test_size_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 10)
    path = tmp_path / "in.json"
    path.write_text('{"a": 1000000}')
    with pytest.raises(LimitError, match="more than 10 bytes"):
        read_inputs(path)


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ("[]", "a list of 0 strings, as public signals are"),
        ("null", "a JSON null"),
        ("true", "a JSON boolean"),
        ("7", "a lone number"),
        ('"7"', "a JSON string"),
        ('{"protocol": "groth16", "pi_a": ["1"]}', "a groth16 proof"),
        ('{"protocol": "plonk", "nPublic": 1}', "a plonk verification key"),
    ],
)
def test_other_documents_are_named(tmp_path: Path, document: str, found: str) -> None:
    path = tmp_path / "in.json"
    path.write_text(document)
    with pytest.raises(InputError) as caught:
        read_inputs(path)
    assert caught.value.message.endswith(f"of names and values, found {found}")


def test_inputs_may_be_called_as_the_members_of_a_proof(tmp_path: Path) -> None:
    """A circuit that verifies proofs has such inputs; only the name of a protocol is no number."""
    path = tmp_path / "in.json"
    path.write_text('{"pi_a": ["1", "2"], "pi_b": ["1"], "pi_c": ["1"]}')
    assert set(read_inputs(path)) == {"pi_a", "pi_b", "pi_c"}
