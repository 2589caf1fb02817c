"""docs/design/security-cases.md: ids, places of checks and tests are what the project has."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "design" / "security-cases.md"
CASE = re.compile(r"[AR]\d+\.\d+|N\d+")
QUOTE = re.compile(
    r"security-cases\.md[^\n]*?((?:[AR]\d+\.\d+|N\d+)(?:(?:, | to | and )[ANR][\d.]+)*)"
)


def cases() -> list[list[str]]:
    """The rows of all tables: id, threat, place, test."""
    rows = [line.strip().strip("|").split("|") for line in PAGE.read_text().splitlines()]
    found = [[cell.strip() for cell in row] for row in rows]
    return [row for row in found if CASE.fullmatch(row[0])]


@cache
def names_in(path: Path) -> frozenset[str]:
    """The functions and classes of a file; a method as itself and as Class.method."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{m.name}" for m in node.body if isinstance(m, ast.FunctionDef)}
    return frozenset(found)


def exists(path: Path, name: str) -> bool:
    return path.is_file() and (not name or name in names_in(path))


def test_each_case_has_an_id_of_its_own_and_four_columns() -> None:
    rows = cases()
    ids = [row[0] for row in rows]
    assert len(ids) > 100
    assert sorted(set(ids)) == sorted(ids)
    assert not [row for row in rows if len(row) != 4 or not all(row)]


def test_places_of_checks_exist() -> None:
    missing = []
    for case, _, place, _ in cases():
        named = re.findall(r"([\w/]+\.py)(?::([\w.]+))?", place)
        missing += [f"{case}: no place in {place}"] * (not named)
        missing += [f"{case}: {p}:{n}" for p, n in named if not exists(ROOT / "zkctl" / p, n)]
    assert not missing, "\n" + "\n".join(missing)


def test_tests_of_cases_exist() -> None:
    missing = []
    for case, _, _, tests in cases():
        named = re.findall(r"(tests/[\w/]+\.py)::(\w+)", tests)
        missing += [f"{case}: no test in {tests}"] * (not named)
        missing += [f"{case}: {p}::{n}" for p, n in named if not exists(ROOT / p, n)]
    assert not missing, "\n" + "\n".join(missing)


def test_quoted_ids_exist() -> None:
    """Tests and code quote a case as `security-cases.md, N60 to N68`."""
    ids = {row[0] for row in cases()}
    unknown = [
        f"{path.relative_to(ROOT)}: {case}"
        for folder in ("tests", "zkctl")
        for path in (ROOT / folder).rglob("*.py")
        if path != Path(__file__)
        for quote in QUOTE.findall(path.read_text())
        for case in CASE.findall(quote)
        if case not in ids
    ]
    assert not unknown
    assert not [path for path in (ROOT / "tests").rglob("*.py") if is_vague(path)]


def is_vague(path: Path) -> bool:
    """Whether a file quotes notes that are not in the repository."""
    return path != Path(__file__) and bool(
        re.search(r"security (notes?|cases?)[ ,:]+\(?", path.read_text(), re.I)
    )


def test_quoted_sections_of_the_formats_exist() -> None:
    headings = set(re.findall(r"^## (.+)$", (ROOT / "docs/reference/formats.md").read_text(), re.M))
    quoted = {
        " ".join(title.split())
        for path in [*(ROOT / "zkctl").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
        for title in re.findall(r'formats\.md,\s"([^"]+)"', path.read_text())
    }
    assert quoted
    assert quoted <= headings
