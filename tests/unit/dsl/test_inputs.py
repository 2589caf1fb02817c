"""What a circuit's signature may say, and what it may not."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from zkctl.constraints.signals import Role
from zkctl.dsl import Array, Bit, Circuit, Signal, Uint, circuit, constrain, private, public
from zkctl.errors import CircuitError, UnsatisfiedError


class Results(NamedTuple):
    total: Signal
    parts: Array[Signal]


@circuit
def ordered(
    secret: Signal = private(),
    shown: Array[Signal] = public("n", 2),
    flag: Bit = private(),
    limit: Uint = public(bits="width"),
    *,
    n: int = 2,
    width: int = 8,
    name: str = "x",
    strict: bool = False,
) -> Results:
    constrain(secret * flag == limit)
    return Results(secret + limit, Array([shown[0, 0] * flag, secret]))


def test_wires_are_outputs_then_public_then_private() -> None:
    compiled = ordered.compile()
    groups = [(g.name, g.role, g.shape) for g in compiled.program.signals]
    assert groups == [
        ("total", Role.OUTPUT, ()),
        ("parts", Role.OUTPUT, (2,)),
        ("shown", Role.PUBLIC, (2, 2)),
        ("limit", Role.PUBLIC, ()),
        ("secret", Role.PRIVATE, ()),
        ("flag", Role.PRIVATE, ()),
    ]
    witness = compiled.witness(secret=5, shown=[[1, 2], [3, 4]], flag=1, limit=5)
    assert witness[:11] == [1, 10, 1, 5, 1, 2, 3, 4, 5, 5, 1]
    names = [name for _, _, _, name in compiled.symbols()]
    assert names[:5] == ["main.total", "main.parts[0]", "main.parts[1]", "main.shown[0][0]", "main.shown[0][1]"]  # fmt: skip
    assert (compiled.r1cs.n_outputs, compiled.r1cs.n_public_inputs, compiled.r1cs.n_private_inputs) == (3, 5, 2)  # fmt: skip


def test_declared_bits_and_widths_are_enforced() -> None:
    compiled = ordered.compile(width=3)
    good: dict[str, Any] = {"secret": 5, "shown": [[1, 2], [3, 4]], "flag": 1, "limit": 5}
    compiled.witness(**good)
    for name, value, message in (
        ("flag", 2, "input flag is not 0 or 1"),
        ("limit", 8, "input limit does not fit in 3 bits"),
    ):
        with pytest.raises(UnsatisfiedError, match=message) as caught:
            compiled.witness(**{**good, name: value})
        assert f"{name}: " in caught.value.where  # the declaration in the signature
        assert "^^^^" in caught.value.where
        with pytest.raises(UnsatisfiedError, match=message):
            ordered(**{**good, name: value}, width=3)


def test_template_parameters_from_texts() -> None:
    compiled = ordered.compile(n="3", width="16", name="y", strict="true")
    assert compiled.program.signals[2].shape == (3, 2)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n": "x"}, "template parameter n cannot be 'x'"),
        ({"n": "1e3"}, "template parameter n cannot be '1e3'"),
        ({"n": "٣"}, "template parameter n cannot be '٣'"),
        ({"strict": "maybe"}, "template parameter strict cannot be 'maybe'"),
        ({"depth": 3}, "ordered has no template parameter depth"),
        ({"n": -1}, "size 'n' of input shown is -1, not a non-negative integer"),
        ({"n": None}, "size 'n' of input shown is None, not a non-negative integer"),
        ({"width": 254}, "input limit is 254 bits wide, possible are 1 to 253"),
        ({"width": 0}, "input limit is 0 bits wide, possible are 1 to 253"),
    ],
)
def test_wrong_template_parameters(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(CircuitError) as caught:
        ordered.compile(**parameters)
    assert caught.value.message == message
    assert "test_inputs.py" in caught.value.where


def test_a_parameter_without_default_is_needed() -> None:
    @circuit
    def sized(x: Array[Signal] = private("n"), *, n: int) -> None: ...

    with pytest.raises(CircuitError, match="sized needs the template parameter n") as caught:
        sized.compile()
    assert "-P n=..." in caught.value.hint
    assert "its template parameters are n" in _error_of(sized, m=3).hint


def _error_of(wrong: Circuit, **parameters: Any) -> CircuitError:
    with pytest.raises(CircuitError) as caught:
        wrong.compile(**parameters)
    return caught.value


@circuit
def untyped(x: Any = private()) -> None: ...  # type: ignore[no-untyped-def]  # the mistake under test


@circuit
def integer(x: int = private()) -> None: ...


@circuit
def neither(x: Signal) -> None: ...


@circuit
def starred(*x: Signal) -> None: ...


@circuit
def sizeless(x: Array[Signal] = private()) -> None: ...


@circuit
def sized_signal(x: Signal = private(3)) -> None: ...


@circuit
def widthless(x: Uint = private()) -> None: ...


@circuit
def wide_signal(x: Signal = private(bits=8)) -> None: ...


@circuit
def unknown_size(x: Array[Signal] = private("m")) -> None: ...


@circuit
def unresolved(x: Nowhere = private()) -> None: ...  # type: ignore[name-defined]  # noqa: F821  # the mistake under test


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (untyped, "input x of untyped has no signal type"),
        (integer, "input x of integer has no signal type"),
        (starred, "input x of starred has no signal type"),
        (neither, "input x of neither is neither public nor private"),
        (sizeless, "input x of sizeless has 0 sizes, which does not fit its type"),
        (sized_signal, "input x of sized_signal has 1 sizes, which does not fit its type"),
        (widthless, "input x of widthless is a Uint with bits=None"),
        (wide_signal, "input x of wide_signal is a Signal with bits=8"),
        (unknown_size, "size 'm' of input x is None, not a non-negative integer"),
        (unresolved, "the annotations of unresolved cannot be read: name 'Nowhere' is not defined"),
    ],
)
def test_wrong_declarations(wrong: Circuit, message: str) -> None:
    error = _error_of(wrong)
    assert error.message == message
    assert error.hint


def test_hints_keep_the_role_of_an_input() -> None:
    """Who follows the hint must not make a public input private."""

    @circuit
    def width(x: Uint = public()) -> None: ...

    @circuit
    def wide(x: Uint[8] = public(bits=9)) -> None: ...  # type: ignore[type-arg,valid-type]

    @circuit
    def axes(x: Signal = public(3)) -> None: ...

    assert _error_of(width).hint == "write x: Uint = public(bits=32); only a Uint has a width"
    assert _error_of(wide).hint == "write x: Uint[8] = public()"
    assert _error_of(axes).hint == "write x: Array[Signal] = public('n'), or x: Signal = public()"

    @circuit
    def no_width(x: Uint = private(8)) -> None: ...

    hint = "write x: Array[Uint] = private('n', bits=8), or x: Uint = private(bits=8)"
    assert _error_of(no_width).hint == hint
