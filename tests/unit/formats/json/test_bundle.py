"""Bundles: one string for a proof, its public signals and its circuit's id."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from zkctl.errors import FormatError
from zkctl.formats.json.bundle import PREFIX, bundle_text, parse_bundle, read_bundle

PROOF = {"protocol": "groth16", "pi_a": ["1", "2", "1"], "curve": "bn128"}
TEXT = bundle_text("a-v1", "bn128", "groth16", PROOF, ["3", "4"])


def coded(value: Any, **options: Any) -> str:
    raw = json.dumps(value, **options).encode() if not isinstance(value, bytes) else value
    return PREFIX + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_there_and_back(tmp_path: Path) -> None:
    assert TEXT.startswith("zkp1.")
    assert "=" not in TEXT
    file = tmp_path / "proof.zkp1"
    file.write_text(f"{TEXT}\n")
    for found in (parse_bundle(TEXT), read_bundle(file)):
        assert (found.circuit_id, found.curve, found.protocol) == ("a-v1", "bn128", "groth16")
        assert found.proof.value == PROOF
        assert found.public.value == ["3", "4"]
    other_order = dict(reversed(PROOF.items()))
    assert bundle_text("a-v1", "bn128", "groth16", other_order, ["3", "4"]) == TEXT


MEMBERS = {
    "circuitId": "a",
    "curve": "b",
    "proof": {},
    "protocol": "p",
    "publicSignals": [],
}
CANONICAL = {"sort_keys": True, "separators": (",", ":")}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a bundle: expected a string that begins with zkp1."),
        ("zkp2.e30", "not a bundle: expected a string that begins with zkp1."),
        ("zkp1.e", "the bundle is not base64url without padding"),
        ("zkp1.e30=", "the bundle is not base64url without padding"),
        ("zkp1.e3 0", "the bundle is not base64url without padding"),
        ("zkp1.\u0661", "the bundle is not base64url without padding"),
        (coded({}), "the bundle has wrong members: expected circuitId, curve, proof, protocol"),
        (coded([]), "the bundle has wrong members: expected circuitId"),
        (coded(MEMBERS | {"vkey": 1}, **CANONICAL), "the bundle has wrong members: expected"),
        (
            coded(MEMBERS),
            "the bundle is not canonical: expected sorted members and no white space",
        ),
        (coded(MEMBERS | {"curve": 5}, **CANONICAL), "expected a string, found a number"),
        (coded(b"{"), "not valid JSON"),
        (coded(b"\xff"), "expected JSON"),
    ],
)
def test_refusals(text: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_bundle(text, "here")
    assert message in caught.value.message
    assert caught.value.where.startswith("here")
