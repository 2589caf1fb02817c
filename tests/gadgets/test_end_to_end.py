"""Every gadget from its source to a proof that snarkjs accepts."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from tests.bench.known_tau import write_known_tau_powers
from tests.gadgets.case import GadgetCase, all_cases
from tests.interop.conftest import Runner
from zkctl.dsl.inputs import Input, declared_inputs
from zkctl.toolchain.circuit.compile import compile_circuit
from zkctl.toolchain.circuit.witness import calculate_witness
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.prove import prove
from zkctl.toolchain.proof.setup import make_key

QUICK = {"hash.poseidon.poseidon"}  # with every run of the tests; all others with the slow ones
EACH = [
    pytest.param(case, id=case.id, marks=[] if case.name in QUICK else [pytest.mark.slow])
    for case in all_cases()
]


@pytest.fixture(scope="session")
def powers(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """powers(n) is a prepared file of 2^n powers whose secrets were known for a moment: for tests only."""
    folder = tmp_path_factory.mktemp("powers")

    @lru_cache
    def made(power: int) -> Path:
        write_known_tau_powers(power, folder / f"{power}.ptau")
        return folder / f"{power}.ptau"

    return made


def for_json(case: GadgetCase) -> dict[str, Any]:
    """The inputs, with structures as objects."""
    declared = declared_inputs(case.circuit.interface, case.parameters)
    return {each.name: _named(each, case.inputs[each.name], each.shape) for each in declared}


def _named(place: Input, value: Any, shape: Sequence[int]) -> Any:
    if shape:
        return [_named(place, item, shape[1:]) for item in value]
    if not place.fields:
        return str(value)
    items = value.values() if isinstance(value, dict) else value
    pairs = zip(place.fields, items, strict=True)
    return {
        field.name.rpartition(".")[2]: _named(field, item, field.shape) for field, item in pairs
    }


@pytest.mark.parametrize("case", EACH)
@pytest.mark.timeout(3600)
def test_proof_of_each(
    case: GadgetCase,
    powers: Callable[[int], Path],
    tmp_path: Path,
    run_snarkjs: Runner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    source = inspect.getsourcefile(case.circuit.interface.function)
    parameters = {name: str(value) for name, value in case.parameters.items()}
    summary = compile_circuit(f"{source}:{case.circuit.name}", parameters, tmp_path)
    r1cs, program = tmp_path / f"{case.circuit.name}.r1cs", tmp_path / f"{case.circuit.name}.wprog"
    (tmp_path / "input.json").write_text(json.dumps(for_json(case)))
    calculate_witness(program, inputs=tmp_path / "input.json", output=tmp_path / "witness.wtns")
    n_public = summary.n_public_outputs + summary.n_public_inputs
    power = max(4, (summary.n_constraints + n_public + 1).bit_length())
    key, vkey, proof, public = (tmp_path / name for name in ("key.zkey", "vkey.json", "proof.json", "public.json"))  # fmt: skip
    make_key(r1cs, powers(power), output=key, allow_insecure=True)
    export_verification_key(key, output=vkey, allow_insecure=True)
    prove(
        key,
        tmp_path / "witness.wtns",
        proof_output=proof,
        public_output=public,
        allow_insecure=True,
    )
    published = [int(value) for value in json.loads(public.read_text())]
    assert len(published) == n_public
    assert published[: len(case.outputs)] == list(case.outputs)
    done = run_snarkjs("groth16", "verify", vkey, public, proof, cwd=tmp_path)
    assert "OK!" in done.stdout
