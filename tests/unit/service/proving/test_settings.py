"""The table of settings and its reference; the sources are tested in test_settings_sources.py."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from zkctl.errors import UsageError
from zkctl.service.proving.settings import (
    ServiceSettings,
    env_name,
    host_and_port,
    is_loopback,
    rows,
)
from zkctl.service.proving.settings_sources import shown

REFERENCE = ROOT / "docs" / "reference" / "service.md"
_HEAD = "| variable | default | unit | meaning |\n|---|---|---|---|\n"


def reference_table() -> str:
    """The table of docs/reference/service.md."""
    lines = []
    for row in rows():
        name = f"`{row.env}`" + (" (*secret*)" if row.is_secret else "")
        values = f" ({', '.join(row.one_of)})" if row.one_of else ""
        default = f"`{shown(row, row.default)}`"
        lines.append(f"| {name} | {default} | {row.unit} | {row.meaning}{values} |\n")
    return _HEAD + "".join(lines)


def test_the_reference_has_the_table() -> None:
    """To renew it: python -m tests.unit.service.proving.test_settings."""
    assert reference_table() in REFERENCE.read_text()


def test_every_row_has_a_meaning_and_every_number_a_unit() -> None:
    for row in rows():
        assert row.meaning or row.one_of, row.name
        assert bool(row.unit) == (row.kind in ("int", "float")), row.name
        assert not row.meaning.endswith("."), row.name


def test_the_limits_of_the_specification() -> None:
    """Section 2.6."""
    found = ServiceSettings()
    assert (found.max_body_bytes, found.max_batch_body_bytes) == (64 << 10, 1 << 20)
    assert (found.max_json_depth, found.max_number_digits) == (12, 78)
    assert (found.max_head_bytes, found.max_url_bytes) == (16 << 10, 2 << 10)
    assert (found.body_timeout_s, found.keep_alive_s, found.max_connections) == (10, 30, 500)
    assert (found.verify_per_s, found.verify_burst, found.generate_per_minute) == (200, 400, 60)
    assert (found.max_unfinished_per_tenant, found.max_queued_per_circuit) == (16, 100)
    assert (found.max_queued, found.proof_timeout_s, found.job_deadline_s) == (1000, 20, 300)
    assert (found.max_waiters, found.result_ttl_s, found.response_quantum_ms) == (200, 3600, 250)
    assert (found.cache_ttl_s, found.cache_entries, found.cache_timeout_ms) == (300, 10_000, 50)
    assert (found.pool_size, found.pool_idle_s, found.pool_connect_s) == (100, 30, 2)


def test_names_of_variables() -> None:
    assert env_name("database_url") == "DATABASE_URL"
    assert env_name("redis_url") == "REDIS_URL"
    assert env_name("listen") == "ZKCTL_LISTEN"


def test_modes_by_the_address() -> None:
    assert ServiceSettings().accepted_modes == ("inputs",)
    assert ServiceSettings(listen="0.0.0.0:80").accepted_modes == ()
    assert ServiceSettings(listen="0.0.0.0:80", prove_modes=("sealed",)).accepted_modes == (
        "sealed",
    )


def test_addresses() -> None:
    assert host_and_port("127.0.0.1:0") == ("127.0.0.1", 0)
    assert host_and_port("[::1]:8080") == ("::1", 8080)
    assert is_loopback("::1")
    assert is_loopback("localhost")
    assert not is_loopback("10.0.0.1")
    for wrong in ("", "8080", ":8080", "host", "host:x", "host:99999", "host:80/path"):
        with pytest.raises(UsageError, match="the address is malformed: expected host:port"):
            host_and_port(wrong)


if __name__ == "__main__":
    text = REFERENCE.read_text()
    REFERENCE.write_text(text[: text.index("## Settings\n") + 12] + "\n" + reference_table())
