"""--strict: on every command that decides about containers, for that command only (docs/design/security-cases.md, N9)."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, Summary, Toolchain
from tests.support.binary_files import Container
from tests.support.ceremony_folders import PLAIN, begin, extend
from tests.support.toy_groth16 import factors_witness, save_witness
from zkctl.field import BN254_FR
from zkctl.runtime.settings import is_strict
from zkctl.toolchain.ceremony import folder_steps as ceremony_run
from zkctl.toolchain.ceremony.folder_steps import init_ceremony

COMMANDS = [
    "setup groth16 m.r1cs p.ptau -o k.zkey",
    "groth16 setup m.r1cs p.ptau -o k.zkey",
    "prove k.zkey w.wtns",
    "groth16 prove k.zkey w.wtns",
    "export-vkey k.zkey",
    "export-json c.r1cs -o c.json",
    "ceremony contribute a.zkey -o b.zkey --name Ann",
    "ceremony beacon a.zkey -o b.zkey --hex 0a0b",
    "ceremony verify k.zkey --r1cs m.r1cs --ptau p.ptau",
    "ceremony accept folder b.zkey",
    "ceremony finalize folder",
    "ptau contribute a.ptau -o b.ptau --name Ann",
    "ptau beacon a.ptau -o b.ptau --hex 0a0b",
    "ptau prepare a.ptau -o b.ptau",
    "ptau verify p.ptau",
]


@pytest.mark.parametrize("line", COMMANDS)
def test_reading_is_strict_while_the_command_runs(
    run: Run, toolchain: Toolchain, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    found: list[bool] = []

    def effect(*_: Any, **options: Any) -> Summary:
        assert "strict" not in options
        found.append(is_strict())
        return Summary()

    toolchain.effect = effect
    monkeypatch.delenv("ZKCTL_STRICT", raising=False)
    assert run(*line.split(), "--strict").code == 0
    assert run(*line.split()).code == 0
    monkeypatch.setenv("ZKCTL_STRICT", "1")
    assert run(*line.split()).code == 0
    assert found == [True, False, True]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good file of every kind, a ceremony, and beside each file one with a section 99 (more.*)."""
    folder = tmp_path_factory.mktemp("strict")
    ceremony = begin(folder)
    extend(ceremony / "0000.zkey", folder / "k.zkey", "alice")
    save_witness(folder / "w.wtns", BN254_FR, factors_witness(BN254_FR))
    for name in ("c.r1cs", "w.wtns", "1.ptau", "pot.ptau", "k.zkey"):
        file = Container.read(folder / name)
        more = replace(file, sections=(*file.sections, (99, b"more")))
        more.write(folder / f"more.{name}")
    with pytest.MonkeyPatch.context() as patch:  # as a program began it that did not refuse
        patch.setattr(ceremony_run, "check_defined_sections", lambda *_: None)
        init_ceremony(folder / "odd", folder / "more.c.r1cs", folder / "pot.ptau", rules=PLAIN)
    return folder


@pytest.fixture
def folder(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(base, tmp_path / "files")
    monkeypatch.chdir(tmp_path / "files")
    monkeypatch.delenv("ZKCTL_STRICT", raising=False)
    return tmp_path / "files"


PUBLISHED = (  # refused always: what a ceremony takes stays in it for ever
    "ceremony accept ceremony more.k.zkey",
    "ceremony finalize odd --allow-insecure",
)
FAMILIES = [
    "setup groth16 more.c.r1cs pot.ptau -o new",
    "setup groth16 c.r1cs more.pot.ptau -o new",
    "prove more.k.zkey w.wtns -o new --public new2",
    "prove k.zkey more.w.wtns -o new --public new2",
    "prove k.zkey w.wtns --r1cs more.c.r1cs -o new --public new2",
    "export-vkey more.k.zkey -o new",
    "export-json more.c.r1cs -o new",
    "export-json more.w.wtns -o new",
    "export-json more.k.zkey -o new",
    "export-json more.1.ptau -o new",
    "ceremony contribute more.k.zkey -o new --name bob",
    "ceremony beacon more.k.zkey -o new --hex 0a0b",
    "ceremony verify more.k.zkey --r1cs c.r1cs --ptau pot.ptau",
    "ceremony verify odd --allow-insecure",
    "ceremony accept ceremony more.k.zkey",
    "ceremony finalize odd --allow-insecure",
    "ptau contribute more.1.ptau -o new --name bob",
    "ptau beacon more.1.ptau -o new --hex 0a0b",
    "ptau prepare more.1.ptau -o new",
    "ptau verify more.pot.ptau",
]


@pytest.mark.parametrize("line", FAMILIES)
def test_an_unknown_section(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """Refused with --strict and with the variable, without an output; ignored otherwise, but in a ceremony."""
    refused = run(*line.split(), "--strict")
    monkeypatch.setenv("ZKCTL_STRICT", "1")
    again = run(*line.split())
    for outcome in (refused, again):
        assert (outcome.code, outcome.out) == (3, ""), outcome.err
        assert "error: unknown section 99, a " in outcome.err
        assert not list(folder.glob("new*"))
    monkeypatch.setenv("ZKCTL_STRICT", "0")
    ignored = run(*line.split())
    assert ignored.code == (3 if line in PUBLISHED else 0), ignored.err


def test_a_refused_arrival_is_recorded_with_its_reason(run: Run, folder: Path) -> None:
    run("ceremony", "accept", "ceremony", "more.k.zkey", "--strict")
    text = (folder / "ceremony" / "transcript.jsonl").read_text()
    assert "unknown section 99, a zkey file has only 1, 2, 3, 4, 5, 6, 7, 8, 9 and 10" in text


def test_info_tells_and_does_not_refuse(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZKCTL_STRICT", "1")
    answer = run("info", "more.k.zkey", "--json").json["result"]
    assert "unknown section 99 ignored" in answer["warnings"]


def test_plonk_keys_have_sections_of_their_own(run: Run, data: Path, tmp_path: Path) -> None:
    key = data / "golden_bn128/plonk.zkey"
    assert run("export-vkey", key, "-o", tmp_path / "vkey.json", "--strict").code == 0


def test_a_misspelt_variable_is_told(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZKCTL_STRICT", "on")
    outcome = run(*FAMILIES[0].split())
    assert (outcome.code, outcome.out) == (2, "")
    assert "ZKCTL_STRICT is 'on': expected 0 or 1" in outcome.err
