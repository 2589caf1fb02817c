"""The search on small systems; tests/soundness/test_lint_counterexamples.py runs it on whole circuits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from zkctl.dsl import Signal, circuit, constrain, hint, hints, private
from zkctl.field import BN254_FR
from zkctl.lint.compiled import system_of
from zkctl.lint.prove import prove
from zkctl.lint.search.counterexample import Counterexample, satisfies
from zkctl.lint.search.search import input_vectors, look, search, steps_for
from zkctl.lint.system import Row, System
from zkctl.lint.verdict import Judgement, OutputVerdict, Verdict

P = BN254_FR.modulus
BIT = [Row({w: 1}, {0: 1, w: P - 1}, {}) for w in range(20)]


@circuit
def loose_root(x: Signal = private()) -> Signal:
    """A square root, whose sign is left open."""
    root = hint(hints.sqrt_or_zero, x)
    constrain(root * root == x, "no square root")
    return root


@circuit
def tight(x: Signal = private()) -> Signal:
    return x**5 + 1


BROKEN = {
    "a free output": System(P, 3, [], frozenset({2}), (1,)),
    "a square root": System(P, 3, [Row({1: 1}, {1: 1}, {2: 1})], frozenset({2}), (1,)),
    "a quotient whose divisor may be 0": System(
        P, 4, [Row({1: 1}, {2: 1}, {3: 1})], frozenset({2, 3}), (1,)
    ),
    "bits with the weights 1, 1": System(
        P, 4, [BIT[1], BIT[2], Row({}, {}, {1: 1, 2: 1, 3: P - 1})], frozenset({3}), (1, 2)
    ),
    "a selector that the constraint ignores": System(
        P, 5, [BIT[2], Row({1: 1}, {2: 1}, {3: 1}), Row({1: 1}, {4: 1}, {})], frozenset({2, 3, 4}), (1,)
    ),
    "equal points": System(  # slope (x1 - x2) = y1 - y2
        P, 6, [Row({1: 1}, {2: 1, 3: P - 1}, {4: 1, 5: P - 1})], frozenset({2, 3, 4, 5}), (1,)
    ),
}  # fmt: skip

RIGHT = {
    "a sum": System(P, 4, [Row({}, {}, {1: 1, 2: 1, 3: P - 2})], frozenset({2, 3}), (1,)),
    "a fifth root": System(  # 5 does not divide p - 1; no rule is asked, the search must be silent
        P,
        5,
        [Row({1: 1}, {1: 1}, {3: 1}), Row({3: 1}, {3: 1}, {4: 1}), Row({4: 1}, {1: 1}, {2: 1})],
        frozenset({2}),
        (1,),
    ),
    "no assignment at all": System(P, 3, [Row({}, {}, {0: 1})], frozenset({2}), (1,)),
}


def found(system: System) -> Counterexample | None:
    return search(system, prove(system))


@pytest.mark.parametrize("name", BROKEN)
def test_broken(name: str) -> None:
    system = BROKEN[name]
    pair = found(system)
    assert pair is not None
    assert satisfies(system, pair.first)
    assert satisfies(system, pair.second)
    assert all(pair.first[w] == pair.second[w] for w in system.inputs)
    assert all(pair.first[w] != pair.second[w] for w in pair.outputs)
    again = found(system)
    assert again is not None
    assert (again.first, again.second) == (pair.first, pair.second)


@pytest.mark.parametrize("name", RIGHT)
def test_right(name: str) -> None:
    assert found(RIGHT[name]) is None


def test_inputs_in_doubt_show_nothing() -> None:
    broken = BROKEN["a square root"]
    assert found(replace(broken, in_doubt="no names")) is None
    assert found(replace(broken, not_broken="an input is missing")) is None


def test_a_known_witness_and_an_honest_program_are_used() -> None:
    """Two square roots of the input 49; no other input is tried."""
    system = BROKEN["a square root"]
    pair = search(system, prove(system), witnesses=[[1, 7, 49]])
    assert pair is not None
    assert pair.first == [1, 7, 49]
    assert pair.second == [1, P - 7, 49]
    calls = []

    def evaluate(values: Mapping[int, int]) -> list[int]:
        calls.append(values)
        return [1, 7, 49]

    assert search(replace(system, evaluate=evaluate), prove(system)) is not None
    assert calls


def test_a_compiled_circuit_with_a_hint_that_nothing_constrains() -> None:
    """The witness program computes the first witness; inputs that it refuses are left out."""
    pair = found(system_of(loose_root.compile()))
    assert pair is not None
    assert pair.first[1] ** 2 % P == pair.second[1] ** 2 % P
    assert found(system_of(tight.compile())) is None


def test_no_steps_no_answer() -> None:
    system = BROKEN["a square root"]
    assert search(system, prove(system), steps=0) is None


def test_systems_that_are_too_large_are_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zkctl.lint.search.search.MOST_ROWS", 0)
    assert found(BROKEN["a square root"]) is None


def test_the_frontier_may_name_wires_that_the_system_has_not() -> None:
    system = BROKEN["a selector that the constraint ignores"]
    judgement = replace(prove(system), frontier=(99, 1))
    assert search(system, judgement) is not None


def test_vectors_of_inputs() -> None:
    vectors = list(input_vectors([4, 7], 31))
    assert vectors[0] == {4: 2, 7: 3}
    assert {4: 0, 7: 0} in vectors
    assert {4: 30, 7: 30} in vectors


def undecided(system: System) -> Judgement:
    """The judgement of a prover without rules."""
    outputs = tuple(OutputVerdict(wire, Verdict.UNKNOWN, "no rule") for wire in system.outputs)
    return Judgement(outputs, [], frozenset({0, *system.inputs}), {}, ())


def test_outputs_that_no_direction_moves_are_isolated() -> None:
    system = RIGHT["a fifth root"]
    searched = look(system, undecided(system))
    assert searched.counterexample is None
    assert searched.isolated == {1}


def test_an_output_that_moves_is_broken_along_a_line_or_a_curve() -> None:
    """x = (y1 + y2)(y1 + y3) with a line, x = y1 y2 + y3 with y3 = y1^2 on a curve."""
    line = System(P, 5, [Row({1: 1, 2: 1}, {1: 1, 3: 1}, {4: 1})], frozenset({4}), (1,))
    curve = System(
        P,
        5,
        [Row({1: 1}, {2: 1}, {4: 1, 3: P - 1}), Row({1: 1}, {1: 1}, {3: 1})],
        frozenset({4}),
        (1,),
    )
    for system in (line, curve):
        searched = look(system, undecided(system))
        assert searched.counterexample is not None
        assert searched.isolated == frozenset()


def test_large_systems_are_searched_for_seconds() -> None:
    assert [steps_for(n) for n in (0, 100, 4000, 8000, 100_000)] == [200_000, 202_000, 280_000, 180_000, 1_008_000]  # fmt: skip
