"""Test circuits of packages that npm ships: .r1cs, .sym and witnesses equal circom2's."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.circom.programs import files_of, logged_witness
from tests.support.circom_server import CircomServer
from zkctl.circom.compile import compile_program
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.errors import ZkctlError
from zkctl.field import BN254_FR

QUICK = (
    "circomlib-ml/test/circuits/ReLU_test.circom",
    "circomlib-ml/test/circuits/GlobalMaxPooling2D_test.circom",
    "circomlib-ml/test/circuits/ecdh_test.circom",
    "@zk-email/zk-regex-circom/tests/circuits/test_dot1_regex.circom",
)
MAINS = ("circomlib-ml/test/circuits", "@zk-email/zk-regex-circom/tests/circuits")
LIBRARIES = (".", "circomlib/circuits")
RANGES = (2, 256, 1 << 64, BN254_FR.modulus)  # inputs below these
LARGE = 1 << 20  # bytes of .r1cs: no witness


@pytest.fixture(scope="module")
def packages(circom_packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copies, because circom2 reads only below its working directory."""
    folder = tmp_path_factory.mktemp("packages")
    for name in ("circomlib", "circomlib-ml", "@zk-email/zk-regex-circom"):
        shutil.copytree(circom_packages / name, folder / name, ignore=shutil.ignore_patterns("models", "node_modules"))  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def circom(node_modules: Path) -> Iterator[CircomServer]:
    server = CircomServer(node_modules, seconds=300)
    yield server
    server.close()


@pytest.mark.parametrize("main", QUICK)
def test_some(main: str, packages: Path, circom: CircomServer) -> None:
    assert _compare(main, packages, circom)


@pytest.mark.slow
@pytest.mark.parametrize("folder", MAINS)
def test_all(folder: str, packages: Path, circom: CircomServer) -> None:
    mains = [
        f"{folder}/{path.name}"
        for path in sorted((packages / folder).glob("*.circom"))
        if "component main" in path.read_text()
    ]
    assert len(mains) > 10
    assert sum(_compare(main, packages, circom) for main in mains) > len(mains) // 2


def _compare(main: str, folder: Path, circom: CircomServer) -> bool:
    """Compare files and witnesses; return False if circom2 refuses the program, as we must."""
    arguments = [word for name in LIBRARIES for word in ("-l", name)]
    libraries = [folder / name for name in LIBRARIES]
    stem = Path(main).stem
    for level in (0, 2, 1):
        code, _ = circom.compile(folder, main, "--r1cs", "--sym", "--wasm", f"--O{level}", "-o", ".", *arguments)  # fmt: skip
        chosen = SimplificationLevel(level, is_compatible=True)
        if code:
            with pytest.raises(ZkctlError):
                compile_program(folder / main, libraries, BN254_FR, chosen)
            return False
        circuit = compile_program(folder / main, libraries, BN254_FR, chosen).circuit
        r1cs, sym = files_of(circuit)
        assert r1cs == (folder / f"{stem}.r1cs").read_bytes(), (main, level)
        assert sym == (folder / f"{stem}.sym").read_bytes(), (main, level)
    if len(r1cs) > LARGE:
        return True
    groups = [group for group in circuit.program.signals if group.role.is_input]
    for below in RANGES:
        rng = random.Random(f"{main} {below}")
        inputs = {group.name: _random(group.shape, rng, below) for group in groups}
        values, log = circom.witness(folder / f"{stem}_js/{stem}.wasm", inputs)
        if values is None:
            with pytest.raises(ZkctlError):
                logged_witness(circuit, inputs)
        else:
            assert logged_witness(circuit, inputs) == (values, log), (main, below)
    return True


def _random(shape: tuple[int, ...], rng: random.Random, below: int) -> Any:
    if shape:
        return [_random(shape[1:], rng, below) for _ in range(shape[0])]
    return str(rng.randrange(below))
