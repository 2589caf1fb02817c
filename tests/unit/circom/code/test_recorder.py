"""Run-time code in known control flow: what becomes a constraint, a built-in hint, or code, and where it runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.circom.code.recorder import Recorder
from zkctl.circom.evaluation import witness_program
from zkctl.circom.instance import Event, Instance, LocalConstraint, RunAssign, RunCode, RunRow
from zkctl.circom.layout import Layout
from zkctl.circom.nodes import Assert, Number, Program
from zkctl.circom.source import Place, SourceFile
from zkctl.circom.values import Linear, Quadratic, Unknown, WireValue
from zkctl.constraints.evaluate import evaluate
from zkctl.constraints.signals import Role, SignalGroup
from zkctl.constraints.witness_program import check_program
from zkctl.errors import AdviceFailed, InputError
from zkctl.field import BN254_FR

P = BN254_FR.modulus
HERE = Place(0, 0, 4)
A, B = WireValue(3), WireValue(4)  # inputs; 1 and 2 are outputs, 5 and 6 intermediates


class Body:
    """A template body with two outputs, two inputs and two intermediate signals."""

    def __init__(self) -> None:
        file = SourceFile("t.circom", Path("t.circom"), b"text")
        self.program = Program((file,))
        self.code = Recorder(self.program, P, "T()")
        self.rows: list[LocalConstraint] = []

    def unknown(self, operator: str, *values: object) -> Unknown:
        return Unknown(self.code.operate(operator, *values, place=HERE))

    def feed(self, signal: int, value: object) -> None:
        self.code.assign(signal, value, HERE)

    def constrain(self, target: int, terms: dict[int, int]) -> None:
        """`target <== terms`."""
        self.rows.append(LocalConstraint({}, {}, {target: P - 1, **terms}, target, HERE))
        self.code.row(len(self.rows) - 1, target)

    def instance(self) -> Instance:
        events, n_hidden = self.code.finish(lambda signal: signal, lambda _: 0)
        signals = (
            SignalGroup("o", Role.OUTPUT, (2,)),
            SignalGroup("a", Role.PRIVATE),
            SignalGroup("b", Role.PRIVATE),
        )
        rest = (SignalGroup("m", Role.PRIVATE, (2,)),)
        rows = tuple(self.rows)
        return Instance(0, "T()", "T", signals, rest, 6, 6, (), rows, events, n_hidden)

    def events(self) -> tuple[Event, ...]:
        return self.code.finish(lambda signal: signal, lambda _: 0)[0]

    def witness(self, a: int, b: int, log: list[str] | None = None) -> list[int]:
        """The two outputs and the two intermediates."""
        program = witness_program("t", Layout(self.instance(), P), BN254_FR, self.program)
        check_program(program)
        values = evaluate(program, [a, b], log=None if log is None else log.append)
        return [*values[1:3], *values[5:7]]


def test_sums_and_products_need_no_code() -> None:
    body = Body()
    body.feed(1, Linear({3: 2, 0: 5}))
    body.feed(2, Quadratic({3: 1}, {4: 1}, {3: 1}))
    assert [type(event) for event in body.events()] == [RunAssign, RunAssign]
    assert body.witness(3, 4) == [11, 15, 0, 0]


def test_consecutive_bits_are_one_hint() -> None:
    body = Body()
    for k in range(2):
        body.feed(1 + k, body.unknown("&", body.unknown(">>", A, k), 1))
    (event,) = body.events()
    assert isinstance(event, RunCode)
    assert (event.function, event.parameters, event.outputs) == ("bits", (2, 0), (1, 2))
    assert body.witness(2, 0) == [0, 1, 0, 0]


def test_inverses_and_quotients_are_hints() -> None:
    body = Body()
    body.feed(1, body.unknown("/", 1, A))
    is_zero = body.unknown("==", B, 0)
    body.feed(2, body.unknown("select", is_zero, 0, body.unknown("/", A, B)))
    first, second = body.events()
    assert isinstance(first, RunCode)
    assert isinstance(second, RunCode)
    assert (first.function, second.function) == ("inverse_or_zero", "divide_or_zero")
    assert body.witness(0, 0)[:2] == [0, 0]
    assert body.witness(4, 2)[:2] == [pow(4, -1, P), 2]


def test_one_piece_of_code_serves_all_its_results() -> None:
    body = Body()
    body.feed(1, body.unknown("\\", A, B))
    body.feed(2, body.unknown("%", A, B))
    body.feed(5, body.unknown("*", body.unknown("<", A, B), 7))
    (event,) = body.events()
    assert isinstance(event, RunCode)
    assert event.outputs == (1, 2, 5)
    assert body.witness(17, 5) == [3, 2, 0, 0]
    assert body.witness(3, 5) == [0, 3, 7, 0]
    with pytest.raises(AdviceFailed, match="division by zero at"):
        body.witness(3, 0)


def test_code_runs_as_soon_as_its_signals_have_values() -> None:
    body = Body()
    early = body.unknown("^", A, 1)
    body.constrain(5, {3: 3})
    body.feed(1, body.unknown("+", body.unknown("|", WireValue(5), 1), early))
    body.feed(2, early)
    first, row, second = body.events()
    assert isinstance(first, RunCode)
    assert isinstance(row, RunRow)
    assert isinstance(second, RunCode)
    assert (first.outputs, second.outputs) == ((2,), (1,))
    assert body.witness(4, 0) == [13 + 5, 5, 12, 0]


def test_values_of_earlier_code_go_to_hidden_wires() -> None:
    body = Body()
    early = body.unknown("^", A, 1)
    body.constrain(5, {3: 3})
    body.feed(1, body.unknown("^", early, WireValue(5)))
    events, n_hidden = body.code.finish(lambda signal: signal, lambda _: 0)
    assert n_hidden == 1
    assert [event.outputs for event in events if isinstance(event, RunCode)] == [(-1,), (1,)]
    assert body.witness(4, 0) == [5 ^ 12, 0, 12, 0]


def test_signals_that_code_assigns_can_be_read_by_code() -> None:
    body = Body()
    body.feed(5, body.unknown("\\", A, 2))
    body.feed(6, Linear({5: 2, 0: 1}))
    body.feed(1, body.unknown("&", Linear({6: 3, 5: 1, 3: 1}), 255))
    body.feed(2, Quadratic({5: 1}, {6: 1}, {}))
    assert body.witness(9, 0) == [(27 + 4 + 9) & 255, 36, 4, 9]


def test_arrays_with_indexes_that_are_not_known() -> None:
    body = Body()
    body.feed(1, Unknown(body.code.load([10, B, 30], (3,), [A])))
    refs = body.code.stored([0, 0, 0, 0], (2, 2), [A, B], 7, HERE)
    for signal, ref in zip((2, 5, 6), refs[1:], strict=True):
        body.feed(signal, Unknown(ref))
    assert body.witness(1, 0) == [0, 0, 7, 0]
    assert body.witness(0, 1) == [10, 7, 0, 0]
    with pytest.raises((InputError, AdviceFailed)):
        body.witness(0, 2)
    with pytest.raises((InputError, AdviceFailed)):
        body.witness(P - 1, 0)


def test_a_signal_array_can_be_assigned_at_an_unknown_index() -> None:
    body = Body()
    body.code.assign_at(5, (2,), [A], B, HERE)
    assert body.witness(1, 8) == [0, 0, 0, 8]
    assert body.witness(0, 8) == [0, 0, 8, 0]


def test_checks_and_logs_run_at_their_place_in_their_order() -> None:
    body = Body()
    body.code.log(["start", A])
    body.constrain(5, {3: 3})
    body.code.check(body.unknown("<", A, 4), Assert(Number(1, HERE), HERE))
    body.code.log(["m", WireValue(5)])
    log: list[str] = []
    assert body.witness(2, 0, log) == [0, 0, 6, 0]
    assert log == ["start", "2", "\n", "m", "6", "\n"]  # LogLines puts blanks between
    log = []
    with pytest.raises(AdviceFailed, match="assert at"):
        body.witness(4, 0, log)
    assert log == ["start", "4", "\n"]


def test_code_that_nothing_reads_is_left_out() -> None:
    body = Body()
    body.unknown("%", A, B)
    assert list(body.events()) == []
