"""Compile contracts and call them, as tests need it: each set of sources once for all test processes."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.conftest import ROOT, missing
from tests.support.toy_contracts import TOYS
from zkctl.toolchain.proof.evm import Compiled, Execution, compile_sources, execute

YES, NO = (1).to_bytes(32, "big"), bytes(32)
PIPELINES: dict[str, dict[str, Any]] = {
    "plain": {"optimizer": {"enabled": False}},
    "optimised": {"optimizer": {"enabled": True}},
    "via-ir": {"optimizer": {"enabled": False}, "viaIR": True},
    "via-ir optimised": {"optimizer": {"enabled": True}, "viaIR": True},
}


def compiler_path(package: str = "solc") -> Path:
    """The Solidity compiler of an npm package."""
    default = ROOT / "tests" / "interop" / "node" / "node_modules"
    folder = Path(os.environ.get("ZKCTL_NODE_MODULES", default))
    script = folder / package / "solc.js"
    if not script.is_file() or shutil.which("node") is None:
        missing(f"no node or no Solidity compiler in {folder}: run make setup")
    return script


def compiled(
    folder: Path, sources: Mapping[str, str], *, package: str = "solc", pipeline: str = "optimised"
) -> dict[str, Compiled]:
    """The contracts of each source, by the source's name; each source has one. `folder` keeps them."""
    key = hashlib.sha256(repr((sorted(sources.items()), package, pipeline)).encode()).hexdigest()
    kept = folder / f"contracts-{key[:32]}"
    if kept.is_file():
        return pickle.loads(kept.read_bytes())  # noqa: S301  (written by this function)
    found = dict(
        compile_sources(sources, compiler=compiler_path(package), settings=PIPELINES[pipeline])
    )
    partial = folder / f"{kept.name}-{os.getpid()}"
    partial.write_bytes(pickle.dumps(found))
    partial.replace(kept)
    return found


def toy_contracts(folder: Path) -> dict[str, Compiled]:
    """Verifiers by proof system and number of public signals; that of Groth16 has verifyBatch too."""
    sources = {
        f"{name} {n}": make(n).source(batch=name == "groth16")
        for name, make in TOYS.items()
        for n in (0, 2)
    }
    return compiled(folder, sources)


def accepts(contract: Compiled, data: bytes, **options: Any) -> bool:
    """The verdict; a contract may only answer yes or no, or revert."""
    end = execute(contract.code, data, **options)
    assert end.output in (YES, NO, None)
    return end.output == YES


def answer(contract: Compiled, data: bytes, **options: Any) -> Execution:
    return execute(contract.code, data, **options)


def second_machine(
    cases: Sequence[tuple[Compiled, Sequence[bytes]]], folder: Path
) -> list[dict[str, Any]]:
    """The answers of @ethereumjs/evm to the calls of each contract, one after the other."""
    compiler_path()  # or this test is skipped
    asked, told = folder / "asked.json", folder / "told.json"
    hexadecimal = [
        {"code": f"0x{contract.code.hex()}", "data": [f"0x{each.hex()}" for each in data]}
        for contract, data in cases
    ]
    asked.write_text(json.dumps(hexadecimal))
    script = ROOT / "tests" / "interop" / "node" / "call_contracts.mjs"
    subprocess.run(["node", script, asked, told], check=True, timeout=280)
    answers: list[dict[str, Any]] = json.loads(told.read_text())
    return answers
