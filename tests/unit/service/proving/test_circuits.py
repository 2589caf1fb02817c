"""The registry of circuits: the lock decides, and a fault of one circuit is its own."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.demo_service import shared_demo
from zkctl.errors import EnvironmentProblem, FormatError
from zkctl.service.proving.circuits import CircuitState, Registry, ServedCircuit
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.served_members import SignalRole
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.settings_sources import load_settings

CIRCUIT = "membership-v1"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shared_demo(tmp_path_factory.getbasetemp().parent)


@pytest.fixture
def folder(demo: Path, tmp_path: Path) -> Path:
    copied = tmp_path / "circuits"
    shutil.copytree(demo, copied)
    return copied


def settings_of(folder: Path) -> ServiceSettings:
    return load_settings({"circuits": folder}, {})


def only(folder: Path, service_file: Path | None = None) -> ServedCircuit:
    [found] = Registry.load(settings_of(folder), service_file)
    return found


def test_a_circuit_as_data(demo: Path) -> None:
    registry = Registry.load(settings_of(demo), demo / "service.yaml")
    found = registry.find("membership")
    assert found is registry.find(CIRCUIT) is registry.get(CIRCUIT)
    assert (found.id, found.pattern, found.version) == (CIRCUIT, "membership", 1)
    assert (found.protocol, found.curve, found.state) == ("groth16", "bn128", "active")
    assert [each.name for each in found.signals][:2] == ["nullifier", "root"]
    assert found.position(SignalRole.CONTEXT) == 4
    assert found.position(SignalRole.OTHER) is None
    assert found.can_prove
    assert found.interface[0].name == "root"
    assert found.ready_key().vkey.n_public == 5
    assert (registry.state, len(registry)) == ("loaded", 1)


@pytest.mark.parametrize("kind", ["zkey", "vkey.json", "wprog", "r1cs"])
def test_a_file_that_differs_from_the_lock(folder: Path, kind: str) -> None:
    path = folder / "build" / f"{CIRCUIT}.{kind}"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    found = only(folder)
    assert found.state is CircuitState.UNAVAILABLE
    assert (
        f"the {kind.split('.', maxsplit=1)[0]} is not that of the lock: expected " in found.reason
    )
    with pytest.raises(Problem) as caught:
        found.ready_key()
    assert caught.value.slug == "circuit-unavailable"


def test_files_that_are_not_there(folder: Path) -> None:
    (folder / "build" / f"{CIRCUIT}.zkey").unlink()
    found = only(folder)
    assert (found.state, found.can_prove) == (CircuitState.ACTIVE, False)
    (folder / "build" / f"{CIRCUIT}.wprog").unlink()
    nameless = only(folder)
    assert nameless.reason.startswith("the names of public signals are wrong: expected 5, got 0")
    named = folder / "named.yaml"
    named.write_text(
        f"serve:\n  {CIRCUIT}:\n    public: 'nullifier root revocation_root scope context'\n"
    )
    assert only(folder, named).position(SignalRole.SCOPE) == 3
    (folder / "build" / f"{CIRCUIT}.vkey.json").unlink()
    assert only(folder).reason == "the verification key is not there"


def test_the_names_of_the_guides_scripts(folder: Path) -> None:
    build = folder / "build"
    (build / f"{CIRCUIT}.zkey").rename(build / f"{CIRCUIT}_final.zkey")
    (build / f"{CIRCUIT}.vkey.json").rename(build / f"{CIRCUIT}_vkey.json")
    assert only(folder).can_prove


def test_newest_active_one_of_a_pattern(demo: Path) -> None:
    [one] = Registry.load(settings_of(demo))
    states = {1: CircuitState.RETIRING, 2: CircuitState.ACTIVE, 3: CircuitState.UNAVAILABLE}
    circuits = [
        replace(one, id=f"membership-v{k}", version=k, state=state) for k, state in states.items()
    ]
    registry = Registry(circuits)
    assert registry.find("membership").version == 2
    assert registry.find("membership-v1").version == 1
    assert registry.state == "partial"
    registry.mark_unavailable("membership-v2", "test")
    assert registry.find("membership").version == 1
    assert registry.find("membership-v2").reason == "test"


def test_unknown_ones(demo: Path) -> None:
    for registry, slug in (
        (Registry(), "unknown-circuit"),
        (Registry(is_loaded=False), "not-ready"),
    ):
        with pytest.raises(Problem) as caught:
            registry.find("../etc/passwd")
        assert caught.value.slug == slug
    assert Registry(is_loaded=False).state == "loading"
    assert Registry().state == "partial"


def test_a_reload_replaces_all_or_nothing(folder: Path) -> None:
    registry, settings = Registry.load(settings_of(folder)), settings_of(folder)
    lock = folder / "zkctl.lock"
    text = lock.read_text()
    lock.write_text("{}")
    with pytest.raises(FormatError, match="the lock is not of the schema"):
        registry.reload(settings)
    assert registry.find(CIRCUIT).state is CircuitState.ACTIVE
    locked = json.loads(text)
    locked["circuits"]["other-v2"] = locked["circuits"][CIRCUIT]
    lock.write_text(json.dumps(locked))
    registry.reload(settings)
    assert registry.find("other").reason == "the verification key is not there"
    assert registry.find(CIRCUIT).state is CircuitState.ACTIVE
    lock.unlink()
    with pytest.raises(EnvironmentProblem):
        registry.reload(settings)
