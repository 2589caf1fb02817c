"""Each circuit accepts its good statements and refuses every hostile one by the rule that is meant, in compiled and in eager form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.support.address import membership_cases, version_cases
from tests.support.address.cases import Bad
from tests.support.address.circuits import compiled, load
from tests.support.address.hashes import tagged
from tests.support.address.project import CIRCUITS, SMALL_DEPTH
from tests.support.changed_wires import ChangedWires
from zkctl.constraints.witness_program import WitnessProgram
from zkctl.dsl import CompiledCircuit
from zkctl.errors import InputError, UnsatisfiedError
from zkctl.field import BN254_FR, FieldArray
from zkctl.toolchain.lint.quick import quick_warnings

DEPTH = SMALL_DEPTH
BY_NAME = {each.name: each for each in CIRCUITS}
GOOD = [(each.name, case, inputs) for each in CIRCUITS for case, inputs in each.good(DEPTH).items()]
HOSTILE = [(each.name, case, bad) for each in CIRCUITS for case, bad in each.hostile(DEPTH).items()]


def small(name: str) -> CompiledCircuit:
    """A circuit with small trees, not simplified."""
    return compiled(name, **BY_NAME[name].parameters(DEPTH))


def names(cases: list[Any]) -> list[str]:
    return [f"{name}-{case}" for name, case, _ in cases]


@pytest.mark.parametrize(("name", "case", "inputs"), GOOD, ids=names(GOOD))
def test_accepted(name: str, case: str, inputs: dict[str, Any]) -> None:
    simple = small(name).simplified()
    values = FieldArray.from_ints(BN254_FR, simple.witness(**inputs))
    assert simple.r1cs.first_unsatisfied(values) is None


@pytest.mark.parametrize(("name", "case", "bad"), HOSTILE, ids=names(HOSTILE))
def test_refused(name: str, case: str, bad: Bad) -> None:
    with pytest.raises((UnsatisfiedError, InputError)) as refused:
        small(name).witness(**bad.inputs)
    assert bad.refusal in refused.value.message


@pytest.mark.parametrize("name", BY_NAME)
def test_eager_mode_agrees(name: str) -> None:
    """One good statement, and the first hostile one, on integers."""
    cases, parameters = BY_NAME[name], BY_NAME[name].parameters(DEPTH)
    inputs = next(iter(cases.good(DEPTH).values()))
    values = small(name).witness(**inputs)
    outputs = load(name)(**inputs, **parameters) or ()
    assert list(outputs) == values[1 : 1 + len(outputs)]
    with pytest.raises(UnsatisfiedError):
        load(name)(**next(iter(cases.hostile(DEPTH).values())).inputs, **parameters)


@pytest.mark.parametrize("name", BY_NAME)
def test_every_wire_is_bound(name: str) -> None:
    """No inner wire can have another value while all others stay, but the hinted inverse of 0, which nothing depends on."""
    circuit = small(name)
    inputs = next(iter(BY_NAME[name].good(DEPTH).values()))
    changed = ChangedWires(circuit, circuit.witness(**inputs))
    assert changed.broken_rows() == []
    free = {changed.names[wire] for wire in inverses_of_zero(circuit.program, changed.values)}
    assert {wire for wire, _ in changed.free_wires(most=1000)} <= free


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_NAME)
def test_every_wire_is_bound_at_full_depth(name: str) -> None:
    """As above, with every wire of the circuit that is deployed."""
    circuit = compiled(name)
    for inputs in BY_NAME[name].good(20).values():
        changed = ChangedWires(circuit, circuit.witness(**inputs))
        free = {changed.names[wire] for wire in inverses_of_zero(circuit.program, changed.values)}
        assert {wire for wire, _ in changed.free_wires(most=10**6)} <= free


def inverses_of_zero(program: WitnessProgram, values: Sequence[int]) -> Iterator[int]:
    for call in program.hint_calls:
        if call.function == "inverse_or_zero":
            value = sum(k * values[wire] for wire, k in call.inputs[0].items())
            if value % program.field.modulus == 0:
                yield call.outputs[0]


@pytest.mark.parametrize("name", BY_NAME)
def test_every_public_input_is_in_a_constraint(name: str) -> None:
    """Another value of one public signal, and the same private inputs: refused, or another output."""
    circuit = small(name)
    inputs = next(iter(BY_NAME[name].good(DEPTH).values()))
    changed = ChangedWires(circuit, circuit.witness(**inputs))
    for wire in range(1, 1 + circuit.program.n_public):
        changed.values[wire] += 1
        assert changed.broken_rows(), changed.names[wire]
        changed.values[wire] -= 1


def test_the_nullifier_depends_on_holder_and_scope_only() -> None:
    cases, circuit = membership_cases.good(DEPTH), small("membership")
    first, moved, city = (
        circuit.witness(**cases[case])[1] for case in ("first-epoch", "moved", "other-scope")
    )
    assert first == moved
    resident = cases["first-epoch"]
    assert first == tagged("nullifier", resident["holder_secret"], resident["scope"])
    assert city != first
    other = circuit.witness(**{**resident, "scope": resident["scope"] + 1})[1]
    assert other != first
    assert circuit.witness(**{**resident, "context": 1})[1] == first


def test_stale_roots_are_the_verifiers_duty() -> None:
    """The circuit cannot know of a later epoch (duty 2)."""
    small("membership").witness(**membership_cases.stale(DEPTH))


def test_one_migration_nullifier_for_each_old_leaf() -> None:
    cases, circuit = version_cases.good(DEPTH), small("version")
    once = circuit.witness(**cases["from-7"])[1]
    again = circuit.witness(**{**cases["from-7"], "context": 5})[1]
    assert once == again
    nullifiers = [circuit.witness(**inputs)[1] for inputs in cases.values()]
    assert len(set(nullifiers)) == len(nullifiers)


COUNTS = {
    "membership": (11_825, 2, 1, 4, 87),
    "nonrevocation": (6_394, 1, 1, 1, 45),
    "selective_reveal": (8_189, 1, 0, 11, 59),
    "version": (16_019, 4, 1, 4, 128),
    "structure": (6_868, 23, 0, 4, 53),
    "region": (13_940, 27, 0, 18, 125),
    "locker": (6_070, 1, 1, 4, 44),
}


@pytest.mark.parametrize("name", BY_NAME)
def test_counts(name: str) -> None:
    """Constraints, linear ones among them, outputs, public and private inputs at depth 20, as in the README and the docstrings."""
    circuit = compiled(name)
    r1cs = circuit.r1cs
    counts = (r1cs.n_outputs, r1cs.n_public_inputs, r1cs.n_private_inputs)
    assert (r1cs.n_constraints, circuit.n_linear, *counts) == COUNTS[name]
    assert quick_warnings(circuit) == []


@pytest.mark.parametrize(("depth", "revocation_depth"), [(16, 20), (32, 1)])
def test_depths_are_parameters(depth: int, revocation_depth: int) -> None:
    circuit = compiled("membership", depth=depth, revocation_depth=revocation_depth)
    levels = depth - 20 + revocation_depth - 20
    assert circuit.r1cs.n_constraints == COUNTS["membership"][0] + 242 * levels
