"""Addresses at rest: what a row holds, and what opens it."""

from __future__ import annotations

import hmac
from pathlib import Path

import pytest

from zkctl.address.hashes import holder_key, registry_leaf
from zkctl.address.pid import parse_pid
from zkctl.address.texts import FIELDS
from zkctl.errors import IntegrityError
from zkctl.service.proving.data.kek import FileKek, make_kek_file
from zkctl.service.proving.data.sealed_address import (
    NewAddress,
    Sealer,
    multiset_digest,
    multiset_term,
    number_bytes,
    open_address,
    rows_of,
    with_new_holder,
)

PID = parse_pid("JP-13-113-01")
TEXTS = ("JP", *[""] * (len(FIELDS) - 1))
VALUES = (0x4A50, *[0] * (len(FIELDS) - 1))


@pytest.fixture
def sealer(tmp_path: Path) -> Sealer:
    make_kek_file(tmp_path / "kek")
    return Sealer(b"p" * 32, FileKek(tmp_path / "kek"))


def as_stored(row: dict) -> dict:
    stored = {k: bytes.fromhex(row[k]) for k in ("leaf", "sealed", "dek", "pid_lookup")}
    return row | stored


def test_the_leaf_is_that_of_the_sealed_credential(sealer: Sealer) -> None:
    addresses = [
        with_new_holder(PID, TEXTS, VALUES, "7"),
        NewAddress(PID, TEXTS, VALUES, holder_key(5), 3),
    ]
    rows = rows_of(addresses, sealer, tenant="acme", registry="tokyo", first_index=10)
    assert [row["custody"] for row in rows] == ["server", "holder"]
    assert [row["leaf_index"] for row in rows] == [10, 11]
    for row, secret in zip(rows, (addresses[0].holder_secret, 5), strict=True):
        opened = open_address(as_stored(row), sealer, tenant="acme", registry="tokyo")
        assert opened.credential.place == row["leaf_index"]
        assert number_bytes(opened.credential.leaf(secret)).hex() == row["leaf"]
        parts = [int(row[k], 16) for k in ("pid_commitment", "fields_commitment", "holder_key")]
        assert registry_leaf(parts[0], parts[1], parts[2], row["version"]) == int(row["leaf"], 16)
    assert rows[0]["leaf"] != rows[1]["leaf"]


def test_the_look_up_is_an_hmac_of_the_pid(sealer: Sealer) -> None:
    assert sealer.lookup(PID) == hmac.digest(b"p" * 32, b"JP-13-113-01", "sha256")


def test_a_row_opens_at_its_place_only(sealer: Sealer) -> None:
    (row,) = rows_of(
        [NewAddress(PID, TEXTS, VALUES, 5)], sealer, tenant="acme", registry="tokyo", first_index=0
    )
    for tenant, registry in (("other", "tokyo"), ("acme", "osaka")):
        with pytest.raises(IntegrityError):
            open_address(as_stored(row), sealer, tenant=tenant, registry=registry)
    with pytest.raises(IntegrityError):
        moved = as_stored(row) | {"leaf": bytes(32)}
        open_address(moved, sealer, tenant="acme", registry="tokyo")


def test_the_digest_has_no_order_and_depends_on_each_row(sealer: Sealer) -> None:
    one, two = (multiset_term(sealer, each, PID) for each in ("1", "2"))
    assert multiset_digest(one + two) == multiset_digest(two + one)
    assert len({multiset_digest(x) for x in (one, two, one + two, one + one, 0)}) == 5
    other = Sealer(b"q" * 32, sealer.kek)
    assert multiset_term(other, "1", PID) != one
