"""Random projects of templates, buses, tags and components: .r1cs, .sym at each level, and witnesses equal circom2's."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.circom.programs import files_of, logged_witness
from tests.support.circom_random_structures import Bus, random_project
from tests.support.circom_server import CircomServer, first_code
from zkctl.circom.compile import compile_program
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.errors import ZkctlError
from zkctl.field import BLS12_381_FR, BN254_FR

QUICK, MANY, PART = 12, 1000, 20
WITNESSES = 2  # of each project
REPEATS = 40  # circom writes the constraints of some projects at O2 in an order that differs from run to run


@pytest.mark.parametrize("seed", range(QUICK))
def test_projects(seed: int, circom: CircomServer, tmp_path: Path) -> None:
    compare(seed, circom, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(MANY // PART))
def test_many_projects(part: int, circom: CircomServer, tmp_path: Path) -> None:
    first = 1000 + part * PART
    outcomes = []
    for seed in range(first, first + PART):
        folder = tmp_path / str(seed)
        outcomes.append(compare(seed, circom, folder))
    assert outcomes.count("compared") > PART // 3


def compare(seed: int, circom: CircomServer, folder: Path) -> str:
    """Compare one project; circom2 crashes on some that are right."""
    project = random_project(seed)
    for name, text in project.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    rng = random.Random(f"choices {seed}")
    field, prime = (BLS12_381_FR, "bls12381") if not rng.randrange(4) else (BN254_FR, "bn128")
    given = ("--r1cs", "--sym", "-l", project.library, "-p", prime, "-o", ".")
    code, text = circom.compile(folder, "m.circom", "--wasm", "--O0", *given)
    has_wasm = "panicked" not in text
    if not has_wasm:  # it crashes on some hints
        code, text = circom.compile(folder, "m.circom", "--O0", *given)
    if "panicked" in text:
        return "circom2 crashes"
    rounds = rng.randrange(4)
    flags = [("--O0",), ("--O1",), ("--O2",), ("--O2round", str(rounds))]
    levels = [(0, None), (1, None), (2, None), (2, rounds)]
    source, folders = folder / "m.circom", [folder / project.library]
    try:
        circuits = [
            compile_program(source, folders, field, SimplificationLevel(*level, is_compatible=True)).circuit
            for level in levels
        ]  # fmt: skip
    except ZkctlError as problem:
        assert first_code(text) == first_code(str(problem)), (seed, problem, text)
        return "refused"
    assert code == 0, (seed, text)
    for flag, circuit in zip(flags, circuits, strict=True):
        ours = files_of(circuit)
        for _ in range(REPEATS):
            circom.compile(folder, "m.circom", *flag, *given)
            theirs = (folder / "m.r1cs").read_bytes(), (folder / "m.sym").read_bytes()
            if ours == theirs:
                break
        else:
            raise AssertionError((seed, flag))
    for _ in range(WITNESSES if has_wasm else 0):
        inputs = {each.name: _input(each.shape, each.bus, field.modulus, rng) for each in project.inputs}  # fmt: skip
        values, log = circom.witness(folder / "m_js" / "m.wasm", inputs)
        if values is None:  # it stops: so do we
            with pytest.raises(ZkctlError):
                logged_witness(circuits[0], inputs)
        else:
            assert logged_witness(circuits[0], inputs) == (values, log), (seed, inputs)
    return "compared"


def _input(shape: tuple[int, ...], bus: Bus | None, p: int, rng: random.Random) -> Any:
    if shape:
        return [_input(shape[1:], bus, p, rng) for _ in range(shape[0])]
    if bus is not None:
        return {name: _input(each, inner, p, rng) for name, each, inner in bus.fields}
    edges = (0, 1, 2, 3, 5, p - 1, p - 2, p // 2, p // 2 + 1)
    return str(rng.choice([*edges, rng.randrange(50), rng.randrange(p), 1 << rng.randrange(254)]))
