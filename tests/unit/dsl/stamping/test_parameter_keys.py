"""The parameters of stamped gadgets: equal only with their types, compared by content, never signals or iterators."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from zkctl.dsl import Array, CompiledCircuit, Signal, Struct, circuit, gadget, private, wire
from zkctl.dsl.stamping.parameter_keys import Surroundings, parameter_key
from zkctl.errors import CircuitError


def compiled(body: Callable[[Signal, Signal], Any]) -> CompiledCircuit:
    @circuit
    def user(x: Signal = private(), y: Signal = private()) -> Signal:
        result: Signal = body(x, y)
        return result

    return user.compile()


@dataclasses.dataclass(frozen=True)
class Flagged:
    flag: Any


class Level(enum.IntEnum):
    LOW = 1


class Colour(enum.Enum):
    RED = 1


class Table(Struct):
    """Rows of constants."""

    rows: Array[Signal]
    scale: Signal = 1


def test_structures_of_integers_are_parameters() -> None:
    table = Table([[1, 2], [3, 4]])
    assert parameter_key(table, "t") == parameter_key(Table([[1, 2], [3, 4]]), "t")
    others = (Table([1, 2, 3, 4]), Table([[1, 2], [3, 5]]), table.replace(scale=2), (1, 2))
    keys = {parameter_key(each, "t") for each in (table, *others)}
    assert len(keys) == 5

    @gadget(stamped=True)
    def scaled(x: Signal, *, table: Any) -> Signal:
        return x * x * table.rows[1, 0] * table.scale

    assert compiled(lambda x, y: scaled(x, table=table) + scaled(y, table=table)).witness(x=2, y=3)[1] == 39  # fmt: skip
    with pytest.raises(CircuitError, match="t holds a signal"):
        compiled(lambda x, _y: parameter_key(Table([x]), "t"))


def test_parameters_differ_with_their_types() -> None:
    @gadget(stamped=True)
    def told(x: Signal, *, kind: Any) -> Signal:
        return wire(x * x) * 0 + sum(map(ord, repr(kind)))

    kinds = [
        1, True, 1.0, 0, 0.0, -0.0, Level.LOW, Colour.RED, "1", b"1", (1,), (True,), (1.0,), ((1,),), ((True,),),
        frozenset({1}), frozenset({True}), None, Flagged(1), Flagged(True), Flagged((1,)), range(1), Colour, ord, 1j,
    ]  # fmt: skip

    @circuit
    def user(x: Signal = private()) -> Array[Signal]:
        return Array([told(x, kind=kind) for kind in [*kinds, *kinds]])

    expected = [sum(map(ord, repr(kind))) for kind in kinds] * 2
    assert user.compile().witness(x=5)[1 : 1 + len(expected)] == expected
    assert list(user(5)) == expected


# -- methods and objects


class Sponge:
    """A class as an author writes it first."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.position = 0
        self.held: Any = None
        self.table = [1, 2, 3]

    @gadget(stamped=True)
    def absorb(self, x: Signal) -> Signal:
        self.position += 1
        return x**2 + self.position

    @gadget(stamped=True)
    def scale(self, x: Signal) -> Signal:
        return x**2 * self.rate + sum(self.table)


def test_a_method_reads_numbers_of_its_object() -> None:
    def body(x: Signal, y: Signal) -> Signal:
        first, second = Sponge(3), Sponge(4)
        total = first.scale(x) + second.scale(x) + first.scale(y)
        first.rate = 5
        second.table[1] = 10
        return total + first.scale(x) + second.scale(x)

    x, y = 7, 2
    expected = (49 * 3 + 6) + (49 * 4 + 6) + (4 * 3 + 6) + (49 * 5 + 6) + (49 * 4 + 14)
    assert compiled(body).witness(x=x, y=y)[1] == expected


def test_a_method_that_changes_its_object_is_refused() -> None:
    def body(x: Signal, y: Signal) -> Signal:
        sponge = Sponge(3)
        return sponge.absorb(x) + sponge.absorb(y)

    with pytest.raises(CircuitError, match="the stamped gadget absorb changes its parameters"):
        compiled(body)


@pytest.mark.parametrize(
    "wrap", [lambda x: x, lambda x: [x], lambda x: Array([x]), lambda x: {1: (x,)}]
)
def test_an_object_that_holds_signals_is_refused(wrap: Callable[[Signal], Any]) -> None:
    def body(x: Signal, y: Signal) -> Signal:
        sponge = Sponge(3)
        sponge.held = wrap(y)
        return sponge.scale(x)

    with pytest.raises(CircuitError, match="self of scale holds a signal"):
        compiled(body)


def test_parameters_that_cannot_be_compared_are_refused() -> None:
    @gadget(stamped=True)
    def with_parameter(x: Signal, *, parameter: Any) -> Signal:
        return x * x

    nested: tuple[Any, ...] = ()
    for _ in range(30):
        nested = (nested,)
    refused: dict[str, Any] = {
        "parameter of with_parameter is an iterator: each use would change it": iter([1]),
        "parameter of with_parameter is nested more than 20 levels deep": nested,
        "the parameters of the stamped gadget with_parameter must be hashable": {},
    }
    for message, parameter in refused.items():
        with pytest.raises(CircuitError, match=message):
            compiled(lambda x, y, parameter=parameter: with_parameter(x, parameter=parameter))
    with pytest.raises(CircuitError, match="is an iterator"):
        compiled(lambda x, y: with_parameter(x, parameter=(k for k in range(3))))


def test_keys_compare_content() -> None:
    assert parameter_key([1, (2, "x")], "p") == parameter_key([1, (2, "x")], "p")
    assert parameter_key([1], "p") != parameter_key((1,), "p")
    assert parameter_key({1: 2}, "p") != parameter_key({1: True}, "p")
    assert parameter_key(np.array([1, 2]), "p") == parameter_key(np.array([1, 2]), "p")
    assert parameter_key(np.array([1, 2]), "p") != parameter_key(np.array([1, 3]), "p")
    assert parameter_key(Flagged([1]), "p") == parameter_key(Flagged([1]), "p")
    assert parameter_key(Flagged([1]), "p") != parameter_key(Flagged([True]), "p")


def test_surroundings_are_the_variables_that_a_function_reads() -> None:
    inner, unused = [1], [1]

    def function() -> Any:
        return inner, ord, Flagged

    before = Surroundings(function)
    unused.append(2)
    assert before == Surroundings(function)
    inner.append(2)
    assert before != Surroundings(function)
    assert before != 1
