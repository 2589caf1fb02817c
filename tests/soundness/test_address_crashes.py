"""A registry of addresses under kill -9: the folder is always whole, with or without the change (docs/design/security-cases.md, A40.17)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.address.provider import HOMES, OWNER, Provider, split, write_rows
from tests.support.crash import ALL, PARTS, Plan, some, sweep
from zkctl.toolchain.address.documents import read_credential
from zkctl.toolchain.address.epochs import publish_epoch, revoke_leaves
from zkctl.toolchain.address.registrations import add_leaves
from zkctl.toolchain.address.registry_folder import open_registry, parse_epochs

FEW = 8
Counts = tuple[int, int, int]  # leaves, revocations, records
InRegistry = Callable[[Path], object]
BEFORE: Counts = (3, 1, 1)
AFTER: dict[str, Counts] = {"add": (6, 1, 1), "revoke": (3, 3, 1), "publish": (3, 1, 2)}


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Provider:
    made = Provider(tmp_path_factory.mktemp("crash"))
    made.add()
    revoke_leaves(made.registry, [1])
    publish_epoch(made.registry, made.key)
    write_rows(made.folder / "more.csv", HOMES)
    return made


def actions(provider: Provider, folder: Path) -> dict[str, InRegistry]:
    return {
        "add": lambda registry: add_leaves(
            registry, provider.folder / "more.csv", folder / "more.jsonl"
        ),
        "revoke": lambda registry: revoke_leaves(registry, [0, 2]),
        "publish": lambda registry: publish_epoch(registry, provider.key),
    }


def counts(registry: Path, provider: Provider) -> Counts:
    """Read the whole folder."""
    with open_registry(registry) as opened:
        records = opened.records()
        parse_epochs(records, provider.public_key, OWNER, where="")
        leaves = opened.leaves(opened.n_leaves).to_ints()
        revoked = opened.revoked()
    assert all(leaves)
    assert [each.revocation.value for each in revoked] == [leaves[each.place] for each in revoked]
    return len(leaves), len(revoked), len(records)


def crash(provider: Provider, folder: Path, name: str, plan: Plan, part: int = 0) -> None:
    registry, command = folder / "registry", actions(provider, folder)[name]

    def restore() -> None:
        shutil.rmtree(registry, ignore_errors=True)
        shutil.copytree(provider.registry, registry)
        for path in (*folder.glob("more.*"), *folder.glob(".more.*")):
            path.unlink()

    def check(thorough: bool) -> None:
        found = counts(registry, provider)
        assert found in (BEFORE, AFTER[name])
        if name == "add" and found == AFTER[name]:  # no leaf without its opening
            assert len([read_credential(path) for path in split(folder / "more.jsonl")]) == 3
        if thorough and found == BEFORE:
            (folder / "more.jsonl").unlink(missing_ok=True)
            command(registry)
            assert counts(registry, provider) == AFTER[name]
        restore()

    restore()
    sweep(lambda: command(registry), check, plan, part)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", AFTER)
def test_killed_at_some_steps(provider: Provider, tmp_path: Path, name: str, part: Any) -> None:
    crash(provider, tmp_path, name, some(FEW), part)


@pytest.mark.slow
@pytest.mark.parametrize("name", AFTER)
def test_killed_at_every_step(provider: Provider, tmp_path: Path, name: str) -> None:
    crash(provider, tmp_path, name, ALL)
