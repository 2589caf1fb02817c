"""The operator's work on data: each change is audited, wrong words are refused; on SQLite."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from zkctl.address.hashes import holder_key
from zkctl.errors import EnvironmentProblem, InputError, IntegrityError, UsageError
from zkctl.service.proving.audit import Audit
from zkctl.service.proving.data.address_table import UnknownLeaf
from zkctl.service.proving.data.epoch_build import EpochSummary
from zkctl.service.proving.data.kek import make_kek_file
from zkctl.service.proving.data.operations import DataOperations, LegacyImport
from zkctl.service.proving.migrate import migrate
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.settings_sources import load_settings
from zkctl.service.proving.store.open import open_database


@pytest.fixture
def settings(tmp_path: Path) -> ServiceSettings:
    url = f"sqlite:///{tmp_path}/service.db"
    migrate(url)
    made = load_settings({}, {"DATABASE_URL": url})
    return replace(made, state_dir=tmp_path, registry_depth=4, revocation_depth=4)


@pytest.fixture
def operations(settings: ServiceSettings, tmp_path: Path) -> DataOperations:
    """Three addresses in the registry tokyo: the third keeps its secret."""
    found = DataOperations(settings, {})
    (tmp_path / "columns.yaml").write_text("legacy_id: ID\npid: PID\nholder_key: KEY\n")
    key = holder_key(5)
    (tmp_path / "legacy.csv").write_text(
        f"ID,PID,KEY\n1,JP-13-113,\n2,JP-13-114,\n3,JP-13-115,{key}\n4,JP--1,\n"
    )
    wanted = LegacyImport(tmp_path / "legacy.csv", tmp_path / "columns.yaml", "acme", "tokyo")
    done = found.import_addresses(wanted, rejected=tmp_path / "rejected.csv")
    assert (done.n_imported, done.n_rejected) == (3, 1)
    assert found.verify_import(wanted).n_equal == 3
    return found


def actions(settings: ServiceSettings) -> list[str]:
    async def run() -> list[str]:
        database = open_database(settings.database_url)
        entries = await Audit(database, b"").newest()
        await database.close()
        return [str(entry.action) for entry in reversed(entries)]

    return asyncio.run(run())


def leaf_of(operations: DataOperations, settings: ServiceSettings, place: int) -> str:
    async def run() -> str:
        database = open_database(settings.database_url)
        (row,) = await database.run(
            "addresses.leaves", registry="tokyo", start=place, stop=place + 1
        )
        await database.close()
        return str(int.from_bytes(bytes(row["leaf"]), "big"))

    return asyncio.run(run())


def test_the_life_of_an_address(
    operations: DataOperations, settings: ServiceSettings, tmp_path: Path
) -> None:
    leaf = leaf_of(operations, settings, 0)
    first = operations.build_roots("tokyo", valid_for_s=600)
    assert (first.epoch, first.n_leaves) == (1, 3)
    assert operations.revoke("acme", "tokyo", leaf, "user_deletion").list_version == 1
    assert not operations.revoke("acme", "tokyo", leaf, "user_deletion").is_new
    assert operations.erase("acme", legacy_id="1", registry=None, leaf=None).leaf == leaf
    second = operations.build_roots("tokyo", valid_for_s=600)
    assert second.public_key == first.public_key
    assert [row["n_revocations"] for row in operations.roots("tokyo")] == [0, 1]
    assert operations.withdraw("tokyo", 1).epoch == 3
    assert operations.change_flag({"shadow": True}) == operations.flag()
    assert actions(settings) == [
        "address-imported",
        "root-signed",
        "leaf-revoked",
        "address-erased",
        "root-signed",
        "root-signed",
        "flag-changed",
    ]


def test_credentials_of_holders_who_keep_their_secrets(
    operations: DataOperations, settings: ServiceSettings, tmp_path: Path
) -> None:
    output = tmp_path / "credentials.jsonl"
    assert operations.export_credentials("acme", "tokyo", output).n_credentials == 1
    assert output.stat().st_mode & 0o777 == 0o600
    (line,) = output.read_text().splitlines()
    found = json.loads(line)
    assert (found["v"], found["pid"], found["place"]) == ("zkap.v1.credential", "JP-13-115", "2")
    assert operations.export_credentials("other", "tokyo", output, force=True).n_credentials == 0


def test_wrong_words_are_refused(operations: DataOperations) -> None:
    for values in ((None, None, None), ("1", "tokyo", "5"), (None, None, "5")):
        with pytest.raises(UsageError, match="expected a legacy id, or a registry and a leaf"):
            operations.erase("acme", legacy_id=values[0], registry=values[1], leaf=values[2])
    with pytest.raises(UsageError, match="the reason is unknown: expected one of address_change"):
        operations.revoke("acme", "tokyo", "5", "why")
    for leaf in ("0", str(1 << 254)):
        with pytest.raises(InputError, match="the leaf is wrong: expected 1 to p - 1"):
            operations.revoke("acme", "tokyo", leaf, "invalid")
    with pytest.raises(UnknownLeaf):
        operations.revoke("other", "tokyo", "5", "invalid")


def test_roots_that_follow_revocations(
    operations: DataOperations, settings: ServiceSettings
) -> None:
    leaf = leaf_of(operations, settings, 1)
    built: list[EpochSummary] = []
    arrived = threading.Semaphore(0)

    def published(epoch: EpochSummary) -> None:
        built.append(epoch)
        arrived.release()
        if len(built) == 2:
            raise KeyboardInterrupt

    def follow() -> None:
        with pytest.raises(KeyboardInterrupt):
            operations.follow_roots(
                "tokyo", signing_key=None, valid_for_s=600, every_s=60, published=published
            )

    thread = threading.Thread(target=follow)
    thread.start()
    assert arrived.acquire(timeout=60)
    DataOperations(settings, {}).revoke("acme", "tokyo", leaf, "expired")
    thread.join(60)
    assert [each.list_version for each in built] == [0, 1]


def test_a_service_that_others_reach_names_its_kek(settings: ServiceSettings) -> None:
    open_service = replace(
        settings, listen="0.0.0.0:8080", pepper_file=settings.state_dir / "pepper"
    )
    with pytest.raises(
        EnvironmentProblem, match="the setting ZKCTL_KEK is missing: addresses are sealed at rest"
    ):
        (settings.state_dir / "pepper").write_text("ab" * 32)
        (settings.state_dir / "pepper").chmod(0o600)
        DataOperations(open_service, {}).export_credentials(
            "acme", "tokyo", settings.state_dir / "out"
        )


def test_a_new_kek_wraps_all_data_keys(
    operations: DataOperations, settings: ServiceSettings, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="expected two key-encryption keys"):
        operations.rewrap()
    make_kek_file(tmp_path / "new")
    names = {"kek": f"file:{tmp_path}/new", "kek_previous": f"file:{tmp_path}/kek"}
    both = DataOperations(replace(settings, **names), {})
    output = tmp_path / "credentials.jsonl"
    assert both.export_credentials("acme", "tokyo", output).n_credentials == 1
    done = both.rewrap()
    assert (done.n_rewrapped, done.previous != done.present) == (3, True)
    assert both.rewrap().n_rewrapped == 0
    alone = DataOperations(replace(settings, kek=names["kek"]), {})
    assert alone.export_credentials("acme", "tokyo", output, force=True).n_credentials == 1
    with pytest.raises(IntegrityError, match="the content is sealed with another key"):
        operations.export_credentials("acme", "tokyo", output, force=True)
