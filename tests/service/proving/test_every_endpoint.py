"""Every endpoint of both listeners, as their OpenAPI documents list them: other keys, other tenants, other paths and methods.

A new endpoint is asked without a change here: only one that names an object of a tenant needs a row in OBJECTS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from fastapi.routing import APIRoute

from tests.support.service_api import InProcessApi, open_api
from zkctl.service.proving.app import Api, admin_application, application
from zkctl.service.proving.openapi import describe

UNKNOWN_JOB = "01a2206d-01ca-7188-80da-40231f24595a"
MINE = "membership-v1"
METHODS = ("GET", "HEAD", "OPTIONS", "TRACE", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "X")
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method")
# parameters of paths that name an object of everybody
SHARED = {"circuit_id": MINE, "name": "nobody", "number": "0"}
HIDDEN = {"/openapi.json", "/docs", "/ops", "/ops/flag"}  # of both listeners, in no document


class Operation(NamedTuple):
    """An operation of a document; `scope` is "" where no key is needed."""

    method: str
    path: str
    scope: str
    has_body: bool
    may_have_key: bool

    def at(self, **parameters: str) -> str:
        """Return the path with values for its parameters."""
        return self.path.format(**SHARED | {"job_id": UNKNOWN_JOB} | parameters)


def operations(app: Api) -> list[Operation]:
    found = []
    for path, methods in describe(app)["paths"].items():
        for method, each in methods.items():
            scope = re.search(r"scope (\w+)", each.get("description", ""))
            needs_key = bool(each.get("security"))
            assert needs_key is bool(scope), path
            name = scope[1] if scope else ""
            takes_key = "key-invalid" in each["responses"].get("401", {}).get("description", "")
            found.append(Operation(method.upper(), path, name, "requestBody" in each, takes_key))
    return found


@pytest.fixture(scope="module")
def api(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcessApi]:
    with open_api(tmp_path_factory.mktemp("every"), demo) as running:
        yield running


@pytest.fixture(scope="module")
def public(api: InProcessApi) -> list[Operation]:
    return operations(application(api.service))


@pytest.fixture(scope="module")
def admin(api: InProcessApi) -> list[Operation]:
    return operations(admin_application(api.service))


@pytest.fixture(scope="module")
def guarded(public: list[Operation]) -> list[Operation]:
    found = [each for each in public if each.scope]
    assert {each.scope for each in found} == {"prove", "verify", "registry"}
    return found


def seen(answer: httpx.Response) -> tuple[int, str, list[tuple[bytes, bytes]]]:
    """What a client sees of an answer, without the id of the request."""
    request_id = answer.headers["x-request-id"]
    headers = [each for each in answer.headers.raw if each[0].lower() != b"x-request-id"]
    return answer.status_code, answer.text.replace(request_id, ""), sorted(headers)


def ask(api: InProcessApi, one: Operation, path: str = "", **options: Any) -> httpx.Response:
    body = {"content": b"{}"} if one.has_body else {}
    return api.request(one.method, path or one.at(), **body | options)


def test_the_documents_have_every_route(api: InProcessApi) -> None:
    for app in (application(api.service), admin_application(api.service)):
        routes = {each.path for each in app.routes if isinstance(each, APIRoute)}
        assert routes - {each.path for each in operations(app)} <= HIDDEN


def test_every_key_that_does_not_count_is_one_answer(
    api: InProcessApi, guarded: list[Operation]
) -> None:
    revoked, expired = api.new_key(), api.new_key(lifetime_s=-1)
    api.run(api.service.keys.revoke(revoked.split("_")[2]))
    other, key = api.new_key(environment="test"), api.key
    texts = ["", "Bearer", "Bearer ", key, f"Basic {key}", f"Token {key}", f"Bearer {key} {key}"]
    wrong = ("zk_live_aaaaaaaa_" + "A" * 43, key[:-1] + "-", key[:-1], key + "A", key.upper())
    wrong += (revoked, expired, other, f'"{key}"', f"{key},", f"{key}\x7f", "x" * 5000)
    texts += [f"Bearer {each}" for each in wrong]
    given: list[list[tuple[str, str]]] = [[("Authorization", each)] for each in texts]
    right = ("Authorization", f"Bearer {key}")
    given += [[right, right], [right, ("Authorization", "Bearer x")]]
    given += [[("Authorization", "Bearer x"), right]]
    names = ("X-Api-Key", "Api-Key", "Proxy-Authorization", "X-Authorization", "Cookie", "Key")
    given += [[(each, f"Bearer {key}")] for each in names]
    given += [[("X-Client-Cert-Verify", "SUCCESS"), ("X-Client-Cert-Pem", "CN=acme")]]
    client = api.client
    assert client is not None

    async def send(one: Operation, headers: list[tuple[str, str]], query: str) -> httpx.Response:
        return await client.request(one.method, one.at() + query, headers=headers, content=b"{}")

    for one in guarded:
        answers = [api.run(send(one, headers, "")) for headers in given]
        answers += [api.run(send(one, [], f"?{name}={key}")) for name in ("key", "api_key")]
        assert {each.status_code for each in answers} == {401}, one
        assert len({str(seen(each)) for each in answers}) == 1, one


def test_every_other_scope_is_missing(api: InProcessApi, guarded: list[Operation]) -> None:
    for one in guarded:
        others = [each for each in ("prove", "verify", "registry", "admin") if each != one.scope]
        for scopes in (*((each,) for each in others), tuple(others)):
            headers = {"Authorization": f"Bearer {api.new_key(*scopes)}"}
            answer = ask(api, one, headers=headers)
            assert answer.status_code == 403, (one, scopes)
            assert answer.json()["type"] == "urn:zkctl:problem:scope-missing"
        headers = {"Authorization": f"Bearer {api.new_key(one.scope)}"}
        assert ask(api, one, headers=headers).status_code not in (401, 403), one


def test_keys_change_nothing_where_none_is_needed(
    api: InProcessApi, public: list[Operation]
) -> None:
    for one in public:
        if not one.may_have_key:
            found = {
                str(seen(ask(api, one, headers={"Authorization": each})))
                for each in (f"Bearer {api.key}", "Bearer x", "")
            }
            assert len(found) == 1, one


def test_an_object_of_another_tenant_is_as_one_that_does_not_exist(
    api: InProcessApi, guarded: list[Operation]
) -> None:
    """Jobs in each state, by every operation and method with an id in its path."""
    headers = {"Prefer": "wait=0", "Idempotency-Key": "mine"}
    waiting = api.post("/v1/zkp/generate", api.body(scope=1), headers=headers).json()["jobId"]
    done, removed = api.prove(scope=2)["jobId"], api.prove(scope=3)["jobId"]
    assert api.request("DELETE", f"/v1/zkp/jobs/{removed}").status_code == 200
    other = {"Authorization": f"Bearer {api.new_key(tenant='other')}"}
    named = {each.path for each in guarded if "{" in each.path}
    assert named == {"/v1/zkp/jobs/{job_id}"}  # another path needs its objects here
    for path in named:
        for method in METHODS:
            none = api.request(method, path.format(job_id=UNKNOWN_JOB), headers=other)
            for theirs in (waiting, done, removed):
                answer = api.request(method, path.format(job_id=theirs), headers=other)
                assert seen(answer) == seen(none), (method, path)
                for name in OVERRIDES:
                    given = other | {name: "DELETE"}
                    answer = api.request(method, path.format(job_id=theirs), headers=given)
                    assert seen(answer) == seen(none), (method, name)
    assert api.get(f"/v1/zkp/jobs/{done}").json()["state"] == "done"


def test_names_of_another_tenant_are_free(api: InProcessApi) -> None:
    """Idempotency keys, nonces, leaves and verdicts of one tenant are unknown to another."""
    other = {"Authorization": f"Bearer {api.new_key(tenant='other')}"}
    mine = {"Idempotency-Key": "order", "X-Request-Id": "order"}
    first = api.post("/v1/zkp/generate", api.body(scope=11), headers=mine)
    theirs = api.post("/v1/zkp/generate", api.body(scope=11), headers=mine | other)
    assert theirs.status_code == 200
    assert "idempotency-replayed" not in theirs.headers
    assert theirs.json()["jobId"] != first.json()["jobId"]

    verify = {"proof": first.json()["proof"]}
    assert [api.post("/v1/zkp/verify", verify).json()["cached"] for _ in "ab"] == [False, True]
    assert api.post("/v1/zkp/verify", verify, headers=other).json()["cached"] is False

    leaf = {"registry": "r", "pidCommitment": "5", "fieldsCommitment": "6", "holderKey": "7"}
    added = api.post("/v1/addresses", leaf | {"version": 1})
    assert added.status_code == 201, added.text
    revocation = {"registry": "r", "reason": "user_request"}
    for registry in ("r", "none"):
        found = [
            api.post(
                "/v1/revocations", revocation | {"leaf": each, "registry": registry}, headers=other
            )
            for each in (added.json()["leaf"], "12345")
        ]
        assert seen(found[0]) == seen(found[1])
        assert found[0].status_code == 404


def test_each_listener_knows_its_own_paths_only(
    api: InProcessApi, public: list[Operation], admin: list[Operation]
) -> None:
    """A path of the other listener is answered as one that nobody has, whatever the method and the key."""
    client = {"public": api.client, "admin": api.admin}
    paths = {"public": {each.at() for each in admin} | {"/ops", "/ops/flag"}}
    paths["admin"] = {each.at() for each in public} | {"/docs", "/openapi.json"}
    assert not paths["public"] & paths["admin"]
    for listener, foreign in paths.items():
        asked = client[listener]
        assert asked is not None
        for method in METHODS:
            for headers in ({}, api.authorization):
                none = seen(api.run(asked.request(method, "/none", headers=headers)))
                assert none[0] == 404
                for path in foreign:
                    found = seen(api.run(asked.request(method, path, headers=headers)))
                    assert found == none, (listener, method, path)


def test_every_other_method_is_refused_before_the_key(
    api: InProcessApi, public: list[Operation]
) -> None:
    for path in {each.at() for each in public}:
        known = {each.method for each in public if each.at() == path}
        for method in sorted(set(METHODS) - known):
            found = api.request(method, path)
            assert found.status_code == 405, (method, path)
            assert found.headers["allow"] in known
            headers = {"Authorization": ""}
            assert seen(api.request(method, path, headers=headers)) == seen(found)


TRICKS = (
    *("{0}/", "/{0}", "{0}//", "{0};a=b", "/.{0}", "/%2e{0}", "/x/..{0}", "/x/%2e%2e{0}"),
    *("{0}%00", "{0}%20", "{0}%2f", "{0}/.", "{0}/%2e", "\\{0}", "{0}.json", "/index.php{0}"),
    *("{0}%0d%0ax", "{0}%c0%af", "/%252e{0}"),
)


def spellings(path: str) -> Iterator[str]:
    """Other spellings of a path: a proxy and the service must not read two paths in one text."""
    for trick in TRICKS:
        yield trick.format(path)
    yield "/" + path[1:].replace("/", "//", 1) if "/" in path[1:] else "/" + path
    yield path.upper()
    yield "/" + path[1:].replace("/", "%2F")
    yield "/" + path[1:].replace("/", "%5C")
    yield f"/%{ord(path[1]):02X}{path[2:]}"
    yield f"{path[:-1]}%{ord(path[-1]):02x}"


def test_every_other_spelling_of_a_path_is_unknown(
    api: InProcessApi, public: list[Operation], admin: list[Operation]
) -> None:
    for client, known in ((api.client, public), (api.admin, admin)):
        assert client is not None
        paths = {each.at() for each in known}
        for one in known:
            for spelling in set(spellings(one.at())) - paths:
                found = api.run(_raw(client, one.method, spelling, api.authorization))
                assert found.status_code in (400, 404, 405), (one.method, spelling)
                assert found.headers["content-type"] == "application/problem+json"


async def _raw(
    client: httpx.AsyncClient, method: str, target: str, headers: dict[str, str]
) -> httpx.Response:
    """Send a target as it is: httpx itself would change some of them."""
    request = client.build_request(method, "/", headers=headers, content=b"{}")
    request.url = _Url(request.url, target)  # type: ignore[assignment]
    return await client.send(request)


class _Url(httpx.URL):
    """A URL whose path is sent as it was written."""

    def __init__(self, base: httpx.URL, target: str) -> None:
        super().__init__(base)
        self._target = target

    @property
    def raw_path(self) -> bytes:
        return self._target.encode()

    @property
    def path(self) -> str:
        from urllib.parse import unquote

        return unquote(self._target)


WRONG = ["malformed-json", "duplicate-member", "media-type", "body-too-large", "invalid-input"]
WRONG += ["invalid-proof-structure", "unknown-circuit"]
BODIES: dict[str, tuple[bytes, dict[str, str]]] = {
    "a name twice": (b'{"a": 1, "a": 2}', {}),
    "a name twice, escaped": (b'{"a": 1, "\\u0061": 2}', {}),
    "NaN": (b'{"a": NaN}', {}),
    "Infinity": (b'{"a": -Infinity}', {}),
    "a huge number": (b'{"a": ' + b"9" * 5000 + b"}", {}),
    "a huge exponent": (b'{"a": 1e999999999}', {}),
    "depth": (b'{"a": ' + b"[" * 3000 + b"]" * 3000 + b"}", {}),
    "BOM": (b"\xef\xbb\xbf{}", {}),
    "UTF-16": ("{}".encode("utf-16"), {}),
    "not UTF-8": (b'{"a": "\xff"}', {}),
    "a lone surrogate": (b'{"a": "\\ud800"}', {}),
    "an array": (b"[]", {}),
    "null": (b"null", {}),
    "nothing": (b"", {}),
    "two documents": (b"{}{}", {}),
    "a comment": (b"{}//", {}),
    "XML": (b"<a/>", {"Content-Type": "application/xml"}),
    "text": (b"{}", {"Content-Type": "text/plain"}),
    "a multipart form": (b"{}", {"Content-Type": "multipart/form-data; boundary=a"}),
    "gzip": (b"\x1f\x8b\x08\x00", {"Content-Encoding": "gzip"}),
    "identity": (b"{}", {"Content-Encoding": "identity"}),
    "too long": (b" " * ((1 << 20) + 1) + b"{}", {}),
    "unknown members": (b'{"__proto__": {}, "constructor": 1, "zkctl": true}', {}),
}


@pytest.mark.parametrize("name", BODIES)
def test_every_endpoint_refuses_such_a_body(
    api: InProcessApi, public: list[Operation], admin: list[Operation], name: str
) -> None:
    content, headers = BODIES[name]
    n_asked = 0
    for client, known in ((api.client, public), (api.admin, admin)):
        assert client is not None
        for one in (each for each in known if each.has_body):
            given = {**api.authorization, "Prefer": "wait=0", **headers}
            answer = api.run(client.request(one.method, one.at(), content=content, headers=given))
            assert answer.headers["content-type"] == "application/problem+json", one
            assert answer.json()["type"].rpartition(":")[2] in WRONG, (one, answer.text)
            n_asked += 1
    assert n_asked >= 8
    assert api.faults == []


def test_the_admin_listener_answers_no_page_of_a_browser(
    api: InProcessApi, admin: list[Operation]
) -> None:
    """On loopback it needs no key: a page may neither ask it by a name of its own nor send it a form."""
    asked = api.admin
    assert asked is not None
    paths = {(each.method, each.at()) for each in admin} | {("GET", "/ops"), ("GET", "/ops/flag")}
    for method, path in paths:
        for host in (
            "evil.example",
            "evil.example:9464",
            "127.0.0.1.evil.example",
            "localhost.",
            "",
        ):
            answer = api.run(asked.request(method, path, headers={"Host": host}))
            assert answer.status_code == 404, (method, path, host)
        if method == "POST":
            answer = api.run(asked.request(method, path, headers={"Origin": "http://evil.example"}))
            assert answer.status_code == 400, (method, path)


def test_a_header_that_counts_once_is_refused_twice(api: InProcessApi) -> None:
    """Two programs that read another one of them would read two requests."""
    client = api.client
    assert client is not None
    cases = {
        "Idempotency-Key": ("a", "b", 400),
        "Content-Type": ("application/json", "text/plain", 415),
        "Content-Encoding": ("identity", "gzip", 415),
    }
    for name, (one, two, status) in cases.items():
        for values in ((one, two), (two, one)):
            headers = [*api.authorization.items(), *((name, each) for each in values)]
            content = json.dumps(api.body()).encode()
            answer = api.run(client.post("/v1/zkp/generate", headers=headers, content=content))
            assert answer.status_code == status, name
    ids = [("X-Request-Id", "a"), ("X-Request-Id", "b")]
    answer = api.run(client.get("/health/live", headers=ids))
    assert answer.headers["x-request-id"].startswith("req_")
