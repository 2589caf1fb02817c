from __future__ import annotations

import pytest

from zkctl.dsl import Array, Signal, circuit, constrain, gadget, log, private, wire
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BN254_FR
from zkctl.gadgets.compare import is_zero
from zkctl.toolchain.lint.quick import quick_warnings

R = BN254_FR.modulus


@gadget(stamped=True)
def doubled(x: Signal) -> Signal:
    log("doubling", x)
    return 2 * wire(x * x)


def body(x: Signal, a: Array[Signal], *, with_log: bool) -> Signal:
    product = x * a[0]
    if with_log:
        log("carry", 3 * product + 1, a, [x, (7, "end")])
        log()
    constrain(product == 6, "not six")
    return (
        doubled(x + 1) + doubled(a[1]) if with_log else 2 * wire((x + 1) ** 2) + 2 * wire(a[1] ** 2)
    )


@circuit
def logging(
    x: Signal = private(), a: Array[Signal] = private(2), *, with_log: bool = True
) -> Signal:
    return body(x, a, with_log=with_log)


EXPECTED = "log: carry 19 3 -1 2 7 end\nlog: \nlog: doubling 3\nlog: doubling -1\n".replace(
    "-1", str(R - 1)
)


def test_compiled_and_eager_print_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    compiled = logging.compile()
    assert capsys.readouterr().err == ""
    result = compiled.witness(x=2, a=[3, R - 1])
    assert capsys.readouterr().err == EXPECTED
    assert logging(2, [3, R - 1]) == result[1]
    assert capsys.readouterr().err == EXPECTED


def test_the_circuit_is_the_same_without_log() -> None:
    with_log, without = logging.compile(), logging.compile(with_log=False)
    for matrix in ("a", "b", "c"):
        one, other = getattr(with_log.r1cs, matrix), getattr(without.r1cs, matrix)
        assert one.starts.tolist() == other.starts.tolist()
        assert one.wires.tolist() == other.wires.tolist()
    assert quick_warnings(with_log) == quick_warnings(without) == []


def test_lines_before_a_broken_constraint_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    compiled = logging.compile()
    with pytest.raises(UnsatisfiedError, match="not six"):
        compiled.witness(x=1, a=[1, 1])
    assert capsys.readouterr().err.startswith("log: carry 4 1 1 1 7 end\n")


def test_log_needs_a_circuit_and_its_own_signals() -> None:
    with pytest.raises(CircuitError, match="log is used outside a circuit or gadget"):
        log("x", 5)
    kept: list[Signal] = []

    @circuit
    def keeping(x: Signal = private()) -> None:
        kept.append(x)
        constrain(x == 1)
        log(x, kept[0])

    keeping.compile()
    with pytest.raises(CircuitError, match="belong to different circuits or gadget calls"):
        keeping.compile()


def test_texts_that_are_logged_are_safe_to_print(capsys: pytest.CaptureFixture[str]) -> None:
    @circuit
    def coloured(x: Signal = private()) -> None:
        log("\x1b[31m" + "é" * 3000, x, True, None)
        constrain(x == 1)

    coloured.compile().witness(x=1)
    printed = capsys.readouterr().err
    assert printed.startswith("log: \\x1b[31m")
    assert "\x1b" not in printed
    assert len(printed) < 1100


def test_a_result_that_is_only_logged_is_not_used() -> None:
    """To print what a comparison said enforces nothing."""

    @circuit
    def printed(x: Signal = private()) -> Signal:
        log("zero", is_zero(x))
        return x * x

    for run in (printed.compile, lambda: printed(3)):
        with pytest.raises(CircuitError, match="the result of is_zero is never used"):
            run()
