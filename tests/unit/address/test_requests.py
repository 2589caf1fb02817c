"""Requests and the signals that they fix."""

from __future__ import annotations

from typing import Any

import pytest

from zkctl.address.hashes import region_prefix
from zkctl.address.pid import parse_region
from zkctl.address.requests import (
    Conditions,
    Request,
    context_value,
    new_secret,
    region_lists,
    scope_value,
)
from zkctl.address.statements import parse_circuit_id
from zkctl.errors import InputError, UsageError, ZkctlError


def request(circuit: str, **conditions: Any) -> Request:
    made = Conditions(**conditions)
    return Request(parse_circuit_id(circuit), "did:web:shop.example", "tokyo", 5, 100, made)


def test_published_contexts_and_scopes(vectors: dict[str, Any]) -> None:
    for case in vectors["contexts"]:
        value = context_value(case["verifier_id"], int(case["nonce"]), case["expiry"])
        assert str(value) == case["context"]
    for case in vectors["scopes"]:
        value = scope_value(case["verifier_id"], case["purpose"], case["period"])
        assert str(value) == case["scope"]


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((1 << 254, 0), "E13: the nonce is not below p"),
        ((-1, 0), "E13: the nonce is not below p"),
        ((1, 1 << 64), "E13: the expiry is not below 2\\^64"),
    ],
)
def test_wrong_numbers_of_a_context(numbers: tuple[int, int], message: str) -> None:
    with pytest.raises(InputError, match=message):
        context_value("x", *numbers)


def test_a_wrong_period() -> None:
    with pytest.raises(InputError, match="E13: the period is not below 2\\^64"):
        scope_value("x", "gift", 1 << 64)


def test_signals_of_each_circuit() -> None:
    context = {"context": context_value("did:web:shop.example", 5, 100)}
    scope = scope_value("did:web:shop.example", "gift", 3)
    prefixes = [region_prefix(parse_region(text)) for text in ("JP-13", "JP")]
    found = {
        "membership-v1": ({"purpose": "gift", "period": 3}, {"scope": scope}),
        "nonrevocation-v1": ({}, {}),
        "version-v1": ({}, {}),
        "structure-v1": ({"country": "JP", "depth": 4}, {"country": 0x4A50, "depth": 4}),
        "region-v1-d20k2": (
            {"allowed": ("JP-13",), "prohibited": ("JP",)},
            {"allowed": [prefixes[0], 0], "prohibited": [prefixes[1], 0]},
        ),
        "selective-reveal-v1": ({"fields": ("country", "city")}, {"mask": 5}),
        "locker-v1": ({"facility": "F"}, {"facility_id": 0x46}),
    }
    for circuit, (conditions, signals) in found.items():
        assert request(circuit, **conditions).signals() == context | signals


@pytest.mark.parametrize(
    ("circuit", "conditions", "message"),
    [
        (
            "structure-v1",
            {"country": "ZZ", "depth": 4},
            "duty 4: the country is not a code of ISO 3166-1",
        ),
        (
            "structure-v1",
            {"country": "JP", "depth": 9},
            "duty 4: the depth is wrong: expected 1 to 8, got 9",
        ),
        (
            "selective-reveal-v1",
            {"fields": ("age",)},
            "the fields to reveal are wrong: expected different ones of country",
        ),
        ("selective-reveal-v1", {"fields": ("city", "city")}, "the fields to reveal are wrong"),
        ("region-v1", {}, "no region is allowed: expected at least 1, got 0"),
        (
            "region-v1-d20k1",
            {"allowed": ("JP", "DE")},
            "too many allowed regions: expected at most 1, got 2",
        ),
        ("locker-v1", {}, "no facility is named: expected the door of a locker"),
        (
            "membership-v1",
            {"fields": ("city",)},
            "membership-v1 has no condition fields: expected purpose and period",
        ),
        ("structure-v1", {"period": 1}, "structure-v1 has no condition period"),
        ("region-v1", {"allowed": ("JP",), "country": "JP"}, "region-v1 has no condition country"),
        ("selective-reveal-v1", {"prohibited": ("JP",)}, "has no condition prohibited"),
        ("locker-v1", {"facility": "F", "depth": 1}, "locker-v1 has no condition depth"),
        ("version-v1", {"purpose": "gift"}, "version-v1 has no condition purpose"),
        (
            "nonrevocation-v1",
            {"facility": "F"},
            "nonrevocation-v1 has no condition facility: expected none",
        ),
        ("region-v1", {"allowed": ("JP-13-C01",)}, "E14"),
        ("region-v1", {"allowed": ("JP",), "prohibited": ("JP--1",)}, "E2"),
    ],
)
def test_wrong_conditions(circuit: str, conditions: dict[str, Any], message: str) -> None:
    with pytest.raises(ZkctlError, match=message):
        request(circuit, **conditions).signals()


def test_lists_are_padded() -> None:
    allowed, prohibited = region_lists(request("region-v1-d20k2", allowed=("JP-13",)))
    assert [each and each.text for each in allowed] == ["JP-13", None]
    assert prohibited == [None, None]
    with pytest.raises(UsageError, match="no region is allowed"):
        region_lists(request("region-v1"))


def test_secrets_are_31_bytes_and_differ() -> None:
    drawn = {new_secret() for _ in range(50)}
    assert len(drawn) == 50
    assert all(0 < value < 1 << 248 for value in drawn)


def test_a_secret_of_0_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = [bytes(31), bytes(30) + b"\x07"]
    monkeypatch.setattr("zkctl.address.requests.secrets.token_bytes", lambda _n: draws.pop(0))
    assert new_secret() == 7
