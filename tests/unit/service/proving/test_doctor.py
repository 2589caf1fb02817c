"""The checks of the doctor: each fails for its fault, and says unknown where it does not apply."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.registries import REGISTRY, TENANT, TestRegistry
from zkctl.service.proving.data.revocation_table import RevocationReason, revoke_leaf
from zkctl.service.proving.doctor import examine
from zkctl.service.proving.migrate import migrate
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.settings_sources import load_settings
from zkctl.service.proving.store.open import open_database


@pytest.fixture
def settings(tmp_path: Path) -> ServiceSettings:
    url = f"sqlite:///{tmp_path}/service.db"
    made = load_settings({}, {"DATABASE_URL": url})
    return replace(made, state_dir=tmp_path, circuits=tmp_path)


def verdicts(settings: ServiceSettings) -> dict[str, tuple[str, str]]:
    summary = examine(settings, None, {})
    assert summary.n_failed == sum(each.verdict == "fail" for each in summary.findings)
    return {each.check: (str(each.verdict), each.detail) for each in summary.findings}


def test_a_database_without_tables_and_a_folder_without_circuits(settings: ServiceSettings) -> None:
    found = verdicts(settings)
    assert found["migrations"][0] == "fail"
    (settings.circuits / "zkctl.lock").write_text("not a lock")
    assert verdicts(settings)["circuits"][0] == "fail"
    assert found["secrets"][0] == found["key-encryption key"][0] == "pass"
    unknown = {check for check, (verdict, _) in found.items() if verdict == "unknown"}
    assert unknown == {"circuits", "replicas", "cache", "TLS", "backups"}
    migrate(settings.database_url)
    found = verdicts(settings)
    assert found["migrations"] == ("pass", "all are applied")
    assert found["roots"] == ("unknown", "no registry has an epoch")


def test_roots_that_are_behind_or_without_their_file(
    settings: ServiceSettings, tmp_path: Path
) -> None:
    migrate(settings.database_url)

    async def made() -> tuple[Path, list[int]]:
        database = open_database(settings.database_url)
        registry = TestRegistry(database, tmp_path)
        leaves = await registry.add(2)
        epoch = await registry.epoch()
        await database.close()
        return Path(epoch.tree), leaves

    async def revoked(leaf: int) -> None:
        database = open_database(settings.database_url)
        await revoke_leaf(database, TENANT, REGISTRY, leaf, RevocationReason.INVALID)
        await database.close()

    tree, leaves = asyncio.run(made())
    assert verdicts(settings)["roots"][0] == "pass"
    tree.rename(tree.with_suffix(".moved"))
    missing = ("fail", "the tree file of the epoch is not on this machine")
    assert verdicts(settings)["roots"] == missing
    asyncio.run(revoked(leaves[0]))
    behind = ("fail", f"{REGISTRY} has revocations that no epoch contains: publish one")
    assert verdicts(settings)["roots"] == behind


def certificate(path: Path, days: int) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path


def test_certificates(settings: ServiceSettings, tmp_path: Path) -> None:
    open_service = replace(settings, listen="0.0.0.0:8080", no_auth=True)
    found = verdicts(open_service)
    assert found["TLS"][0] == found["authentication"][0] == "fail"
    assert found["secrets"][0] == found["key-encryption key"][0] == "fail"
    for days, expected in ((13, "fail"), (40, "pass")):
        path = certificate(tmp_path / "cert.pem", days)
        assert verdicts(replace(settings, tls_cert=path))["TLS"][0] == expected
    (tmp_path / "cert.pem").write_text("no certificate")
    unreadable = verdicts(replace(settings, tls_cert=tmp_path / "cert.pem"))["TLS"]
    assert unreadable == ("fail", "the certificate cannot be read")


def test_redis_and_replicas_that_do_not_answer(settings: ServiceSettings) -> None:
    migrate(settings.database_url)
    changed = replace(
        settings, redis_url="redis://127.0.0.1:1/0", database_read_urls=(settings.database_url,)
    )
    found = verdicts(changed)
    assert found["cache"] == ("fail", "Redis does not answer")
    assert found["replicas"] == ("fail", "1 of 1 are behind, or do not answer")
