"""docs/reference/http-api.md names every route, field, state and limit of the coordinator, and no others."""

from __future__ import annotations

import re
from typing import Any

from tests.conftest import ROOT
from zkctl.service.coordinator import store
from zkctl.service.coordinator.routes import api, public
from zkctl.service.coordinator.schemas import JoinRequest, UploadRequest
from zkctl.service.coordinator.settings import EXTRA_BYTES, CoordinatorSettings
from zkctl.service.coordinator.status import SCHEMA
from zkctl.service.http.errors import _STATUS
from zkctl.service.http.limits import MAX_CONCURRENT_REQUESTS

TEXT = (ROOT / "docs/reference/http-api.md").read_text()
STATES = {"WAITING", "ACTIVE", "VERIFYING", "ACCEPTED", "REFUSED", "LEFT"}


def routes_of_the_app() -> set[tuple[str, str]]:
    routes: list[Any] = [*public.routes, *api.routes]
    return {
        (method, route.path) for route in routes for method in route.methods if method != "HEAD"
    }


def section(title: str) -> str:
    """The text below a heading, up to the next heading."""
    (body,) = re.findall(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", TEXT, re.MULTILINE | re.DOTALL)
    return str(body)


def fields_of(title: str) -> set[str]:
    return set(re.findall(r"^\| `(\w+)` \|", section(title), re.MULTILINE))


def test_every_route_is_documented_and_every_documented_route_exists() -> None:
    documented = set(re.findall(r"^### ([A-Z]+) (\S+)$", TEXT, re.MULTILINE))
    assert documented == routes_of_the_app()


def test_the_routes_that_need_a_token_are_in_their_section() -> None:
    with_token, _, _ = TEXT.partition("## Requests with a token\n")[2].partition("\n## ")
    documented = set(re.findall(r"^### ([A-Z]+) (\S+)$", with_token, re.MULTILINE))
    needed = {
        (method, getattr(route, "path"))  # noqa: B009
        for route in api.routes
        for method in route.methods  # type: ignore[attr-defined]  # every route here is an APIRoute
        if "participant_of" in repr([each.call for each in dependencies_of(route)])
    }
    assert documented == needed


def dependencies_of(route: Any) -> list[Any]:
    """The dependencies of a route, those of dependencies included."""
    found, waiting = [], [route.dependant]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += one.dependencies
    return found


def test_the_fields_of_bodies_are_those_of_the_schemas() -> None:
    assert fields_of("POST /api/join") == set(JoinRequest.model_fields)
    assert fields_of("POST /api/upload") == set(UploadRequest.model_fields)
    for name, field in JoinRequest.model_fields.items():
        (limit,) = [each.max_length for each in field.metadata]
        assert re.search(rf"\| `{name}` \| string, at most {limit} characters \|", TEXT), name


def test_every_state_is_documented() -> None:
    (row,) = re.findall(r"^\| `state` \|.*$", TEXT, re.MULTILINE)
    assert {getattr(store, name) for name in STATES} | {"closed"} == set(
        re.findall(r"`(\w+)`", row)
    ) - {"state"}


def test_the_statuses_of_errors_are_documented() -> None:
    documented = {int(code) for code in re.findall(r"^\| (\d{3}) \|", section("Errors"), re.M)}
    assert {code for _, code in _STATUS} <= documented
    source = "".join(path.read_text() for path in (ROOT / "zkctl/service").rglob("*.py"))
    assert {int(code) for code in re.findall(r"HttpRefusal\((\d{3})", source)} <= documented


def test_the_limits_are_the_default_settings() -> None:
    limits = TEXT.partition("## Limits\n")[2]
    found = dict(re.findall(r"^\| ([a-zA-Z ]+) \| (.+) \|$", limits, re.MULTILINE))
    settings = CoordinatorSettings()
    assert found["requests per address"] == (
        f"{settings.requests_per_second:.0f} per second, {settings.burst} at once"
    )
    assert found["challenges and joins per address"].startswith(f"{settings.joins_per_minute:.0f} ")
    assert found["open challenges"] == (
        f"{settings.challenges}, each for {settings.challenge_seconds:.0f} s"
    )
    assert found["contributors in the queue"] == str(settings.queue)
    assert found["JSON body"] == f"{settings.json_bytes} bytes"
    assert found["piece of an upload"] == f"{settings.chunk} bytes"
    assert found["time for a body"] == f"{settings.body_seconds:.0f} s"
    assert found["pieces of one contributor at the same time"] == str(MAX_CONCURRENT_REQUESTS)
    assert found["connections"] == str(settings.connection_limits.total)
    assert f"that of its parent and {EXTRA_BYTES} bytes" in TEXT
    assert f"`schema` is `{SCHEMA}`" in TEXT
