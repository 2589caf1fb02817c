"""The membership circuit on its good and bad inputs: files, program, eager mode and costs agree."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.support.circuits import check_circuit
from zkctl.dsl import Circuit, CompiledCircuit
from zkctl.errors import FormatError, InputError, UnsatisfiedError, ZkctlError
from zkctl.field import BN254_FR, FieldArray
from zkctl.formats.binary.wtns import read_wtns
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.toolchain.circuit.compile import compile_circuit
from zkctl.toolchain.circuit.witness import calculate_witness

INPUTS = ROOT / "circuits" / "inputs"

# Why each bad input must be refused: the class of the error, and its message.
UNDER_ROOT = (UnsatisfiedError, "leaf is not under root")
REFUSALS: dict[str, tuple[type[ZkctlError], str]] = {
    "bad_stranger_secret": UNDER_ROOT,
    "bad_other_root": UNDER_ROOT,
    "bad_other_version": UNDER_ROOT,
    "bad_unregistered_pid": UNDER_ROOT,
    "bad_stranger_leaf": UNDER_ROOT,
    "bad_path_swapped": UNDER_ROOT,
    "bad_sibling_changed": UNDER_ROOT,
    "bad_path_bit_two": (UnsatisfiedError, "input path is not 0 or 1"),
    "bad_too_few_siblings": (
        InputError,
        "input siblings needs an array [20], but siblings is a list of 19",
    ),
    "bad_scope_not_canonical": (InputError, "input scope is not below the modulus of bn254.fr"),
    "bad_path_is_text": (FormatError, "is not a decimal or 0x integer"),
    "bad_missing_context": (InputError, "no value for input context"),
    "bad_extra_signal": (InputError, "unknown input leaf"),
}


@pytest.fixture(scope="module")
def make() -> Iterator[ModuleType]:
    """circuits/inputs/make_membership.py as a module."""
    spec = importlib.util.spec_from_file_location("make_membership", INPUTS / "make_membership.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    search = list(sys.path)
    spec.loader.exec_module(module)
    yield module
    sys.path[:] = search
    sys.modules.pop("membership", None)


@pytest.fixture(scope="module")
def circuit(make: ModuleType) -> Circuit:
    found = sys.modules["membership"].membership
    assert isinstance(found, Circuit)
    return found


@pytest.fixture(scope="module")
def compiled(circuit: Circuit) -> CompiledCircuit:
    return circuit.compile()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("membership")
    summary = compile_circuit(str(ROOT / "circuits" / "membership.py"), {}, path)
    assert summary.warnings == []
    return path


def load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((INPUTS / "membership" / f"{name}.json").read_text())
    return loaded


def integers(value: Any) -> Any:
    return [int(x) for x in value] if isinstance(value, list) else int(value)


def test_the_input_files_are_those_of_the_script(make: ModuleType) -> None:
    made = {"good": make.example(), **make.bad_examples()}
    assert set(made) == {path.stem for path in (INPUTS / "membership").glob("*.json")}
    for name, inputs in made.items():
        assert (INPUTS / "membership" / f"{name}.json").read_text() == make.as_json(inputs), name
    assert set(made) - {"good"} == set(REFUSALS)


def test_good_input(folder: Path, tmp_path: Path, compiled: CompiledCircuit, circuit: Circuit) -> None:  # fmt: skip
    calculate_witness(
        folder / "membership.wprog",
        inputs=INPUTS / "membership" / "good.json",
        output=tmp_path / "w.wtns",
    )
    values = read_wtns(tmp_path / "w.wtns").values.to_ints()
    inputs = {name: integers(value) for name, value in load("good").items()}
    simple = compiled.simplified()
    assert values == simple.witness(**inputs)
    nullifier = poseidon(int.from_bytes(b"zkap.v1.nullifier", "big"), inputs["holder_secret"], inputs["scope"])  # fmt: skip
    assert values[1:5] == [nullifier, inputs["root"], inputs["scope"], inputs["context"]]
    assert circuit(**inputs) == (nullifier,)
    assert simple.r1cs.first_unsatisfied(FieldArray.from_ints(BN254_FR, values)) is None


@pytest.mark.parametrize("name", sorted(REFUSALS))
def test_bad_input(folder: Path, tmp_path: Path, name: str) -> None:
    kind, message = REFUSALS[name]
    source = INPUTS / "membership" / f"{name}.json"
    with pytest.raises(kind) as caught:
        calculate_witness(folder / "membership.wprog", inputs=source, output=tmp_path / "w.wtns")
    assert message in caught.value.message
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", sorted(n for n, (kind, _) in REFUSALS.items() if kind is UnsatisfiedError))  # fmt: skip
def test_bad_input_in_eager_mode(circuit: Circuit, name: str) -> None:
    inputs = {key: integers(value) for key, value in load(name).items()}
    with pytest.raises(UnsatisfiedError, match=REFUSALS[name][1]):
        circuit(**inputs)


def test_good_and_bad_inputs_in_every_way(circuit: Circuit) -> None:
    bad = [name for name, (kind, _) in REFUSALS.items() if kind is UnsatisfiedError]
    good, *others = (
        {key: integers(value) for key, value in load(name).items()} for name in ("good", *bad)
    )
    check_circuit(circuit, good=[good], bad=others)


def test_counts(compiled: CompiledCircuit) -> None:
    """Recorded in docs/reference/language.md.  circom --O2 takes 4,860 for the depth-20 membership alone."""
    membership, holder_key, leaf, nullifier, context = 4841, 237, 318, 258, 1
    expected = membership + holder_key + leaf + nullifier + context
    assert compiled.r1cs.n_constraints == expected == 5655
    assert compiled.n_linear == 1
    assert (compiled.r1cs.n_outputs, compiled.r1cs.n_public_inputs, compiled.r1cs.n_private_inputs) == (1, 3, 44)  # fmt: skip


@pytest.mark.parametrize("depth", [1, 16, 32])
def test_depth_is_a_parameter(circuit: Circuit, make: ModuleType, depth: int) -> None:
    if depth == 1:
        assert circuit.compile(depth=1).r1cs.n_constraints == 5655 - 19 * 242
        return
    inputs = make.example(depth)
    circuit(**inputs, depth=depth)
    assert circuit.compile(depth=str(depth)).r1cs.n_constraints == 5655 + (depth - 20) * 242


def test_the_nullifier_depends_on_holder_and_scope_only(circuit: Circuit, make: ModuleType) -> None:
    first = make.example(4)
    base = circuit(**first, depth=4).nullifier
    assert circuit(**{**first, "context": 1}, depth=4).nullifier == base
    assert circuit(**{**first, "scope": 43}, depth=4).nullifier != base


def test_every_public_input_is_in_a_constraint(compiled: CompiledCircuit) -> None:
    used = {int(w) for m in (compiled.r1cs.a, compiled.r1cs.b) for w in m.wires}
    assert {3, 4} <= used  # scope, context
    assert 2 in {int(w) for w in compiled.r1cs.c.wires}  # root
