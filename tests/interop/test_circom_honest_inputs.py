"""circomlib's test circuits on inputs that satisfy them: the witnesses are those of circom2's calculator."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.circom_inputs import REAL, real_inputs
from tests.circom.programs import logged_witness
from tests.support.circom_server import CircomServer
from zkctl.circom.compile import compile_program
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.field import BN254_FR

PROJECT = "iden3/circomlib"
NAMES = sorted(name.removeprefix(f"{PROJECT} ") for name in REAL if name.startswith(PROJECT))


@pytest.fixture(scope="module")
def circom(node_modules: Path) -> Iterator[CircomServer]:
    server = CircomServer(node_modules, seconds=300)
    yield server
    server.close()


@pytest.fixture(scope="module")
def circomlib(node_modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, because circom2 reads only below its working directory."""
    folder = tmp_path_factory.mktemp("circomlib")
    for part in ("circuits", "test/circuits"):
        shutil.copytree(node_modules / "circomlib" / part, folder / part)
    return folder


def test_every_circuit_of_the_table_is_tried() -> None:
    assert {"eddsa_test", "eddsaposeidon_test", "smtprocessor10_test"} < set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_witnesses(name: str, circomlib: Path, circom: CircomServer) -> None:
    main = f"test/circuits/{name}.circom"
    inputs = real_inputs(PROJECT, main)
    assert inputs is not None
    level = SimplificationLevel(1, is_compatible=True)
    circuit = compile_program(circomlib / main, [], BN254_FR, level).circuit
    code, text = circom.compile(circomlib, main, "--wasm", "--O1", "-o", ".")
    assert code == 0, text
    theirs = circom.witness(circomlib / f"{name}_js/{name}.wasm", inputs)
    assert theirs[0] is not None
    assert logged_witness(circuit, inputs) == theirs
