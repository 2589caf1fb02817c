"""What a stamped gadget reads through others (helpers, attributes, elements) and what changes after its second use."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from zkctl.dsl import Array, Signal, circuit, constrain, gadget, private
from zkctl.errors import CircuitError

IMPURE = "depends on more than its arguments: traced twice, it differs"
KEPT = SimpleNamespace(inner=SimpleNamespace(k=1), table=[[1]], named={"a": {"b": 1}})
MODULE = ModuleType("rates")


class Slots:
    __slots__ = ("k",)
    k: int


class Shared:
    rate = 1


SLOTS = Slots()


def by_helper() -> int:
    return int(KEPT.inner.k)


@gadget
def plain(x: Signal) -> Signal:
    return x * KEPT.inner.k


def product(x: Signal, of: Slots) -> Signal:
    return x * of.k


READS: dict[str, Callable[[Signal], Signal]] = {
    "an attribute of an attribute": lambda x: x * KEPT.inner.k,
    "an element of an element": lambda x: x * KEPT.table[0][0],
    "a dictionary in a dictionary": lambda x: x * KEPT.named["a"]["b"],
    "a helper": lambda x: x * by_helper(),
    "a gadget inside": plain,
    "an attribute of a class": lambda x: x * Shared.rate,
    "a variable of a module": lambda x: x * MODULE.k,
    "an object with slots": lambda x: x * SLOTS.k,
    "an argument kept by partial": functools.partial(product, of=SLOTS),
}


def set_everything(k: int) -> None:
    KEPT.inner.k = KEPT.table[0][0] = KEPT.named["a"]["b"] = k
    Shared.rate = SLOTS.k = MODULE.k = k  # type: ignore[attr-defined]


def stamped(read: Callable[[Signal], Signal]) -> Any:
    @gadget(stamped=True)
    def reads(x: Signal) -> Signal:
        return x * read(x)

    return reads


@pytest.mark.parametrize("name", READS)
def test_what_changes_after_the_second_use_is_refused(name: str) -> None:
    reads = stamped(READS[name])

    @circuit
    def later(x: Array[Signal] = private(3), *, last: int) -> Array[Signal]:
        set_everything(1)
        first = [reads(x[0]), reads(x[1])]
        set_everything(last)
        return Array([*first, reads(x[2])])

    assert later.compile(last=1).witness(x=[1, 2, 3])[1:4] == [1, 4, 9]
    for run in (later.compile, functools.partial(later, [1, 2, 3])):
        with pytest.raises(CircuitError, match=IMPURE) as caught:
            run(last=7)
        assert caught.value.where.endswith(" in reads")


def test_eager_runs_see_a_change_between_them() -> None:
    """The rows of the first runs are no answer once what the gadget reads has changed."""
    reads = stamped(READS["a helper"])
    set_everything(1)
    assert [reads(k) for k in (2, 3, 4)] == [4, 9, 16]
    set_everything(7)
    with pytest.raises(CircuitError, match=IMPURE):
        reads(5)


class Sponge:
    """An object whose state is an argument: it counts each time as it is then."""

    def __init__(self) -> None:
        self.position = 0


@gadget(stamped=True)
def absorbs(x: Signal, *, sponge: Sponge) -> Signal:
    return x * x + sponge.position


def test_an_argument_may_change_between_uses() -> None:
    @circuit
    def moves(x: Array[Signal] = private(6)) -> Signal:
        sponge = Sponge()
        total = absorbs(x[0], sponge=sponge)
        for k, value in enumerate(x[1:]):
            sponge.position = k // 2
            total = total + absorbs(value, sponge=sponge)
        return total

    assert moves.compile().witness(x=[0] * 6)[1] == moves([0] * 6) == 0 + 0 + 0 + 1 + 1 + 2


def test_the_last_trace_adds_nothing() -> None:
    """The circuit is the same, whether a gadget is of the library or of the author."""

    @gadget(stamped=True)
    def area(x: Signal, y: Signal) -> Signal:
        constrain(x * x == y, "not a square")
        return x * y

    @circuit
    def areas(x: Array[Signal] = private(4)) -> Signal:
        return sum(area(value, 4) for value in x)

    compiled = areas.compile()
    assert compiled.r1cs.n_constraints == 4 + 1  # and the sum
    assert [call.contract.gadget.rpartition(".")[2] for call in compiled.gadget_calls()] == ["area"] * 4  # fmt: skip
