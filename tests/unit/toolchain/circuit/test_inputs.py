from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.constraints.signals import Role, SignalGroup, flatten_inputs
from zkctl.errors import FormatError, InputError, LimitError, ZkctlError
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


GOOD = ["0", "1", "17", str(R - 1), str(1 << 200)]
UNUSUAL = [
    "", "00", "01", "+1", "-1", " 1", "1 ", "1_0", "0x10", "x", "\u0661", "\u00b2", str(R), str(R + 1), "1" * 99, "1" * 100,
    "0" * 101, 5, 0, -1, R, R - 1, True, None, 1.5, [], ["1"], {}, "1,2",
]  # fmt: skip


def test_lists_at_once_are_read_as_one_by_one() -> None:
    """A list with anything unusual in it, in any position, is left to the reader of single values."""

    def one_by_one(values: list[object]) -> list[int] | None:
        reader = InputReader(BN254_FR, False, "in.json")
        try:
            found = [reader(value, "x") for value in values]
        except ZkctlError:
            return None
        return None if reader.warnings else found

    reader = InputReader(BN254_FR, False, "in.json")
    assert reader.usual_numbers(GOOD) == [0, 1, 17, R - 1, 1 << 200]
    assert reader.usual_numbers([0, 5, R - 1]) == [0, 5, R - 1]
    assert reader.usual_numbers([]) is None
    for odd in UNUSUAL:
        for k in range(len(GOOD) + 1):
            values: list[object] = [*GOOD[:k], odd, *GOOD[k:]]
            found = reader.usual_numbers(values)
            assert found is None or found == one_by_one(values)
            assert found is None
        alone = reader.usual_numbers([odd])
        assert alone is None or alone == one_by_one([odd])


def test_long_lists_of_inputs() -> None:
    """The same values and messages from both ways."""
    groups = [SignalGroup("x", Role.PRIVATE, (2, 3))]
    for values in ([["1", "2", "3"], [4, 5, 6]], [["1", "2", "3"], ["4", "0x5", 6]]):
        reader = InputReader(BN254_FR, False, "in.json")
        found = flatten_inputs(groups, {"x": values}, reader, reader.usual_numbers)
        assert found == [1, 2, 3, 4, 5, 6]
    for wrong in (
        [["1", "2", "3"], ["4", "5"]],
        [["1", "2", "3"], ["4", str(R), "6"]],
        [["1"] * 3, "4"],
    ):
        messages = []
        for convert_list in (None, reader.usual_numbers):
            with pytest.raises(InputError) as caught:
                flatten_inputs(groups, {"x": wrong}, reader, convert_list)
            messages.append(caught.value.message)
        assert messages[0] == messages[1]
