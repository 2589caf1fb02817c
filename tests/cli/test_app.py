"""Help, version, and words that are not a command."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest
from typer.main import get_command

from tests.cli.conftest import Run, Toolchain
from zkctl import __version__
from zkctl.cli import app
from zkctl.cli.commands import address, ceremony, ptau

TITLES = {
    (): [
        "Projects",
        "Circuits",
        "Setup",
        "Proofs",
        "On chain",
        "Address protocol",
        "Service",
        "Inspect",
    ],
    ("ptau",): [
        "Run a phase 1",
        "Use a published phase 1",
        "Audit",
        "Exchange with other tools",
    ],
    ("ceremony",): ["Run a ceremony", "Contribute", "Audit", "Exchange with other tools"],
    ("setup",): ["Proof systems"],
    ("address",): ["Provider", "Holder", "Verifier"],
    ("address", "registry"): ["Run a registry", "Audit"],
}
SECTIONS_OF: dict[tuple[str, ...], dict[str, tuple[str, ...]]] = {
    (): app.SECTIONS,
    ("ptau",): ptau.SECTIONS,
    ("ceremony",): ceremony.SECTIONS,
    ("address",): address.SECTIONS,
    ("address", "registry"): address.REGISTRY_SECTIONS,
    ("setup",): {"Proof systems": ("groth16", "plonk", "fflonk")},
}


def listed(help_text: str) -> dict[str, list[str]]:
    """The names of the commands in a help text, by section."""
    _, *sections = help_text.split("\n\n")
    named = {title: body.splitlines() for title, _, body in (s.partition(":\n") for s in sections)}
    return {
        title: [line.split()[0] for line in lines]
        for title, lines in named.items()
        if title not in ("Options", "Arguments") and lines and not title.startswith(" ")
    }


@pytest.mark.parametrize("words", SECTIONS_OF, ids=" ".join)
def test_help_lists_every_command_in_sections_in_order_of_use(
    run: Run, words: tuple[str, ...]
) -> None:
    outcome = run(*words, "--help")
    sections = listed(outcome.out)
    assert (outcome.code, outcome.err, list(sections)) == (0, "", TITLES[words])
    assert sections == {title: list(names) for title, names in SECTIONS_OF[words].items()}
    group: Any = get_command(app.application())
    for word in words:
        group = group.commands[word]
    visible = [name for name, each in group.commands.items() if not each.hidden]
    assert sorted(chain.from_iterable(sections.values())) == sorted(visible)


@pytest.mark.parametrize(
    ("group", "order"),
    [
        ("ptau", ["new", "contribute", "beacon", "prepare", "verify"]),
        ("ceremony", ["init", "contribute", "verify"]),
        ("ceremony", ["init", "beacon", "finalize", "export-viewer"]),
        ("ceremony", ["keygen", "contribute", "attest"]),
    ],
)
def test_help_of_a_group_lists_the_steps_in_their_order(
    run: Run, group: str, order: list[str]
) -> None:
    names = chain.from_iterable(listed(run(group, "-h").out).values())
    assert [name for name in names if name in order] == order


@pytest.mark.parametrize("alias", ["powersoftau", "groth16", "zkey"])
def test_snarkjs_group_names_work_but_are_not_listed(run: Run, alias: str) -> None:
    assert run(alias, "--help").code == 0
    assert alias not in run("--help").out


def test_version_is_a_result(run: Run) -> None:
    outcome = run("--version")
    assert (outcome.code, outcome.out, outcome.err) == (0, f"zkctl {__version__}\n", "")
    assert run("--version", "--json").json["result"] == {"version": __version__}


@pytest.mark.parametrize("words", [(), ("ptau",), ("setup",), ("ceremony",)])
def test_a_missing_command_shows_the_help_on_stderr(run: Run, words: tuple[str, ...]) -> None:
    outcome = run(*words)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("Usage: zkctl")


@pytest.mark.parametrize("words", [("--json",), ("--json", "ptau")])
def test_a_missing_command_is_an_error_object_with_json(run: Run, words: tuple[str, ...]) -> None:
    outcome = run(*words)
    assert outcome.code == 2
    assert outcome.json["error"]["message"] == "a command is missing"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["pruve"], "no such command 'pruve'"),
        (["verify", "--colour"], "--colour"),
        (["verify", "a", "b"], "missing argument"),
        (["verify", "a", "b", "c", "d"], "unexpected extra argument"),
        (["ptau", "new", "bn254", "eight", "-o", "x"], "invalid value for 'POWER'"),
        (["ptau", "new", "bn254", "29", "-o", "x"], "invalid value for 'POWER'"),
        (["ptau", "beacon", "a", "-o", "b", "--hex", "00", "--iterations", "9"], "'--iterations'"),
        (["ptau", "contribute", "a", "-o", "b"], "'--name'"),
        (["setup", "groth16", "a", "b"], "'--output'"),
    ],
)
def test_wrong_words_exit_with_2(
    run: Run, toolchain: Toolchain, words: list[str], message: str
) -> None:
    outcome = run(*words)
    assert (outcome.code, outcome.out, toolchain.calls) == (2, "", [])
    assert outcome.err.startswith("error: ")
    assert message in outcome.err
    assert "hint: run zkctl" in outcome.err


def test_wrong_words_with_json(run: Run) -> None:
    outcome = run("verify", "--colour", "--json")
    assert outcome.code == 2
    assert outcome.json["command"] == "verify"
    assert outcome.json["error"]["kind"] == "usage"


def test_each_command_belongs_to_the_part_that_registers_it() -> None:
    """A word in the wrong part would make its command unknown."""
    from zkctl.cli.app import PARTS, application

    whole: Any = get_command(application())
    every = set(whole.commands)
    assert every == {word for words in PARTS.values() for word in words}
    for words in PARTS.values():
        for word in words:
            part: Any = get_command(application(word))
            assert word in part.commands
