"""Signed records of roots and their chain."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from zkctl.address.records import (
    Epoch,
    SignedRecord,
    canonical,
    check_chain,
    check_not_rolled_back,
    parse_record,
    sign_record,
    withdrawn_epochs,
)
from zkctl.ceremony.record.signing import check_message_signature, new_key, public_key_of
from zkctl.errors import CheckFailed, FormatError, IntegrityError

KEY = new_key()
PUBLIC = public_key_of(KEY, "")
Body = dict[str, str]


def body(epoch: int = 1, prev: str = "", **changes: str) -> Body:
    made = {
        "depth": "20",
        "epoch": str(epoch),
        "issued_at": "1700000000",
        "prev": prev,
        "registry": "tokyo.example",
        "revocation_depth": "20",
        "revocation_root": "12",
        "root": "11",
        "v": "zkap.v1.roots",
        "valid_until": "1700000600",
    }
    return made | changes


def withdrawal(epoch: int, prev: str, number: int) -> Body:
    names = ("issued_at", "registry")
    made = {name: value for name, value in body().items() if name in names}
    return made | {
        "epoch": str(epoch),
        "prev": prev,
        "v": "zkap.v1.withdrawn",
        "withdrawn": str(number),
    }


def signed(record: Body) -> SignedRecord:
    return sign_record(KEY, record, where="key")


def chain(*records: Callable[[int, str], Body]) -> list[Epoch]:
    epochs: list[Epoch] = []
    for make in records:
        prev = epochs[-1].digest if epochs else ""
        record = signed(make(len(epochs) + 1, prev))
        epochs.append(parse_record(PUBLIC, record, where="chain"))
    return epochs


def test_the_bytes_and_the_signed_message() -> None:
    record = signed(body())
    assert record.body == canonical(body())
    assert record.body.startswith(b'{"depth":"20","epoch":"1","issued_at"')
    message = b"zkap.v1.roots\x00" + record.body
    check_message_signature(PUBLIC, record.signature, message, "")
    epoch = parse_record(PUBLIC, record, where="")
    assert epoch.numbers["root"] == 11
    assert (epoch.number, epoch.issued_at, epoch.owner) == (1, 1700000000, "tokyo.example")


def test_each_altered_byte_is_refused() -> None:
    record = signed(body())
    for k in range(len(record.body)):
        raw = bytearray(record.body)
        raw[k] ^= 1
        with pytest.raises((CheckFailed, FormatError)):
            parse_record(PUBLIC, SignedRecord(bytes(raw), record.signature), where="")


def test_another_key_is_refused() -> None:
    record = sign_record(new_key(), body(), where="")
    with pytest.raises(CheckFailed, match="the signature is not that of the public key"):
        parse_record(PUBLIC, record, where="")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\xff", "the record is not JSON"),
        (b"[" * 60_000, "the record is not JSON"),
        (
            canonical(body(registry="x")).replace(b'"x"', b'"\\ud800"'),
            "the record is not in its canonical form",
        ),
        (b"[1]", "the record is not an object of strings"),
        (b'{"v":1}', "the record is not an object of strings"),
        (b'{"v":"zkap.v2.roots"}', "the record is of an unknown kind"),
        (b'{"v":"zkap.v1.roots"}', "the record has wrong members: expected those of zkap.v1.roots"),
        (canonical(body()) + b" ", "the record is not in its canonical form"),
        (json.dumps(body()).encode(), "the record is not in its canonical form"),
        (canonical(body(root="01")), "root of the record is not a decimal number below p"),
        (canonical(body(root="-1")), "root of the record is not a decimal number below p"),
        (canonical(body(root="9" * 77)), "root of the record is not a decimal number below p"),
        (canonical(body(prev="ab")), "prev or the name in the record has a wrong form"),
        (canonical(body(registry="a\x01")), "prev or the name in the record has a wrong form"),
        (canonical(body(operator="x")), "the record has wrong members"),
    ],
)
def test_wrong_records(raw: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        parse_record(PUBLIC, SignedRecord(raw, "00" * 64), where="")


def test_a_good_chain() -> None:
    epochs = chain(body, body, lambda n, prev: withdrawal(n, prev, 1), body)
    check_chain(epochs, "tokyo.example", where="")
    assert withdrawn_epochs(epochs) == {1}


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (
            lambda n, prev: body(n, prev, registry="x"),
            "the record is of another registry or operator",
        ),
        (lambda n, prev: body(1, prev), "the epochs do not follow: expected 2, got 1"),
        (lambda n, prev: body(3, prev), "the epochs do not follow: expected 2, got 3"),
        (
            lambda n, prev: body(n, ""),
            "the chain of records is broken: prev is not the digest of the record before",
        ),
        (lambda n, prev: body(n, "00" * 32), "the chain of records is broken"),
        (
            lambda n, prev: body(n, prev, issued_at="1699999999"),
            "the time of issue falls: expected at least 1700000000, got 1699999999",
        ),
        (lambda n, prev: withdrawal(n, prev, 2), "the withdrawn epoch is not an earlier one"),
        (lambda n, prev: withdrawal(n, prev, 0), "the withdrawn epoch is not an earlier one"),
    ],
)
def test_broken_chains(second: Callable[[int, str], Body], message: str) -> None:
    with pytest.raises(IntegrityError, match=message):
        check_chain(chain(body, second), "tokyo.example", where="")


def test_the_first_record_has_no_predecessor() -> None:
    with pytest.raises(IntegrityError, match="the epochs do not follow: expected 1, got 2"):
        check_chain(chain(body, body)[1:], "tokyo.example", where="")
    with pytest.raises(IntegrityError, match="the chain of records is broken"):
        check_chain(chain(lambda n, _: body(n, "00" * 32)), "tokyo.example", where="")


def test_rollback_and_a_second_record_of_an_epoch() -> None:
    epochs = chain(body, body)
    check_not_rolled_back(epochs, None, where="")
    check_not_rolled_back(epochs, (1, epochs[0].digest), where="")
    with pytest.raises(
        CheckFailed, match="the records are rolled back: expected epoch 3 or later, got 2"
    ):
        check_not_rolled_back(epochs, (3, ""), where="")
    with pytest.raises(CheckFailed, match="expected epoch 1 or later, got 0"):
        check_not_rolled_back([], (1, ""), where="")
    with pytest.raises(CheckFailed, match="there are two records of epoch 2"):
        check_not_rolled_back(epochs, (2, epochs[0].digest), where="")
