"""Lines of the log: eight keys in order, fixed forms of values, nothing else."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from zkctl.service.proving.logs import EXPLANATIONS, KEYS, Log, UserIds, allow_listed

PRIVATE = "JP-13-113-01 is a secret"
NOW = datetime(2026, 1, 2, 3, 4, 5, 678_999, timezone(timedelta(hours=9)))


def written(**values: object) -> dict[str, object]:
    """One line of an event."""
    stream = io.StringIO()
    log = Log("zkp-verifier", stream=stream, now=lambda: NOW)
    log.set_circuits(["membership-v1"])
    log.event(values.pop("event", "proof_verified"), **values)
    (line,) = stream.getvalue().splitlines()
    return json.loads(line)


def test_keys_and_their_order() -> None:
    line = written(circuit_id="membership-v1", duration_ms=1.6, request_id="req_1")
    assert tuple(line) == KEYS
    assert line == {
        "timestamp": "2026-01-01T18:04:05.678Z",
        "level": "info",
        "service": "zkp-verifier",
        "event": "proof_verified",
        "circuit_id": "membership-v1",
        "duration_ms": 2,
        "user_id": None,
        "request_id": "req_1",
    }


def test_code_and_reason_stand_in_warnings_only() -> None:
    for level in ("debug", "info"):
        assert tuple(written(level=level, code="ZS422", reason="equation")) == KEYS
    for level in ("warning", "error", "critical"):
        line = written(level=level, code="ZS422", reason="StoreUnavailable")
        assert tuple(line) == (*KEYS, *EXPLANATIONS)
    assert tuple(written(level="warning", code="worker-crashed")) == (*KEYS, "code")


@pytest.mark.parametrize("name", ["circuit_id", "request_id", "code", "reason"])
def test_a_value_that_is_not_of_its_form_is_dropped(name: str) -> None:
    line = written(level="error", **{name: PRIVATE})
    assert PRIVATE not in json.dumps(line)
    assert line.get(name) is None


def test_events_and_levels_are_listed() -> None:
    log = Log(stream=io.StringIO())
    for name, level in (("proof_stolen", "info"), ("started", "loud")):
        with pytest.raises(ValueError, match="is not listed"):
            log.event(name, level=level)


def test_other_keys_are_dropped() -> None:
    line = allow_listed(None, "msg", {"level": "error", "pid": PRIVATE, "exc_info": PRIVATE})
    assert PRIVATE not in json.dumps(line)
    assert set(line) == set(KEYS)


def test_forms_of_the_subject() -> None:
    pepper = bytes(32)
    forms = {form: Log(user_ids=form, pepper=pepper).user("did:web:x") for form in UserIds}
    assert forms[UserIds.PLAIN] == "did:web:x"
    assert forms[UserIds.OFF] is None
    keyed = forms[UserIds.KEYED]
    assert keyed.startswith("u_")
    assert len(keyed) == 2 + 16
    assert Log(user_ids=UserIds.KEYED, pepper=b"other").user("did:web:x") != keyed
    assert Log(user_ids=UserIds.KEYED, pepper=pepper).user(None) is None


def test_one_line_is_one_write() -> None:
    """So that lines of several processes do not mix."""

    class Counting(io.StringIO):
        writes = 0

        def write(self, text: str) -> int:
            self.writes += 1
            return super().write(text)

    stream = Counting()
    Log(stream=stream, now=lambda: datetime.now(UTC)).event("started")
    assert stream.writes == 1
    assert stream.getvalue().endswith("}\n")
