"""API keys, on both databases."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from tests.support.stores import execute
from zkctl.errors import CheckFailed, UsageError
from zkctl.service.proving.api_keys import ApiKeys
from zkctl.service.proving.store.database import StoreUnavailable
from zkctl.service.proving.store.queue import JobQueue

pytestmark = pytest.mark.anyio

PEPPER = b"p" * 32


@pytest.fixture
def keys(store: JobQueue) -> ApiKeys:
    return ApiKeys(store.database, PEPPER, refresh_s=0)


async def test_a_key_is_known_by_its_text(keys: ApiKeys) -> None:
    issued = await keys.create("acme", "did:example:1", ["verify", "prove"])
    assert re.fullmatch(r"zk_live_[a-z0-9]{8}_[\w-]{43}", issued.text)
    found = await keys.authenticate(issued.text)
    assert found == issued.key
    assert found is not None
    assert (found.tenant, found.subject, found.scopes) == (
        *("acme", "did:example:1"),
        frozenset({"prove", "verify"}),
    )


async def test_the_database_has_no_secret(
    keys: ApiKeys, store: JobQueue, database_url: str
) -> None:
    issued = await keys.create("acme", "s", ["verify"])
    (row,) = execute(database_url, "SELECT * FROM api_keys")
    assert issued.text.rpartition("_")[2] not in repr(row)


async def test_every_other_text_is_no_key(keys: ApiKeys, store: JobQueue) -> None:
    text = (await keys.create("acme", "s", ["verify"])).text
    changed = text[:-1] + ("A" if text[-1] != "A" else "B")
    other_id = text[:8] + "00000000" + text[16:]
    for wrong in ("", text[1:], changed, other_id, text + "A", text.replace("live", "test")):
        assert await keys.authenticate(wrong) is None
    of_tests = ApiKeys(store.database, PEPPER, environment="test")
    assert await of_tests.authenticate(text) is None
    with_other_pepper = ApiKeys(store.database, b"q" * 32)
    assert await with_other_pepper.authenticate(text) is None


async def test_a_revoked_key_is_refused(keys: ApiKeys) -> None:
    issued = await keys.create("acme", "s", ["verify"])
    assert await keys.authenticate(issued.text)
    await keys.revoke(issued.key.id)
    assert await keys.authenticate(issued.text) is None
    with pytest.raises(CheckFailed, match="no key that is not revoked has the id"):
        await keys.revoke(issued.key.id)


async def test_an_expired_key_is_refused(keys: ApiKeys) -> None:
    issued = await keys.create("acme", "s", ["verify"], lifetime_s=-1)
    assert await keys.authenticate(issued.text) is None


async def test_a_rotated_key_ends_after_the_overlap(keys: ApiKeys, database_url: str) -> None:
    old = await keys.create("acme", "s", ["verify", "registry"], rate_class="high")
    new = await keys.rotate(old.key.id, overlap_s=60)
    assert (new.key.scopes, new.key.tenant, new.key.rate_class) == (
        *(old.key.scopes, "acme"),
        "high",
    )
    found = await keys.authenticate(old.text)
    assert found is not None
    assert found.replaced_by == new.key.id
    assert found.expires_at == pytest.approx(found.created_at + 60, abs=5)
    assert await keys.authenticate(new.text)
    with pytest.raises(CheckFailed, match="was replaced, has expired or is revoked"):
        await keys.rotate(old.key.id)
    with pytest.raises(CheckFailed, match="no key that is not revoked"):
        await keys.rotate("00000000")
    assert [each.revoked_at is None for each in await keys.all()] == [True, True, False]


async def test_a_key_is_remembered_for_some_seconds_and_without_a_database(
    store: JobQueue, database_url: str
) -> None:
    keys = ApiKeys(store.database, PEPPER, refresh_s=60)
    issued = await keys.create("acme", "s", ["verify"])
    assert await keys.authenticate(issued.text)
    execute(database_url, "UPDATE api_keys SET revoked_at = created_at")
    assert await keys.authenticate(issued.text)  # for some seconds more

    at_once = ApiKeys(store.database, PEPPER, refresh_s=0)
    execute(database_url, "UPDATE api_keys SET revoked_at = NULL")
    assert await at_once.authenticate(issued.text)
    await store.close()
    for _ in range(2):
        assert await at_once.authenticate(issued.text)
    with pytest.raises(StoreUnavailable):
        await at_once.authenticate(issued.text.replace(issued.key.id, "00000000"))


async def test_an_unknown_scope_is_refused(keys: ApiKeys) -> None:
    for scopes in (["root"], []):
        with pytest.raises(UsageError, match="the scope is unknown: expected prove, verify"):
            await keys.create("acme", "s", scopes)


async def test_a_client_certificate_stands_for_a_key(keys: ApiKeys, store: JobQueue) -> None:
    issued = await keys.create("acme", "s", ["verify"], certificate="CN=shop", rate_class="high")
    assert issued.text == ""
    assert await keys.of_certificate("CN=shop") == issued.key
    assert await keys.of_certificate("CN=shoq") is None
    of_tests = ApiKeys(store.database, PEPPER, environment="test")
    assert await of_tests.of_certificate("CN=shop") is None
    await keys.revoke(issued.key.id)
    assert await keys.of_certificate("CN=shop") is None
    again = await keys.create("acme", "s", ["verify"], certificate="CN=shop")
    assert await keys.of_certificate("CN=shop") == again.key
    ended = await keys.create("acme", "s", ["verify"], certificate="CN=old", lifetime_s=-1)
    assert ended.key.expires_at is not None
    assert await keys.of_certificate("CN=old") is None


async def test_requests_at_the_same_time_share_a_statement(
    keys: ApiKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = await keys.create("acme", "s", ["verify"])
    run, statements = keys._database.run, []

    async def counted(statement: str, **values: Any) -> Any:
        statements.append(statement)
        return await run(statement, **values)

    monkeypatch.setattr(keys._database, "run", counted)
    found = await asyncio.gather(*(keys.authenticate(issued.text) for _ in range(50)))
    assert found == [issued.key] * 50
    assert statements == ["api_keys.found"]
    assert await keys.authenticate(issued.text) == issued.key
    assert statements == ["api_keys.found"] * 2


async def test_every_wrong_key_costs_one_statement(
    keys: ApiKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time of a refusal must not show whether its id exists, even one that is in use."""
    issued = await keys.create("acme", "s", ["verify"])
    start = issued.text[:-43]
    wrong = [
        start + "A" * 43,
        issued.text[:-2] + ("AA" if issued.text[-2:] != "AA" else "BA"),
        "zk_live_aaaaaaaa_" + "A" * 43,
        "zk_live_aaaaaaab_" + issued.text[-43:],
    ]
    run, statements = keys._database.run, []

    async def counted(statement: str, **values: Any) -> Any:
        statements.append(statement)
        found = await run(statement, **values)
        assert len(found) == 1
        return found

    monkeypatch.setattr(keys._database, "run", counted)
    for _ in range(2):
        assert await keys.authenticate(issued.text) == issued.key
        statements.clear()
        for n, text in enumerate(wrong, 1):
            assert await keys.authenticate(text) is None
            assert statements == ["api_keys.found"] * n


async def test_a_lost_database_refuses_all_that_wait(
    keys: ApiKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = await keys.create("acme", "s", ["verify"])

    async def lost(_statement: str, **_values: Any) -> Any:
        await asyncio.sleep(0)
        raise StoreUnavailable("lost")

    with monkeypatch.context() as patch:
        patch.setattr(keys._database, "run", lost)
        tries = [keys.authenticate(issued.text) for _ in range(5)]
        found = await asyncio.gather(*tries, return_exceptions=True)
        assert {type(each) for each in found} == {StoreUnavailable}
    assert await keys.authenticate(issued.text) == issued.key
