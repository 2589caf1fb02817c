"""The routes of the operator's page on both databases: who may change the flag, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.support.ops_sample import ADMIN_KEY, VERIFY_KEY, sample_service
from zkctl.service.proving.app import admin_application
from zkctl.service.proving.ops.page import OPS_POLICY
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.store.queue import JobQueue

pytestmark = pytest.mark.anyio
FORM = {"version": "0", "zkp_enabled": "true", "rollout_percentage": "12.5", "key": ADMIN_KEY}


def client_of(store: Any, **changes: Any) -> httpx.AsyncClient:
    app = admin_application(sample_service(store, **changes))
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:9464", timeout=30
    )


@pytest.fixture
async def client(store: JobQueue) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(store) as found:
        yield found


async def test_the_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/ops")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == OPS_POLICY
    assert answer.headers["cache-control"] == "no-store"
    assert "membership-v1" in answer.text


async def test_a_change_of_the_flag(client: httpx.AsyncClient) -> None:
    answer = await client.post("/ops/flag", data=FORM | {"shadow": "true"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/ops")
    text = (await client.get("/ops")).text
    assert "12.5 % of the subjects and 0 by name, in shadow of the legacy system; version 1" in text


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"key": VERIFY_KEY}, 401, "The key is unknown, or does not have the scope admin."),
        ({"key": "x"}, 401, "The key is unknown"),
        ({"key": ""}, 401, "The key is unknown"),
        ({"version": "7"}, 409, "The flag was changed meanwhile"),
        ({"rollout_percentage": "101"}, 422, "the percentage is wrong"),
        ({"rollout_percentage": "<b>"}, 422, "message"),
        ({"zkp_enabled": "maybe"}, 422, "message"),
        ({"other": "1"}, 400, "malformed-json"),
        ({"key": "a" * 5000}, 413, "body-too-large"),
    ],
)
async def test_refused_changes(
    client: httpx.AsyncClient, changes: dict[str, str], status: int, message: str
) -> None:
    answer = await client.post("/ops/flag", data=FORM | changes)
    assert answer.status_code == status
    assert message in answer.text
    assert ADMIN_KEY not in answer.text
    assert "<b>" not in answer.text
    assert "version 0" in (await client.get("/ops")).text


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:9464", "", "127.0.0.1.evil.example"]
)
async def test_other_names_of_this_address_are_refused(
    client: httpx.AsyncClient, host: str
) -> None:
    for method, path in (("GET", "/ops"), ("GET", "/ops/flag"), ("POST", "/ops/flag")):
        answer = await client.request(method, path, headers={"Host": host})
        assert answer.status_code == 404


@pytest.mark.parametrize("host", ["localhost:9464", "127.0.0.1", "[::1]:9464", "[::1]"])
async def test_names_of_loopback(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/ops", headers={"Host": host})).status_code == 200


async def test_without_keys_the_form_needs_none(store: JobQueue) -> None:
    async with client_of(store, settings=ServiceSettings(no_auth=True)) as client:
        assert 'name="key"' not in (await client.get("/ops/flag")).text
        form = {name: value for name, value in FORM.items() if name != "key"}
        assert (await client.post("/ops/flag", data=form)).status_code == 303


async def test_without_a_flag_there_is_no_form(store: JobQueue) -> None:
    async with client_of(store, flags=None) as client:
        assert (await client.get("/ops/flag")).status_code == 404
        assert (await client.post("/ops/flag", data=FORM)).status_code == 404
        assert "This process has no flag" in (await client.get("/ops")).text
