"""Run the command line inside this process, with the toolchain replaced by recorders, or as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from zkctl.cli import app

ACTIONS = {
    "circuit.compile": ["compile_circuit"],
    "circuit.witness": ["calculate_witness"],
    "circuit.witness_batch": ["calculate_witnesses"],
    "ptau.new": ["new_ptau"],
    "ptau.contribute": ["contribute_ptau", "beacon_ptau"],
    "ptau.prepare": ["prepare_ptau"],
    "ptau.verify": ["verify_ptau"],
    "ptau.transform": ["truncate_ptau", "convert_ptau", "export_ptau_json"],
    "ptau.exchange": ["export_challenge", "contribute_challenge", "import_response"],
    "ptau.download": ["list_ptau", "download_ptau"],
    "ptau.advise": ["advise_ptau"],
    "ceremony.key": ["contribute_key", "beacon_key", "verify_key"],
    "ceremony.folder_steps": ["init_ceremony", "contribute_in_folder", "beacon_in_folder"],
    "ceremony.accept": ["accept_contribution"],
    "ceremony.audit": ["verify_ceremony", "ceremony_status"],
    "ceremony.finalize": ["finalize_ceremony"],
    "ceremony.offline": ["contribute_offline"],
    "ceremony.receipts": ["generate_signing_key", "attest_contribution", "verify_inclusion"],
    "ceremony.bellman": ["export_bellman", "import_bellman", "contribute_bellman"],
    "proof.setup": ["make_key"],
    "proof.prove": ["prove"],
    "proof.verify": ["verify"],
    "proof.export_vkey": ["export_verification_key"],
    "inspect.info": ["describe"],
    "inspect.export_json": ["export_json"],
}


@dataclass
class Outcome:
    """What a run of the command line gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout."""
        value = json.loads(self.out)
        assert isinstance(value, dict)
        assert self.out.count("\n") == 1
        return value


@dataclass
class Summary:
    """Stands for any summary of the toolchain."""

    circuit: str = "membership"
    constraints: int = 5103
    valid: bool = True
    warnings: list[str] = field(default_factory=list)


class Toolchain:
    """Records every call; `effect` is called in place of the action."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.effect: Callable[..., Any] = lambda *_, **__: Summary()

    def action(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self.calls.append((name, arguments, options))
            return self.effect(*arguments, **options)

        return call

    def fail(self, error: BaseException) -> None:
        """Let every action raise this."""

        def effect(*_: Any, **__: Any) -> None:
            raise error

        self.effect = effect


@pytest.fixture
def toolchain(monkeypatch: pytest.MonkeyPatch) -> Toolchain:
    recorder = Toolchain()
    for module, names in ACTIONS.items():
        fake = SimpleNamespace(**{name: recorder.action(name) for name in names})
        folder, _, last = f"zkctl.toolchain.{module}".rpartition(".")
        monkeypatch.setitem(sys.modules, f"{folder}.{last}", fake)
        monkeypatch.setattr(import_module(folder), last, fake, raising=False)
    return recorder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """run("verify", "--json", ...) -> Outcome, inside this process."""

    def call(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        code = app.main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


@pytest.fixture
def run_process(tmp_path: Path) -> Callable[..., Outcome]:
    """run_process("--help", env={...}, stdin=...) -> Outcome, as a process of its own."""

    def call(*arguments: str | Path, env: dict[str, str] | None = None, **options: Any) -> Outcome:
        options = {"cwd": tmp_path, "stdin": subprocess.DEVNULL, "timeout": 120, **options}
        command = [sys.executable, "-m", "zkctl.cli.app", *map(str, arguments)]
        done = subprocess.run(
            command,
            text=True,
            check=False,
            env={**os.environ, **(env or {})},
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=options.pop("stderr", subprocess.PIPE),
            **options,
        )
        return Outcome(done.returncode, done.stdout or "", done.stderr or "")

    return call


Run = Callable[..., Outcome]
