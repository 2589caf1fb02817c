"""The operator's page of a whole service: its workers, its circuit and its counts; never a value of a request."""

from __future__ import annotations

import time

from tests.support.demo_service import PID_BODY, RunningService


def page_with(served: RunningService, word: str, seconds: float = 30) -> str:
    """The page, once it has a word: processes report each second."""
    until = time.monotonic() + seconds
    while True:
        answer = served.http.get(f"{served.admin_url}/ops")
        assert answer.status_code == 200
        if word in answer.text:
            return answer.text
        assert time.monotonic() < until, answer.text
        time.sleep(0.2)


def test_the_page_of_a_running_service(served: RunningService) -> None:
    proof = served.post("/v1/zkp/generate", PID_BODY).json()["proof"]
    body = {"proof": proof, "circuitId": "membership-v1"}
    assert served.post("/v1/zkp/verify", body).json()["valid"] is True
    assert served.post("/v1/zkp/verify", {"proof": "zkp1.AAAA"}).status_code == 422
    text = page_with(served, "POST /v1/zkp/verify")
    assert "healthy" in text
    assert "membership-v1" in text
    assert "worker" in text
    assert str(served.children("worker")[0]) in text
    for private in (PID_BODY["pid"], proof, served.key):
        assert private not in text


def test_the_form_needs_a_key_with_the_scope(served: RunningService) -> None:
    """The key of the demo has the scopes of a holder and a verifier."""
    form = {"version": "0", "zkp_enabled": "false", "rollout_percentage": "0", "key": "zk_test_x"}
    answer = served.http.post(f"{served.admin_url}/ops/flag", data=form)
    assert answer.status_code == 401
    assert served.post("/v1/zkp/generate", PID_BODY).status_code in (200, 202)


def test_other_listeners_do_not_have_the_page(served: RunningService) -> None:
    assert served.get("/ops").status_code == 404
    assert served.get("/metrics").status_code == 404
