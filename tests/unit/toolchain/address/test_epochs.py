"""Publishing, revoking and withdrawing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.address.provider import OWNER, Provider
from zkctl.address.merkle import MerkleTree, empty_node
from zkctl.address.revocations import Revocation, RevocationTree
from zkctl.errors import CheckFailed, EnvironmentProblem, UsageError
from zkctl.field import BN254_FR, FieldArray
from zkctl.runtime import clock
from zkctl.toolchain.address.epochs import (
    new_registry,
    publish_epoch,
    revoke_leaves,
    withdraw_epoch,
)
from zkctl.toolchain.address.registry_folder import RegistrySettings, open_registry, parse_epochs
from zkctl.toolchain.ceremony.receipts import generate_signing_key


@pytest.fixture
def provider(tmp_path: Path) -> Provider:
    return Provider(tmp_path)


def test_an_empty_registry_has_the_empty_roots(provider: Provider) -> None:
    summary = publish_epoch(provider.registry, provider.key)
    assert summary.epoch == 1
    assert summary.roots == {
        "root": str(empty_node(4)),
        "revocation_root": str(RevocationTree(4, []).root()),
    }


def test_roots_of_revoked_leaves(provider: Provider) -> None:
    provider.add()
    summary = revoke_leaves(provider.registry, [2, 0])
    assert (summary.n_revoked, summary.n_revocations) == (2, 2)
    with open_registry(provider.registry) as folder:
        leaves = folder.leaves(3).to_ints()
    published = publish_epoch(provider.registry, provider.key)
    live = FieldArray.from_ints(BN254_FR, [0, leaves[1], 0])
    assert published.roots["root"] == str(MerkleTree(4, live).root())
    revoked = [Revocation(leaves[2], 0), Revocation(leaves[0], 0)]
    assert published.roots["revocation_root"] == str(RevocationTree(4, revoked).root())


@pytest.mark.parametrize(
    ("places", "message"),
    [
        ([1, 1], "the leaf at place 1 is revoked already"),
        ([0], "the leaf at place 0 is revoked already"),
        ([3], "the place is not in use: expected 0 to 2, got 3"),
    ],
)
def test_revocations_are_all_or_none(provider: Provider, places: list[int], message: str) -> None:
    provider.add()
    revoke_leaves(provider.registry, [0])
    with pytest.raises(UsageError, match=message):
        revoke_leaves(provider.registry, [2, *places])
    assert publish_epoch(provider.registry, provider.key).n_revocations == 1


def test_the_chain_of_a_registry(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    for k in range(3):
        monkeypatch.setattr(clock, "now", lambda k=k: now + k)
        publish_epoch(provider.registry, provider.key, valid_for=5)
    with open_registry(provider.registry) as folder:
        records = folder.records()
    epochs = parse_epochs(records, provider.public_key, OWNER, where="")
    assert [each.number for each in epochs] == [1, 2, 3]
    assert [each.numbers["valid_until"] for each in epochs] == [now + 5, now + 6, now + 7]
    monkeypatch.setattr(clock, "now", lambda: now)
    with pytest.raises(
        UsageError,
        match=f"the clock is behind the last record: expected at least {now + 2}, got {now}",
    ):
        publish_epoch(provider.registry, provider.key)


def test_withdrawals(provider: Provider) -> None:
    for _ in range(2):
        publish_epoch(provider.registry, provider.key)
    assert withdraw_epoch(provider.registry, 1, provider.key).epoch == 3
    for epoch in (1, 3, 4):
        with pytest.raises(
            UsageError, match=f"epoch {epoch} cannot be withdrawn: it has no roots, or is withdrawn"
        ):
            withdraw_epoch(provider.registry, epoch, provider.key)


def test_another_key_continues_no_chain(provider: Provider, tmp_path: Path) -> None:
    publish_epoch(provider.registry, provider.key)
    generate_signing_key(tmp_path / "other.key")
    with pytest.raises(CheckFailed, match="the signature is not that of the public key"):
        publish_epoch(provider.registry, tmp_path / "other.key")


def test_a_key_that_others_can_read(provider: Provider) -> None:
    provider.key.chmod(0o644)
    with pytest.raises(EnvironmentProblem, match="the key file is not private"):
        publish_epoch(provider.registry, provider.key)


def test_lockers_have_one_root(tmp_path: Path) -> None:
    provider = Provider(tmp_path, lockers=True)
    header = ["facility", "locker_id", "access_commitment", "valid_from", "valid_until"]
    provider.add([["F", "1", "5", "10", "20"]], header)
    before = publish_epoch(provider.registry, provider.key).roots
    revoke_leaves(provider.registry, [0])
    after = publish_epoch(provider.registry, provider.key).roots
    assert list(before) == list(after) == ["locker_root"]
    assert before != after == {"locker_root": str(empty_node(4))}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            RegistrySettings("addresses", "", 4, 4),
            "the name of the registry is wrong: expected 1 to 100 printable characters",
        ),
        (RegistrySettings("addresses", "a\x07", 4, 4), "the name of the registry is wrong"),
        (
            RegistrySettings("addresses", "a", 33, 4),
            "the depth of a tree is wrong: expected 1 to 32, got 33",
        ),
        (
            RegistrySettings("addresses", "a", 4, 0),
            "the depth of a tree is wrong: expected 1 to 32, got 0",
        ),
    ],
)
def test_wrong_settings(tmp_path: Path, settings: RegistrySettings, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        new_registry(tmp_path / "registry", settings)
    assert not (tmp_path / "registry").exists()


def test_a_registry_is_not_replaced(provider: Provider) -> None:
    with pytest.raises(EnvironmentProblem, match="the output exists"):
        new_registry(provider.registry, RegistrySettings("addresses", "a", 4, 4))
