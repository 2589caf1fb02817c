"""Help, version, and words that are not a command."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run, Toolchain
from zkctl import __version__
from zkctl.cli.app import ORDER

GROUPS = {
    "ptau": ["new", "contribute", "beacon", "prepare", "verify"],
    "setup": ["groth16"],
    "ceremony": ["contribute", "beacon", "verify"],
}


def test_help_lists_every_command_in_order_of_use(run: Run) -> None:
    outcome = run("--help")
    listed = [line.split()[0] for line in outcome.out.split("Commands:")[1].strip().splitlines()]
    assert (outcome.code, listed, outcome.err) == (0, list(ORDER), "")


@pytest.mark.parametrize("group", GROUPS)
def test_help_of_a_group_lists_its_commands(run: Run, group: str) -> None:
    outcome = run(group, "-h")
    listed = [line.split()[0] for line in outcome.out.split("Commands:")[1].strip().splitlines()]
    assert (outcome.code, listed[: len(GROUPS[group])]) == (0, GROUPS[group])  # in order of use


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


def test_each_command_belongs_to_the_part_that_registers_it():
    """A word in the wrong part would make its command unknown."""
    from typer.main import get_command

    from zkctl.cli.app import PARTS, application

    every = set(get_command(application()).commands)
    assert every == {word for words in PARTS.values() for word in words}
    for words in PARTS.values():
        for word in words:
            assert word in get_command(application(word)).commands
