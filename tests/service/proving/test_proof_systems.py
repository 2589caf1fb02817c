"""Every proof system and both curves work wherever Groth16 on BN254 does: the same requests, the same answers."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.service_api import InProcessApi, open_api
from zkctl.cli.app import main
from zkctl.curve import curve_by_name
from zkctl.formats.curve_names import NAMES_IN_FILES
from zkctl.formats.json.bundle import parse_bundle
from zkctl.toolchain.project.circuits import digest_of
from zkctl.toolchain.project.lock_file import Lock, LockedCircuit, lock_text

SOURCE = '''"""A square with the roles of a small protocol."""

from typing import NamedTuple

from zkctl.dsl import Signal, circuit, private, public, wire


class Outputs(NamedTuple):
    """The output."""

    nullifier: Signal


@circuit(field="FIELD")
def square(scope: Signal = public(), secret: Signal = private()) -> Outputs:
    """Return secret^2 + scope."""
    wire(scope * scope)
    return Outputs(wire(secret * secret) + scope)
'''
KEYS = {  # by circuit id
    "square-v1": ("plonk", "bn254"),
    "square-v2": ("fflonk", "bn254"),
    "square-v3": ("groth16", "bls12_381"),
}
KINDS = {"r1cs": "r1cs", "wprog": "wprog", "zkey": "zkey", "vkey": "vkey.json"}


def _zkctl(*words: str | Path) -> None:
    assert main([*map(str, words), "--quiet"]) == 0


@pytest.fixture(scope="module")
def circuits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one circuit under keys of three proof systems and two curves."""
    folder = tmp_path_factory.mktemp("systems")
    work, build = folder / "work", folder / "build"
    work.mkdir()
    build.mkdir()
    for curve in {curve for _, curve in KEYS.values()}:
        part = work / curve
        part.mkdir()
        (part / "square.py").write_text(SOURCE.replace("FIELD", curve))
        _zkctl("compile", part / "square.py", "-o", part)
        _zkctl("ptau", "new", curve, "6", "-o", part / "a.ptau")
        _zkctl("ptau", "contribute", part / "a.ptau", "-o", part / "b.ptau", "--name", "test")
        _zkctl("ptau", "prepare", part / "b.ptau", "-o", part / "p.ptau")
    locked = {}
    for name, (system, curve) in KEYS.items():
        part, key, vkey = work / curve, build / f"{name}.zkey", build / f"{name}.vkey.json"
        first = part / f"{system}.zkey"
        _zkctl("setup", system, part / "square.r1cs", part / "p.ptau", "-o", first)
        if system == "groth16":
            _zkctl("ceremony", "contribute", first, "-o", key, "--name", "test")
        else:
            first.rename(key)
        _zkctl("export-vkey", key, "-o", vkey)
        for kind in ("r1cs", "wprog"):
            (build / f"{name}.{kind}").write_bytes((part / f"square.{kind}").read_bytes())
        digests = {kind: digest_of(build / f"{name}.{end}") for kind, end in KINDS.items()}
        locked[name] = LockedCircuit(settings="test", sources={}, **digests)
    (folder / "zkctl.lock").write_text(lock_text(Lock("", locked)))
    return folder


@pytest.fixture(scope="module")
def systems(circuits: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcessApi]:
    with open_api(tmp_path_factory.mktemp("systems-api"), circuits) as api:
        yield api


@pytest.mark.parametrize("name", KEYS)
def test_prove_verify_and_use_once(systems: InProcessApi, name: str) -> None:
    system, curve = KEYS[name]
    body = {"circuitId": name, "inputs": {"secret": "5"}, "scope": str(ord(system[0]))}
    made = systems.post("/v1/zkp/generate", body)
    assert made.status_code == 200, made.text
    proof = made.json()
    assert (proof["protocol"], proof["curve"]) == (system, NAMES_IN_FILES[curve])
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


@pytest.mark.parametrize("name", KEYS)
def test_r9_r11_numbers_that_are_not_canonical(systems: InProcessApi, name: str) -> None:
    body = {"circuitId": name, "inputs": {"secret": "6"}, "scope": "3"}
    proof = systems.post("/v1/zkp/generate", body).json()
    single: Any = parse_bundle(proof["proof"]).proof.value
    curve = curve_by_name(KEYS[name][1])
    for each, value in _numbers(single):
        for modulus in (curve.base_field.modulus, curve.scalar_field.modulus):
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
    elif isinstance(document, list):  # a point: its first coordinate, or both parts of it
        yield from _numbers(document[0], (*place, 0))
        if isinstance(document[0], list):
            yield from _numbers(document[0][1], (*place, 0, 1))
    else:
        yield place, document


def _put(document: Any, place: tuple[Any, ...], value: str) -> None:
    for step in place[:-1]:
        document = document[step]
    document[place[-1]] = value
