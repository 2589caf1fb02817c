"""Check 26: the OpenAPI document is valid, complete, and true for generated requests."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.demo_service import RunningService
from tests.support.service_api import InProcessApi
from zkctl.service.proving.problems import PROBLEMS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    schemathesis = pytest.importorskip("schemathesis")

FEW, MANY = 15, 500  # examples for each operation


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, each in methods.items():
            yield path, method, each


def test_check_26_the_document_is_valid(api: InProcessApi) -> None:
    from openapi_spec_validator import validate

    described = api.get("/openapi.json").json()
    validate(described)
    assert described["openapi"] == "3.1.0"
    found = {(method.upper(), path) for path, method, _ in operations(described)}
    assert found >= {
        ("GET", "/health"),
        ("POST", "/v1/zkp/generate"),
        ("POST", "/v1/zkp/generate/batch"),
        ("GET", "/v1/zkp/jobs/{job_id}"),
        ("DELETE", "/v1/zkp/jobs/{job_id}"),
        ("POST", "/v1/zkp/verify"),
        ("POST", "/v1/zkp/verify/batch"),
        ("POST", "/v1/zkp/challenges"),
        ("GET", "/v1/zkp/circuits"),
        ("GET", "/v1/zkp/circuits/{circuit_id}"),
        ("GET", "/v1/zkp/circuits/{circuit_id}/verification-key"),
        ("GET", "/v1/zkp/sealing-keys"),
    }


def test_every_problem_of_an_operation_is_of_the_table(api: InProcessApi) -> None:
    for path, method, each in operations(api.get("/openapi.json").json()):
        for status, answer in each["responses"].items():
            if "application/problem+json" in answer.get("content", {}):
                for slug in answer["description"].partition("Problems: ")[2].split(", "):
                    assert PROBLEMS[slug].status == int(status), (path, method, slug)


def test_the_page_needs_no_other_server(api: InProcessApi) -> None:
    answer = api.get("/docs")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script" not in answer.text
    assert not re.search(r"(src|href)=.?https?:", answer.text)
    assert "/v1/zkp/generate" in answer.text


def _check(url: str, key: str, n_examples: int) -> None:
    """Send generated requests; every answer is documented, of its schema, and no 500."""
    from hypothesis import HealthCheck, Phase, given, settings
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    checks = [
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    for result in schema.get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=n_examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def send(case: Any) -> None:
            response = case.call(headers={"Authorization": f"Bearer {key}", "Prefer": "wait=0"})
            assert response.status_code not in (500, 502, 504), response.text
            case.validate_response(response, checks=checks)

        send()


def test_check_26_generated_requests(served: RunningService) -> None:
    _check(served.url, served.key, FEW)


@pytest.mark.slow
def test_check_26_many_generated_requests(demo: Path, tmp_path: Path) -> None:
    from tests.support.demo_service import serving

    with serving(tmp_path, demo) as service:
        service.wait_for(200)
        _check(service.url, service.key, MANY)
