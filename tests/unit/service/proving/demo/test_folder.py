"""The demo: its sources are those of the repository, its holder proves, its roots answer."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.demo_service import shared_demo
from zkctl.errors import EnvironmentProblem, IntegrityError
from zkctl.service.proving.circuits import Registry
from zkctl.service.proving.demo import folder as demo_module
from zkctl.service.proving.demo.folder import (
    CIRCUIT,
    DEPTH,
    HOLDER_FILE,
    circuit_sources,
    make_demo,
)
from zkctl.service.proving.demo.holder import DEMO_PID, DemoCustodian, DemoHolder, DemoRoots
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.prover import CircuitProver
from zkctl.service.proving.settings_sources import load_settings


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shared_demo(tmp_path_factory.getbasetemp().parent)


def test_the_sources_are_those_of_the_repository() -> None:
    sources = circuit_sources()
    assert "membership.py" in sources
    for name, content in sources.items():
        assert content == (ROOT / "circuits" / "address" / name).read_bytes(), name


def test_custodian_and_roots(demo: Path) -> None:
    holder = DemoHolder.read(demo / HOLDER_FILE)
    custodian, roots = DemoCustodian(holder, DEPTH), DemoRoots(holder, DEPTH, lambda: 5.0)

    async def run() -> None:
        inputs = await custodian.inputs("t", DEMO_PID, None, {"scope": 3, "context": None})
        assert inputs == holder.inputs(DEPTH, scope=3, context=0)
        found = await roots.find("demo", int(inputs["root"]))
        assert found is not None
        assert str(found.revocation_root) == inputs["revocation_root"]
        assert await roots.find("demo", 1) is None
        with pytest.raises(Problem):
            await custodian.inputs("t", "JP-13-113-02", None, {})

    asyncio.run(run())
    assert str(holder.secret) not in repr(holder)


def test_a_failing_step_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_module, "_STEPS", ("ptau new bn254 99 -o first.ptau",))
    with pytest.raises(EnvironmentProblem, match="the demo cannot be made"):
        make_demo(tmp_path)


def test_faults_of_the_files_of_a_circuit(demo: Path, tmp_path: Path) -> None:
    settings = load_settings({"circuits": demo}, {})
    circuit = Registry.load(settings, demo / "service.yaml").find(CIRCUIT)
    without = replace(circuit, files=replace(circuit.files, zkey=None))
    with pytest.raises(
        EnvironmentProblem,
        match="the circuit cannot be proved: expected a proving key and a witness program",
    ):
        CircuitProver.open(without, table_bytes=0)
    sample = tmp_path / "sample.json"
    sample.write_text("[1]")
    wrong = replace(circuit, files=replace(circuit.files, sample=sample))
    with pytest.raises(IntegrityError, match="the sample is no object of inputs"):
        CircuitProver.open(wrong, table_bytes=0)
    key = circuit.ready_key()
    other = replace(key.vkey, delta_g2=key.vkey.beta_g2)
    mismatched = replace(circuit, key=replace(key, vkey=other))
    with pytest.raises(
        IntegrityError,
        match="the proof of the sample does not verify: proving key and verification key are no pair",
    ):
        CircuitProver.open(mismatched, table_bytes=0)
