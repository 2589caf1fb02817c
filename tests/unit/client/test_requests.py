"""Requests to the service: addresses, refusals, and what is repeated."""

from __future__ import annotations

import pytest

from tests.support.fake_service import FakeRequest, always, fake_service, in_turn
from zkctl.client.requests import Patience, ServiceRequests
from zkctl.errors import InputError, LimitError, NetworkError, UsageError, ZkctlError

PROBLEM = {"title": "The queue is full", "detail": "The queue is full"}


def requests_to(url: str, pauses: list[float], **options: float) -> ServiceRequests:
    patience = Patience(seconds=options.pop("seconds", 100.0), request=5.0)
    return ServiceRequests(url, "zk_live_k", patience, pause=pauses.append, now=lambda: 0.0)


def test_an_answer() -> None:
    with fake_service() as service:
        service.behaviours["/a"] = always(200, {"x": 1}, {"Location": "/b"})
        answer = requests_to(service.url, []).send("POST", "/a", {"y": 2}, wait_s=25)
    assert (answer.status, answer.value, answer.headers["location"]) == (200, {"x": 1}, "/b")
    method, _, headers, body = service.asked[0]
    assert (method, body) == ("POST", b'{"y": 2}')
    assert headers["Authorization"] == "Bearer zk_live_k"
    assert headers["Prefer"] == "wait=25"


def test_a_busy_service_is_asked_again_when_it_says() -> None:
    pauses: list[float] = []
    with fake_service() as service:
        service.behaviours["/a"] = in_turn(
            always(503, PROBLEM, {"Retry-After": "7"}), always(429, PROBLEM), always(200, {})
        )
        requests_to(service.url, pauses).send("GET", "/a", may_repeat=True)
    assert pauses == [7.0, 1.0]
    assert len(service.asked) == 3


def test_a_request_with_an_effect_is_sent_once() -> None:
    pauses: list[float] = []
    with fake_service() as service:
        service.behaviours["/a"] = always(503, PROBLEM, {"Retry-After": "7"})
        with pytest.raises(NetworkError) as caught:
            requests_to(service.url, pauses).send("POST", "/a", {})
    assert caught.value.message == "the service refuses the request (503): The queue is full"
    assert (pauses, len(service.asked)) == ([], 1)


def test_patience_ends() -> None:
    with fake_service() as service:
        service.behaviours["/a"] = always(503, PROBLEM, {"Retry-After": "200"})
        with pytest.raises(NetworkError, match="the service refuses the request"):
            requests_to(service.url, []).send("GET", "/a", may_repeat=True)
        assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((400, InputError), (401, UsageError), (403, UsageError), (404, InputError)),
        *((413, LimitError), (422, InputError), (500, NetworkError), (302, InputError)),
    ],
)
def test_kinds_of_refusals(status: int, kind: type[ZkctlError]) -> None:
    value = {
        "title": "Invalid input",
        "detail": "the input is too large",
        "hint": "make it smaller",
        "errors": [{"pointer": "/inputs/a", "message": "x"}],
    }
    with fake_service() as service:
        service.behaviours["/a"] = always(status, value, {"Location": "/elsewhere"})
        with pytest.raises(kind) as caught:
            requests_to(service.url, []).send("GET", "/a", may_repeat=True)
    expected = f"the service refuses the request ({status}): Invalid input: the input is too large"
    assert caught.value.message == expected
    assert (caught.value.where, caught.value.hint) == ("/inputs/a", "make it smaller")
    assert service.paths() == ["/a"]  # no redirect is followed


def test_answers_that_are_no_problems() -> None:
    def html(request: FakeRequest) -> None:
        request.reply(502, None)

    with fake_service() as service:
        service.behaviours["/a"] = html
        with pytest.raises(NetworkError, match="no reason given"):
            requests_to(service.url, []).send("GET", "/a")


def test_a_service_that_is_not_there() -> None:
    from tests.support.servers import free_port

    pauses: list[float] = []
    requests = requests_to(f"http://127.0.0.1:{free_port()}", pauses, seconds=1.6)
    with pytest.raises(NetworkError, match="the service cannot be reached") as caught:
        requests.send("GET", "/health", may_repeat=True)
    assert caught.value.where.startswith("http://127.0.0.1")
    assert pauses == [0.5, 1.0]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("zkp.example.org", "the address of the service is malformed: expected https://HOST"),
        ("ftp://zkp.example.org", "the address of the service is malformed"),
        ("https://zkp.example.org/?a=b", "the address of the service is malformed"),
        ("http://zkp.example.org", "the address of the service is not encrypted"),
        ("http://10.0.0.1:80", "the address of the service is not encrypted"),
    ],
)
def test_addresses_that_are_refused(url: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        ServiceRequests(url)
    assert message in caught.value.message


@pytest.mark.parametrize("url", ["https://a.example/", "http://localhost:1", "http://[::1]:80"])
def test_addresses_that_are_accepted(url: str) -> None:
    ServiceRequests(url)
