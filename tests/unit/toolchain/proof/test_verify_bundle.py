"""`zkctl verify --bundle`: the key decides, not the names in the bundle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.demo_service import shared_demo
from zkctl.errors import FormatError
from zkctl.formats.json.bundle import bundle_text
from zkctl.toolchain.proof.open_circuit import OpenCircuit
from zkctl.toolchain.proof.verify_bundle import verify_bundle

CIRCUIT = "membership-v1"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], list[str]]:
    """The verification key of the demo, and a proof of its sample."""
    build = shared_demo(tmp_path_factory.getbasetemp().parent) / "build"
    circuit = OpenCircuit.open(build / f"{CIRCUIT}.wprog", build / f"{CIRCUIT}.zkey", table_bytes=0)
    proof, public = circuit.prove(json.loads((build / f"{CIRCUIT}.sample.json").read_text()))
    system = circuit.key.system
    texts = system.proof_json(proof), system.public_json(public)
    return build / f"{CIRCUIT}.vkey.json", json.loads(texts[0]), json.loads(texts[1])


def test_right_and_wrong(made: tuple[Path, dict[str, Any], list[str]], tmp_path: Path) -> None:
    vkey, proof, public = made
    file = tmp_path / "proof.zkp1"
    file.write_text(bundle_text("any", "any", "any", proof, public))
    found = verify_bundle(vkey, bundle=file)
    assert (found.valid, found.n_public, found.curve) == (True, 5, "bn254")
    file.write_text(bundle_text(CIRCUIT, "bn128", "groth16", proof, [*public[:-1], "8"]))
    assert not verify_bundle(vkey, bundle=file).valid
    file.write_text(bundle_text(CIRCUIT, "bn128", "groth16", proof, public[:-1]))
    with pytest.raises(FormatError, match="expected 5 public signals, got 4"):
        verify_bundle(vkey, bundle=file)
