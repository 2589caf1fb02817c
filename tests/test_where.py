"""docs/design/where.md leads to files that exist and define the named function, class or constant; the top level has no strays."""

from __future__ import annotations

import ast
import re
import subprocess

import pytest

from tests.conftest import ROOT

ROWS = re.findall(
    r"^\| (.+\?) \| `([^`]+)` \| (?:`(\w+)`|-) \|$",
    (ROOT / "docs/design/where.md").read_text(),
    re.MULTILINE,
)
PACKAGES = {
    path.name
    for path in (ROOT / "zkctl").iterdir()
    if path.is_dir() and (path / "__init__.py").exists()
}


@pytest.mark.parametrize(("question", "file", "name"), ROWS, ids=[row[0] for row in ROWS])
def test_the_file_defines_the_name(question: str, file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text())
    defined = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    targets = [each for node in tree.body if isinstance(node, ast.Assign) for each in node.targets]
    targets += [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
    defined |= {each.id for each in targets if isinstance(each, ast.Name)}
    assert not name or name in defined, question


def test_every_row_is_read_and_every_package_is_asked_for() -> None:
    text = (ROOT / "docs/design/where.md").read_text()
    assert len(ROWS) == len(re.findall(r"^\| .+\? \|", text, re.MULTILINE)) >= 20
    asked = {file.split("/")[1] for _, file, _ in ROWS}
    assert asked >= PACKAGES


TOP_LEVEL = {
    ".ci", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "SECURITY.md",
    "ceremony", "circuits", "docs", "examples", "pyproject.toml", "tests", "zkctl",
}  # fmt: skip


def test_nothing_else_stands_at_the_top() -> None:
    listing = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode != 0:
        pytest.skip("not a git checkout: an unpacked release has nothing to check")
    assert {name.partition("/")[0] for name in listing.stdout.splitlines()} == TOP_LEVEL
