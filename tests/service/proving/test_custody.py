"""Proofs for a PID under several address circuits: each is served by its files and service.yaml alone."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.address.circuits import FOLDER
from tests.support.registries import TestRegistry
from tests.support.service_api import PEPPER, InProcessApi, open_api
from zkctl.address.texts import text_value
from zkctl.cli.app import main
from zkctl.formats.json.strict import load_json
from zkctl.service.proving.audit import Audit
from zkctl.service.proving.data.custodian import AddressCustodian, CustodyUses
from zkctl.service.proving.data.root_lookup import Roots
from zkctl.service.proving.data.tree_files import TreeFiles
from zkctl.service.proving.service import Service
from zkctl.toolchain.project.circuits import digest_of
from zkctl.toolchain.project.lock_file import LOCK_FILE, Lock, LockedCircuit, lock_text

CIRCUITS = {  # by id: the source, and its depths
    "structure-v1": ("structure", {"registry_depth": 4}),
    "selective-reveal-v1": ("selective_reveal", {"depth": 4}),
    "region-v1": ("region", {"depth": 4, "list_size": 2}),
}
SERVED = """serve:
  structure-v1: {registry: demo}
  selective-reveal-v1: {registry: demo}
  region-v1: {registry: demo}
"""
KINDS = {"r1cs": "r1cs", "wprog": "wprog", "zkey": "zkey", "vkey": "vkey.json"}
PID = "JP-13-101"


def run(*words: str | Path) -> None:
    assert main([*map(str, words), "--quiet"]) == 0


@pytest.fixture(scope="module")
def circuits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three of the address circuits for small trees."""
    folder = tmp_path_factory.mktemp("circuits")
    work, build = folder / "work", folder / "build"
    shutil.copytree(FOLDER, work)
    build.mkdir()
    run("ptau", "new", "bn254", "13", "-o", work / "a.ptau")
    run("ptau", "contribute", work / "a.ptau", "-o", work / "b.ptau", "--name", "test")
    run("ptau", "prepare", work / "b.ptau", "-o", work / "p.ptau")
    locked = {}
    for name, (source, depths) in CIRCUITS.items():
        words = [word for pair in depths.items() for word in ("-P", "{}={}".format(*pair))]
        run("compile", work / f"{source}.py", *words, "-o", work)
        first, key = work / "first.zkey", build / f"{name}.zkey"
        run("setup", "groth16", work / f"{source}.r1cs", work / "p.ptau", "-o", first, "--force")
        run("ceremony", "contribute", first, "-o", key, "--name", "test")
        run("export-vkey", key, "-o", build / f"{name}.vkey.json")
        for kind in ("r1cs", "wprog"):
            (work / f"{source}.{kind}").rename(build / f"{name}.{kind}")
        digests = {kind: digest_of(build / f"{name}.{end}") for kind, end in KINDS.items()}
        locked[name] = LockedCircuit(settings="test", sources={}, **digests)
    (folder / LOCK_FILE).write_text(lock_text(Lock("", locked)))
    (folder / "service.yaml").write_text(SERVED)
    shutil.rmtree(work)
    return folder


@pytest.fixture(scope="module")
def custody(circuits: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcessApi]:
    """An API whose provider keeps the records of three addresses, JP-13-100 to JP-13-102."""
    folder = tmp_path_factory.mktemp("custody")
    (folder / "trees").mkdir(mode=0o700)
    made: dict[str, TestRegistry] = {}

    def change(service: Service) -> Service:
        database = service.store.database
        registry = made["registry"] = TestRegistry(database, folder, name="demo")
        roots, trees = Roots(database), TreeFiles(registry.trees.folder)
        uses = CustodyUses(Audit(database, PEPPER), service.log)
        custodian = AddressCustodian(database, registry.sealer, roots, trees, uses)
        return replace(service, roots=roots, trees=trees, custodian=custodian)

    with open_api(folder, circuits, change=change) as api:
        api.run(made["registry"].add(3))
        api.run(made["registry"].epoch())
        yield api


def signals_of(api: InProcessApi, **body: Any) -> list[str]:
    """The public signals of a proof that verifies."""
    made = api.post("/v1/zkp/generate", {"pid": PID, **body})
    assert made.status_code == 200, made.text
    assert made.headers["zkp-witness-visible"] == "provider"
    statement = {"proof": made.json()["proof"], "circuitId": made.json()["circuitId"]}
    verdict = api.post("/v1/zkp/verify", statement).json()
    assert (verdict["valid"], verdict["checks"]["root"]) == (True, "ok"), verdict
    found: list[str] = made.json()["publicSignals"]
    return found[1:]  # without the root


def problem_of(api: InProcessApi, **body: Any) -> tuple[str, str]:
    answer = api.post("/v1/zkp/generate", {"pid": PID, **body})
    assert answer.status_code >= 400, answer.text
    assert "JP-13-101" not in answer.text
    errors = answer.json().get("errors") or [{"pointer": ""}]
    return answer.json()["type"].rpartition(":")[2], errors[0]["pointer"]


def test_the_structure_of_an_address(custody: InProcessApi) -> None:
    expiry = int(time.time()) + 600
    context = {"verifierId": "shop.example", "nonce": "5", "expiry": expiry}
    country, depth, bound = signals_of(custody, pattern="structure", context=context)
    assert (country, depth) == (str(text_value("JP")), "3")
    assert bound != "0"


def test_fields_that_are_revealed(custody: InProcessApi) -> None:
    jp = str(text_value("JP"))
    mask, *rest = signals_of(custody, pattern="selective-reveal", reveal=["country"])
    assert (mask, rest[0], set(rest[1:])) == ("1", jp, {"0"})
    mask, *rest = signals_of(custody, pattern="selective-reveal")
    assert (mask, set(rest)) == ("0", {"0"})


def test_regions(custody: InProcessApi) -> None:
    lists = signals_of(custody, pattern="region", allowed=["JP-13"], prohibited=["JP-14"])
    assert (lists[1], lists[3], "0" in (lists[0], lists[2])) == ("0", "0", False)
    refused = problem_of(custody, pattern="region", allowed=["JP-14"])
    assert refused == ("unsatisfied", "")
    both = {"allowed": ["JP-13"], "prohibited": ["JP"]}
    assert problem_of(custody, pattern="region", **both) == ("unsatisfied", "")
    for condition, place in (
        ({"allowed": ["JP-13", "JP-14", "JP-15"]}, "/allowed"),
        ({"allowed": ["JP-13-101-5"]}, "/allowed"),  # one home
        ({"allowed": ["13"]}, "/allowed"),
        ({"allowed": ["JP"], "prohibited": ["XX-1-2-3-4-5-6-7-8-9-10"]}, "/prohibited"),
        ({}, "/allowed"),
        ({"allowed": ["JP"], "reveal": ["country"]}, "/reveal"),
    ):
        assert problem_of(custody, pattern="region", **condition) == ("invalid-input", place)


def test_conditions_that_are_not_proved(custody: InProcessApi) -> None:
    assert problem_of(custody, pattern="structure", allowed=["JP"]) == ("invalid-input", "/allowed")
    wrong = problem_of(custody, pattern="selective-reveal", reveal=["country", "country"])
    assert wrong == ("invalid-input", "/reveal")
    unknown = problem_of(custody, pattern="structure", pid="JP-13-999")
    assert unknown == ("unknown-pid", "/pid")


def test_each_use_is_an_audit_row(custody: InProcessApi) -> None:
    def uses() -> int:
        return sum(each["event"] == "custodial_use" for each in custody.events())

    before = uses()
    signals_of(custody, pattern="structure")
    problem_of(custody, pattern="region", allowed=["JP-14"])  # the refusal says something as well
    assert uses() == before + 2


def test_the_lock_has_no_other_circuit(circuits: Path) -> None:
    assert set(load_json(circuits / LOCK_FILE)["circuits"]) == set(CIRCUITS)
