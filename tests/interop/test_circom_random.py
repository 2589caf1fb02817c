"""Random programs with run-time code of every kind: .r1cs, .sym at each level, witness and log equal circom2's."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.circom.programs import files_of, logged_witness
from tests.support.circom_random import INPUTS, random_program
from tests.support.circom_server import CircomServer, first_code
from zkctl.circom.circuit import CircomCircuit
from zkctl.circom.compile import compile_program
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.errors import ZkctlError
from zkctl.field import BN254_FR

P = BN254_FR.modulus
QUICK, MANY, PART = 10, 1000, 20
WITNESSES = 3  # of each program


@pytest.mark.parametrize("seed", range(QUICK))
def test_programs(seed: int, circom: CircomServer, tmp_path: Path) -> None:
    _compare(seed, circom, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(MANY // PART))
def test_many_programs(part: int, circom: CircomServer, tmp_path: Path) -> None:
    first = 1000 + part * PART
    outcomes = [_compare(seed, circom, tmp_path) for seed in range(first, first + PART)]
    assert outcomes.count("compared") > PART * 2 // 3


def _compare(seed: int, circom: CircomServer, folder: Path) -> str:
    """Compare one program; circom2 crashes on some that are right."""
    path = folder / "m.circom"
    path.write_text(random_program(seed))
    code, text = circom.compile(folder, "m.circom", "--r1cs", "--sym", "--wasm", "--O0", "-o", ".")
    if "panicked" in text:
        return "circom2 crashes"
    try:
        circuits = [_compiled(path, level) for level in (0, 1, 2)]
    except ZkctlError as problem:
        assert first_code(text) == first_code(str(problem)), (seed, problem, text)
        return "refused"
    assert code == 0, (seed, text)
    for level, circuit in enumerate(circuits):
        if level:
            circom.compile(folder, "m.circom", "--r1cs", "--sym", f"--O{level}", "-o", ".")
        theirs = (folder / "m.r1cs").read_bytes(), (folder / "m.sym").read_bytes()
        assert files_of(circuit) == theirs, (seed, level)
    rng = random.Random(f"inputs {seed}")
    for _ in range(WITNESSES):
        inputs = {name: _input(shape, rng) for name, shape in INPUTS.items()}
        values, log = circom.witness(folder / "m_js" / "m.wasm", inputs)
        if values is None:  # it stops: so do we
            with pytest.raises(ZkctlError):
                logged_witness(circuits[0], inputs)
        else:
            assert logged_witness(circuits[0], inputs) == (values, log), (seed, inputs)
    return "compared"


def _compiled(path: Path, level: int) -> CircomCircuit:
    return compile_program(
        path, [], BN254_FR, SimplificationLevel(level, is_compatible=True)
    ).circuit


def _input(shape: tuple[int, ...], rng: random.Random) -> Any:
    if shape:
        return [_input(shape[1:], rng) for _ in range(shape[0])]
    edges = (0, 1, 2, 3, 5, P - 1, P - 2, P // 2, P // 2 + 1)
    return str(rng.choice([*edges, rng.randrange(50), rng.randrange(P), 1 << rng.randrange(254)]))
