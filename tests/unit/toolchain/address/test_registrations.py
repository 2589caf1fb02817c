"""Adding leaves: all or none, credentials that open them, replaced homes, full trees and disks."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import stat
from pathlib import Path

import numpy as np
import pytest

from tests.support.address.provider import HEADER, HOMES, SECRET, Provider, write_rows
from tests.support.file_limit import file_limit, limit_files
from zkctl.address.credentials import Credential
from zkctl.address.hashes import holder_key
from zkctl.errors import EnvironmentProblem, InputError, UsageError, ZkctlError
from zkctl.toolchain.address.documents import read_credential
from zkctl.toolchain.address.registrations import add_leaves, new_salts
from zkctl.toolchain.address.registry_folder import open_registry

LOCKERS = ["facility", "locker_id", "access_commitment", "valid_from", "valid_until"]


@pytest.fixture
def provider(tmp_path: Path) -> Provider:
    return Provider(tmp_path)


def contents(provider: Provider) -> tuple[int, int]:
    with open_registry(provider.registry) as folder:
        return folder.n_leaves, len(folder.revoked())


def test_credentials_open_the_leaves(provider: Provider) -> None:
    summary, files = provider.add()
    assert (summary.n_added, summary.n_replaced, summary.n_leaves) == (3, 0, 3)
    with open_registry(provider.registry) as folder:
        leaves = folder.leaves(3).to_ints()
    credentials = [read_credential(path) for path in files]
    salts = set()
    for place, credential in enumerate(credentials):
        assert isinstance(credential, Credential)
        assert (credential.place, credential.pid.text) == (place, HOMES[place][0])
        salts |= {credential.pid_salt, *credential.field_salts}
    assert len(salts) == 27
    assert credentials[0].leaf(SECRET) == leaves[0]
    assert credentials[0].leaf(SECRET + 1) != leaves[0]
    assert stat.S_IMODE((provider.folder / "rows1.jsonl").stat().st_mode) == 0o600


def test_the_folder_has_no_pid_salt_or_field(provider: Provider) -> None:
    provider.add()
    provider.epoch("epoch-1")
    line = json.loads((provider.folder / "rows1.jsonl").read_bytes().splitlines()[0])
    secrets = [line["pid"], *line["field_salts"], line["pid_salt"], "渋谷区", "x" * 40]
    numbers = [
        int(salt).to_bytes(31, "little") for salt in (line["pid_salt"], *line["field_salts"])
    ]
    for folder in (provider.registry, provider.folder / "epoch-1"):
        for path in folder.iterdir():
            raw = path.read_bytes()
            assert not any(secret.encode() in raw for secret in secrets), path
            assert not any(number in raw for number in numbers), path


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [HOMES[0], HOMES[1], HOMES[0]],
            "the row has the PID and the holder key of an earlier row",
        ),
        ([HOMES[0], ["JP--1", "5", "", ""]], "E2"),
        (
            [[f"JP-13-{k:03}", "5", "", ""] for k in range(17)],
            "the registry is full: expected at most 16 leaves, got 20",
        ),
    ],
)
def test_all_rows_or_none(provider: Provider, rows: list[list[str]], message: str) -> None:
    provider.add()
    before = {path.name: path.read_bytes() for path in provider.registry.iterdir()}
    with pytest.raises(ZkctlError, match=message) as caught:
        provider.add(rows)
    assert f"line {len(rows) + 1}" in caught.value.where
    assert not (provider.folder / "rows2.jsonl").exists()
    assert contents(provider) == (3, 0)
    provider.add(HOMES[1:2])  # what was left behind the committed end is cut off
    after = provider.registry / "leaves.bin"
    assert after.read_bytes()[: 3 * 32] == before["leaves.bin"][: 3 * 32]
    assert after.stat().st_size == 4 * 32


def test_one_home_with_two_holders(provider: Provider) -> None:
    summary, _ = provider.add([HOMES[0], [HOMES[0][0], "5", "", ""]])
    assert summary.n_added == 2


def test_a_replaced_home(provider: Provider) -> None:
    provider.add()
    header = ["pid", "holder_key", "version", "replaces"]
    move = ["JP-13-113-01", str(holder_key(SECRET)), "2", "0"]
    summary, files = provider.add([move], header)
    assert (summary.n_replaced, contents(provider)) == (1, (4, 1))
    credential = read_credential(files[0])
    with open_registry(provider.registry) as folder:
        (revoked,) = folder.revoked()
        assert (revoked.place, revoked.revocation.value) == (0, folder.leaf(0))
        assert revoked.revocation.link == folder.leaf(3) == credential.leaf(SECRET)
    with pytest.raises(UsageError, match="the place to replace is revoked already"):
        provider.add([move], header)
    with pytest.raises(UsageError, match="the place is not in use: expected 0 to 3, got 4"):
        provider.add([[*move[:3], "4"]], header)
    twice = [[f"JP-1{k}", "5", "2", "1"] for k in range(2)]
    with pytest.raises(UsageError, match="the place to replace is revoked already"):
        provider.add(twice, header)


def test_the_revocation_tree_is_full(provider: Provider) -> None:
    header = ["pid", "holder_key", "version", "replaces"]
    provider.add([["JP-13", "5", "1", ""]], header)
    for k in range(15):
        provider.add([["JP-13", str(6 + k), "2", str(k)]], header)
    with pytest.raises(UsageError, match="the registry is full"):
        provider.add([["JP-13", "4", "2", "15"]], header)


def test_outputs_and_inputs(provider: Provider) -> None:
    source = write_rows(provider.folder / "a.csv", HOMES)
    with pytest.raises(UsageError, match="the output is the input"):
        add_leaves(provider.registry, source, source)
    provider.add()
    with pytest.raises(EnvironmentProblem, match="the output exists"):
        add_leaves(provider.registry, source, provider.folder / "rows1.jsonl")
    assert contents(provider) == (3, 0)


def test_two_at_once(provider: Provider) -> None:
    with (
        open_registry(provider.registry),
        pytest.raises(EnvironmentProblem, match="another process changes the registry"),
    ):
        provider.add()


def test_a_full_disk(provider: Provider) -> None:
    provider.add()
    source = write_rows(
        provider.folder / "a.csv", [[f"JP-13-{k:03}", "5"] for k in range(10)], HEADER[:2]
    )
    with file_limit(), pytest.raises(EnvironmentProblem, match="cannot write the file"):
        limit_files(2_000)
        add_leaves(provider.registry, source, provider.folder / "a.jsonl")
    assert contents(provider) == (3, 0)
    assert sorted(path.name for path in provider.folder.glob(".*")) == []


def test_reservations(tmp_path: Path) -> None:
    provider = Provider(tmp_path, lockers=True)
    row = ["FAC-0042/D017", "17", "5", "10", "20"]
    summary, files = provider.add([row, [*row[:2], "6", "10", "20"]], LOCKERS)
    assert (summary.n_added, len(files)) == (2, 2)
    for again in (row, [*row[:3], "11", "20"]):  # the same reservation nullifier
        with pytest.raises(
            InputError,
            match="the reservation has the access commitment, facility, locker and end of an earlier one",
        ):
            provider.add([again], LOCKERS)
    provider.add([[*row[:4], "21"]], LOCKERS)
    assert contents(provider) == (3, 0)


def test_salts_of_0_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = [bytes(31) + b"\x01" * 31, b"\x02" * 31]
    monkeypatch.setattr(os, "urandom", lambda _n: draws.pop(0))
    assert new_salts(2).sum(axis=1).tolist() == [62, 31]


def many_rows(path: Path, count: int) -> Path:
    keys = (
        int.from_bytes(hashlib.sha256(str(k).encode()).digest()[:31], "big") for k in range(count)
    )
    rows = [
        [
            f"JP-13-{k % 1000:03}-{k // 1000 % 100:02}-T{k % 97:02}-B{k % 100_000:05}",
            str(key),
            "渋谷区",
            f"{k}",
        ]
        for k, key in enumerate(keys)
    ]
    return write_rows(path, rows)


@pytest.mark.parametrize(
    "count", [10_000, pytest.param(1_000_000, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])]
)
def test_many_rows(tmp_path: Path, count: int) -> None:
    provider = Provider(tmp_path, depth=20)
    source = many_rows(tmp_path / "many.csv", count)
    add_leaves(provider.registry, source, tmp_path / "many.jsonl")
    with open_registry(provider.registry) as folder:
        assert folder.n_leaves == count
        leaves = folder.leaves(count)
        assert len(np.unique(leaves.data[:, 0])) == count
    with (tmp_path / "many.jsonl").open("rb") as lines:
        assert sum(1 for _ in lines) == count
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 4 << 20  # KiB
