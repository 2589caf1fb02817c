"""The legacy system: its verdicts, and answers that do not come."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.legacy_system import legacy_system
from tests.support.servers import free_port
from zkctl.errors import UsageError
from zkctl.service.proving.legacy import (
    MAX_ANSWER_BYTES,
    LegacyAnswer,
    LegacySystem,
    check_legacy_url,
)


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (200, b'{"valid":true,"more":1}', True),
        (200, b'{"valid":false}', False),
        (400, b"bad", False),
        (422, b"", False),
        (200, b'{"valid":1}', None),
        (200, b"[]", None),
        (200, b"<html>", None),
        (503, b'{"valid":true}', None),
    ],
)
def test_verdicts(status: int, body: bytes, verdict: bool | None) -> None:
    assert LegacyAnswer(status, "application/json", body).verdict is verdict


def test_answers_are_returned_unchanged() -> None:
    with legacy_system() as legacy:
        system = LegacySystem(legacy.url, 10)
        for status in (200, 302, 401, 500):
            legacy.status, legacy.body = status, b'{"valid":true}'
            found = asyncio.run(system.ask("/v1/zkp/verify", b"{}", {"authorization": "x"}))
            assert found == LegacyAnswer(status, "application/json", b'{"valid":true}')
        assert legacy.requests == [("/v1/zkp/verify", "x", b"{}")] * 4


def test_no_answer_and_one_that_is_too_long() -> None:
    closed = LegacySystem(f"http://127.0.0.1:{free_port()}", 10)
    assert asyncio.run(closed.ask("/", b"", {})) is None
    with legacy_system() as legacy:
        legacy.body = bytes(2 * MAX_ANSWER_BYTES)
        assert asyncio.run(LegacySystem(legacy.url, 10).ask("/", b"", {})) is None


@pytest.mark.parametrize(
    "url", ["legacy", "ftp://legacy", "http://", "http://a?b", "https://u@h", "http://[x"]
)
def test_malformed_urls(url: str) -> None:
    with pytest.raises(
        UsageError,
        match="legacy_url is malformed: expected the http or https address of the legacy system",
    ):
        check_legacy_url(url)
    check_legacy_url("https://legacy.example.com/zkp")
    check_legacy_url("")
