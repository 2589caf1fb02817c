"""A verifier's whole work around a proof; the duties by themselves are in tests/unit/address/test_duties.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.address.answers import write_answer, write_settings
from tests.support.address.provider import OWNER, Provider
from zkctl.address.duties import check_pinned_key
from zkctl.address.poseidon_rounds import MODULUS
from zkctl.address.requests import Conditions
from zkctl.errors import CheckFailed, InputError, IntegrityError, UsageError, ZkctlError
from zkctl.runtime import clock
from zkctl.toolchain.address import verifier
from zkctl.toolchain.address.documents import read_request
from zkctl.toolchain.address.epochs import publish_epoch, revoke_leaves, withdraw_epoch
from zkctl.toolchain.address.verifier import (
    AcceptanceSummary,
    Answered,
    RequestTerms,
    accept_answer,
    make_request,
)

CIRCUIT = "membership-v1-d4e4"
NULLIFIER = 9


class Shop:
    """A verifier that pins a key under which all statements have proofs, and a registry with one epoch."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.verifier = folder, folder / "shop"
        self.provider = Provider(folder)
        self.provider.add()
        publish_epoch(self.provider.registry, self.provider.key)
        self.records = self.provider.registry / "records.jsonl"
        self.request = folder / "request.json"
        vkey, *_ = write_answer(folder / "answer", [0] * 5)
        write_settings(self.verifier, {CIRCUIT: vkey}, {OWNER: self.provider.public_key})

    def ask(self, circuit: str = CIRCUIT, **conditions: Any) -> None:
        """Make a request."""
        usual = {"purpose": "gift"} if circuit.startswith("membership") else {}
        asked = Conditions(**usual | conditions)
        make_request(self.verifier, RequestTerms(circuit, OWNER, asked), self.request, force=True)

    def signals(self, **changes: int) -> list[int]:
        """A true statement for the request, the newest roots and a nullifier."""
        last = json.loads(json.loads(self.records.read_bytes().splitlines()[-1])["record"])
        made: dict[str, Any] = {"nullifier": NULLIFIER, "root": int(last.get("root", 0))}
        made |= {"revocation_root": int(last.get("revocation_root", 0))}
        made |= read_request(self.request).signals() | changes
        return [made[name] for name in ("nullifier", "root", "revocation_root", "scope", "context")]

    def answer(self, signals: list[int]) -> AcceptanceSummary:
        """Verify an answer with these signals."""
        files = write_answer(self.folder / "answer", signals)
        return accept_answer(self.verifier, self.request, self.records, Answered(*files, {}))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = Shop(tmp_path)
    made.ask()
    return made


def test_an_accepted_answer(shop: Shop) -> None:
    summary = shop.answer(shop.signals())
    assert summary == AcceptanceSummary(CIRCUIT, OWNER, 1, "nullifier", {})


def test_an_answer_counts_once(shop: Shop) -> None:
    signals = shop.signals()
    shop.answer(signals)
    with pytest.raises(CheckFailed, match="duty 3: the request was not made by this verifier"):
        shop.answer(signals)
    shop.ask()
    with pytest.raises(CheckFailed, match="duty 5: the nullifier was used before"):
        shop.answer(shop.signals())
    shop.ask(purpose="gift", period=1)
    shop.answer(shop.signals())


@pytest.mark.parametrize("name", ["root", "revocation_root", "scope", "context"])
def test_each_signal_counts(shop: Shop, name: str) -> None:
    good = shop.signals()
    places = ("nullifier", "root", "revocation_root", "scope", "context")
    other = (good[places.index(name)] + 1) % MODULUS
    duty = {"scope": "duty 4", "context": "duty 3"}.get(name, "duty 2")
    with pytest.raises(CheckFailed, match=duty):
        shop.answer(shop.signals(**{name: other}))
    shop.answer(good)  # a refused answer spends nothing


def test_an_invalid_proof(shop: Shop) -> None:
    signals = shop.signals()
    files = write_answer(shop.folder / "answer", signals)
    files[1].write_text(json.dumps([str(x) for x in [NULLIFIER + 1, *signals[1:]]]))
    with pytest.raises(CheckFailed, match="duty 1: the proof is invalid"):
        accept_answer(shop.verifier, shop.request, shop.records, Answered(*files, {}))


@pytest.mark.parametrize(
    ("public", "error"),
    [(lambda s: [str(s[0] + MODULUS), *s[1:]], ZkctlError), (lambda s: s[:4], ZkctlError)],
)
def test_signals_that_are_not_canonical(
    shop: Shop, public: Callable[[list[Any]], list[Any]], error: type[ZkctlError]
) -> None:
    signals = shop.signals()
    files = write_answer(shop.folder / "answer", signals)
    files[1].write_text(json.dumps([str(x) for x in public(list(signals))]))
    with pytest.raises(error):
        accept_answer(shop.verifier, shop.request, shop.records, Answered(*files, {}))


def test_another_verification_key(shop: Shop) -> None:
    files = write_answer(shop.folder / "answer", shop.signals())
    files[0].write_bytes(files[0].read_bytes() + b"\n")
    with pytest.raises(CheckFailed, match="duty 1: the verification key is not a pinned one"):
        accept_answer(shop.verifier, shop.request, shop.records, Answered(*files, {}))


def test_another_circuit(shop: Shop) -> None:
    shop.ask("membership-v1")
    with pytest.raises(
        CheckFailed, match="duty 1: no verification key is pinned for membership-v1"
    ):
        shop.answer(shop.signals())


def test_a_request_of_another_verifier(shop: Shop) -> None:
    document = json.loads(shop.request.read_text())
    shop.request.write_text(json.dumps(document | {"verifier": "did:web:other.example"}))
    with pytest.raises(CheckFailed, match="duty 3: the request is of another verifier"):
        shop.answer(shop.signals())


def test_a_nonce_that_was_not_issued(shop: Shop) -> None:
    document = json.loads(shop.request.read_text())
    shop.request.write_text(json.dumps(document | {"nonce": "5"}))
    with pytest.raises(CheckFailed, match="duty 3: the request was not made by this verifier"):
        shop.answer(shop.signals())


def test_a_request_with_other_conditions(shop: Shop) -> None:
    document = json.loads(shop.request.read_text())
    changed = {"purpose": "gift", "period": "1"}
    shop.request.write_text(json.dumps(document | {"conditions": changed}))
    with pytest.raises(CheckFailed, match="duty 3: the request was not made by this verifier"):
        shop.answer(shop.signals())


def test_time(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    now, signals = clock.now(), shop.signals()
    monkeypatch.setattr(clock, "now", lambda: now + 302)
    with pytest.raises(CheckFailed, match="duty 3: the request has expired"):
        shop.answer(signals)
    monkeypatch.setattr(clock, "now", lambda: now + 700)
    with pytest.raises(CheckFailed, match="duty 2: the record of the roots is too old"):
        shop.answer(signals)


def test_revoked_and_withdrawn_roots(shop: Shop) -> None:
    old = shop.signals()
    revoke_leaves(shop.provider.registry, [0])
    publish_epoch(shop.provider.registry, shop.provider.key)
    withdraw_epoch(shop.provider.registry, 1, shop.provider.key)
    with pytest.raises(
        CheckFailed, match="duty 2: root and revocation_root are of no valid record"
    ):
        shop.answer(old)


def test_a_rollback_of_epochs(shop: Shop) -> None:
    publish_epoch(shop.provider.registry, shop.provider.key)
    shop.answer(shop.signals())
    lines = shop.records.read_bytes().splitlines(keepends=True)
    shop.records.write_bytes(lines[0])
    shop.ask(purpose="gift", period=1)
    with pytest.raises(
        CheckFailed, match="the records are rolled back: expected epoch 2 or later, got 1"
    ):
        shop.answer(shop.signals())


def test_a_withdrawal_counts_though_the_answer_was_refused(shop: Shop) -> None:
    """The records that refused an answer are seen: it is not accepted with those before the withdrawal."""
    signals, before = shop.signals(), shop.records.read_bytes()
    withdraw_epoch(shop.provider.registry, 1, shop.provider.key)
    with pytest.raises(CheckFailed, match="duty 2"):
        shop.answer(signals)
    shop.records.write_bytes(before)
    with pytest.raises(CheckFailed, match="the records are rolled back"):
        shop.answer(signals)


def test_no_records(shop: Shop) -> None:
    signals = shop.signals()
    shop.records.write_bytes(b"")
    with pytest.raises(CheckFailed, match="duty 2: root and revocation_root are of no valid"):
        shop.answer(signals)


def test_the_key_is_read_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another key that takes the file's place behind the look at its digest is not used."""
    files = write_answer(shop.folder / "answer", shop.signals())

    def exchange(*arguments: Any) -> None:
        check_pinned_key(*arguments)
        files[0].write_text("{}")

    monkeypatch.setattr(verifier, "check_pinned_key", exchange)
    accept_answer(shop.verifier, shop.request, shop.records, Answered(*files, {}))


def test_two_records_of_an_epoch(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.answer(shop.signals())
    state = shop.provider.registry / "state.json"
    sizes = json.loads(state.read_text())
    state.write_text(json.dumps(sizes | {"records.jsonl": 0}))
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 1)
    publish_epoch(shop.provider.registry, shop.provider.key)
    shop.ask(purpose="gift", period=1)
    with pytest.raises(CheckFailed, match="there are two records of epoch 1"):
        shop.answer(shop.signals())


def test_an_altered_record(shop: Shop) -> None:
    signals = shop.signals()
    raw = shop.records.read_bytes()
    shop.records.write_bytes(raw.replace(b'epoch\\":\\"1', b'epoch\\":\\"2'))
    with pytest.raises(CheckFailed, match="the signature is not that of the public key"):
        shop.answer(signals)
    shop.records.write_bytes(raw + raw)
    with pytest.raises(IntegrityError, match="the epochs do not follow: expected 2, got 1"):
        shop.answer(signals)


def test_wrong_requests(shop: Shop) -> None:
    before = shop.request.read_bytes()
    with pytest.raises(UsageError, match="the circuit id is unknown"):
        shop.ask("membership")
    with pytest.raises(InputError, match="duty 4: the country is not a code"):
        shop.ask("structure-v1", country="ZZ", depth=2)
    with pytest.raises(
        UsageError, match="membership-v1 has no condition country: expected purpose and period"
    ):
        shop.ask(country="JP")
    with pytest.raises(
        UsageError, match=r"the registry or operator is unknown: expected tokyo\.example, got osaka"
    ):
        make_request(
            shop.verifier, RequestTerms(CIRCUIT, "osaka", Conditions()), shop.request, force=True
        )
    assert shop.request.read_bytes() == before
