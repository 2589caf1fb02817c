"""The operator's work on API keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.stores import execute
from zkctl.errors import CheckFailed
from zkctl.service.proving.key_operations import KeyOperations, NewKey
from zkctl.service.proving.migrate import migrate
from zkctl.service.proving.settings import ServiceSettings


@pytest.fixture
def settings(tmp_path: Path) -> ServiceSettings:
    url = f"sqlite://{tmp_path}/service.db"
    migrate(url)
    return ServiceSettings(database_url=url, state_dir=tmp_path, environment="test")


def test_keys_are_made_listed_replaced_and_revoked(settings: ServiceSettings) -> None:
    operations = KeyOperations(settings)
    first = operations.create(NewKey("shop", "did:shop", ("verify",), lifetime_s=60))
    assert first.text.startswith("zk_test_")
    second = operations.rotate(first.key.id, 0)
    operations.revoke(second.key.id)
    listed = operations.all()
    assert [key.id for key in listed] == [first.key.id, second.key.id]
    assert [key.revoked_at is None for key in listed] == [True, False]
    with pytest.raises(CheckFailed, match="was replaced, has expired or is revoked"):
        operations.rotate(first.key.id)
    rows = execute(settings.database_url, "SELECT action, object FROM audit_log ORDER BY id")
    assert rows == [
        ("key-created", first.key.id),
        ("key-rotated", second.key.id),
        ("key-revoked", second.key.id),
    ]
