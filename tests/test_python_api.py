"""docs/reference/python-api.md: its code runs, and its lists are those of the package."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import zkctl
from tests.conftest import ROOT
from zkctl import curve, dsl, errors, field, gadgets, testing

TEXT = (ROOT / "docs/reference/python-api.md").read_text()
FENCE = re.compile(r"^```(?:python|json)(?: file=(\S+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)


def section(title: str) -> str:
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def names_of(text: str) -> set[str]:
    """The names in code in the first cells of a text's tables."""
    cells = re.findall(r"^\| (`[^|]*`) \|", text, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def test_every_code_block_runs(tmp_path: Path) -> None:
    """Blocks with a name are files; the others follow one another in one program."""
    program = []
    for name, body in FENCE.findall(TEXT):
        if name:
            (tmp_path / name).write_text(body)
        else:
            program.append(body)
    (tmp_path / "program.py").write_text("\n".join(program))
    command = [sys.executable, "program.py"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert len(program) >= 5


def test_the_names_of_the_package_are_listed() -> None:
    assert names_of(section("Names of the package")) == set(zkctl.__all__)


def actions() -> Iterator[tuple[str, str]]:
    """The module and the name of every function of the toolchain that a command calls."""
    for path in (ROOT / "zkctl/cli/commands").rglob("*.py"):
        tree = ast.parse(path.read_text())
        modules = {}
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            if node.module.startswith("zkctl.toolchain"):
                for alias in node.names:
                    name = f"{node.module}.{alias.name}"
                    package = find_spec(node.module)
                    if package is not None and package.submodule_search_locations is not None:
                        modules[alias.name] = name
                    else:
                        yield node.module, alias.name
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in modules:
                    yield modules[name], attribute


def shown(module: str, name: str) -> str:
    """A function as the reference shows it: its place, its parameters, the star before keywords."""
    function = getattr(importlib.import_module(module), name)
    parameters = list(inspect.signature(function).parameters.values())
    words = [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY]
    keywords = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    words += ["*", *keywords] if keywords else []
    return f"`{module.removeprefix('zkctl.toolchain.')}.{name}({', '.join(words)})`"


def test_every_action_of_the_toolchain_is_listed_with_its_parameters() -> None:
    expected = {
        shown(module, name)
        for module, name in set(actions())
        if inspect.isfunction(getattr(importlib.import_module(module), name))
        and (module, name) != ("zkctl.toolchain.bench.chart", "duration")  # formats a number
    }
    found = set(re.findall(r"^\| (`[a-z0-9_.]+\([^`]*\)`) \|", section("Actions"), re.MULTILINE))
    assert found == expected


def test_the_error_tree_is_listed() -> None:
    expected = {
        (value.__name__, value.__mro__[1].__name__, value.exit_code)
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, errors.ZkctlError)
    }
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| (\d+) \|", section("Errors"), re.MULTILINE)
    assert {(name, parent, int(code)) for name, parent, code in rows} == expected


def test_the_names_of_arrays_and_of_the_language_are_listed() -> None:
    assert names_of(section("Arrays")) == {*field.__all__, *curve.__all__}
    assert names_of(section("Circuit language")) == set(dsl.__all__)


def test_the_names_for_tests_of_circuits_are_listed() -> None:
    assert names_of(section("Tests of circuits")) == set(testing.__all__)


def test_every_gadget_is_listed() -> None:
    expected = {
        node.name
        for path in Path(gadgets.__path__[0]).rglob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and "gadget" in map(decorator_name, node.decorator_list)
    }
    page = (ROOT / "docs" / "reference" / "gadgets.md").read_text()
    assert set(re.findall(r"^#### [\w.]+\.(\w+)$", page, re.MULTILINE)) == expected


def decorator_name(node: ast.expr) -> str:
    return ast.unparse(node.func if isinstance(node, ast.Call) else node)
