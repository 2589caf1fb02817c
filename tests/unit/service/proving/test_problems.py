"""The table of problems, its reference, and the answers made of it."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from zkctl.service.proving.problems import JOB_PROBLEMS, PROBLEMS, Problem, pointer_of

REFERENCE = (ROOT / "docs" / "reference" / "problems.md").read_text()


def test_the_reference_has_every_problem_and_no_other() -> None:
    entries = re.findall(r"^## (\S+)\n\n([0-9]{3}), (ZS[0-9]{3}): (.+?)\. ", REFERENCE, re.M)
    found = {slug: (int(status), code, title) for slug, status, code, title in entries}
    assert found == {slug: tuple(kind)[:3] for slug, kind in PROBLEMS.items()}


def test_codes_are_unique_and_busy_answers_have_a_time() -> None:
    assert len({kind.code for kind in PROBLEMS.values()}) == len(PROBLEMS)
    for slug, kind in PROBLEMS.items():
        assert bool(kind.retry_s) == (kind.status in (429, 503)), slug
    assert set(PROBLEMS) >= JOB_PROBLEMS


def test_every_problem_that_the_code_raises_is_in_the_table() -> None:
    sources = (ROOT / "zkctl" / "service" / "proving").rglob("*.py")
    raised = {
        slug
        for file in sources
        for slug in re.findall(r'Problem\(\s*"([a-z-]+)"', file.read_text())
    }
    assert raised <= set(PROBLEMS)
    assert len(raised) > 15


def test_a_problem_as_an_answer() -> None:
    problem = Problem("rate-limited", retry_after=7, headers={"X-More": "1"})
    assert problem.body("req_1") == {
        "type": "urn:zkctl:problem:rate-limited",
        "title": "Too many requests",
        "status": 429,
        "detail": "Too many requests",
        "code": "ZS060",
        "requestId": "req_1",
    }
    assert problem.headers() == {
        "Content-Type": "application/problem+json",
        "X-More": "1",
        "Retry-After": "7",
    }
    assert Problem("key-invalid").headers()["WWW-Authenticate"] == "Bearer"
    placed = Problem("invalid-input", "too long", pointer="/inputs/a", hint="cut it").body("r")
    assert placed["errors"] == [{"pointer": "/inputs/a", "message": "too long"}]
    assert placed["hint"] == "cut it"


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("$", ""),
        ("$.proof.pi_a[0]", "/proof/pi_a/0"),
        ("$.statements[3].publicSignals[1]", "/statements/3/publicSignals/1"),
        ("$['a b'].c", "/a b/c"),
        ("$['a/b~c']", "/a~1b~0c"),
    ],
)
def test_pointers(path: str, pointer: str) -> None:
    assert pointer_of(path) == pointer
