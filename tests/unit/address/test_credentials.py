"""Credentials, reservations and the checks of keys and secrets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.address.published import PublishedCredential
from zkctl.address.credentials import (
    Credential,
    Reservation,
    check_public_key,
    check_secret,
    locker_leaf,
)
from zkctl.address.hashes import access_commitment, holder_key
from zkctl.address.merkle import MerklePath
from zkctl.address.pid import parse_pid
from zkctl.address.poseidon_rounds import MODULUS
from zkctl.address.texts import text_of_value, text_value
from zkctl.errors import InputError


def test_published_leaves(vectors: dict[str, Any]) -> None:
    for case in vectors["commitments"]:
        credential = PublishedCredential.of(case)
        assert str(credential.leaf(int(case["holder_secret"]))) == case["leaf"]
        assert case["pid"] not in repr(credential)


def test_values_are_those_of_the_texts() -> None:
    credential = Credential("tokyo", 0, parse_pid("JP"), 1, ["JP", "x" * 40, *[""] * 6], [1] * 8, 1)
    assert credential.values() == [0x4A50, text_value("x" * 40), 0, 0, 0, 0, 0, 0]


def test_published_reservations(vectors: dict[str, Any]) -> None:
    for case in vectors["statements"]:
        if case["circuit"] != "locker-v1":
            continue
        inputs = case["inputs"]
        facility = text_of_value(int(inputs["facility_id"]))
        assert facility is not None
        times = int(inputs["valid_from"]), int(inputs["valid_until"])
        reservation = Reservation("lockers", 0, facility, int(inputs["locker_id"]), *times)
        secret = int(inputs["access_secret"])
        path = MerklePath(*([int(x) for x in inputs[name]] for name in ("siblings", "path")))
        leaf = reservation.leaf(secret)
        assert leaf == locker_leaf(reservation, access_commitment(secret))
        assert str(path.root(leaf)) == inputs["locker_root"]


@pytest.mark.parametrize("key", [0, MODULUS, MODULUS + 1, -1])
def test_keys_outside_the_field(key: int) -> None:
    with pytest.raises(InputError, match="the key is not a number from 1 to p - 1"):
        check_public_key(key, of_zero=holder_key(0), where="")


def test_the_key_of_the_secret_0() -> None:
    check_public_key(5, of_zero=holder_key(0), where="")
    with pytest.raises(InputError, match="the key is that of the secret 0, which belongs to all"):
        check_public_key(holder_key(0), of_zero=holder_key(0), where="")


@pytest.mark.parametrize("secret", [0, 1 << 248, -1])
def test_wrong_secrets(secret: int) -> None:
    check_secret(1, where="")
    with pytest.raises(
        InputError, match=r"the secret is not a number from 1 to 2\^248 - 1"
    ) as caught:
        check_secret(secret, where="holder.json")
    assert caught.value.where == "holder.json"
