"""A document of another kind is refused with both kinds."""

from __future__ import annotations

import pytest

from zkctl.errors import FormatError
from zkctl.formats.json.expected import check_complete, check_kind, wrong_kind
from zkctl.formats.json.kinds import JsonKind
from zkctl.formats.json.strict import Node


def test_another_kind_is_refused_with_a_hint() -> None:
    node = Node({"protocol": "groth16", "pi_a": []}, "a.json")
    check_kind(node, JsonKind.PROOF)
    with pytest.raises(FormatError) as caught:
        check_kind(node, JsonKind.VERIFICATION_KEY)
    assert caught.value.message == "expected a verification key, found a groth16 proof"
    assert caught.value.hint.startswith("name the verification key first")
    bundle = wrong_kind(Node({"proof": {}, "publicSignals": []}, "a.json"), JsonKind.PROOF)
    assert bundle.message.endswith("found a proof and its public signals in one object")
    assert bundle.hint.startswith("write its proof and its public signals to two files")
    numbers = wrong_kind(Node({"0": "3"}, "a.json"), JsonKind.PUBLIC)
    assert numbers.message.startswith("expected public signals, found a JSON object")
    assert "a list of strings" in numbers.hint


def test_the_first_missing_member_is_named() -> None:
    node = Node({"a": 1}, "a.json")
    check_complete(node, JsonKind.PROOF, ["a"])
    with pytest.raises(FormatError, match="the proof is incomplete: missing 'b'"):
        check_complete(node, JsonKind.PROOF, ["a", "b", "c"])
