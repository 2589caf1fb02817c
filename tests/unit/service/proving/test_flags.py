"""The feature flag: shares, monotone rollout, strict changes."""

import hashlib

import pytest

from zkctl.errors import FormatError, UsageError
from zkctl.service.proving.flags import (
    DISABLED,
    Flag,
    changed,
    parse_assignments,
    parse_changes,
    parse_flag,
    place_of,
)

SUBJECTS = [f"did:key:z{k}" for k in range(10_000)]


def test_shares_and_nobody_who_was_in_is_out() -> None:
    """Check 20: 1 -> 5 -> 25 -> 100 % over 10,000 subjects."""
    inside: set[str] = set()
    for percentage in (1, 5, 25, 100):
        flag = Flag(rollout_tenths=10 * percentage)
        found = {subject for subject in SUBJECTS if flag.includes(subject)}
        assert abs(len(found) / 100 - percentage) <= 1
        assert inside <= found
        inside = found
    assert len(inside) == len(SUBJECTS)
    assert not any(Flag(rollout_tenths=0).includes(subject) for subject in SUBJECTS)


def test_the_place_is_the_published_formula() -> None:
    digest = hashlib.blake2b(b"zkp_enabled|user-7").hexdigest()
    assert place_of("user-7") == int(digest, 16) % 10_000


def test_whitelist_and_switch() -> None:
    flag = Flag(rollout_tenths=0, whitelist=("alice", "tokyo"))
    assert flag.includes("alice")
    assert flag.includes("bob", "tokyo")
    assert not flag.includes("bob", "osaka")
    assert not changed(flag, {"zkp_enabled": False}).includes("alice")
    assert not DISABLED.includes("alice", "tokyo")


def test_an_empty_tenant_is_in_no_whitelist() -> None:
    assert not Flag(rollout_tenths=0, whitelist=("x",)).includes("y")


def test_members_that_are_not_given_keep_their_value() -> None:
    flag = Flag(True, 250, ("alice",), True, 4)
    after = changed(flag, parse_changes(b'{"rollout_percentage": 0.5}'))
    assert after == Flag(True, 5, ("alice",), True, 5)
    assert after.document()["rollout_percentage"] == 0.5
    assert changed(after, parse_changes(b'{"rollout_percentage": 25}')).percentage() == 25


def test_the_guides_body() -> None:
    changes = parse_changes(b'{"zkp_enabled": true, "rollout_percentage": 1}')
    assert changes == {"zkp_enabled": True, "rollout_tenths": 10}


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b'{"rollout_percentage": -1}',
        b'{"rollout_percentage": 100.1}',
        b'{"rollout_percentage": 101}',
        b'{"rollout_percentage": 1.25}',
        b'{"rollout_percentage": 1e1}',
        b'{"rollout_percentage": NaN}',
        b'{"rollout_percentage": "1"}',
        b'{"rollout_percentage": true}',
        b'{"zkp_enabled": 1}',
        b'{"zkp_enabled": true, "zkp_enabled": false}',
        b'{"version": 3}',
        b'{"whitelist": "alice"}',
        b'{"whitelist": ["alice", "alice"]}',
        b'{"whitelist": [""]}',
        b'{"whitelist": ["a\\nb"]}',
        b'{"shadow": null}',
    ],
)
def test_wrong_changes_are_refused(body: bytes) -> None:
    with pytest.raises(FormatError):
        parse_changes(body)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"version": 3}', "unknown member: expected one of zkp_enabled"),
        (b"{}", "no change: expected one of zkp_enabled"),
        (
            b'{"rollout_percentage": 101}',
            "the percentage is wrong: expected 0 to 100 with at most one decimal",
        ),
        (b'{"whitelist": ["a", "a"]}', "a name occurs twice"),
        (b'{"whitelist": [""]}', "the name is wrong: expected 1 to 200 printable characters"),
    ],
)
def test_messages(body: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        parse_changes(body)


def test_a_long_whitelist_is_refused() -> None:
    names = ",".join(f'"{k}"' for k in range(10_001))
    with pytest.raises(FormatError, match="expected at most 10000 names, got 10001"):
        parse_changes(f'{{"whitelist": [{names}]}}'.encode())


def test_assignments() -> None:
    words = ["zkp_enabled=false", "rollout_percentage=2.5", "whitelist=alice,tokyo", "shadow=true"]
    assert parse_assignments(words) == {
        "zkp_enabled": False,
        "rollout_tenths": 25,
        "whitelist": ("alice", "tokyo"),
        "shadow": True,
    }
    assert parse_assignments(["whitelist="]) == {"whitelist": ()}
    expected = "the change of the flag has a wrong form: expected NAME=VALUE with a name of"
    for wrong in ("zkp_enabled", "nothing=1"):
        with pytest.raises(UsageError, match=expected):
            parse_assignments([wrong])
    for name, expected in (("zkp_enabled", "true or false"), ("rollout_percentage", "a number")):
        with pytest.raises(FormatError, match=f"{name} is wrong: expected {expected}.*, got 'yes'"):
            parse_assignments([f"{name}=yes"])
    with pytest.raises(FormatError):
        parse_assignments(["shadow=true", "shadow=false"])


def test_a_stored_flag_is_read_back() -> None:
    import json

    flag = Flag(False, 25, ("a",), True, 7)
    assert parse_flag(json.dumps(flag.document()).encode(), where="state") == flag
    with pytest.raises(FormatError):
        parse_flag(b'{"zkp_enabled": true}', where="state")
