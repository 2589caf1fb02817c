"""The verifier's database: one use of each nonce and nullifier, also for two processes at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.file_limit import file_limit, limit_files
from zkctl.address.duties import NullifierUse
from zkctl.address.records import Epoch
from zkctl.address.requests import Conditions, Request, new_secret
from zkctl.address.statements import parse_circuit_id
from zkctl.errors import CheckFailed, EnvironmentProblem
from zkctl.toolchain.address.verifier_store import VerifierStore

USE = NullifierUse("nullifier", 3, 9)


def request(nonce: int, expiry: int = 100) -> Request:
    asked = Conditions(allowed=("JP",))
    return Request(parse_circuit_id("region-v1"), "shop", "tokyo", nonce, expiry, asked)


def grant(store: VerifierStore, use: NullifierUse) -> None:
    """Accept an answer with this use to a fresh request."""
    fresh = request(new_secret())
    store.issue(fresh, now=0)
    store.accept(fresh, use)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir(mode=0o700)
    return folder / "store.sqlite"


@pytest.fixture
def store(place: Path) -> Iterator[VerifierStore]:
    opened = VerifierStore(place)
    yield opened
    opened.close()


def test_a_request_is_answered_once(store: VerifierStore) -> None:
    store.issue(request(5), now=0)
    store.accept(request(5), None)
    for nonce in (5, 6):
        with pytest.raises(
            CheckFailed,
            match="duty 3: the request was not made by this verifier, or is answered or expired",
        ):
            store.accept(request(nonce), None)


def test_a_changed_request_is_another_one(store: VerifierStore) -> None:
    store.issue(request(5), now=0)
    changed = replace(request(5), conditions=Conditions(allowed=("JP", "DE")))
    for other in (changed, request(5, expiry=101), replace(request(5), owner="osaka")):
        with pytest.raises(CheckFailed, match="duty 3"):
            store.accept(other, None)
    store.accept(request(5), None)


def test_expired_nonces_are_forgotten(store: VerifierStore) -> None:
    store.issue(request(5, 100), now=0)
    store.issue(request(6, 200), now=101)
    with pytest.raises(CheckFailed, match="duty 3"):
        store.accept(request(5), None)
    store.accept(request(6, 200), None)


@pytest.mark.parametrize(
    ("other", "is_other"),
    [
        (NullifierUse("nullifier", 3, 9), False),
        (NullifierUse("nullifier", 4, 9), True),
        (NullifierUse("nullifier", 3, 8), True),
        (NullifierUse("migration", None, 9), True),
        (NullifierUse("reservation", None, 9), True),
    ],
)
def test_a_use_is_granted_once(store: VerifierStore, other: NullifierUse, is_other: bool) -> None:
    grant(store, USE)
    if is_other:
        grant(store, other)
    with pytest.raises(CheckFailed, match="nullifier was used before"):
        grant(store, other)


def test_a_refused_use_leaves_the_nonce(store: VerifierStore) -> None:
    grant(store, USE)
    store.issue(request(5, 100), now=0)
    with pytest.raises(CheckFailed, match="duty 5: the nullifier was used before"):
        store.accept(request(5), USE)
    store.accept(request(5), NullifierUse("migration", None, 1))
    with pytest.raises(CheckFailed, match="duty 5: the migration nullifier was used before"):
        grant(store, NullifierUse("migration", None, 1))


def test_two_at_once(place: Path, store: VerifierStore) -> None:
    store.issue(request(5, 100), now=0)

    def spend(_number: int) -> bool:
        other = VerifierStore(place)
        try:
            other.accept(request(5), USE)
        except CheckFailed:
            return False
        finally:
            other.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(spend, range(8))) == 1


def test_the_last_record_never_goes_back(store: VerifierStore) -> None:
    assert store.last_seen("tokyo") is None
    epochs = [Epoch("zkap.v1.roots", "tokyo", "", {"epoch": n}, f"digest {n}") for n in (1, 2, 3)]
    store.see("tokyo", [], where="")
    store.see("tokyo", epochs[:1], where="")
    store.see("tokyo", epochs, where="")
    with pytest.raises(CheckFailed, match="the records are rolled back"):
        store.see("tokyo", epochs[:2], where="")
    other = [*epochs[:2], replace(epochs[2], digest="another"), *epochs[2:]]
    with pytest.raises(CheckFailed, match="there are two records of epoch 3"):
        store.see("tokyo", other, where="")
    assert store.last_seen("tokyo") == (3, "digest 3")
    assert store.last_seen("osaka") is None


def test_a_folder_of_others_and_a_file_that_is_no_database(place: Path) -> None:
    place.write_bytes(b"x" * 2000)
    place.chmod(0o600)
    with pytest.raises(EnvironmentProblem, match="the verifier's database cannot be used"):
        VerifierStore(place)
    place.parent.chmod(0o777)
    with pytest.raises(EnvironmentProblem, match="other users can write to it"):
        VerifierStore(place)


def test_a_full_disk_grants_nothing(place: Path, store: VerifierStore) -> None:
    store.issue(request(5, 100), now=0)
    with file_limit(), pytest.raises(EnvironmentProblem, match="the verifier's database cannot be"):
        limit_files(1)
        store.accept(request(5), USE)
    store.accept(request(5), USE)
