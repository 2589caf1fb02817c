"""A stamped gadget that depends on more than its arguments is refused, and so is every use of a foreign signal."""

from __future__ import annotations

import inspect
import itertools
import random
from collections.abc import Callable
from typing import Any

import pytest

from zkctl.dsl import (
    Array,
    Signal,
    Word,
    assume_bit,
    assume_uint,
    circuit,
    constrain,
    dot,
    gadget,
    hint,
    hints,
    log,
    majority,
    private,
    wire,
    xor_all,
)
from zkctl.errors import CircuitError
from zkctl.gadgets.compare import is_zero
from zkctl.gadgets.hash.poseidon import poseidon

FOREIGN = "belongs to another circuit or gadget call"
FOREIGN_PAIR = "belong to different circuits or gadget calls"
FOREIGN_ARGUMENT = "is a signal of another circuit or gadget call"
IMPURE = "depends on more than its arguments: traced twice, it differs"
cell: list[Any] = []


def compiled(body: Callable[[Signal, Signal], Any]) -> Any:
    @circuit
    def user(x: Signal = private(), y: Signal = private()) -> Signal:
        result: Signal = body(x, y)
        return result

    return user.compile()


# -- foreign signals

FOREIGN_USES: dict[str, Callable[[Any, Signal], Any]] = {
    "constrain": lambda foreign, own: constrain(foreign == 0),
    "constrain a product": lambda foreign, own: constrain(foreign * foreign == 4),
    "an equation alone": lambda foreign, own: bool([foreign == 0]),
    "an equation swapped": lambda foreign, own: constrain(0 == foreign),  # noqa: SIM300
    "wire": lambda foreign, own: wire(foreign),
    "wire of a sum": lambda foreign, own: wire(foreign + foreign * foreign),
    "materialised product": lambda foreign, own: (foreign * foreign).linear_terms(),
    "product of three": lambda foreign, own: foreign * foreign * foreign,
    "hint": lambda foreign, own: hint(hints.inverse_or_zero, foreign),
    "hint of two": lambda foreign, own: hint(hints.divide_or_zero, own, foreign),
    "user hint": lambda foreign, own: hint(abs, foreign),
    "log": lambda foreign, own: log("foreign", foreign),
    "log of two": lambda foreign, own: log(own, foreign),
    "named wire": lambda foreign, own: wire(foreign, "name"),
    "gadget": lambda foreign, own: is_zero(foreign),
    "stamped gadget": lambda foreign, own: poseidon(foreign),
    "stamped gadget, mixed": lambda foreign, own: poseidon(own, foreign),
    "sum": lambda foreign, own: own + foreign,
    "dot": lambda foreign, own: dot([1, 2], [own, foreign]),
    "array": lambda foreign, own: constrain(Array([foreign, own]) == [1, 2]),
    "array product": lambda foreign, own: Array([own]) * foreign,
    "returned": lambda foreign, own: foreign,
    "returned in a list": lambda foreign, own: [own, (foreign, 1)],
    "returned in an array": lambda foreign, own: Array([own, foreign]),
    "returned product": lambda foreign, own: foreign * foreign,
    "returned sum": lambda foreign, own: dot([3], [foreign]),
    "power": lambda foreign, own: foreign**3,
    "negative": lambda foreign, own: constrain(-foreign - 1 == 0),
    "lazy product": lambda foreign, own: cell[1].linear_terms(),
    "pending equation": lambda foreign, own: constrain(cell[2]),
    "three bits": lambda foreign, own: majority(*_bits(own, foreign, own)),
    "three bits, the last": lambda foreign, own: xor_all(*_bits(own, own, foreign)),
    "seven bits": lambda foreign, own: xor_all(*_bits(own, own, foreign, own, own, own, own)),
    "words": lambda foreign, own: xor_all(*(Word[8](bit) for bit in _bits(own, foreign, own))),
    "assumed": lambda foreign, own: assume_bit(foreign, because="it is said so") & 1,
}  # fmt: skip


@pytest.mark.parametrize("use", FOREIGN_USES.values(), ids=FOREIGN_USES)
@pytest.mark.parametrize("stamped", [False, True])
def test_a_gadget_uses_only_its_arguments(use: Callable[[Any, Signal], Any], stamped: bool) -> None:
    """In a stamped gadget the signals of the circuit are foreign; in another those of the compilation before."""

    def body(own: Signal) -> Any:
        return use(cell[0], own)

    called = gadget(stamped=stamped)(body)
    _fill_the_cell()

    def user(x: Signal, y: Signal) -> Signal:
        if stamped:
            cell[:] = [y, x * y, x == y]
        called(x)
        return x

    with pytest.raises(CircuitError, match=f"{FOREIGN}|{FOREIGN_PAIR}|{FOREIGN_ARGUMENT}"):
        compiled(user)


def _bits(*signals: Signal) -> list[Signal]:
    return [assume_bit(signal, because="it is said so") for signal in signals]


def _fill_the_cell() -> None:
    """Keep a signal, a product and an equation of a circuit that is finished."""

    def body(x: Signal, y: Signal) -> Signal:
        cell[:] = [y, x * y, x == y]
        return x

    with pytest.raises(CircuitError, match="is never used"):
        compiled(body)


@pytest.mark.parametrize("result", ["signal", "product", "array"])
def test_a_circuit_returns_only_its_own_signals(result: str) -> None:
    kept: dict[str, Any] = {}

    def first(x: Signal, y: Signal) -> Signal:
        kept.update(signal=y, product=y * y, array=Array([x, y]))
        return x

    compiled(first)
    with pytest.raises(CircuitError, match=r"user returns .*, which belongs to another circuit or gadget call"):  # fmt: skip
        compiled(lambda x, y: kept[result])


def test_the_hole_of_the_review_is_closed() -> None:
    @gadget(stamped=True)
    def zero_in_cell(dummy: Signal) -> Signal:
        constrain(cell[0] == 0)
        return dummy * dummy

    def body(x: Signal, y: Signal) -> Signal:
        cell[:] = [x]
        zero_in_cell(x)
        cell[:] = [y]
        return zero_in_cell(y)

    with pytest.raises(CircuitError, match=f"y {FOREIGN}|x {FOREIGN}") as caught:
        compiled(body)
    assert "constrain(cell[0] == 0)" in caught.value.where
    assert "a gadget may only use signals it gets as arguments" in caught.value.hint


def test_a_circuit_of_another_field_is_refused() -> None:
    @circuit(field="bls12_381")
    def half(x: Signal = private()) -> Signal:
        return x * pow(2, -1, 52435875175126190479447740508185965837690552500527637822603658699938581184513)  # fmt: skip

    assert half(4) == 2
    message = "the circuit half is over another field: expected bn254.fr, got bls12_381.fr"
    with pytest.raises(CircuitError, match=message):
        compiled(lambda x, y: x + half(4))
    with pytest.raises(CircuitError, match=message):
        compiled(lambda x, y: half(x))
    with pytest.raises(CircuitError, match="half is called with signals of another circuit"):
        half(cell[0])


# -- more than the arguments

Number = Callable[[], int]


counter = 0
table = [3, 1, 4, 1, 5]
slow = itertools.count()


def _global_counter() -> int:
    global counter  # noqa: PLW0603  # as an author writes it
    counter += 1
    return counter


def _popped() -> int:
    table.append(table.pop(0) + 7)
    return table[0]


def _remembered(seen: list[int] = []) -> int:  # noqa: B006
    seen.append(1)
    return len(seen)


generator = random.Random(1)
constants = iter(range(5, 1000))
IMPURE_NUMBERS: dict[str, Number] = {
    "a global": _global_counter,
    "an iterator": lambda: next(constants),
    "a random number": lambda: generator.randrange(2**64),
    "a list that is changed": _popped,
    "a mutable default": _remembered,
    "an object's number": lambda: id(object()) + _global_counter(),
    "a function's attribute": lambda: (
        vars(_popped).setdefault("seen", itertools.count()).__next__()
    ),
    "a counter of the module": lambda: next(slow),
}


@pytest.mark.parametrize("number", IMPURE_NUMBERS.values(), ids=IMPURE_NUMBERS)
@pytest.mark.parametrize(
    "use",
    [
        lambda x, n: x * x + n,  # in the result
        lambda x, n: wire(n * x * x),  # in a coefficient
        lambda x, n: (constrain(x * x == n), x)[1],  # in a check
        lambda x, n: hint(hints.bits, x, n_bits=2, first=n % 251)[0],  # in a hint
        lambda x, n: (constrain(x * x == 4, f"round {n}"), x)[1],  # in a message
        lambda x, n: (x, n),  # in a number returned
        lambda x, n: assume_uint(x, 1 + n % 251, because="a lie, for this test"),  # in a type
        lambda x, n: x ** (2 + n % 251),  # in the number of rows
    ],
    ids=["result", "coefficient", "check", "hint", "message", "number", "type", "rows"],
)
def test_what_changes_between_uses_is_refused(number: Number, use: Callable[..., Any]) -> None:
    generator.seed(1)
    table[:] = [3, 1, 4, 1, 5]

    @gadget(stamped=True)
    def changing(x: Signal) -> Any:
        return use(x, number())

    def body(x: Signal, y: Signal) -> Signal:
        changing(x)
        changing(y)
        return x

    with pytest.raises(CircuitError, match=f"the stamped gadget changing {IMPURE}") as caught:
        compiled(body)
    assert "changing(y)" in caught.value.where
    assert "pass what changes as a parameter" in caught.value.hint


def test_a_variable_that_changes_later_is_seen() -> None:
    """Not only the second use is compared: also each after a change of what the function can see."""
    scale = 3

    @gadget(stamped=True)
    def scaled(x: Signal) -> Signal:
        return x * x * scale

    def body(x: Signal, y: Signal) -> Signal:
        nonlocal scale
        for _ in range(10):
            x = scaled(x)
        scale = 4
        return scaled(x)

    with pytest.raises(CircuitError, match=f"the stamped gadget scaled {IMPURE}"):
        compiled(body)


def test_a_loop_variable_is_refused() -> None:
    def body(x: Signal, y: Signal) -> Signal:
        @gadget(stamped=True)
        def round_(state: Signal) -> Signal:
            return state**2 + k

        for k in range(4):  # noqa: B007  # the closure reads it
            x = round_(x)
        return x

    with pytest.raises(CircuitError, match=f"the stamped gadget round_ {IMPURE}"):
        compiled(body)


def test_an_exception_of_the_second_trace_is_a_difference() -> None:
    numbers = iter([1])

    @gadget(stamped=True)
    def drawing(x: Signal) -> Signal:
        return x * next(numbers)

    with pytest.raises(CircuitError, match=f"the stamped gadget drawing {IMPURE}") as caught:
        compiled(lambda x, y: drawing(x) + drawing(y))
    assert isinstance(caught.value.__cause__, StopIteration)


def test_a_product_of_another_circuit_cannot_become_a_wire() -> None:
    _fill_the_cell()
    with pytest.raises(CircuitError, match="a signal here belongs to another circuit or gadget call"):  # fmt: skip
        compiled(lambda x, y: x + 0 * poseidon(cell[1].linear_terms()[1]))


def test_a_hint_inside_a_stamped_gadget_is_the_same_each_time() -> None:
    @gadget(stamped=True)
    def asking(x: Signal, *, scale: int) -> Signal:
        def answer(value: int) -> int:
            return value * scale

        result: Signal = hint(answer, x)
        constrain(result == scale * x)
        return result

    def body(x: Signal, y: Signal) -> Signal:
        return asking(x, scale=3) + asking(y, scale=3) + asking(x, scale=4) + asking(y, scale=4)

    made = compiled(body)
    assert made.witness(x=1, y=10)[1] == 77
    assert len(made.user_hints) == 2


def test_a_hint_around_something_that_changes_is_refused() -> None:
    numbers = itertools.count()

    @gadget(stamped=True)
    def asking(x: Signal) -> Signal:
        number = next(numbers)
        result: Signal = hint(lambda value: value + number, x)
        return result

    with pytest.raises(CircuitError, match=f"the stamped gadget asking {IMPURE}"):
        compiled(lambda x, y: asking(x) + asking(y))


@pytest.mark.parametrize("stamped", [True, False])
def test_signals_that_leave_a_stamped_gadget_otherwise_are_refused(stamped: bool) -> None:
    @gadget(stamped=True)
    def leaking(x: Signal) -> Signal:
        cell[:] = [x * x]
        return x

    @gadget(stamped=stamped)
    def using(x: Signal) -> Signal:
        constrain(cell[0] == x)
        return x

    with pytest.raises(CircuitError, match=FOREIGN_PAIR):
        compiled(lambda x, y: [leaking(x), using(y)][1])
    with pytest.raises(CircuitError, match=f"user returns .*{FOREIGN}"):
        compiled(lambda x, y: [leaking(x), cell[0]][1])


def test_what_depends_on_the_caller_is_refused() -> None:
    @gadget(stamped=True)
    def placed(x: Signal) -> Signal:
        lines = [frame.lineno for frame in inspect.stack() if frame.function == "calls"]
        return x * x + sum(lines)

    def calls(x: Signal, y: Signal) -> Signal:
        first = placed(x)
        second = placed(y)
        return first + second

    with pytest.raises(CircuitError, match=f"the stamped gadget placed {IMPURE}"):
        compiled(calls)


def test_results_kept_from_an_earlier_call_are_refused() -> None:
    """A table of results, as functools.cache makes it, returns signals of another call."""
    known: dict[int, Any] = {}

    @gadget
    def power(x: Signal, *, n: int) -> Signal:
        if n not in known:
            known[n] = wire(x**n)
        return known[n]

    assert compiled(lambda x, y: power(x, n=3)).witness(x=2, y=0)[1] == 8
    with pytest.raises(CircuitError, match=f"power returns .*{FOREIGN}"):
        compiled(lambda x, y: power(x, n=3))
