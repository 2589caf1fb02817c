"""The library names parameters and actions, the command line options and commands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from tests.cli.conftest import Run, Summary, Toolchain
from tests.conftest import ROOT
from tests.support.source_text import strings
from zkctl.cli.hints import COMMANDS, NAME, OPTIONS, in_words_of_commands
from zkctl.errors import UnsatisfiedError

VERBS = "bench|ceremony|check|compile|doctor|export-json|export-vkey|info|init|lock|prove|ptau|setup|verify|witness"
COMMAND_LINE = re.compile(rf"(?<![\w<!-])--[a-z]|(?<!aria-label=\")\bzkctl ({VERBS})\b")
# Documents, not hints: people who have zkctl's command line only read them.
DOCUMENTS = {
    "To check that this contribution is in a final key": "an attestation",
    "<h2>Take part</h2>": "the coordinator's page",
    "<h2>Check it</h2>": "the coordinator's page",
}
# The arguments of a child, not a text for people.
ARGUMENTS_OF_CHILDREN = (
    *("--receipt", "--json", "--standard-json", " --hash=sha256:", "--quiet", "--watch"),
    *("--exit-on-error", "--no-owner", "--no-privileges", "--format=custom", "--snapshot="),
    "ptau contribute first.ptau -o second.ptau --name demo",
    "ceremony contribute first.zkey -o membership.zkey --name demo",
)
ACTIONS = {
    "advise_ptau": "ptau.advise",
    "calculate_witness": "circuit.witness",
    "compile_circuit": "circuit.compile",
    "contribute_challenge": "ptau.exchange",
    "contribute_key": "ceremony.key",
    "convert_ptau": "ptau.transform",
    "describe": "inspect.info",
    "download_ptau": "ptau.download",
    "export_verification_key": "proof.export_vkey",
    "generate_signing_key": "ceremony.receipts",
    "import_bellman": "ceremony.bellman",
    "import_response": "ptau.exchange",
    "prepare_ptau": "ptau.prepare",
    "profile_circuit": "profile.run",
    "snapshot_project": "project.snapshot",
    "saved_run": "bench.run",
    "verify_key": "ceremony.key",
    "verify_ptau": "ptau.verify",
    "write_lock": "project.lock",
}


def library_files() -> list[Path]:
    files = sorted((ROOT / "zkctl").rglob("*.py"))
    return [file for file in files if not str(file.relative_to(ROOT)).startswith("zkctl/cli/")]


def texts(file: Path) -> Iterator[tuple[int, str]]:
    """The strings of a file but its docstrings."""
    return strings(ast.parse(file.read_text()))


def test_texts_below_the_command_line_name_no_options_and_commands() -> None:
    wrong = [
        f"{file.relative_to(ROOT)}:{line}: {text}"
        for file in library_files()
        for line, text in texts(file)
        if COMMAND_LINE.search(text)
        if text not in ARGUMENTS_OF_CHILDREN and not any(start in text for start in DOCUMENTS)
    ]
    assert wrong == []


def test_names_in_texts_are_those_of_the_tables() -> None:
    """What looks like an action has its command, so that no reader of a terminal sees `name()`."""
    found = {
        name[1]
        for file in library_files()
        for _, text in texts(file)
        for name in NAME.finditer(text)
        if name[2]
    }
    assert found <= set(COMMANDS)
    assert set(COMMANDS) == set(ACTIONS)
    for name, module in ACTIONS.items():
        assert callable(getattr(import_module(f"zkctl.toolchain.{module}"), name))


@pytest.mark.parametrize("option", OPTIONS.values())
def test_options_exist(option: str) -> None:
    commands = (ROOT / "zkctl/cli").rglob("*.py")
    assert any(f'"{option}"' in f.read_text() for f in commands if f.name != "hints.py")


@pytest.mark.parametrize("words", COMMANDS.values())
def test_commands_exist(run: Run, words: str) -> None:
    command = words.removeprefix("zkctl ").split(" --")[0].split()
    assert run(*command, "--help").code == 0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pass `r1cs` to find it", "pass --r1cs to find it"),
        ("run `prepare_ptau()` first", "run `zkctl ptau prepare` first"),
        ("`allow_insecure` or `force`", "--allow-insecure or --force"),
        ("pass another one as `folder`", "pass another one as --output"),
        ("pass it as `invitation`", "pass it as --invitation-file"),
        ("compile without `pragma custom_templates`", "compile without `pragma custom_templates`"),
        ("the file `other` and `other()`", "the file `other` and `other()`"),
        ("r1cs and force", "r1cs and force"),
    ],
)
def test_words(text: str, shown: str) -> None:
    assert in_words_of_commands(text) == shown


def test_hints_and_warnings_are_translated_in_text_and_json(run: Run, toolchain: Toolchain) -> None:
    def fail(*_: object, **__: object) -> Summary:
        raise UnsatisfiedError("`force` is wrong", hint="pass `r1cs`")

    toolchain.effect = fail
    command = ("prove", "k.zkey", "w.wtns")
    assert "hint: pass --r1cs" in run(*command).err
    assert "error: `force` is wrong" in run(*command).err  # a message states facts: unchanged
    assert run(*command, "--json").json["error"]["hint"] == "pass --r1cs"
    toolchain.effect = lambda *_, **__: Summary(warnings=["until `contribute_key()` adds one"])
    warning = "until `zkctl ceremony contribute` adds one"
    assert f"warning: {warning}" in run("info", "a").err
    assert run("info", "a", "--json").json["result"]["warnings"] == [warning]
