"""The JSON documents of the address protocol: secrets, credentials, reservations, requests.

Each has a member `v` with its kind.  Numbers that can be field elements are decimal strings.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from zkctl.address.credentials import (
    TIME_LIMIT,
    VERSION_LIMIT,
    Credential,
    Reservation,
    check_secret,
)
from zkctl.address.pid import parse_pid
from zkctl.address.poseidon_rounds import MODULUS
from zkctl.address.requests import Conditions, Request
from zkctl.address.statements import CircuitId, parse_circuit_id
from zkctl.address.texts import FIELDS, text_value
from zkctl.errors import FormatError
from zkctl.formats.json.strict import Node, load_json
from zkctl.runtime.printable import printable
from zkctl.storage.mapped import read_input
from zkctl.storage.private import read_secret

MAX_BYTES = 1 << 20
SECRET_KINDS = {"zkap.v1.holder": "holder_secret", "zkap.v1.access": "access_secret"}
CREDENTIAL, RESERVATION, REQUEST = "zkap.v1.credential", "zkap.v1.reservation", "zkap.v1.request"
_N_FIELDS = len(FIELDS)


def line_of(document: Mapping[str, Any]) -> bytes:
    """Return a document on one line."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def secret_document(kind: str, secret: int) -> bytes:
    """Return the file of a secret."""
    return line_of({"v": kind, SECRET_KINDS[kind]: str(secret)})


def read_holder_secret(path: Path, kind: str) -> int:
    """Return a secret of the kind.  Raises: EnvironmentProblem for a file that others can read; FormatError; InputError."""
    where = printable(path)
    node = _document(read_secret(path, MAX_BYTES), where, kind)
    secret = node.member(SECRET_KINDS[kind]).integer()
    check_secret(secret, where=where)
    return secret


def credential_document(credential: Credential) -> dict[str, Any]:
    """Return the document of a credential."""
    return {
        "v": CREDENTIAL,
        "registry": credential.registry,
        "place": str(credential.place),
        "pid": credential.pid.text,
        "pid_salt": str(credential.pid_salt),
        "fields": dict(zip(FIELDS, credential.fields, strict=True)),
        "field_salts": [str(salt) for salt in credential.field_salts],
        "version": str(credential.version),
    }


def reservation_document(reservation: Reservation) -> dict[str, Any]:
    """Return the document of a reservation."""
    return {
        "v": RESERVATION,
        "operator": reservation.operator,
        "place": str(reservation.place),
        "facility": reservation.facility,
        "locker_id": str(reservation.locker_id),
        "valid_from": str(reservation.valid_from),
        "valid_until": str(reservation.valid_until),
    }


def read_credential(path: Path) -> Credential | Reservation:
    """Return a credential or a reservation.  Raises: FormatError; InputError for an invalid PID or text; no value is quoted."""
    where = printable(path)
    node = _document(read_input(path, MAX_BYTES), where, CREDENTIAL, RESERVATION)
    return _credential(node) if node.member("v").text() == CREDENTIAL else _reservation(node)


def _credential(node: Node) -> Credential:
    fields = node.member("fields")
    texts = [fields.member(name).text() for name in FIELDS]
    for name, text in zip(FIELDS, texts, strict=True):
        text_value(text, where=fields.member(name).place)
    pid = node.member("pid")
    return Credential(
        registry=node.member("registry").text(),
        place=node.member("place").integer(),
        pid=parse_pid(pid.text(), where=pid.place),
        pid_salt=_below(MODULUS, node.member("pid_salt")),
        fields=texts,
        field_salts=[_below(MODULUS, e) for e in node.member("field_salts").elements(_N_FIELDS)],
        version=_below(VERSION_LIMIT, node.member("version")),
    )


def _reservation(node: Node) -> Reservation:
    return Reservation(
        operator=node.member("operator").text(),
        place=node.member("place").integer(),
        facility=node.member("facility").text(),
        locker_id=_below(MODULUS, node.member("locker_id")),
        valid_from=_below(TIME_LIMIT, node.member("valid_from")),
        valid_until=_below(TIME_LIMIT, node.member("valid_until")),
    )


def _below(limit: int, node: Node) -> int:
    """Return a number; one that is not below the limit has the leaf of another and no proof."""
    value = node.integer()
    if value >= limit:
        raise node.fail("the number is too large")
    return value


def request_document(request: Request) -> bytes:
    """Return the file of a request."""
    stated = {
        name: str(value) if isinstance(value, int) else value
        for name, value in request.conditions.stated().items()
    }
    return line_of(
        {
            "v": REQUEST,
            "circuit": request.circuit.text,
            "verifier": request.verifier,
            "owner": request.owner,
            "nonce": str(request.nonce),
            "expiry": str(request.expiry),
            "conditions": stated,
        }
    )


def read_request(path: Path) -> Request:
    """Return a request.  Raises: FormatError; UsageError for an unknown circuit."""
    where = printable(path)
    node = _document(read_input(path, MAX_BYTES), where, REQUEST)
    return Request(
        circuit=_circuit(node),
        verifier=node.member("verifier").text(),
        owner=node.member("owner").text(),
        nonce=node.member("nonce").integer(),
        expiry=node.member("expiry").integer(),
        conditions=_conditions(node.member("conditions")),
    )


def read_texts(path: Path) -> dict[str, str]:
    """Return texts by the names of fields.  Raises: FormatError."""
    node = Node(load_json(path), printable(path))
    names = node.value if isinstance(node.value, dict) else ()
    return {name: each.text() for name, each in zip(names, node.members(), strict=True)}


def _circuit(node: Node) -> CircuitId:
    return parse_circuit_id(node.member("circuit").text())


def _conditions(node: Node) -> Conditions:
    readers: dict[type, Callable[[Node], Any]]
    readers = {str: Node.text, int: Node.integer, tuple: _texts}
    known = Conditions()
    found: dict[str, Any] = {}
    for each in node.members():
        name = each.path.rpartition(".")[2]
        if name not in Conditions.__match_args__:
            raise each.fail("the request has an unknown condition")
        found[name] = readers[type(getattr(known, name))](each)
    return Conditions(**found)


def _texts(node: Node) -> tuple[str, ...]:
    return tuple(each.text() for each in node.elements())


def _document(raw: bytes, where: str, *kinds: str) -> Node:
    node = Node(load_json(raw, where=where), where)
    kind = node.member("v").text()
    if kind not in kinds:
        raise FormatError(
            f"the document is of another kind: expected {' or '.join(kinds)}, got {printable(kind, 40)!r}",
            where=where,
        )
    return node
