"""The canary: it verifies the newest stored proof, remembers it, and fails under the key of another setup."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support.demo_service import shared_demo
from zkctl.service.proving.canary import Canary
from zkctl.service.proving.circuits import Registry, ServedCircuit
from zkctl.service.proving.demo.folder import demo_folder
from zkctl.service.proving.prover import CircuitProver
from zkctl.service.proving.service import Service
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.store.database import StoreUnavailable
from zkctl.service.proving.store.queue import JobQueue

pytestmark = pytest.mark.anyio
ID = "membership-v1"


@dataclass
class Recorded:
    """Stands for metrics and log."""

    canaries: list[tuple[str, bool]] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    def set_canary(self, circuit_id: str, success: bool) -> None:
        self.canaries.append((circuit_id, success))

    def event(self, name: str, **_facts: Any) -> None:
        self.events.append(name)


@dataclass
class Database:
    """Stands for the database: the newest proof, or none; or it is down."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    is_down: bool = False

    @property
    def database(self) -> Database:
        return self

    async def run(self, _statement: str, **_values: Any) -> list[dict[str, Any]]:
        if self.is_down:
            raise StoreUnavailable("the database does not answer")
        return self.rows


def registry_of(folder: Path) -> Registry:
    return Registry.load(ServiceSettings(circuits=folder), folder / "service.yaml")


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    return registry_of(shared_demo(tmp_path_factory.getbasetemp().parent))


@pytest.fixture(scope="module")
def row(registry: Registry) -> dict[str, Any]:
    """A stored proof."""
    circuit = registry.find(ID)
    assert isinstance(circuit, ServedCircuit)
    assert circuit.files.sample is not None
    prover = CircuitProver.open(circuit, table_bytes=0)
    made = prover.prove(json.loads(circuit.files.sample.read_text()), {})
    return {"proof": made.proof, "public_signals": json.dumps(made.public_signals)}


def canary_of(registry: Registry, database: Database) -> tuple[Canary, Recorded]:
    seen = Recorded()
    service = Service(ServiceSettings(), registry, database, None, None, seen, seen)
    return Canary(service), seen


async def test_a_stored_proof_is_verified_and_remembered(
    registry: Registry, row: dict[str, Any]
) -> None:
    database = Database()
    canary, seen = canary_of(registry, database)
    await canary.look()
    assert seen.canaries == []  # no proof yet
    database.rows = [row]
    await canary.look()
    database.rows = []
    await canary.look()
    database.is_down = True
    await canary.look()
    assert seen.canaries == [(ID, True)] * 3
    assert seen.events == []


async def test_the_key_of_another_setup_fails(row: dict[str, Any], tmp_path: Path) -> None:
    """The deployment of a stale key: its own files agree with each other, but not with the provers."""
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    other = registry_of(demo_folder(state, lambda _text: None))
    canary, seen = canary_of(other, Database([row]))
    await canary.look()
    assert seen.canaries == [(ID, False)]
    assert seen.events == ["canary_failed"]


@pytest.mark.parametrize(
    "signals", [["1"], ["0"] * 5, None], ids=["too few", "other numbers", "no list"]
)
async def test_another_statement_fails(
    registry: Registry, row: dict[str, Any], signals: Any
) -> None:
    canary, seen = canary_of(registry, Database([row | {"public_signals": json.dumps(signals)}]))
    await canary.look()
    assert seen.canaries == [(ID, False)]


async def test_an_unavailable_circuit_has_no_canary(
    registry: Registry, row: dict[str, Any], tmp_path: Path
) -> None:
    circuit = registry.find(ID)
    broken = Registry([circuit])
    broken.mark_unavailable(ID, "damaged")
    canary, seen = canary_of(broken, Database([row]))
    await canary.look()
    assert seen.canaries == []


async def test_the_statement_on_both_databases(store: JobQueue) -> None:
    assert await store.database.run("canary.newest", circuit_id=ID) == []
