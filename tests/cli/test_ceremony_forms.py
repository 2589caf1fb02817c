"""The forms of the ceremony's commands, on single keys and on folders."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, Toolchain
from zkctl.cli.entropy import read_entropy_file
from zkctl.errors import EnvironmentProblem
from zkctl.runtime.standard_streams import STDIN
from zkctl.toolchain.ceremony.requests import BeaconRequest, ContributionRequest

P = Path
FORMS: list[tuple[str, str, tuple[Any, ...], dict[str, Any]]] = [
    (
        "contribute {f} --name Ann --sign k --receipt r.json",
        "contribute_in_folder",
        (P("{f}"), ContributionRequest("Ann", "", P("k"), P("r.json"))),
        {},
    ),
    (
        "contribute a.zkey -o b.zkey --name Ann --transcript t.jsonl",
        "contribute_offline",
        (P("a.zkey"), P("b.zkey"), ContributionRequest("Ann")),
        {"ledger": P("t.jsonl"), "force": False},
    ),
    (
        "beacon {f} --drand 1000 --signature ab",
        "beacon_in_folder",
        (P("{f}"), BeaconRequest("", 1000, "ab")),
        {},
    ),
    (
        "beacon a.zkey -o b.zkey --drand 1000 --signature ab",
        "beacon_key",
        (P("a.zkey"), P("b.zkey"), BeaconRequest("", 1000, "ab")),
        {"force": False},
    ),
    (
        "verify {f} --expect aa --expect bb",
        "verify_ceremony",
        (P("{f}"),),
        {"expected": ["aa", "bb"]},
    ),
    (
        "verify k.zkey --r1cs c.r1cs --ptau p.ptau --transcript t.jsonl",
        "verify_key",
        (P("k.zkey"), P("c.r1cs"), P("p.ptau")),
        {"ledger": P("t.jsonl"), "expected": ()},
    ),
    (
        "accept {f} new.zkey --receipt r.json",
        "accept_contribution",
        (P("{f}"), P("new.zkey")),
        {"receipt": P("r.json")},
    ),
    ("status {f}", "ceremony_status", (P("{f}"),), {}),
    (
        "finalize {f} --production",
        "finalize_ceremony",
        (P("{f}"),),
        {"production": True, "force": False},
    ),
    ("keygen -o key", "generate_signing_key", (P("key"),), {"force": False}),
    (
        "included --receipt r.json final.zkey",
        "verify_inclusion",
        (P("r.json"), P("final.zkey")),
        {},
    ),
    (
        "attest r.json -o a.md --sign k",
        "attest_contribution",
        (P("r.json"), P("a.md")),
        {"signing_key": P("k")},
    ),
]


@pytest.mark.parametrize(("line", "action", "arguments", "options"), FORMS)
def test_form(
    run: Run,
    toolchain: Toolchain,
    tmp_path: Path,
    line: str,
    action: str,
    arguments: tuple[Any, ...],
    options: dict[str, Any],
) -> None:
    assert run("ceremony", *line.format(f=tmp_path).split()).code == 0
    ((called, got_arguments, got_options),) = toolchain.calls
    expected = tuple(
        P(str(argument).format(f=tmp_path)) if isinstance(argument, P) else argument
        for argument in arguments
    )
    assert (called, got_arguments) == (action, expected)
    assert options.items() <= got_options.items()


def test_init_collects_the_rules(run: Run, toolchain: Toolchain) -> None:
    words = "init f --r1cs c.r1cs --ptau p.ptau --min-players 3 --deadline 2030-01-01T00:00:00Z"
    more = "--beacon-source drand:quicknet --beacon-round 99 --require-signatures"
    assert run("ceremony", *words.split(), *more.split()).code == 0
    ((called, arguments, options),) = toolchain.calls
    assert (called, arguments) == ("init_ceremony", (P("f"), P("c.r1cs"), P("p.ptau")))
    rules = options["rules"]
    assert (rules.minimum_players, rules.deadline) == (3, "2030-01-01T00:00:00Z")
    assert (rules.beacon_source, rules.beacon_round) == ("drand:quicknet", 99)
    assert rules.signatures_required


REFUSED = [
    ("contribute a.zkey --name A", "--output is needed with a key file"),
    ("verify a.zkey --ptau p", "--r1cs is needed with a key file"),
    ("verify {f} --ptau p", "--ptau is not possible with the folder of a ceremony"),
    ("contribute {f} --name A -o b", "--output is not possible with the folder of a ceremony"),
    ("beacon {f} --hex aa --force", "--force is not possible with the folder of a ceremony"),
    ("beacon a -o b", "the beacon is ambiguous or incomplete: expected its hexadecimal digits"),
    (
        "beacon a -o b --drand 3",
        "the beacon is ambiguous or incomplete: expected its hexadecimal digits",
    ),
    ("beacon a -o b --hex aa --drand 3 --signature bb", "the beacon is ambiguous or incomplete"),
]


@pytest.mark.parametrize(("line", "message"), REFUSED)
def test_options_that_do_not_fit(
    run: Run, toolchain: Toolchain, tmp_path: Path, line: str, message: str
) -> None:
    outcome = run("ceremony", *line.format(f=tmp_path).split())
    assert (outcome.code, toolchain.calls) == (2, [])
    assert message in outcome.err


def test_the_digest_of_an_entropy_file_is_mixed_in(
    run: Run, toolchain: Toolchain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dice").write_bytes(b"4 4 2 6")
    digest = read_entropy_file(tmp_path / "dice")
    assert len(digest) == 128
    run("ceremony", "contribute", tmp_path, "--name", "A", "--entropy-file", tmp_path / "dice")
    assert toolchain.calls[0][1][1].entropy == digest
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"4 4 2 6")))
    assert read_entropy_file(STDIN) == digest
    assert read_entropy_file(None) == ""
    with pytest.raises(EnvironmentProblem, match="cannot read the entropy file"):
        read_entropy_file(tmp_path / "missing")
