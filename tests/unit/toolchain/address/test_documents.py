"""The JSON documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from zkctl.address.credentials import Credential, Reservation
from zkctl.address.pid import parse_pid
from zkctl.address.poseidon_rounds import MODULUS
from zkctl.address.requests import Conditions, Request
from zkctl.address.statements import parse_circuit_id
from zkctl.errors import EnvironmentProblem, FormatError, InputError, ZkctlError
from zkctl.toolchain.address.documents import (
    credential_document,
    line_of,
    read_credential,
    read_holder_secret,
    read_request,
    read_texts,
    request_document,
    reservation_document,
    secret_document,
)

CREDENTIAL = Credential(
    "tokyo", 5, parse_pid("JP-13-C02"), 7, ["JP", "東京都", *[""] * 6], list(range(1, 9)), 3
)
RESERVATION = Reservation("lockers", 2, "FAC-0042/D017", 17, 10, 20)


def test_credentials_and_reservations_return(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(line_of(credential_document(CREDENTIAL)))
    found = read_credential(path)
    assert isinstance(found, Credential)
    assert credential_document(found) == credential_document(CREDENTIAL)
    assert found.pid == CREDENTIAL.pid
    path.write_bytes(line_of(reservation_document(RESERVATION)))
    assert read_credential(path) == RESERVATION


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"v": "zkap.v2.credential"},
            "the document is of another kind: expected zkap.v1.credential or zkap.v1.reservation, got 'zkap.v2.credential'",
        ),
        ({"pid": "JP--13"}, "E2: part 2 of the PID is empty"),
        ({"pid_salt": 7}, "expected a string, found a number"),
        ({"place": "-1"}, "the text is not a decimal integer"),
        ({"pid_salt": str(MODULUS)}, "pid_salt: the number is too large"),
        ({"field_salts": ["1"] * 7 + [str(MODULUS + 1)]}, r"field_salts\[7\]: the number is too l"),
        ({"version": str(1 << 32)}, "version: the number is too large"),
        ({"version": str(MODULUS + 1)}, "version: the number is too large"),
        ({"field_salts": ["1"]}, "expected 8 elements, found 1"),
        ({"fields": {"country": "JP"}}, "missing 'province'"),
        ({"fields": dict.fromkeys(credential_document(CREDENTIAL)["fields"], "a\x07")}, "E11"),
    ],
)
def test_wrong_credentials(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(credential_document(CREDENTIAL) | changes))
    with pytest.raises(ZkctlError, match=message) as caught:
        read_credential(path)
    assert "東京都" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "limit"), [("locker_id", MODULUS), ("valid_from", 1 << 64), ("valid_until", 1 << 64)]
)
def test_numbers_of_a_reservation(tmp_path: Path, name: str, limit: int) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(reservation_document(RESERVATION) | {name: str(limit)}))
    with pytest.raises(FormatError, match=f"{name}: the number is too large"):
        read_credential(path)


def test_secrets(tmp_path: Path) -> None:
    path = tmp_path / "holder.json"
    path.write_bytes(secret_document("zkap.v1.holder", 77))
    path.chmod(0o600)
    assert read_holder_secret(path, "zkap.v1.holder") == 77
    with pytest.raises(
        FormatError, match=r"the document is of another kind: expected zkap\.v1\.access"
    ):
        read_holder_secret(path, "zkap.v1.access")
    path.write_bytes(secret_document("zkap.v1.holder", 0))
    with pytest.raises(InputError, match="the secret is not a number from 1"):
        read_holder_secret(path, "zkap.v1.holder")
    path.chmod(0o640)
    with pytest.raises(EnvironmentProblem, match="the key file is not private"):
        read_holder_secret(path, "zkap.v1.holder")


@pytest.mark.parametrize(
    ("circuit", "conditions"),
    [
        ("membership-v1-d4e4", Conditions(purpose="gift", period=3)),
        ("nonrevocation-v1", Conditions()),
        ("structure-v1", Conditions(country="JP", depth=4)),
        ("region-v1", Conditions(allowed=("JP", "DE"), prohibited=("JP-13",))),
        ("selective-reveal-v1", Conditions(fields=("city",))),
        ("locker-v1", Conditions(facility="F")),
    ],
)
def test_requests_return(tmp_path: Path, circuit: str, conditions: Conditions) -> None:
    request = Request(parse_circuit_id(circuit), "shop", "tokyo", 5, 100, conditions)
    path = tmp_path / "request.json"
    path.write_bytes(request_document(request))
    assert read_request(path) == request


def test_an_unknown_condition(tmp_path: Path) -> None:
    request = Request(parse_circuit_id("membership-v1"), "shop", "tokyo", 5, 100, Conditions())
    document = json.loads(request_document(request))
    path = tmp_path / "request.json"
    path.write_text(json.dumps(document | {"conditions": {"age": "18"}}))
    with pytest.raises(FormatError, match="the request has an unknown condition"):
        read_request(path)


def test_texts(tmp_path: Path) -> None:
    path = tmp_path / "texts.json"
    path.write_text('{"street": "x"}')
    assert read_texts(path) == {"street": "x"}
    path.write_text('["x"]')
    with pytest.raises(FormatError, match="expected an object, found an array"):
        read_texts(path)
