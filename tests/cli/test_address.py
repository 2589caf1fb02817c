"""The group `zkctl address`: the forms of its commands, and its answers; tests/cli/test_examples.py runs each of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, Summary
from zkctl.address.requests import Conditions
from zkctl.toolchain.address import (
    epochs,
    holder,
    registrations,
    snapshot,
    verifier,
)
from zkctl.toolchain.address.holder import InputFiles
from zkctl.toolchain.address.registry_folder import RegistrySettings
from zkctl.toolchain.address.verifier import RequestTerms

P = Path
OWNER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDWaSk4iuabp5KcNiHLaSGVKbcwAfjssZhDVXV2V6SAP"

FORMS: list[tuple[str, Any, str, tuple[Any, ...], dict[str, Any]]] = [
    (
        "registry new r --name tokyo",
        epochs,
        "new_registry",
        (P("r"), RegistrySettings("addresses", "tokyo", 20, 20)),
        {},
    ),
    (
        "registry new r --name doors --lockers --depth 10 --revocation-depth 5",
        epochs,
        "new_registry",
        (P("r"), RegistrySettings("lockers", "doors", 10, 5)),
        {},
    ),
    (
        "registry add r a.csv --credentials c.jsonl --force",
        registrations,
        "add_leaves",
        (P("r"), P("a.csv"), P("c.jsonl")),
        {"force": True},
    ),
    ("registry revoke r 3 5", epochs, "revoke_leaves", (P("r"), [3, 5]), {}),
    (
        "registry publish r --sign k --valid-for 60",
        epochs,
        "publish_epoch",
        (P("r"), P("k")),
        {"valid_for": 60},
    ),
    ("registry withdraw r 3 --sign k", epochs, "withdraw_epoch", (P("r"), 3, P("k")), {}),
    ("registry snapshot r -o s", snapshot, "write_snapshot", (P("r"), P("s")), {"epoch": None}),
    (
        "registry snapshot r -o s --epoch 2",
        snapshot,
        "write_snapshot",
        (P("r"), P("s")),
        {"epoch": 2},
    ),
    (
        "registry audit s --name tokyo --key k.pub --previous old",
        snapshot,
        "audit_snapshot",
        (P("s"), OWNER_KEY, "tokyo"),
        {"previous": P("old")},
    ),
    ("keygen -o a.json", holder, "generate_holder_secret", (P("a.json"),), {"access": False}),
    (
        "keygen -o a.json --access --force",
        holder,
        "generate_holder_secret",
        (P("a.json"),),
        {"access": True, "force": True},
    ),
    (
        "input q.json --secret a.json --credential c.json --snapshot s --key k.pub -o i.json",
        holder,
        "make_input",
        (P("q.json"), InputFiles(P("a.json"), P("c.json"), P("s"), P("k.pub")), P("i.json")),
        {"min_leaves": 1024, "deep": False, "force": False},
    ),
    (
        "input q.json --secret a.json --credential c.json --snapshot s --key k.pub -o i.json"
        " --old-credential o.json --old-snapshot t --min-leaves 5 --deep",
        holder,
        "make_input",
        (
            P("q.json"),
            InputFiles(P("a.json"), P("c.json"), P("s"), P("k.pub"), P("o.json"), P("t")),
            P("i.json"),
        ),
        {"min_leaves": 5, "deep": True},
    ),
    (
        "request shop membership-v1 --owner tokyo --purpose gift --period 3 -o q.json",
        verifier,
        "make_request",
        (
            P("shop"),
            RequestTerms("membership-v1", "tokyo", Conditions(purpose="gift", period=3)),
            P("q.json"),
        ),
        {"force": False},
    ),
    (
        "request shop region-v1 --owner tokyo --allow JP --allow DE --prohibit JP-13 --valid-for 9"
        " -o q.json",
        verifier,
        "make_request",
        (
            P("shop"),
            RequestTerms(
                "region-v1", "tokyo", Conditions(allowed=("JP", "DE"), prohibited=("JP-13",)), 9
            ),
            P("q.json"),
        ),
        {},
    ),
    (
        "request shop structure-v1 --owner tokyo --country JP --depth 4 --reveal city"
        " --facility F -o q.json",
        verifier,
        "make_request",
        (
            P("shop"),
            RequestTerms(
                "structure-v1",
                "tokyo",
                Conditions(country="JP", depth=4, fields=("city",), facility="F"),
            ),
            P("q.json"),
        ),
        {},
    ),
]


@pytest.mark.parametrize(("line", "module", "action", "args", "options"), FORMS)
def test_forms(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    line: str,
    module: Any,
    action: str,
    args: tuple[Any, ...],
    options: dict[str, Any],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "k.pub").write_text(OWNER_KEY)
    calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def recorded(*given: Any, **named: Any) -> Summary:
        calls.append((given, named))
        return Summary()

    monkeypatch.setattr(module, action, recorded)
    outcome = run("address", *line.split())
    assert outcome.code == 0, outcome.err
    ((given, named),) = calls
    assert given == args
    assert named | options == named


def test_pids(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pids.txt"
    path.write_text("JP-13\nJP-13-113-C07\njp-13\n")
    outcome = run("address", "pid", str(path))
    assert outcome.code == 3
    assert outcome.out.splitlines() == [
        "line 1: depth 2",
        "line 2: depth 3, collision 7",
        "line 3: E3: level 0 (country) has a character other than A-Z and 0-9",
    ]
    assert "wrong PIDs: expected 0, got 1 of 3" in outcome.err
    outcome = run("address", "pid", str(path), "--normalise", "--components")
    assert outcome.code == 0
    assert outcome.out.splitlines()[0] == "line 1: depth 2: 19024 12595 0 0 0 0 0 0"


def test_pids_in_json_have_no_pid(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pids.txt"
    path.write_text("JP-13-113\nx\n")
    outcome = run("address", "pid", str(path), "--json")
    assert outcome.code == 3
    assert [each["depth"] for each in outcome.json["result"]["pids"]] == [3, 0]
    assert "JP" not in outcome.out
