"""Which group is a user's own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from zkctl.storage import private_group
from zkctl.storage.private_group import is_private_group

ANN = SimpleNamespace(pw_name="ann", pw_uid=1000, pw_gid=1000)
GUEST = SimpleNamespace(pw_name="guest", pw_uid=1001, pw_gid=1000)


@pytest.mark.parametrize(
    ("user", "group", "members", "others", "uid", "gid", "expected"),
    [
        (ANN, "ann", [], [], 1000, 1000, True),
        (ANN, "ann", ["ann"], [], 1000, 1000, True),
        (ANN, "ann", ["bob"], [], 1000, 1000, False),  # another user was added
        (ANN, "renamed", [], [], 1000, 1000, True),  # the number is the user's
        (ANN, "ann", [], [GUEST], 1000, 1000, False),
        (ANN, "users", [], [GUEST], 1000, 1000, False),  # another user's primary group too
        (ANN, "ann", [], [], 1000, 1001, False),  # not the primary group
        (
            SimpleNamespace(pw_name="ann", pw_uid=1000, pw_gid=100),
            "users",
            [],
            [],
            1000,
            100,
            False,
        ),
        (SimpleNamespace(pw_name="ann", pw_uid=1000, pw_gid=2000), "ann", [], [], 1000, 2000, True),
        (None, None, [], [], 1000, 1000, True),  # a container without a database
        (None, "somebody", ["bob"], [], 1000, 1000, False),
        (None, None, [], [], 1000, 0, False),
        (SimpleNamespace(pw_name="root", pw_uid=0, pw_gid=0), "root", [], [], 0, 0, False),
    ],
)
def test_private_groups(
    user: Any,
    group: str | None,
    members: list[Any],
    others: list[Any],
    uid: int,
    gid: int,
    expected: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entry = None if group is None else SimpleNamespace(gr_name=group, gr_mem=members)
    users = [each for each in (user, *others) if each is not None]
    monkeypatch.setattr(private_group, "_user", lambda _: user)
    monkeypatch.setattr(private_group, "_group", lambda _: entry)
    monkeypatch.setattr("pwd.getpwall", lambda: users)
    monkeypatch.setattr("os.geteuid", lambda: uid)
    monkeypatch.setattr("os.getegid", lambda: 1000)
    private_group._is_private.cache_clear()
    assert is_private_group(gid) is expected
    private_group._is_private.cache_clear()
