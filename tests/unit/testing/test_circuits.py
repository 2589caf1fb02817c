"""What circuit authors check their circuits with: every failed check is named, no value is shown."""

from __future__ import annotations

from typing import Any

import pytest

from zkctl import testing
from zkctl.dsl import Array, Bit, Signal, Struct, circuit, constrain, private, public, sized
from zkctl.errors import AdviceFailed, CircuitError
from zkctl.gadgets.compare import is_zero
from zkctl.testing.circuits import assert_unsatisfied, check_circuit, compile_and_try


@circuit
def product(
    n: Signal = public(), a: Signal = private(), b: Signal = private(), *, least: int = 0
) -> Signal:
    """Two factors; the output is their sum."""
    constrain(a * b == n, "a * b is not n")
    constrain(is_zero((a - least) * (b - least)) == 0, "a factor is trivial")
    return a + b


GOOD = {"n": 987654, "a": 987654, "b": 1}
BAD = {"n": 987654, "a": 987653, "b": 1}


def test_good_and_bad_inputs() -> None:
    compiled = compile_and_try(product, good=[GOOD, {"n": 6, "a": -2, "b": -3}], bad=[BAD])
    assert compiled.program.kept is None or len(compiled.program.kept) == compiled.r1cs.n_wires
    assert compile_and_try(product, [GOOD], level=0).simplification is None
    check_circuit(product, bad=[GOOD], least=1)


def test_the_level_is_that_of_the_result() -> None:
    plain = compile_and_try(product, [GOOD], level=0)
    assert plain.r1cs.n_constraints >= compile_and_try(product).r1cs.n_constraints


def test_a_good_input_that_is_refused() -> None:
    with pytest.raises(AssertionError) as caught:
        check_circuit(product, good=[GOOD, BAD])
    assert str(caught.value).startswith("good[1] is refused: expected a witness, got ")
    assert "a * b is not n" in str(caught.value)
    assert "987653" not in str(caught.value)


def test_a_bad_input_that_is_accepted() -> None:
    with pytest.raises(AssertionError) as caught:
        check_circuit(product, bad=[BAD, GOOD])
    assert (
        str(caught.value)
        == "bad[1] is accepted by the compiled circuit: expected a refusal, got none"
    )


def test_bad_inputs_have_all_names() -> None:
    """A misspelt name would be refused whatever the circuit does."""
    with pytest.raises(AssertionError) as caught:
        check_circuit(product, bad=[{"n": 6, "a": 2, "c": 3}])
    assert (
        str(caught.value)
        == "bad[0] has other names than the circuit: expected a, b, n, got a, c, n"
    )
    with pytest.raises(AssertionError) as caught:
        check_circuit(product, bad=[{}])
    assert (
        str(caught.value) == "bad[0] has other names than the circuit: expected a, b, n, got none"
    )


@circuit
def constant() -> Signal:
    return 3  # type: ignore[return-value]


def test_a_circuit_without_inputs() -> None:
    check_circuit(constant, good=[{}])
    with pytest.raises(AssertionError) as caught:
        check_circuit(constant, bad=[{"a": 1}])
    assert str(caught.value) == "bad[0] has other names than the circuit: expected none, got a"


class Pair(Struct):
    """A number and two bits."""

    a: Signal
    bits: Array[Bit] = sized(2)


def test_structures_and_arrays() -> None:
    @circuit
    def flags(pairs: Array[Pair] = private(2)) -> Signal:
        constrain(pairs[0].a == pairs[1].a, "not equal")
        return pairs[0].bits[1] + pairs[1].bits[0]

    one = {"a": 5, "bits": [0, 1]}
    check_circuit(
        flags,
        [{"pairs": [one, one]}],
        [{"pairs": [one, one | {"a": 6}]}, {"pairs": [one, one | {"bits": [0, 2]}]}],
    )


def test_outputs_that_differ_between_the_two_runs() -> None:
    runs: list[int] = []

    @circuit
    def uneven(x: Signal = private()) -> Signal:
        runs.append(1)
        return x + len(runs)

    with pytest.raises(AssertionError) as caught:
        check_circuit(uneven, [{"x": 5}])
    assert str(caught.value) == (
        "good[0] has other outputs as a witness than the circuit on numbers:"
        " expected the same, got a difference"
    )


def test_a_bad_input_that_only_numbers_accept() -> None:
    runs: list[int] = []

    @circuit
    def uneven(x: Signal = private()) -> None:
        runs.append(1)
        constrain(x == len(runs), "not the number of runs")

    with pytest.raises(AssertionError) as caught:
        check_circuit(uneven, bad=[{"x": 2}])
    assert (
        str(caught.value)
        == "bad[0] is accepted by the circuit on numbers: expected a refusal, got none"
    )


def test_a_circuit_that_does_not_compile() -> None:
    @circuit
    def wrong(x: Signal = private()) -> None:
        x == 1  # noqa: B015

    with pytest.raises(CircuitError):
        check_circuit(wrong, bad=[{"x": 1}])


@pytest.mark.parametrize("given", [product, product.compile()], ids=["circuit", "compiled"])
def test_unsatisfied(given: Any) -> None:
    assert_unsatisfied(given, BAD)
    assert_unsatisfied(given, BAD, match=r"a \* b is not n")
    assert_unsatisfied(given, BAD, match=r"test_circuits\.py:\d+")
    with pytest.raises(AssertionError) as caught:
        assert_unsatisfied(given, GOOD)
    assert str(caught.value) == "the input is accepted: expected a broken constraint, got none"
    with pytest.raises(AssertionError) as caught:
        assert_unsatisfied(given, BAD, match="trivial")
    assert str(caught.value).startswith(
        "the input is refused for another reason: expected a match of 'trivial', got constraint 0 is not satisfied: a * b is not n\n"
    )
    with pytest.raises(
        AssertionError, match="the input has other names than the circuit: expected a, b, n, got a"
    ):
        assert_unsatisfied(given, {"a": 1})
    with pytest.raises(AssertionError) as caught:
        assert_unsatisfied(given, {"n": 1, "a": [1, 2], "b": 1})
    assert str(caught.value).startswith(
        "the input is refused by no constraint: expected a broken one, got "
    )


def test_what_no_constraint_refuses_is_no_bad_input() -> None:
    """Shapes and numbers that are none are refused whatever the circuit does."""
    for change in ({"a": [1, 2]}, {"a": 1 << 254}, {"a": "1"}):
        with pytest.raises(AssertionError) as caught:
            check_circuit(product, bad=[BAD | change])
        message = "bad[0] is refused by no constraint: expected a broken one, got input a "
        assert str(caught.value).startswith(message)


def test_a_match_finds_no_values() -> None:
    """A test that matches a private value would show it when it fails."""
    assert_unsatisfied(product, BAD, match=r"a \* b is not n\n")
    for match in ("987653 is not", "987654", "a = "):
        with pytest.raises(AssertionError) as caught:
            assert_unsatisfied(product, BAD, match=match)
        shown = str(caught.value).replace(repr(match), "")
        assert "98765" not in shown
        assert shown.startswith("the input is refused for another reason: expected a match of ")


def test_a_failing_assertion_of_advice_is_no_constraint(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = product.compile()

    def fail(*_: object) -> None:
        problem = AdviceFailed("an assertion of the advice f fails: small")
        problem.public_message = problem.message
        raise problem

    monkeypatch.setattr("zkctl.constraints.evaluate.Evaluator.integers", fail)
    with pytest.raises(AssertionError) as caught:
        assert_unsatisfied(compiled, BAD)
    assert str(caught.value) == (
        "the input is refused by no constraint: expected a broken one, got an assertion of the advice f fails: small"
    )


def test_unsatisfied_with_parameters() -> None:
    assert_unsatisfied(product, GOOD, match="trivial", least=1)
    with pytest.raises(
        AssertionError, match="a compiled circuit takes no parameters: expected none"
    ):
        assert_unsatisfied(product.compile(), GOOD, least=1)


def test_the_names_of_the_package() -> None:
    assert testing.check_circuit is check_circuit
    assert testing.compile_and_try is compile_and_try
    assert testing.assert_unsatisfied is assert_unsatisfied
    with pytest.raises(AttributeError):
        _ = testing.check_proof  # type: ignore[attr-defined]
