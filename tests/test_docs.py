"""The documents tell the truth: commands in them run or at least parse, links resolve, lists are complete."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from tests.conftest import ROOT
from tests.gadgets.reference import public_gadgets
from tests.support.lint_reference import PAGE as PAGE_OF_CODES
from tests.support.lint_reference import page_with_codes
from zkctl import __version__
from zkctl.cli.app import application

DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md", "ceremony/**/*.md")
    for path in ROOT.glob(pattern)
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
FENCED_FILES = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)


@cache
def command_line() -> Any:
    """All commands, described to typer once."""
    return get_command(application())


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(text: str) -> set[str]:
    """The link targets of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ +(.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_resolve(document: Path) -> None:
    broken = []
    for target in LINK.findall(FENCE.sub("", document.read_text())):
        if target.startswith(("https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        file = (document.parent / path).resolve() if path else document
        if not file.exists():
            broken.append(f"{target}: no such file")
        elif anchor and anchor not in anchors(file.read_text()):
            broken.append(f"{target}: no such heading")
    assert not broken


def commands(text: str) -> Iterator[str]:
    """The lines `zkctl ...` of code blocks and of code in tables."""
    for line in text.splitlines():
        stripped = line.strip().removeprefix("$ ")
        if line.startswith("    ") and stripped.startswith("zkctl "):
            yield stripped.split(" #")[0].strip()
        elif stripped.startswith("| ") or " | `" in line:
            yield from re.findall(r"`(zkctl [^`]+)`", line)
    for _, body in FENCE.findall(text):
        for line in body.splitlines():
            if line.startswith(("zkctl ", "$ zkctl ")):
                yield line.removeprefix("$ ").split(" #")[0].strip()


def all_commands() -> list[tuple[str, str]]:
    found = [(name_of(path), line) for path in DOCUMENTS for line in commands(path.read_text())]
    return [(name, line) for name, line in found if "COMMAND" not in line]


@pytest.mark.parametrize(("document", "line"), all_commands())
def test_commands_parse(document: str, line: str) -> None:
    """Every option exists, and the number of arguments is right; forms with [ ] and ... are cut down to words."""
    words = [word for word in shlex.split(re.sub(r"[\[\]]|\.\.\.", "", line)) if word != "(V)"]
    command = command_line()
    context: Any = command.make_context("zkctl", [], resilient_parsing=True)
    words = words[1:]
    while words and hasattr(command, "commands") and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    if hasattr(command, "commands"):
        assert all(word.startswith("-") or "|" in word for word in words), f"{document}: {line}"
        return
    words = ["8" if word in ("POWER", "N") else word for word in words]
    context = command.make_context(command.name, words, parent=context, resilient_parsing=False)
    assert context.params


# `snarkjs --help` of 0.7.6; tests/interop/test_tools.py compares
OF_SNARKJS = {
    "powersoftau": (
        "new, contribute, export challenge, challenge contribute, import response, beacon, prepare phase2,"
        " convert, truncate, verify, export json"
    ),
    "r1cs": "info, print, export json",
    "wtns": "calculate, debug, export json, check",
    "zkey": (
        "contribute, export bellman, bellman contribute, import bellman, beacon, verify r1cs, verify init,"
        " export verificationkey, export json, export solidityverifier, export soliditycalldata"
    ),
    "groth16": "setup, prove, fullprove, verify",
    "plonk": "setup, prove, fullprove, verify",
    "fflonk": "setup, prove, fullprove, verify",
    "file": "info",
}
SNARKJS_COMMANDS = [f"{k} {name}" for k, names in OF_SNARKJS.items() for name in names.split(", ")]


def test_the_guide_answers_every_command_of_snarkjs() -> None:
    """By a command of zkctl, which is parsed above, or by the word that there is none."""
    text = (ROOT / "docs/guides/from-snarkjs.md").read_text()
    rows = re.findall(r"^\| `snarkjs ([^`]+)`[^|]* \| (.*) \|$", text, re.MULTILINE)
    assert len(rows) == len(SNARKJS_COMMANDS) == 42
    for command, (line, answer) in zip(sorted(SNARKJS_COMMANDS), sorted(rows), strict=True):
        assert line.startswith(f"{command} ")
        none = answer.startswith(("coming", "not planned: "))
        assert none or re.search(r"`zkctl [^`]+`", answer), line


def subcommands() -> Iterator[tuple[str, Any]]:
    def walk(path: str, command: Any) -> Iterator[tuple[str, Any]]:
        if not hasattr(command, "commands"):
            yield path, command
            return
        for name, child in command.commands.items():
            if not child.hidden:
                yield from walk(f"{path} {name}", child)

    yield from walk("zkctl", command_line())


def test_the_reference_has_every_command_and_every_option() -> None:
    text = (ROOT / "docs/reference/cli.md").read_text()
    sections = dict(re.findall(r"^## (zkctl [^\n]+)\n(.*?)(?=^## |\Z)", text, re.M | re.S))
    shared = text[: text.index("\n## ")]
    assert set(sections) == {path for path, _ in subcommands()}
    for path, command in subcommands():
        named = set(re.findall(r"`?(--?[a-z][a-z0-9_-]*)`?", sections[path]))
        options = {name for p in command.params for name in p.opts if name.startswith("-")}
        missing = {o for o in options if f"`{o}`" not in sections[path] + shared}
        assert not missing, path
        known = options | {"--version"}
        assert {n for n in named if n.startswith("--")} <= known, path


def test_the_reference_has_every_exit_code() -> None:
    from zkctl import errors

    text = (ROOT / "docs/reference/errors.md").read_text()
    rows = dict(re.findall(r"^\| (\d+) \| ([^|]*) \|", text, re.MULTILINE))
    for value in vars(errors).values():
        if isinstance(value, type) and issubclass(value, errors.ZkctlError):
            assert f"`{value.kind}`" in rows[str(value.exit_code)], value


def test_the_changelog_knows_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    assert f"## [{__version__}]" in text or "## [Unreleased]" in text


def test_make_targets_in_documents_exist() -> None:
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    used = {
        target
        for path in DOCUMENTS
        for target in re.findall(r"(?:^    |`)make ([a-z-]+)", path.read_text(), re.MULTILINE)
    }
    assert used <= known


def console(document: Path) -> Iterator[tuple[str, str]]:
    """The files (```python file=x.py) and console blocks of a document, in order."""
    for language, file, body in FENCED_FILES.findall(document.read_text()):
        if file or language == "console":
            yield file, body


def run_console(body: str, folder: Path) -> None:
    """Run every `$ command`; the lines below it must come out, `...` standing for anything."""
    for block in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        line, _, expected = block.partition("\n")
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=folder,
            env={"PATH": path, "HOME": str(Path.home()), "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        output = done.stdout + done.stderr
        for wanted in filter(None, (text.strip() for text in expected.splitlines())):
            pattern = ".*".join(re.escape(part) for part in wanted.split("..."))
            assert re.search(pattern, output), f"$ {line}\n{output}\nlacks: {wanted}"
        assert done.returncode == 0 or "error:" in expected or "INVALID" in expected, output


def test_the_readme_shows_the_tutorials_circuit() -> None:
    """So that its example is one that runs."""
    (example,) = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)
    assert example in (ROOT / "docs/tutorial.md").read_text()


def test_the_tutorial_works(tmp_path: Path) -> None:
    for file, body in console(ROOT / "docs/tutorial.md"):
        if file:
            (tmp_path / file).write_text(body)
        else:
            run_console(body, tmp_path)


def test_the_stories_of_broken_circuits_are_as_told(tmp_path: Path) -> None:
    for file, body in console(ROOT / "docs/guides/is-my-circuit-safe.md"):
        if file:
            (tmp_path / file).write_text(body)
        else:
            run_console(body, tmp_path)


def test_the_codes_of_lint_are_those_of_the_passes() -> None:
    """`python -m tests.support.lint_reference` writes them."""
    text = PAGE_OF_CODES.read_text()
    assert page_with_codes(text) == text


@pytest.mark.parametrize(
    "guide",
    ["writing-circuits", "hints", "testing-circuits", "what-costs-what", "from-circom", "signing"],
)
def test_the_guides_to_circuits_run(tmp_path: Path, guide: str) -> None:
    """The blocks follow one another; they become one file, because circuits name their source lines."""
    text = (ROOT / f"docs/guides/{guide}.md").read_text()
    program = tmp_path / "guide.py"
    blocks = FENCED_FILES.findall(text)
    for _, name, body in blocks:
        if name:
            (tmp_path / name).write_text(body)
    program.write_text("\n".join(body for language, _, body in blocks if language == "python"))
    command = [sys.executable, str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr


def test_the_reference_of_circom_runs(tmp_path: Path) -> None:
    blocks = FENCED_FILES.findall((ROOT / "docs/reference/circom.md").read_text())
    assert [(language, name) for language, name, _ in blocks] == [("circom", "vote.circom"), ("python", "")]  # fmt: skip
    for _, name, body in blocks:
        (tmp_path / (name or "reference.py")).write_text(body)
    command = [sys.executable, str(tmp_path / "reference.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr


def test_the_guide_for_circom_names_gadgets_that_exist() -> None:
    text = (ROOT / "docs/guides/from-circom.md").read_text().partition("## circomlib")[2]
    names = set(re.findall(r"`((?:[a-z]\w*\.)+\w+)", text))
    known = set(public_gadgets())
    modules = {name.rpartition(".")[0] for name in known}
    assert len(names) > 30
    assert names - known - modules - {"x.bits", "x.rotate_right", "circom.load"} == set()


def test_each_decision_has_its_own_number_and_says_it() -> None:
    found = sorted((ROOT / "docs" / "design" / "decisions").glob("[0-9]*.md"))
    numbers = [path.name[:4] for path in found]
    assert len(numbers) == len(set(numbers)), [n for n in numbers if numbers.count(n) > 1]
    for path in found:
        assert path.read_text().startswith(f"# {path.name[:4]}"), path.name
