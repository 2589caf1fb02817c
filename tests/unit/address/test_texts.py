"""Texts as field elements."""

from __future__ import annotations

from typing import Any

import pytest

from zkctl.address.texts import LONG, text_of_value, text_value
from zkctl.errors import InputError


def test_published_vectors(vectors: dict[str, Any]) -> None:
    for case in vectors["texts"]:
        if "refused" in case:
            with pytest.raises(InputError, match=f"^{case['refused']}:"):
                text_value(case["text"])
        else:
            assert str(text_value(case["text"])) == case["value"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (5, "E10: the value is not a text"),
        ("a\x00", "E11: the text has a control, surrogate or unassigned character"),
        ("\ud800", "E11: the text has a control"),
        ("y" * 1025, "E12: the text is too long: expected at most 1024 bytes of UTF-8, got 1025"),
    ],
)
def test_refusals(text: object, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        text_value(text, where="line 3 street")
    assert caught.value.where == "line 3 street"


@pytest.mark.parametrize("text", ["", "JP", "東京都", "a" * 31])
def test_short_texts_return(text: str) -> None:
    value = text_value(text)
    assert value < LONG
    assert text_of_value(value) == text


def test_a_digest_is_no_text() -> None:
    value = text_value("a" * 32)
    assert LONG <= value < 2 * LONG
    assert text_of_value(value) is None


def test_too_large_values_belong_to_no_text() -> None:
    with pytest.raises(
        InputError, match=r"the value belongs to no text: expected less than 2\^249, got more"
    ):
        text_of_value(2 * LONG)


@pytest.mark.parametrize("value", [0xFF, 0x61_00, int.from_bytes("e\u0301".encode(), "big")])
def test_other_values_belong_to_no_text(value: int) -> None:
    message = "the value belongs to no text: its bytes are not a valid text in NFC"
    with pytest.raises(InputError, match=message):
        text_of_value(value)
