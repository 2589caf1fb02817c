"""Counts by function and by line: sums, simplification, recursion, comprehensions, chains kept by a gadget."""

from __future__ import annotations

import numpy as np

from tests.support.circom_lint import circom_circuit
from zkctl.dsl import (
    Array,
    CompiledCircuit,
    Signal,
    Word32,
    add,
    circuit,
    constrain,
    gadget,
    private,
    wire,
)
from zkctl.toolchain.profile.counts import UNPLACED, CalledFunction, called_functions, source_lines


@gadget
def squares(values: Array[Signal]) -> Signal:
    """Return the sum of squares."""
    total = values[0] * 0
    for square in (wire(value * value) for value in values):
        total += square
    return total


@gadget(stamped=True)
def cube(x: Signal) -> Signal:
    """Return x^3."""
    return wire(wire(x * x) * x)


@gadget
def power(x: Signal, n: int) -> Signal:
    """Return x^(2^n), by recursion."""
    if n == 0:
        return x
    return power(wire(x * x), n - 1)


@circuit
def counted(x: Array[Signal] = private(3), small: Signal = private()) -> Signal:
    constrain(x[0] + x[1] == small, "not the sum")
    return squares(x) + cube(x[0]) + cube(x[1]) + power(small, 3)


def by_name(compiled: CompiledCircuit) -> dict[str, list[CalledFunction]]:
    found: dict[str, list[CalledFunction]] = {}
    for each in called_functions(compiled):
        found.setdefault(each.name, []).append(each)
    return found


def test_functions_have_their_own_rows_and_those_of_what_they_call() -> None:
    compiled = counted.compile()
    found = by_name(compiled)
    first = called_functions(compiled)[0]
    assert (first.name, first.file, first.parent) == ("counted", "test_counts.py", -1)
    assert first.n_total == first.n_total_before == compiled.r1cs.n_constraints
    (cubes,) = found["cube"]  # both copies
    assert (cubes.n_own, cubes.n_total, cubes.parent) == (4, 4, 0)
    (summed,) = found["squares"]  # rows are written in its generator
    assert (summed.n_own, summed.n_total) == (3, 3)
    assert [each.n_own for each in found["power"]] == [1, 1, 1]
    assert [each.n_total for each in found["power"]] == [3, 2, 1]
    own = sum(each.n_own for group in found.values() for each in group)
    assert own == compiled.r1cs.n_constraints


def test_simplified_rows_stand_beside_those_before() -> None:
    compiled = counted.compile()
    simple = compiled.simplified()
    first = called_functions(simple)[0]
    assert first.n_total == simple.r1cs.n_constraints < compiled.r1cs.n_constraints
    assert first.n_total_before == compiled.r1cs.n_constraints


@circuit
def sums(x: Array[Signal] = private(2)) -> Array[Signal]:
    return Array([x[0] + x[1], x[0] + x[1]])


def test_linear_constraints_left_over_have_no_line() -> None:
    compiled = sums.compile().simplified()
    found = called_functions(compiled)
    assert found[0].n_total == compiled.r1cs.n_constraints
    (left,) = [each for each in found if each.name == UNPLACED]
    assert (left.parent, left.file, left.n_own_before) == (0, "", 0)
    assert left.n_own == found[0].n_total
    assert all(each.n_own == 0 for each in source_lines(compiled))


@gadget(stamped=True)
def more(word: Word32) -> Word32:
    """Return a sum, whose bits are asked for by the next user."""
    return add(word, word.rotate_right(1))


@circuit
def kept(x: Word32 = private()) -> Word32:
    return twice(x)


def twice(x: Word32) -> Word32:
    return more(more(x))


def test_a_chain_from_the_circuit_starts_at_the_circuit() -> None:
    names = [each.name for each in called_functions(kept.compile())]
    assert names.count("kept") == 1


def test_lines_count_their_own_rows_and_a_recursion_once() -> None:
    lines = source_lines(counted.compile())
    assert [each.n_own for each in lines] == sorted((each.n_own for each in lines), reverse=True)
    texts = {each.text: each for each in lines}
    recursion = texts["return power(wire(x * x), n - 1)"]
    assert (recursion.function, recursion.n_own, recursion.n_total) == ("power", 3, 3)
    last = texts["return squares(x) + cube(x[0]) + cube(x[1]) + power(small, 3)"]
    assert (last.function, last.n_total) == ("counted", 3 + 4 + 3 + last.n_own)
    generator = texts["for square in (wire(value * value) for value in values):"]
    assert (generator.n_own, generator.file) == (3, "test_counts.py")


@circuit
def empty(x: Signal = private()) -> None:
    pass


def test_a_circuit_without_constraints() -> None:
    compiled = empty.compile()
    assert called_functions(compiled) == [CalledFunction("empty", "", -1, 0, 0, 0, 0)]
    assert source_lines(compiled) == []


def test_counts_are_plain_integers() -> None:
    compiled = counted.compile()
    for found in (called_functions(compiled), source_lines(compiled)):
        assert not any(isinstance(each.n_own, np.integer) for each in found)
        assert not any(isinstance(each.n_total_before, np.integer) for each in found)


TREE = """
template Level() { signal input in; signal output out; signal t <== in * in; out <== t * in; }
template Leaf() { signal input in; signal output out; component inner = Level(); inner.in <== in; out <== inner.out; }
template Tree(n) {
    signal input in;
    signal output out;
    component levels[n];
    for (var i = 0; i < n; i++) {
        levels[i] = Level();
        levels[i].in <== i == 0 ? in : levels[i - 1].out;
    }
    out <== levels[n - 1].out * in;
    signal last <== Leaf()(in);
}
component main = Tree(3);
"""


def test_components_of_a_template_are_one_function() -> None:
    compiled = circom_circuit(TREE)
    found = called_functions(compiled)
    chains = sorted(
        (each.name, found[each.parent].name if each.parent >= 0 else "", each.n_own, each.n_total)
        for each in found
    )
    assert chains == [
        ("Leaf()", "main", 2, 4),
        ("Level()", "Leaf()", 2, 2),
        ("Level()", "main", 6, 6),
        ("main", "", 3 + 1 + 2, 16),
    ]
    lines = {(each.line, each.function): each.n_total for each in source_lines(compiled)}
    assert lines[10, "Tree(3)"] == 6
    assert {function for _, function in lines} == {"main", "Tree(3)", "Level()", "Leaf()"}
