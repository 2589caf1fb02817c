"""PLONK and fflonk keys work wherever Groth16 keys do: the same requests, the same answers."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.service_api import InProcessApi, open_api
from zkctl.cli.app import main
from zkctl.formats.json.bundle import parse_bundle
from zkctl.toolchain.project.circuits import digest_of
from zkctl.toolchain.project.lock_file import Lock, LockedCircuit, lock_text

SOURCE = '''"""A square with the roles of a small protocol."""

from typing import NamedTuple

from zkctl.dsl import Signal, circuit, private, public, wire


class Outputs(NamedTuple):
    """The output."""

    nullifier: Signal


@circuit
def square(scope: Signal = public(), secret: Signal = private()) -> Outputs:
    """Return secret^2 + scope."""
    wire(scope * scope)
    return Outputs(wire(secret * secret) + scope)
'''
SYSTEMS = {"plonk": "square-v1", "fflonk": "square-v2"}
KINDS = {"r1cs": "r1cs", "wprog": "wprog", "zkey": "zkey", "vkey": "vkey.json"}


def _zkctl(*words: str | Path) -> None:
    assert main([*map(str, words), "--quiet"]) == 0


@pytest.fixture(scope="module")
def circuits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one circuit under keys of two proof systems."""
    folder = tmp_path_factory.mktemp("systems")
    work, build = folder / "work", folder / "build"
    work.mkdir()
    build.mkdir()
    (work / "square.py").write_text(SOURCE)
    _zkctl("compile", work / "square.py", "-o", work)
    _zkctl("ptau", "new", "bn254", "6", "-o", work / "a.ptau")
    _zkctl("ptau", "contribute", work / "a.ptau", "-o", work / "b.ptau", "--name", "test")
    _zkctl("ptau", "prepare", work / "b.ptau", "-o", work / "p.ptau")
    locked = {}
    for system, name in SYSTEMS.items():
        key, vkey = build / f"{name}.zkey", build / f"{name}.vkey.json"
        _zkctl("setup", system, work / "square.r1cs", work / "p.ptau", "-o", key)
        _zkctl("export-vkey", key, "-o", vkey)
        for kind in ("r1cs", "wprog"):
            (build / f"{name}.{kind}").write_bytes((work / f"square.{kind}").read_bytes())
        digests = {kind: digest_of(build / f"{name}.{end}") for kind, end in KINDS.items()}
        locked[name] = LockedCircuit(settings="test", sources={}, **digests)
    (folder / "zkctl.lock").write_text(lock_text(Lock("", locked)))
    return folder


@pytest.fixture(scope="module")
def systems(circuits: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcessApi]:
    with open_api(tmp_path_factory.mktemp("systems-api"), circuits) as api:
        yield api


@pytest.mark.parametrize(("system", "name"), SYSTEMS.items())
def test_prove_verify_and_use_once(systems: InProcessApi, system: str, name: str) -> None:
    body = {"circuitId": name, "inputs": {"secret": "5"}, "scope": str(ord(system[0]))}
    made = systems.post("/v1/zkp/generate", body)
    assert made.status_code == 200, made.text
    proof = made.json()
    assert (proof["protocol"], proof["curve"]) == (system, "bn128")
    assert proof["publicSignals"] == [str(25 + ord(system[0])), str(ord(system[0]))]
    statement = {"proof": proof["proof"]}
    found = systems.post("/v1/zkp/verify", statement).json()
    assert found["valid"] is True
    assert found["statementId"] == proof["statementId"]
    assert found["checks"]["root"] == "not-requested"
    used = [
        systems.post("/v1/zkp/verify", statement | {"expect": {"consumeNullifier": True}}).json()
        for _ in range(2)
    ]
    assert [each["valid"] for each in used] == [True, False]
    batch = systems.post("/v1/zkp/verify/batch", {"statements": [statement] * 3})
    assert batch.json()["valid"] is True


@pytest.mark.parametrize(("system", "name"), SYSTEMS.items())
def test_r9_r11_numbers_that_are_not_canonical(
    systems: InProcessApi, system: str, name: str
) -> None:
    body = {"circuitId": name, "inputs": {"secret": "6"}, "scope": "3"}
    proof = systems.post("/v1/zkp/generate", body).json()
    single: Any = parse_bundle(proof["proof"]).proof.value
    from zkctl.curve import curve_by_name

    bn254 = curve_by_name("bn254")
    for each, value in _numbers(single):
        for modulus in (bn254.base_field.modulus, bn254.scalar_field.modulus):
            changed = copy.deepcopy(single)
            _put(changed, each, str(int(value) + modulus))
            answer = systems.post(
                "/v1/zkp/verify",
                {"proof": changed, "publicSignals": proof["publicSignals"], "circuitId": name},
            )
            is_false = answer.status_code == 200 and answer.json()["valid"] is False
            assert is_false or answer.status_code == 422, (each, answer.text)


def _numbers(document: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    if isinstance(document, dict):
        for name, value in document.items():
            if name not in ("protocol", "curve"):
                yield from _numbers(value, (*place, name))
    elif isinstance(document, list):
        yield (*place, 0), document[0]
    else:
        yield place, document


def _put(document: Any, place: tuple[Any, ...], value: str) -> None:
    for step in place[:-1]:
        document = document[step]
    document[place[-1]] = value
