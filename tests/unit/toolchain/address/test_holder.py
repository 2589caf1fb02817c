"""A holder's files: secrets, inputs that the published trees explain, and the wallet's refusals."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.address.provider import OWNER, SECRET, Provider
from zkctl.address.hashes import access_commitment, holder_key
from zkctl.address.requests import Conditions, Request
from zkctl.address.statements import parse_circuit_id
from zkctl.errors import CheckFailed, FormatError, UsageError, ZkctlError
from zkctl.runtime import clock
from zkctl.toolchain.address.documents import request_document, secret_document
from zkctl.toolchain.address.epochs import revoke_leaves
from zkctl.toolchain.address.holder import (
    InputFiles,
    generate_holder_secret,
    make_input,
    read_public_key,
)


class Holder:
    """The holder of the first home of a provider, with all files for an input."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.provider = Provider(folder)
        _, credentials = self.provider.add()
        self.request = folder / "request.json"
        secret, key = folder / "holder.json", folder / "provider.pub"
        secret.write_bytes(secret_document("zkap.v1.holder", SECRET))
        secret.chmod(0o600)
        key.write_text(self.provider.public_key + " a comment\n")
        self.files = InputFiles(secret, credentials[0], self.provider.epoch("epoch-1"), key)

    def asked(self, circuit: str, owner: str = OWNER, **conditions: Any) -> None:
        """Write a request."""
        asked = Conditions(**conditions)
        request = Request(parse_circuit_id(circuit), "shop", owner, 5, 100, asked)
        self.request.write_bytes(request_document(request))

    def input(self, **options: Any) -> dict[str, Any]:
        """Make the input and return it."""
        path = self.folder / "input.json"
        options = {"min_leaves": 1, "force": True} | options
        make_input(self.request, self.files, path, **options)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        found: dict[str, Any] = json.loads(path.read_text())
        return found


@pytest.fixture
def holder(tmp_path: Path) -> Holder:
    return Holder(tmp_path)


@pytest.mark.parametrize("access", [False, True])
def test_a_secret_is_private_and_fresh(tmp_path: Path, access: bool) -> None:
    public = []
    for k in range(2):
        path = tmp_path / f"{k}.json"
        summary = generate_holder_secret(path, access=access)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        document = json.loads(path.read_text())
        secret = int(document["access_secret" if access else "holder_secret"])
        assert summary.public == str((access_commitment if access else holder_key)(secret))
        public.append(summary.public)
    assert len(set(public)) == 2


@pytest.mark.parametrize(
    ("circuit", "conditions", "n_inputs"),
    [
        ("membership-v1-d4e4", {"purpose": "gift"}, 15),
        ("nonrevocation-v1-e4", {}, 8),
        ("structure-v1-d4", {"country": "JP", "depth": 8}, 12),
        ("region-v1-d4k2", {"allowed": ("JP",)}, 14),
        ("selective-reveal-v1-d4", {"fields": ("city",)}, 11),
    ],
)
def test_an_input_for_each_circuit(
    holder: Holder, circuit: str, conditions: dict[str, Any], n_inputs: int
) -> None:
    holder.asked(circuit, **conditions)
    assert len(holder.input()) == n_inputs


@pytest.mark.parametrize(
    "circuit", ["membership-v1", "membership-v1-d5e4", "membership-v1-d4e5", "nonrevocation-v1-e5"]
)
def test_a_circuit_of_other_depths(holder: Holder, circuit: str) -> None:
    holder.asked(circuit, purpose="gift")
    with pytest.raises(CheckFailed, match="the circuit is of another depth: expected 4"):
        holder.input()
    assert not (holder.folder / "input.json").exists()


def test_the_holder_sees_what_is_asked(holder: Holder) -> None:
    output = holder.folder / "input.json"
    for circuit, conditions, shown in (
        ("selective-reveal-v1-d4", {"fields": ("city", "street")}, {"fields": "city, street"}),
        ("region-v1-d4k2", {"allowed": ("DE", "JP-13")}, {"allowed": "DE, JP-13"}),
        ("structure-v1-d4", {"country": "JP", "depth": 8}, {"country": "JP", "depth": "8"}),
    ):
        holder.asked(circuit, **conditions)
        summary = make_input(holder.request, holder.files, output, min_leaves=1, force=True)
        assert summary.asked == shown


def test_a_move(holder: Holder) -> None:
    header = ["pid", "holder_key", "version", "replaces"]
    _, (moved,) = holder.provider.add([["JP-13", str(holder_key(SECRET)), "2", "0"]], header)
    second = holder.provider.epoch("epoch-2")
    old = holder.files
    holder.files = replace(
        old,
        credential=moved,
        snapshot=second,
        old_credential=old.credential,
        old_snapshot=old.snapshot,
    )
    holder.asked("version-v1-d4e4")
    found = holder.input()
    assert (found["old_version"], found["new_version"]) == ("1", "2")
    holder.files = replace(holder.files, old_snapshot=None)
    with pytest.raises(UsageError, match="version-v1 needs the old credential and a snapshot"):
        holder.input()


def test_a_locker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: 15)
    holder = Holder(tmp_path)
    folder = tmp_path / "lockers"
    folder.mkdir()
    lockers = Provider(folder, lockers=True)
    header = ["facility", "locker_id", "access_commitment", "valid_from", "valid_until"]
    _, (reservation,) = lockers.add([["F", "1", str(access_commitment(9)), "10", "20"]], header)
    secret, key = folder / "access.json", folder / "key.pub"
    secret.write_bytes(secret_document("zkap.v1.access", 9))
    secret.chmod(0o600)
    key.write_text(lockers.public_key)
    home = holder.files
    holder.files = InputFiles(secret, reservation, lockers.epoch("epoch-1"), key)
    holder.asked("locker-v1-f4", facility="F")
    assert holder.input()["now"] == "15"
    for files, circuit, expected in (
        (home, "locker-v1-f4", "a reservation"),
        (holder.files, "membership-v1", "the credential of an address"),
    ):
        holder.files = files
        holder.asked(circuit)
        with pytest.raises(
            UsageError, match=f"the credential is of another kind: expected {expected}"
        ):
            holder.input()
    home = replace(home, old_credential=reservation, old_snapshot=home.snapshot)
    holder.files = home
    holder.asked("version-v1-d4e4")
    with pytest.raises(UsageError, match="the old credential is a reservation"):
        holder.input()


def test_the_wallet_refuses_roots_with_few_leaves(holder: Holder) -> None:
    holder.asked("membership-v1-d4e4")
    for options in ({"min_leaves": 4}, {"min_leaves": 1024}):
        with pytest.raises(
            CheckFailed,
            match=f"the bucket of the snapshot has few leaves: expected at least {options['min_leaves']}, got 3",
        ):
            holder.input(**options)
    holder.input(min_leaves=3)


def test_the_wallet_asks_before_deep_regions(holder: Holder) -> None:
    holder.asked("region-v1-d4k2", allowed=("JP-13", "JP-13-113-01"))
    with pytest.raises(
        CheckFailed,
        match="allowed regions are deeper than level 2: expected none, got 1",
    ):
        holder.input()
    holder.input(deep=True)


def test_a_revoked_home(holder: Holder) -> None:
    revoke_leaves(holder.provider.registry, [0])
    holder.asked("membership-v1-d4e4")
    holder.files = replace(holder.files, snapshot=holder.provider.epoch("epoch-2"))
    with pytest.raises(CheckFailed, match="the leaf of the credential is not under the root"):
        holder.input()
    holder.asked("nonrevocation-v1-e4")
    with pytest.raises(CheckFailed, match="the leaf is revoked"):
        holder.input()


def test_another_registry_or_key(holder: Holder) -> None:
    holder.asked("membership-v1-d4e4", owner="osaka.example")
    with pytest.raises(
        UsageError, match="the credential is of another registry or operator than the request"
    ):
        holder.input()
    holder.asked("membership-v1-d4e4")
    other = Provider(made_folder(holder.folder / "other"))
    holder.files.owner_key.write_text(other.public_key)
    with pytest.raises(ZkctlError, match="the signature is not that of the public key"):
        holder.input()
    holder.files.owner_key.write_text("ssh-rsa x")
    with pytest.raises(FormatError, match="the public key is not an OpenSSH public key"):
        read_public_key(holder.files.owner_key)


def made_folder(path: Path) -> Path:
    path.mkdir()
    return path
