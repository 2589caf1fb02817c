"""The verifier's duties 1 to 5."""

from __future__ import annotations

from typing import Any

import pytest

from zkctl.address.duties import (
    NullifierUse,
    check_conditions,
    check_context,
    check_pinned_key,
    epoch_of_roots,
    revealed_fields,
    use_of,
)
from zkctl.address.records import Epoch
from zkctl.address.requests import Conditions, Request
from zkctl.address.statements import PublicStatement, parse_circuit_id
from zkctl.address.texts import FIELDS, text_value
from zkctl.errors import CheckFailed

NOW = 1_700_000_000


def roots(number: int, root: int, revocation_root: int = 7, issued_at: int = NOW) -> Epoch:
    numbers = {"depth": 20, "revocation_depth": 20, "root": root, "epoch": number}
    numbers |= {"revocation_root": revocation_root, "issued_at": issued_at}
    return Epoch("zkap.v1.roots", "tokyo", "", numbers | {"valid_until": NOW + 600}, "")


def lockers(root: int) -> Epoch:
    numbers = {"depth": 20, "locker_root": root, "epoch": 1, "issued_at": NOW}
    return Epoch("zkap.v1.lockers", "lockers", "", numbers | {"valid_until": NOW + 600}, "")


def withdrawn(number: int, epoch: int) -> Epoch:
    numbers = {"epoch": number, "issued_at": NOW, "withdrawn": epoch}
    return Epoch("zkap.v1.withdrawn", "tokyo", "", numbers, "")


def statement(circuit: str, **signals: Any) -> PublicStatement:
    return PublicStatement(parse_circuit_id(circuit), signals)


MEMBER = statement("membership-v1", nullifier=9, root=5, revocation_root=7, scope=3, context=4)


def test_duty_1_pins_keys() -> None:
    pins = {"membership-v1": ["aa", "bb"]}
    check_pinned_key(pins, "membership-v1", "bb")
    with pytest.raises(
        CheckFailed,
        match="duty 1: the verification key is not a pinned one: expected aa or bb, got cc",
    ):
        check_pinned_key(pins, "membership-v1", "cc")
    with pytest.raises(
        CheckFailed, match="duty 1: no verification key is pinned for membership-v1-d32e20"
    ):
        check_pinned_key(pins, "membership-v1-d32e20", "aa")


def test_duty_2_takes_the_newest_of_equal_roots() -> None:
    epochs = [roots(1, 5), roots(2, 6), roots(3, 5)]
    assert epoch_of_roots(MEMBER, epochs, now=NOW).number == 3


@pytest.mark.parametrize(
    ("epochs", "now", "message"),
    [
        ([roots(1, 6)], NOW, "duty 2: root and revocation_root are of no valid record"),
        ([roots(1, 5, 8), roots(2, 6, 7)], NOW, "duty 2: root and revocation_root are of no"),
        ([roots(1, 5), withdrawn(2, 1)], NOW, "duty 2: root and revocation_root are of no"),
        ([lockers(5)], NOW, "duty 2: root and revocation_root are of no"),
        (
            [roots(1, 5)],
            NOW + 601,
            "duty 2: the record of the roots is too old: expected at most 600 seconds, got 601",
        ),
        ([roots(1, 5, issued_at=NOW - 601)], NOW, "too old: expected at most 600 seconds, got 601"),
        ([roots(1, 5)], NOW - 61, "duty 2: the record of the roots is issued in the future"),
    ],
)
def test_duty_2_refusals(epochs: list[Epoch], now: int, message: str) -> None:
    with pytest.raises(CheckFailed, match=message):
        epoch_of_roots(MEMBER, epochs, now=now)


def test_duty_2_at_the_ends_of_time() -> None:
    for now in (NOW - 60, NOW, NOW + 600):
        epoch_of_roots(MEMBER, [roots(1, 5)], now=now)
    with pytest.raises(CheckFailed, match="expected at most 60 seconds, got 61"):
        epoch_of_roots(MEMBER, [roots(1, 5)], now=NOW + 61, max_age=60)


def test_duty_2_single_roots_and_depths() -> None:
    absent = statement("nonrevocation-v1", leaf_commitment=1, revocation_root=7)
    assert epoch_of_roots(absent, [roots(1, 5)], now=NOW).number == 1
    with pytest.raises(CheckFailed, match="duty 2: revocation_root is of no valid record"):
        epoch_of_roots(absent, [roots(1, 5, 8)], now=NOW)
    other = statement("membership-v1-d32e20", **MEMBER.signals)
    with pytest.raises(
        CheckFailed, match="duty 2: the circuit is of another depth: expected 20, got 32"
    ):
        epoch_of_roots(other, [roots(1, 5)], now=NOW)
    locker = statement("locker-v1", locker_root=5, now=NOW, context=1, facility_id=2)
    assert epoch_of_roots(locker, [lockers(5)], now=NOW).number == 1
    with pytest.raises(CheckFailed, match="duty 2: locker_root is of no valid record"):
        epoch_of_roots(locker, [roots(1, 5)], now=NOW)


def test_duty_2_old_roots() -> None:
    old = roots(1, 4, issued_at=NOW - 100_000)
    moved = statement("version-v1", old_root=4, new_root=5, revocation_root=7, context=1)
    assert epoch_of_roots(moved, [old, roots(2, 5)], now=NOW).number == 2
    for epochs in ([roots(1, 5)], [roots(1, 5), roots(2, 4)], [old, roots(2, 5), withdrawn(3, 1)]):
        with pytest.raises(CheckFailed, match="duty 2: old_root is of no valid earlier record"):
            epoch_of_roots(moved, epochs, now=NOW)
    same = statement("version-v1", **moved.signals | {"old_root": 5})
    with pytest.raises(CheckFailed, match="old_root is of no valid earlier record"):
        epoch_of_roots(same, [old, roots(2, 5)], now=NOW)


def request(circuit: str, **conditions: Any) -> Request:
    asked = Conditions(**conditions)
    return Request(parse_circuit_id(circuit), "shop", "tokyo", 5, NOW + 300, asked)


def test_duty_3() -> None:
    asked = request("membership-v1", purpose="gift")
    good = statement("membership-v1", **asked.signals())
    check_context(good, asked, now=NOW + 300)
    with pytest.raises(
        CheckFailed,
        match=f"duty 3: the request has expired: expected an answer until {NOW + 300}, got it at {NOW + 301}",
    ):
        check_context(good, asked, now=NOW + 301)
    with pytest.raises(CheckFailed, match="duty 3: the context is not that of the request"):
        check_context(MEMBER, asked, now=NOW)
    absent = statement("nonrevocation-v1", leaf_commitment=1, revocation_root=7)
    check_context(absent, request("nonrevocation-v1"), now=NOW)
    with pytest.raises(CheckFailed, match="duty 3: the request has expired"):
        check_context(absent, request("nonrevocation-v1"), now=NOW + 301)


@pytest.mark.parametrize(
    ("circuit", "conditions", "name"),
    [
        ("membership-v1", {"purpose": "gift"}, "scope"),
        ("structure-v1", {"country": "JP", "depth": 4}, "country"),
        ("structure-v1", {"country": "JP", "depth": 4}, "depth"),
        ("region-v1", {"allowed": ("JP",)}, "allowed"),
        ("region-v1", {"allowed": ("JP",), "prohibited": ("DE",)}, "prohibited"),
        ("selective-reveal-v1", {"fields": ("city",)}, "mask"),
        ("locker-v1", {"facility": "F"}, "facility_id"),
    ],
)
def test_duty_4_each_condition(circuit: str, conditions: dict[str, Any], name: str) -> None:
    asked = request(circuit, **conditions)
    extra: dict[str, Any] = {"now": NOW} if circuit == "locker-v1" else {}
    signals = asked.signals() | extra
    check_conditions(statement(circuit, **signals), asked, now=NOW)
    value = signals[name]
    other = [*value[:-1], value[-1] + 1] if isinstance(value, list) else value + 1
    with pytest.raises(CheckFailed, match=f"duty 4: {name} is not the one that was asked for"):
        check_conditions(statement(circuit, **signals | {name: other}), asked, now=NOW)


def test_duty_4_another_circuit() -> None:
    with pytest.raises(
        CheckFailed, match="duty 4: the statement is of another circuit than the request"
    ):
        check_conditions(MEMBER, request("membership-v1-d32e20"), now=NOW)


@pytest.mark.parametrize(("shift", "is_good"), [(-60, True), (60, True), (-61, False), (61, False)])
def test_duty_4_now(shift: int, is_good: bool) -> None:
    asked = request("locker-v1", facility="F")
    made = statement("locker-v1", **asked.signals(), now=NOW + shift)
    if is_good:
        check_conditions(made, asked, now=NOW)
        return
    with pytest.raises(
        CheckFailed, match="duty 4: now is not within 60 seconds of the verifier's clock"
    ):
        check_conditions(made, asked, now=NOW)


def revealing(**values: int) -> tuple[PublicStatement, Request]:
    asked = request("selective-reveal-v1", fields=tuple(values))
    shown = [values.get(name, 0) for name in FIELDS]
    return statement("selective-reveal-v1", **asked.signals(), values=shown), asked


def test_duty_4_revealed_texts() -> None:
    long = "x" * 40
    made, asked = revealing(country=text_value("JP"), street=text_value(long), room=0)
    check_conditions(made, asked, now=NOW)
    found = revealed_fields(made, {"street": long})
    assert found == {"country": "JP", "street": long, "room": ""}
    for texts in ({}, {"street": long + "y"}):
        with pytest.raises(
            CheckFailed, match="duty 4: street is a digest: expected the text that has it"
        ):
            revealed_fields(made, texts)


@pytest.mark.parametrize("value", [1 << 249, 0xFF])
def test_duty_4_values_of_no_text(value: int) -> None:
    made, _ = revealing(city=value)
    with pytest.raises(CheckFailed, match="duty 4: city is not the value of a text"):
        revealed_fields(made, {})


def test_duty_5_uses_have_no_circuit() -> None:
    assert use_of(MEMBER) == NullifierUse("nullifier", 3, 9)
    assert use_of(statement("membership-v1-d32e20", **MEMBER.signals)) == NullifierUse(
        "nullifier", 3, 9
    )
    assert use_of(statement("version-v1", migration_nullifier=9)) == NullifierUse(
        "migration", None, 9
    )
    assert use_of(statement("locker-v1", reservation_nullifier=9)) == NullifierUse(
        "reservation", None, 9
    )
    assert use_of(statement("structure-v1", root=1)) is None


def test_a_circuit_that_reveals_nothing() -> None:
    assert revealed_fields(MEMBER, {"city": "x"}) == {}
