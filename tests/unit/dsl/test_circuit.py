"""Compiling, running on integers, outputs, and using one circuit inside another."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.support.all_witnesses import SMALL_FIELDS
from zkctl.constraints.witness_program import check_program
from zkctl.dsl import (
    Array,
    Bit,
    Signal,
    Uint,
    circuit,
    constrain,
    eager_field,
    gadget,
    private,
    public,
)
from zkctl.errors import CircuitError, InputError, UnsatisfiedError
from zkctl.field import BLS12_381_FR, BN254_FR, FieldArray
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.compare import is_zero, less_than


@circuit
def product(a: Signal = private(), b: Signal = private(), c: Signal = public()) -> None:
    """Show a factorisation."""
    constrain(a * b == c, "c is not the product")


def test_compile_and_run() -> None:
    compiled = product.compile()
    check_program(compiled.program)
    assert (compiled.name, compiled.r1cs.n_constraints, compiled.r1cs.n_wires) == ("product", 1, 4)
    witness = compiled.witness(a=3, b=5, c=15)
    assert witness == [1, 15, 3, 5]
    assert compiled.r1cs.first_unsatisfied(FieldArray.from_ints(BN254_FR, witness)) is None
    assert product(3, 5, 15) is None
    assert product(a=3, b=-5, c=-15) is None
    assert product.__doc__ == "Show a factorisation."
    assert repr(product) == "<circuit product over bn254.fr>"


def test_what_does_not_hold_is_shown_with_source_and_values() -> None:
    with pytest.raises(UnsatisfiedError) as caught:
        product.compile().witness(a=3, b=5, c=16)
    assert (
        caught.value.message == "constraint 0 is not satisfied: c is not the product (15 is not 16)"
    )
    assert caught.value.where.splitlines()[1:] == [
        f'{_line(caught.value)} | constrain(a * b == c, "c is not the product")',
        "   |           ^^^^^^^^^^",
        "with a = 3, b = 5, c = 16",
    ]
    message = r"a constraint is not satisfied: c is not the product \(15 is not -16\)"
    with pytest.raises(UnsatisfiedError, match=message) as eager:
        product(3, 5, -16)
    assert "test_circuit.py" in eager.value.where
    assert "   |           ^^^^^^^^^^" in eager.value.where


def _line(error: UnsatisfiedError) -> str:
    return error.where.split(":")[1]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"a": 3, "b": 5}, "no value for input c"),
        ({"a": 3, "b": 5, "c": 15, "d": 1}, "unknown input d"),
        ({"a": [3], "b": 5, "c": 15}, "input a needs a single value, but a is a list of 1"),
        ({"a": "3", "b": 5, "c": 15}, "input a must be an integer, got a str"),
        ({"a": BN254_FR.modulus, "b": 5, "c": 15}, "input a is not below the modulus of bn254.fr"),
        ({"a": -BN254_FR.modulus, "b": 5, "c": 15}, "input a is not below the modulus of bn254.fr"),
    ],
)
def test_wrong_inputs(inputs: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        product.compile().witness(**inputs)
    if "d" not in inputs:
        with pytest.raises(InputError, match=message):
            product(**inputs)


def test_texts_are_refused_with_a_way_to_read_files() -> None:
    with pytest.raises(InputError) as caught:
        product.compile().witness(a="3", b=5, c=15)
    assert caught.value.hint == (
        "write int(text) for a text; zkctl.testing.read_inputs(file) reads a file of inputs"
    )


def test_wrong_arguments() -> None:
    with pytest.raises(
        CircuitError, match="wrong arguments for product: too many positional arguments"
    ):
        product(1, 2, 3, 4)


class Both(NamedTuple):
    quotient: Signal
    digits: Array[Signal]


@circuit
def named(x: Signal = private()) -> Both:
    return Both(x * x, Array([x, 7, x + 1]))


def test_outputs() -> None:
    compiled = named.compile()
    assert [(g.name, g.shape) for g in compiled.program.signals[:2]] == [("quotient", ()), ("digits", (3,))]  # fmt: skip
    assert compiled.witness(x=5)[:6] == [1, 25, 5, 7, 6, 5]
    assert (compiled.r1cs.n_constraints, compiled.n_linear) == (
        4,
        3,
    )  # an input and sums cost a linear row
    result = named(5)
    assert (result.quotient, result.digits.flat) == (25, [5, 7, 6])


def test_one_wire_is_one_output() -> None:
    @circuit
    def twice(x: Signal = private()) -> Both:
        square = x * x
        return Both(square, Array([square]))

    compiled = twice.compile()
    assert compiled.witness(x=3)[:3] == [1, 9, 9]
    assert compiled.r1cs.n_constraints == 2


def test_wrong_outputs() -> None:
    @circuit
    def listed(x: Signal = private()) -> list[Signal]:
        return [x, x]

    @circuit
    def clashing(quotient: Signal = private()) -> Both:
        return Both(quotient, Array([quotient]))

    with pytest.raises(CircuitError, match="listed returns a list as output out"):
        listed.compile()
    with pytest.raises(CircuitError, match="output quotient of clashing has the name of an input"):
        clashing.compile()
    with pytest.raises(CircuitError, match="listed returns a list as output out"):
        listed(3)


def test_fields() -> None:
    @circuit(field="bls12_381")
    def minus_one(x: Signal = private()) -> Signal:
        return x - 1

    assert minus_one(0) == BLS12_381_FR.modulus - 1
    assert minus_one.over(SMALL_FIELDS[0])(0) == 6
    assert minus_one.compile().r1cs.field == BLS12_381_FR
    with pytest.raises(CircuitError, match="unknown field 'secp256k1'") as caught:
        circuit(field="secp256k1")(lambda: None)
    assert "bls12_381" in caught.value.hint


def test_a_circuit_inside_a_circuit() -> None:
    @circuit
    def inner(b: Bit = private(), u: Uint = private(bits=8), a: Array[Signal] = private("n"), *, n: int = 2) -> Signal:  # fmt: skip
        return b * u + a[0]

    @circuit
    def outer(x: Signal = private(), b: Bit = private(), u: Uint = private(bits=4), *, mistake: str = "") -> Signal:  # fmt: skip
        if mistake == "shape":
            return inner(b, u, Array([x]))
        if mistake == "missing":
            return inner(b, u)
        if mistake == "width":
            return inner(b, u * u * u, Array([x, x]))
        if mistake == "bit":
            return inner(x, u, Array([x, x]))
        return inner(b, u, Array([x, x]))

    assert outer.compile().witness(x=5, b=1, u=9)[1] == 14 == outer(5, 1, 9)
    for mistake, message in (
        ("shape", r"input a needs the shape \(2,\), got \(1,\)"),
        ("missing", "inner got no value for its input a"),
        ("width", "input u needs 8 bits, got a signal of up to 12 bits"),
        ("bit", "b of inner must be a Bit, got a Signal"),
    ):
        with pytest.raises(CircuitError, match=message):
            outer.compile(mistake=mistake)


def test_signals_of_a_finished_circuit_cannot_be_used() -> None:
    kept: list[Signal] = []

    @circuit
    def leaking(x: Signal = private()) -> None:
        kept.append(x)

    leaking.compile()
    with pytest.raises(CircuitError, match="product is called with signals of another circuit"):
        product(kept[0], 2, 3)
    with pytest.raises(CircuitError, match="is_zero is called with signals outside a circuit"):
        is_zero(kept[0])


def test_gadgets_on_integers_use_the_field_of_the_circuit_around_them() -> None:
    @gadget
    def negated(x: Signal) -> Signal:
        return -x

    @circuit
    def around(x: Signal = private()) -> Signal:
        constant = negated(1)
        assert constant == x.field.modulus - 1
        return x * constant

    assert around.over(SMALL_FIELDS[1]).compile().witness(x=2)[1] == 9
    with eager_field(SMALL_FIELDS[1]):
        assert negated(1) == 10
    assert negated(1) == BN254_FR.modulus - 1


def test_eager_mode_sees_the_types_of_the_circuit() -> None:
    """So a gadget whose shape follows a width gives the same shape for small values."""
    seen: list[list[type]] = []

    @circuit
    def typed(x: Signal = private(), u: Uint = private(bits=8), b: Bit = private()) -> Array[Bit]:
        values = [x, u, b, u + b, u * 3, 1 - b, u - 1, b * x, x * 0, b & b, x * 0 + 7, u * u]
        seen.append([type(value) for value in values])
        return to_bits(u + b, getattr(u + b, "n_bits"))  # noqa: B009

    compiled = typed.compile()
    eager = typed(0, 1, 0)
    assert seen[0] == seen[1]
    assert len(eager) == 9
    assert list(eager) == compiled.witness(x=0, u=1, b=0)[1:10]


def test_unproven_widths_are_refused_in_eager_mode_too() -> None:
    @circuit
    def unproven(x: Signal = private(), y: Signal = private()) -> Signal:
        return less_than(x, y)

    with pytest.raises(CircuitError, match="x of less_than must be a Uint, got 3"):
        unproven(3, 5)
    assert less_than(3, 5) == 1  # integers are constants, whose width is known


def test_empty_circuits() -> None:
    @circuit
    def nothing() -> None: ...

    compiled = nothing.compile()
    check_program(compiled.program)
    assert compiled.witness() == [1]
    assert nothing() is None

    @circuit
    def constant() -> Signal:
        return 5  # type: ignore[return-value]  # an integer is a constant signal

    assert constant.compile().witness() == [1, 5]
    assert constant() == 5


def test_compilation_is_deterministic() -> None:
    first, second = named.compile(), named.compile()
    assert list(first.symbols()) == list(second.symbols())
    assert first.program.pool == second.program.pool
    assert (first.program.wires == second.program.wires).all()


def test_integers_that_an_inner_circuit_refuses_are_the_callers_mistake() -> None:
    @circuit
    def narrow(x: Uint = private(bits=8)) -> Signal:
        return x * x

    @circuit
    def caller(y: Signal = private()) -> Signal:
        return narrow(256) * y

    with pytest.raises(UnsatisfiedError):
        narrow(256)
    for run in (caller.compile, lambda: caller(1)):
        with pytest.raises(CircuitError) as caught:
            run()
        assert caught.value.message == (
            "narrow refuses the integers of this call: a constraint is not satisfied: input x does not fit in 8 bits (it is 256)"
        )
        assert caught.value.hint.startswith(
            "they are the same for every witness, so nothing satisfies this circuit; see test_circuit.py:"
        )
        assert "return narrow(256) * y" in caught.value.where
