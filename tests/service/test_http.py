"""The addresses of the coordinator: what they answer, and what hostile requests get."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.requests import Request

from tests.service.harness import ADDRESS, SETTINGS, Harness, ScriptedContributor, copy_of
from tests.service.serving import serving
from zkctl.ceremony.record.signing import QueueEntry, sign_message
from zkctl.formats.ceremony_files import receipt_fields
from zkctl.service.coordinator.app import application
from zkctl.service.http.errors import HttpRefusal
from zkctl.service.http.limits import MAX_CONCURRENT_REQUESTS, ConcurrentRequests, Rates, read_body
from zkctl.toolchain.ceremony.audit import verify_ceremony
from zkctl.toolchain.ceremony.folder_steps import beacon_in_folder
from zkctl.toolchain.ceremony.requests import BeaconRequest

OPEN = replace(SETTINGS, requests_per_second=10_000, burst=10_000, joins_per_minute=10_000)
JSON = {"Content-Type": "application/json"}
OCTETS = {"Content-Type": "application/octet-stream"}


def state_of(web: TestClient) -> Any:
    """The state of the application that a test client talks to."""
    app: Any = web.app
    return app.state


@pytest.fixture
def harness(base: Path, tmp_path: Path) -> Iterator[Harness]:
    made = Harness(copy_of(base, tmp_path), OPEN)
    yield made
    made.coordinator.close()


def web_of(harness: Harness) -> TestClient:
    """The application without what happens by itself: tests call it."""
    return TestClient(application(harness.coordinator, harness.verify))


@pytest.fixture
def web(harness: Harness) -> TestClient:
    return web_of(harness)


def entrance(web: TestClient, contributor: ScriptedContributor, **changes: Any) -> dict[str, str]:
    facts = web.post("/api/challenge").json() | {"address": ADDRESS, "name": contributor.name}
    entry = QueueEntry(ceremony=web.get("/status.json").json()["ceremony"], **facts)
    signature = sign_message(contributor.private, entry.message(), "k")
    return facts | {"public_key": contributor.public_key, "signature": signature} | changes


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def enter(web: TestClient, contributor: ScriptedContributor) -> dict[str, str]:
    answer = web.post("/api/join", json=entrance(web, contributor))
    assert answer.status_code == 200
    contributor.token = answer.json()["token"]
    return bearer(contributor.token)


def message(answer: Any) -> str:
    return answer.json()["error"]["message"]


# -- the whole path


def test_a_contribution_by_hand(web: TestClient, harness: Harness) -> None:
    ann = ScriptedContributor(harness, "ann")
    key = enter(web, ann)
    assert web.post("/api/heartbeat", headers=key).json()["state"] == "active"
    data, receipt = ann.make()
    body = {"n_bytes": len(data), "receipt": receipt_fields(receipt)}
    assert web.post("/api/upload", json=body, headers=key).json() == {"offset": 0}
    for offset in range(0, len(data), 1000):
        piece = data[offset : offset + 1000]
        sent = {"Upload-Offset": str(offset), "Upload-Digest": hashlib.sha256(piece).hexdigest()}
        assert web.get("/api/upload", headers=key).json() == {"offset": offset}
        answer = web.put("/api/upload", content=piece, headers=key | OCTETS | sent)
        assert answer.json() == {"offset": offset + len(piece)}
    assert web.post("/api/heartbeat", headers=key).json()["state"] == "verifying"
    state_of(web).worker.step()
    view = web.post("/api/heartbeat", headers=key).json()
    assert (view["state"], view["number"]) == ("accepted", 1)
    status = web.get("/status.json").json()
    assert status["contributions"][0]["contribution"] == receipt.contribution
    assert status["contributions"][0]["is_signed"]
    assert web.post("/api/leave", headers=key).json() == {}
    verify_ceremony(harness.ceremony)


def test_the_wrong_tip_by_http(web: TestClient, harness: Harness) -> None:
    for name in ("ann", "bob"):
        ScriptedContributor(harness, name).enter().contribute()
    cy = ScriptedContributor(harness, "cy")
    key = enter(web, cy)
    data, receipt = cy.make(old="0000.zkey")
    body = {"n_bytes": len(data), "receipt": receipt_fields(receipt)}
    answer = web.post("/api/upload", json=body, headers=key)
    assert answer.status_code == 409
    error = {"code": 4, "kind": "integrity", "hint": "contribute to the newest key"}
    assert answer.json() == {
        "error": error | {"message": "the newest key is #2, your file continues #0"}
    }


# -- what everybody sees


def test_the_page_is_complete_in_itself_and_escapes_names(
    web: TestClient, harness: Harness
) -> None:
    ScriptedContributor(harness, "<script>alert(1)</script>").enter().contribute()
    for name in ("a\u202eb\x1b[31m", '"><img src=x>', ""):
        ScriptedContributor(harness, name).enter()
    answer = web.get("/")
    text = answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script" not in text
    assert "<img" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "a\\u202eb\\x1b[31m is contributing, 2 waiting." in text
    assert not re.search(r"(src|href)=.?(https?:)?//", text)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors 'none'" in policy
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in policy
    assert web.head("/").status_code == 200


def test_the_page_of_a_closed_ceremony(web: TestClient, harness: Harness) -> None:
    assert "zkctl ceremony join" in web.get("/").text
    ScriptedContributor(harness, "ann").enter().contribute()
    beacon_in_folder(harness.ceremony, BeaconRequest(beacon_hex="0a0b"))
    text = web.get("/").text
    assert "2 contributions" not in text
    assert "its beacon is in the key" in text
    assert "zkctl ceremony join" not in text


def test_health(web: TestClient, harness: Harness) -> None:
    assert (web.get("/health").status_code, web.get("/health").json()) == (200, {"status": "ok"})
    state_of(web).worker.problem = "no space left on device"
    assert (web.get("/health").status_code, web.get("/health").json()["status"]) == (
        503,
        "degraded",
    )
    state_of(web).worker.problem = ""
    transcript = harness.ceremony / "transcript.jsonl"
    transcript.write_bytes(transcript.read_bytes()[:-10])
    assert web.get("/health").status_code == 503


def test_files_and_their_ranges(web: TestClient, harness: Harness) -> None:
    key = (harness.ceremony / "0000.zkey").read_bytes()
    answer = web.get("/files/0000.zkey")
    assert (answer.content, answer.headers["accept-ranges"]) == (key, "bytes")
    assert answer.headers["content-security-policy"] == "default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    tag = answer.headers["etag"]
    assert tag == f'"{hashlib.blake2b(key).hexdigest()[:40]}"'
    part = web.get("/files/0000.zkey", headers={"Range": "bytes=100-", "If-Range": tag})
    assert (part.status_code, part.content) == (206, key[100:])
    assert part.headers["content-range"] == f"bytes 100-{len(key) - 1}/{len(key)}"
    other = web.get("/files/0000.zkey", headers={"Range": "bytes=100-", "If-Range": '"x"'})
    assert (other.status_code, other.content) == (200, key)
    beyond = web.get("/files/0000.zkey", headers={"Range": f"bytes={len(key)}-"})
    assert beyond.status_code == 416
    for name in ("transcript.jsonl", "ceremony.yaml", "circuit.r1cs", "phase1.ptau"):
        assert web.get(f"/files/{name}").content == (harness.ceremony / name).read_bytes()
        assert web.head(f"/files/{name}").status_code == 200


def test_a_key_without_a_line_is_not_published(web: TestClient, harness: Harness) -> None:
    (harness.ceremony / "0001.zkey").write_bytes(b"half a key")
    assert web.get("/files/0001.zkey").status_code == 404


def test_a_viewer_in_the_folder_is_served(web: TestClient, harness: Harness) -> None:
    assert web.get("/files/viewer.html").status_code == 404
    (harness.ceremony / "viewer.html").write_text("<!doctype html><script>1</script>")
    answer = web.get("/files/viewer.html")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "connect-src 'self'" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert 'href="files/viewer.html"' in web.get("/").text


@pytest.mark.parametrize(
    "name",
    [
        "../../../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "%2fetc%2fpasswd",
        ".lock",
        "receipts/0001.json",
        "..%5c..%5cwindows",
        "0000.zkey%00.html",
        "0000.zkey/",
        "a" * 300,
        "%ff%fe",
        "queue.sqlite",
        "..%2fstate%2fqueue.sqlite",
    ],
)
def test_names_that_are_no_files(web: TestClient, harness: Harness, name: str) -> None:
    (harness.ceremony / "receipts").mkdir(exist_ok=True)
    (harness.ceremony / "receipts" / "0001.json").write_text("mine")
    answer = web.get(f"/files/{name}", follow_redirects=False)
    assert answer.status_code in (404, 307)
    assert b"root:" not in answer.content


def test_a_link_in_the_folder_is_not_followed(web: TestClient, harness: Harness) -> None:
    (harness.ceremony / "viewer.html").symlink_to("/etc/passwd")
    answer = web.get("/files/viewer.html")
    assert (answer.status_code, message(answer)) == (404, "there is no file 'viewer.html'")


def test_nothing_else_is_there(web: TestClient) -> None:
    for path in ("/docs", "/openapi.json", "/redoc", "/api", "/files", "/metrics", "/health/"):
        assert web.get(path, follow_redirects=False).status_code == 404
    answer = web.delete("/api/upload")
    assert (answer.status_code, message(answer)) == (
        405,
        "the request is refused: method not allowed",
    )


# -- tokens


ADDRESSES = [
    ("POST", "/api/heartbeat"),
    ("POST", "/api/leave"),
    ("POST", "/api/upload"),
    ("GET", "/api/upload"),
    ("PUT", "/api/upload"),
]


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_every_address_for_participants_needs_a_token(
    web: TestClient, harness: Harness, method: str, path: str
) -> None:
    enter(web, ScriptedContributor(harness, "ann"))
    for headers in ({}, {"Authorization": "Bearer"}, {"Authorization": "Basic YTpi"}):
        answer = web.request(method, path, headers=headers)
        assert (answer.status_code, message(answer)) == (401, "a token is needed")
    for token in ("x", "a" * 5000, "' OR 1=1 --", "\xff\xfe"):
        headers = {"Authorization": f"Bearer {token}".encode("latin-1")}
        answer = web.request(method, path, headers=headers)
        assert (answer.status_code, message(answer)) == (401, "the token is not valid")
    answer = web.request(method, path, params={"token": "x"})
    assert answer.status_code == 401


# -- bodies


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "expected JSON, found an empty file"),
        (b"[]", "not as expected: the body: input should be"),
        (b"{}", "public_key: field required"),
        (b'{"public_key": 1}', "public_key: input should be a valid string"),
        (b'{"a":1,"a":2}', "duplicate key 'a'"),
        (b'{"name": NaN}', "a number that is not a plain integer"),
        (b'{"name": 1e400}', "a number that is not a plain integer"),
        (b'{"name": ' + b"9" * 5000 + b"}", "a number of 5000 digits"),
        (b"[" * 9000, "nested 9000 levels deep"),
        (b"\xff\xfe{}", "expected JSON, found"),
        (b'{"name": "\xff"}', "expected JSON in UTF-8"),
        (b'{"name": "\\ud800"}', "a string with a lone surrogate"),
        (b'{"name": "a\\u0000"}', "a string with a lone surrogate or NUL"),
        (b"{", "not valid JSON"),
        (b'{"extra": "x"}', "field required"),
    ],
)
def test_bodies_that_are_no_entrance(web: TestClient, body: bytes, expected: str) -> None:
    answer = web.post("/api/join", content=body, headers=JSON)
    assert answer.status_code == 400
    assert expected in message(answer)


def test_entrances_that_are_refused(web: TestClient, harness: Harness) -> None:
    ann = ScriptedContributor(harness, "ann")
    cases = [
        ({"signature": "zz"}, 403, "the signature is not that of the public key"),
        ({"challenge": "x"}, 403, "the challenge is used, too old or unknown"),
        ({"name": "n" * 65}, 400, "the name has 65 characters"),
        (
            {"name": "n" * 300},
            400,
            "not as expected: name: string should have at most 200 characters",
        ),
        ({"public_key": "rsa"}, 400, "the public key is not an OpenSSH public key"),
        ({"colour": "red"}, 400, "not as expected: colour: extra inputs are not permitted"),
    ]
    for change, status, expected in cases:
        answer = web.post("/api/join", json=entrance(web, ann, **change))
        assert (answer.status_code, message(answer)[: len(expected)]) == (status, expected)
    for name in ("a", "b", "c", "d", "e"):
        enter(web, ScriptedContributor(harness, name))
    answer = web.post("/api/join", json=entrance(web, ann))
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")


def test_types_and_sizes_of_bodies(web: TestClient, harness: Harness) -> None:
    ann = ScriptedContributor(harness, "ann")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        answer = web.post("/api/join", content=b"{}", headers={"Content-Type": kind})
        assert (answer.status_code, message(answer)) == (
            415,
            f"expected a body of type application/json, found {kind!r}",
        )
    packed = JSON | {"Content-Encoding": "gzip"}
    assert web.post("/api/join", content=b"{}", headers=packed).status_code == 415
    long = web.post("/api/join", content=b" " * 20_000, headers=JSON)
    assert (long.status_code, message(long)) == (413, "the body is longer than 16384 bytes")
    endless = web.post("/api/join", content=(b" " * 1000 for _ in range(1000)), headers=JSON)
    assert endless.status_code == 413
    key = enter(web, ann)
    piece = web.put("/api/upload", content=b"x" * 1001, headers=key | OCTETS)
    assert (piece.status_code, message(piece)) == (413, "the body is longer than 1000 bytes")


def test_the_headers_of_a_piece(web: TestClient, harness: Harness) -> None:
    key = enter(web, ScriptedContributor(harness, "ann"))
    digest = hashlib.sha256(b"x").hexdigest()
    for offset in ("", "-1", "1e3", "٣", "9" * 16, "0x0"):
        sent = {"Upload-Offset": offset.encode(), "Upload-Digest": digest}
        answer = web.put("/api/upload", content=b"x", headers=key | OCTETS | sent)
        assert (answer.status_code, message(answer)) == (
            400,
            "the header Upload-Offset is not a number",
        )
    sent = {"Upload-Offset": "0", "Upload-Digest": digest[:-1]}
    answer = web.put("/api/upload", content=b"x", headers=key | OCTETS | sent)
    assert (answer.status_code, message(answer)) == (409, "the piece was damaged on the way")


def test_who_does_not_have_the_slot_sends_nothing(web: TestClient, harness: Harness) -> None:
    """Refused before the body is read."""
    enter(web, ScriptedContributor(harness, "ann"))
    key = enter(web, ScriptedContributor(harness, "bob"))
    answer = web.put("/api/upload", content=b"x" * 1_000_000, headers=key | OCTETS)
    assert answer.status_code == 409
    assert message(answer) == "you do not have the slot: it is not your turn"


# -- rates


def test_an_allowance_fills_up_again() -> None:
    now = [0.0]
    rates = Rates(2, 3, lambda: now[0])
    for _ in range(3):
        rates.check("a")
    with pytest.raises(HttpRefusal, match="too many requests") as caught:
        rates.check("a")
    assert (caught.value.status, caught.value.retry_after) == (429, 1)
    rates.check("b")
    now[0] = 0.5
    rates.check("a")
    with pytest.raises(HttpRefusal, match="too many requests"):
        rates.check("a")


def test_a_flood_of_addresses_does_not_fill_the_memory() -> None:
    now = [0.0]
    rates = Rates(2, 3, lambda: now[0])
    for k in range(25_000):
        rates.check(str(k))
    assert len(rates._buckets) <= 10_000


def test_too_many_requests(base: Path, tmp_path: Path) -> None:
    settings = replace(SETTINGS, burst=5, requests_per_second=0.01, joins_per_minute=2)
    harness = Harness(copy_of(base, tmp_path), settings)
    web = web_of(harness)
    codes = [web.get("/health").status_code for _ in range(7)]
    assert codes == [200] * 5 + [429] * 2
    answer = web.get("/")
    assert (message(answer), answer.headers["retry-after"]) == ("too many requests", "100")
    harness.coordinator.close()


def test_a_network_of_ipv6_is_one_address() -> None:
    """Everybody gets 2^64 of them; an IPv4 address may come in another spelling."""
    rates = Rates(1, 1, lambda: 0.0)
    for first, second in (
        ("2001:db8::1", "2001:db8::ffff:2"),
        ("fe80::1%eth0", "fe80::2%eth0"),
        ("192.0.2.1", "::ffff:192.0.2.1"),
        ("no address", "no address"),
    ):
        rates.check(first)
        with pytest.raises(HttpRefusal, match="too many requests"):
            rates.check(second)
    for other in ("2001:db8:0:1::1", "::ffff:192.0.2.2"):
        rates.check(other)


def test_one_address_does_not_use_up_the_challenges(base: Path, tmp_path: Path) -> None:
    harness = Harness(copy_of(base, tmp_path), replace(OPEN, joins_per_minute=3, challenges=4))
    near, far = (
        TestClient(web_of(harness).app, client=(host, 1)) for host in ("192.0.2.1", "192.0.2.2")
    )
    codes = [near.post("/api/challenge").status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    assert far.post("/api/challenge").status_code == 200
    full = far.post("/api/challenge")  # a client tries that again, as it does not a 413
    assert (full.status_code, full.headers["retry-after"]) == (429, "60")
    assert message(full) == "too many people enter at the moment"
    harness.coordinator.close()


def test_few_pieces_of_one_person_are_in_memory() -> None:
    concurrent_requests = ConcurrentRequests()
    with ExitStack() as held:
        for _ in range(MAX_CONCURRENT_REQUESTS):
            held.enter_context(concurrent_requests.one_more(1))
        with (
            concurrent_requests.one_more(2),
            pytest.raises(HttpRefusal, match="too many pieces at the same time") as caught,
            concurrent_requests.one_more(1),
        ):
            pass
        assert caught.value.status == 429
    with concurrent_requests.one_more(1):
        assert dict(concurrent_requests._in_hand) == {1: 1}


def test_pieces_that_dawdle_do_not_pile_up(harness: Harness) -> None:
    ann = ScriptedContributor(harness, "ann").enter()
    head = b"PUT /api/upload HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
    head += f"Authorization: Bearer {ann.token}\r\nContent-Length: 900\r\n\r\n".encode()
    with serving(harness) as url, ExitStack() as open_lines:
        port = int(url.rstrip("/").rpartition(":")[2])
        for _ in range(MAX_CONCURRENT_REQUESTS):
            line = open_lines.enter_context(socket.create_connection(("127.0.0.1", port)))
            line.sendall(head + b"x" * 800)
        whole = head.replace(b"Host: x", b"Host: x\r\nConnection: close") + b"x" * 900
        answers = [ask(url, whole)[9:12]]
        while answers[-1] == b"400" and len(answers) < 500:  # no offset; until all four are in hand
            answers.append(ask(url, whole)[9:12])
        assert answers[-1] == b"429"


# -- our own mistakes


def test_a_bug_is_one_line_and_no_traceback(
    web: TestClient, harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any):
        raise RuntimeError("a secret place\nin two lines")

    monkeypatch.setattr(harness.coordinator, "queue", broken)
    answer = web.get("/status.json")
    assert (answer.status_code, message(answer)) == (500, "internal error")
    assert "secret" not in answer.text
    assert harness.said[-1] == "internal error: RuntimeError: a secret place\\x0ain two lines"


def test_what_happens_by_itself_goes_on_after_an_error(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = application(harness.coordinator, harness.verify)
    real, calls = app.state.worker._settled, []

    def broken(job: Any):
        calls.append(job)
        if len(calls) == 1:
            raise RuntimeError("once")
        return real(job)

    monkeypatch.setattr(app.state.worker, "_settled", broken)
    monkeypatch.setattr("zkctl.service.coordinator.app.RETRY_SECONDS", 0.01)
    ann = ScriptedContributor(harness, "ann").enter()
    data, receipt = ann.make()
    ann.announce(data, receipt)
    ann.send(data)
    with TestClient(app) as web:
        for _ in range(400):
            view = web.post("/api/heartbeat", headers=bearer(ann.token)).json()
            if view["state"] == "accepted":
                break
        else:
            pytest.fail("the verification did not go on")
    assert "RuntimeError: once" in harness.said


# -- bytes on the wire


def ask(url: str, request: bytes, *, gone: bool = False) -> bytes:
    """Send exactly this, and read until the server has said enough."""
    port = int(url.rstrip("/").rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        answer = b""
        with suppress(ConnectionError):  # a server that closes while we are still talking
            line.sendall(request)
            if gone:
                return answer
            while data := line.recv(65536):
                answer += data
    return answer


def test_requests_that_are_not_http(harness: Harness) -> None:
    ann = ScriptedContributor(harness, "ann").enter()
    head = b"POST /api/heartbeat HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n"
    token = f"Authorization: Bearer {ann.token}\r\n".encode()
    with serving(harness) as url:
        assert ask(url, head + token + b"\r\n").startswith(b"HTTP/1.1 200")
        bad = [
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 50,
            b"GET /\r\nX: y HTTP/1.1\r\n\r\n",
            head + b"X-Bad\r\n : y\r\n\r\n",
            head + b"X: a\rb\r\n\r\n",
            head + b"X: a\0b\r\n\r\n",
            head + b"Content-Length: 5\r\n\r\n",
            head + b"X: " + b"a" * 200_000 + b"\r\n\r\n",
            b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        ]
        for request in bad:
            assert ask(url, request)[:12] in (b"", b"HTTP/1.1 400", b"HTTP/1.1 431"), request[:60]
        raw = b"GET /files/\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        assert ask(url, raw)[9:12] in (b"400", b"404")
        path = b"GET /files/../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        assert ask(url, path).startswith(b"HTTP/1.1 404")
        odd = head + token + b"X-Request-Id: \xff\xfe\r\nUser-Agent: \x80\r\n\r\n"
        assert ask(url, odd).startswith(b"HTTP/1.1 200")
    assert not any("\n" in line or "\xff" in line for line in harness.said)


def test_a_body_that_stops_or_dawdles(base: Path, tmp_path: Path) -> None:
    harness = Harness(copy_of(base, tmp_path), replace(OPEN, body_seconds=0.3))
    head = b"POST /api/join HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    with serving(harness) as url:
        port = int(url.rstrip("/").rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            line.sendall(head + b"Content-Length: 100\r\n\r\n{")
            answer = b""
            while not answer.endswith(b"}}") and (
                more := line.recv(65536)
            ):  # head and body may come apart
                answer += more
        assert answer.startswith(b"HTTP/1.1 408")
        assert "the body took longer than 0 seconds" in answer.decode()
        ask(url, head + b"Content-Length: 100\r\n\r\n{", gone=True)
        assert (
            ask(url, b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")[9:12]
            == b"200"
        )
    harness.coordinator.close()


def test_a_connection_that_ends_within_a_body() -> None:
    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    request = Request({"type": "http", "headers": [(b"content-type", b"x/y")]}, receive)
    with pytest.raises(HttpRefusal, match="the connection ended within the body"):
        asyncio.run(read_body(request, "x/y", 10, 5))


def test_answers_are_json_with_the_same_facts_as_the_command_line(web: TestClient) -> None:
    answer = web.post("/api/heartbeat")
    assert json.loads(answer.text) == {
        "error": {
            "code": 1,
            "kind": "check-failed",
            "message": "a token is needed",
            "hint": "enter the queue first",
        }
    }
