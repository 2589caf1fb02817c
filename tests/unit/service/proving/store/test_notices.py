"""Notices inside one process."""

from __future__ import annotations

import pytest

from zkctl.service.proving.store.notices import Notices

pytestmark = pytest.mark.anyio


async def test_a_subscriber_gets_its_channels_in_order_each_notice_once() -> None:
    notices = Notices()
    notices.deliver("a", "early")
    async with notices.subscribe("a", "b") as subscription:
        assert notices
        for channel, text in (("a", "1"), ("c", "2"), ("b", "3"), ("a", "1")):
            notices.deliver(channel, text)
        assert [await subscription.next(1) for _ in range(2)] == [("a", "1"), ("b", "3")]
        assert await subscription.next(0) is None
    assert not notices


async def test_lost_notices_are_a_doubt_for_each_channel() -> None:
    notices = Notices()
    async with notices.subscribe("a", "b") as subscription:
        notices.deliver_doubt()
        assert {await subscription.next(0) for _ in range(2)} == {("a", ""), ("b", "")}
        for n in range(5000):
            notices.deliver("a", str(n))
        found = []
        while (notice := await subscription.next(0)) is not None:
            found.append(notice)
    assert len(found) <= 1002
    assert ("a", "") in found
    assert found[-1] == ("a", "4999")


async def test_the_source_is_opened_by_the_first_subscriber() -> None:
    opened = []
    notices = Notices(lambda: opened.append(1))
    assert not opened
    async with notices.subscribe("a"):
        assert opened == [1]
