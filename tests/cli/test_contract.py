"""`zkctl export-solidity`, `zkctl calldata` and `zkctl verify --evm`: forms, text, JSON and exit codes."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import zkctl.toolchain.proof
from tests.cli.conftest import Run
from tests.conftest import ROOT
from tests.support.contracts import compiler_path
from tests.support.toy_contracts import save_groth16, toy_groth16


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    save_groth16(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_export(run: Run, files: Path) -> None:
    outcome = run("export-solidity", "vkey.json", "--name", "Mine", "--batch", "--json")
    assert outcome.code == 0
    assert outcome.json["result"]["name"] == "Mine"
    assert "contract Mine {" in Path("Verifier.sol").read_text()
    outcome = run("zkey", "export", "solidityverifier", "vkey.json", "-o", "-")
    assert outcome.code == 0
    assert "contract Groth16Verifier {" in outcome.out


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ("export-solidity vkey.json --name 1x", 2, "the contract's name is no identifier"),
        ("export-solidity proof.json", 3, "expected a verification key, found a groth16 proof"),
        ("calldata proof.json public.json --format xml", 2, "the format is unknown: expected remix, hex, json, abi, got 'xml'"),
        ("calldata proof.json public.json --format abi", 2, "bytes are not printed: expected -o FILE with --format abi, got none"),
        ("calldata public.json proof.json", 3, ""),
        ("verify vkey.json public.json proof.json --solc x", 2, "--solc without a contract: expected --evm NAME.sol, got none"),
        ("verify vkey.json --batch b.jsonl --evm V.sol", 2, "--evm and --batch exclude each other: expected one of them, got both"),
    ],
)  # fmt: skip
def test_wrong_forms(run: Run, files: Path, words: str, code: int, message: str) -> None:
    outcome = run(*words.split())
    assert outcome.code == code
    assert message in outcome.err


def test_calldata(run: Run, files: Path) -> None:
    call = toy_groth16(2).call
    assert run("calldata", "proof.json", "public.json").out == call.text + "\n"
    assert run("zkey", "export", "soliditycalldata", "public.json", "proof.json").out == (
        call.text + "\n"
    )
    hexadecimal = run("calldata", "proof.json", "public.json", "--format", "hex")
    assert hexadecimal.out == f"0x{call.encoded().hex()}\n"
    outcome = run("calldata", "proof.json", "public.json", "--format", "json")
    assert list(json.loads(outcome.out)) == ["a", "b", "c", "input"]
    outcome = run("calldata", "proof.json", "public.json", "--json")
    assert outcome.json["result"] == {"calldata": call.text}
    outcome = run("calldata", "proof.json", "public.json", "--format", "abi", "-o", "c.bin")
    assert outcome.code == 0
    assert Path("c.bin").read_bytes() == call.encoded()


@pytest.mark.parametrize(
    ("verdicts", "code", "text"),
    [
        ((True, True), 0, ""),
        ((False, False), 1, "the proof does not hold for this key and these public signals; the contract says so too"),
        ((True, False), 1, "the contract and zkctl disagree about the proof: expected valid, got invalid"),
        ((False, True), 1, "the contract and zkctl disagree about the proof: expected invalid, got valid"),
    ],
)  # fmt: skip
def test_verdicts(
    run: Run, files: Path, monkeypatch: pytest.MonkeyPatch, verdicts: Any, code: int, text: str
) -> None:
    def verify_by_contract(*_: Any, **__: Any) -> Any:
        return SimpleNamespace(valid=verdicts[0], contract_valid=verdicts[1], gas=1, warnings=[])

    module = SimpleNamespace(verify_by_contract=verify_by_contract)
    monkeypatch.setitem(sys.modules, "zkctl.toolchain.proof.evm", module)
    monkeypatch.setattr(zkctl.toolchain.proof, "evm", module, raising=False)
    Path("V.sol").write_text("")
    outcome = run("verify", "vkey.json", "public.json", "proof.json", "--evm", "V.sol")
    assert outcome.code == code
    assert outcome.out.startswith("OK" if code == 0 else "INVALID")
    assert text in outcome.err


def test_the_commands_of_the_guide(
    run: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """docs/guides/verifying-on-chain.md, each command, with snarkjs' key and proof; the first contract is there for the last command."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{compiler_path().parent.parent / '.bin'}:{os.environ['PATH']}")
    golden = data / "golden_bn128"
    names = {"key.zkey": "multiplier_final.zkey", "vkey.json": "verification_key.json"}
    names |= {name: name for name in ("proof.json", "public.json")}
    for name, source in names.items():
        (tmp_path / name).write_bytes((golden / source).read_bytes())
    guide = (ROOT / "docs/guides/verifying-on-chain.md").read_text()
    commands = re.findall(r"^ {4}zkctl (.*)$", guide, re.MULTILINE)
    commands += re.findall(r"\$\(zkctl (.*?)\)", guide)
    assert len(commands) >= 5
    for command in commands:
        words = command.split()
        if words[0] != "calldata":  # the last contribution of that key is a beacon's
            words.append("--allow-insecure")
        if words[0] == "export-solidity":
            words.append("--force")
        outcome = run(*words)
        assert outcome.code == 0, (command, outcome.err)
