"""A verifier's actions: make a request, and verify its answer with all duties of section 2.9.

The verifier's folder has `settings.json`, which its operator writes, and the database of nonces and uses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from zkctl.address.duties import (
    MAX_ROOT_AGE,
    check_conditions,
    check_context,
    check_pinned_key,
    epoch_of_roots,
    revealed_fields,
    use_of,
)
from zkctl.address.requests import Conditions, Request, new_secret
from zkctl.address.statements import parse_circuit_id, read_statement
from zkctl.ceremony.policy import warnings_for_findings
from zkctl.ceremony.record.signing import canonical_public_key
from zkctl.errors import CheckFailed, UsageError
from zkctl.formats.json.strict import Node, load_json
from zkctl.runtime import clock
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output
from zkctl.storage.mapped import read_bytes, read_input
from zkctl.storage.private import make_private_folder
from zkctl.toolchain.address.documents import read_request, request_document
from zkctl.toolchain.address.registry_folder import parse_epochs, parse_records
from zkctl.toolchain.address.verifier_store import VerifierStore
from zkctl.toolchain.proof.systems import read_verifying_key

_MAX_SETTINGS = 1 << 20
_MAX_RECORDS = 1 << 30
_MAX_VKEY = 16 << 20
VALID_FOR = 300  # seconds to answer a request


@record
class VerifierSettings:
    """`owners`: the pinned key of each registry and operator; `circuits`: the SHA-256 of each circuit's verification keys."""

    verifier: str
    owners: dict[str, str]
    circuits: dict[str, list[str]]
    max_root_age: int


@record
class RequestTerms:
    """The circuit, the registry or operator whose roots count, the conditions, and the seconds to answer."""

    circuit: str
    owner: str
    conditions: Conditions
    valid_for: int = VALID_FOR


@record
class RequestSummary:
    """A request written; its nonce is kept until it is used or expires."""

    request: str
    circuit: str
    expiry: str


@record
class AcceptanceSummary:
    """An accepted statement: the use that was granted, and the fields that were revealed."""

    circuit: str
    owner: str
    epoch: int
    use: str | None
    revealed: dict[str, str]


@record
class Answered:
    """The files of an answer; `texts` are long texts, by field."""

    vkey: Path
    public: Path
    proof: Path
    texts: Mapping[str, str]


def make_request(
    verifier: Path, terms: RequestTerms, output: Path, *, force: bool = False
) -> RequestSummary:
    """Write a request with a fresh nonce.

    Raises: UsageError for an unknown circuit, registry or operator, or conditions of another circuit; InputError for a wrong one.
    """
    settings = _read_settings(verifier)
    _pinned(settings, terms.owner)
    now, circuit = clock.now(), parse_circuit_id(terms.circuit)
    request = Request(
        circuit=circuit,
        verifier=settings.verifier,
        owner=terms.owner,
        nonce=new_secret(),
        expiry=now + terms.valid_for,
        conditions=terms.conditions,
    )
    request.signals()  # a condition that no statement can meet is refused now
    with atomic_output(output, force=force) as stream:
        stream.write(request_document(request))
        with _store(verifier) as store:
            store.issue(request, now=now)
    return RequestSummary(str(output), circuit.text, str(request.expiry))


def accept_answer(
    verifier: Path, request: Path, records: Path, answer: Answered
) -> AcceptanceSummary:
    """Verify a proof and everything around it, and record its use; a second answer to the request is refused.

    Raises: CheckFailed that begins with the duty, or for an invalid proof; IntegrityError for a broken chain of records.
    """
    settings, asked = _read_settings(verifier), read_request(request)
    circuit = asked.circuit
    if asked.verifier != settings.verifier:
        raise CheckFailed("duty 3: the request is of another verifier")
    # duty 1
    key_bytes = read_bytes(answer.vkey, _MAX_VKEY)  # once: the key that is used is the pinned one
    check_pinned_key(settings.circuits, circuit.text, hashlib.sha256(key_bytes).hexdigest())
    system, vkey = read_verifying_key(answer.vkey, key_bytes)
    warnings_for_findings(system.weak_key_findings(vkey), allow_insecure=False)
    signals, proof = system.read_statement(answer.public, answer.proof, vkey)
    statement = read_statement(circuit, signals.to_ints())
    if not system.verify(vkey, signals, proof):
        raise CheckFailed("duty 1: the proof is invalid")
    # duty 2
    key, where = _pinned(settings, asked.owner), printable(records)
    published = parse_records(read_input(records, _MAX_RECORDS), where)
    now = clock.now()
    with _store(verifier) as store:
        seen = store.last_seen(asked.owner)
        epochs = parse_epochs(published, key, asked.owner, where=where, seen=seen)
        store.see(
            asked.owner, epochs, where=where
        )  # also where the statement is refused: a withdrawal counts
        newest = epoch_of_roots(statement, epochs, now=now, max_age=settings.max_root_age)
        # duties 3 to 5
        check_context(statement, asked, now=now)
        check_conditions(statement, asked, now=now)
        revealed = revealed_fields(statement, answer.texts)
        use = use_of(statement)
        store.accept(asked, use)
    kind = None if use is None else use.kind
    return AcceptanceSummary(circuit.text, asked.owner, newest.number, kind, revealed)


def _pinned(settings: VerifierSettings, owner: str) -> str:
    if owner not in settings.owners:
        raise UsageError(
            f"the registry or operator is unknown: expected {', '.join(sorted(settings.owners))}, got {printable(owner, 60)}",
            hint="add its name and public key to `owners` of the verifier's settings",
        )
    return settings.owners[owner]


def _read_settings(verifier: Path) -> VerifierSettings:
    place = verifier / "settings.json"
    where = printable(place)
    node = Node(load_json(read_bytes(place, _MAX_SETTINGS), where=where), where)
    owners, circuits = node.member("owners"), node.member("circuits")
    age = node.member("max_root_age").number() if node.has("max_root_age") else MAX_ROOT_AGE
    return VerifierSettings(
        verifier=node.member("verifier").text(),
        owners={
            name: canonical_public_key(each.text(), each.place)
            for name, each in _by_name(owners).items()
        },
        circuits={
            name: [digest.text() for digest in each.elements()]
            for name, each in _by_name(circuits).items()
        },
        max_root_age=age,
    )


def _by_name(node: Node) -> dict[str, Node]:
    names = node.value if isinstance(node.value, dict) else ()
    return dict(zip(names, node.members(), strict=True))


@contextmanager
def _store(verifier: Path) -> Iterator[VerifierStore]:
    make_private_folder(verifier)
    store = VerifierStore(verifier / "store.sqlite")
    try:
        yield store
    finally:
        store.close()
