from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from zkctl.constraints.source_map import MAX_CHAIN, Span, describe
from zkctl.dsl import Array, Bit, Signal, Uint, Word32, circuit, constrain, private, wire, xor_all
from zkctl.dsl.spans import parameter_sites, shown_path
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets import compare


def check(x: Signal, message: str) -> None:
    constrain(
        x
        == 2,
        message,
    )  # fmt: skip


@circuit
def nested(x: Signal = private()) -> None:
    check(x, "not two")


def test_the_caret_stands_under_the_equation_and_callers_follow() -> None:
    with pytest.raises(UnsatisfiedError) as caught:
        nested.compile().witness(x=1)
    first, source, caret, caller, values = caught.value.where.splitlines()
    assert first.startswith("test_spans.py:")
    assert first.endswith(" in check")
    number = first.split(":")[1]
    assert source == f"{number} | x"
    assert caret == " " * len(number) + " | ^"
    assert caller.startswith("called from test_spans.py:")
    assert caller.endswith(' in nested: check(x, "not two")')
    assert values == "with x = 1"


@circuit
def accented(x: Signal = private()) -> None:
    assert "漢字 é" and constrain(x == 3, "not three") is None


def test_the_caret_stands_under_the_equation_behind_wide_characters() -> None:
    with pytest.raises(UnsatisfiedError) as caught:
        accented.compile().witness(x=2)
    _, source, caret, *_ = caught.value.where.splitlines()
    column = source.index("x == 3") + 2  # two wide characters before it
    assert caret.index("^") == column
    assert caret.endswith("^" * len("x == 3"))


def test_str_has_the_message_in_the_first_line() -> None:
    with pytest.raises(UnsatisfiedError) as caught:
        nested.compile().witness(x=1)
    first, second, *_ = str(caught.value).splitlines()
    assert first.endswith("in check: constraint 0 is not satisfied: not two (1 is not 2)")
    assert second.startswith("  ")


@circuit
def resumed(x: Signal = private()) -> Signal:
    """A generator makes wires at one place, called from two lines; a function is called again and again."""

    def powers() -> Iterator[Signal]:
        power = x
        while True:
            power = wire(power * x)
            yield power

    def times(y: Signal) -> Signal:
        return wire(y * x)

    found = powers()
    first = next(found)
    second = next(found)
    for _ in range(2):
        second = times(second)
    return wire(times(second) + first)


def test_each_row_knows_its_own_callers() -> None:
    program = resumed.compile().program
    chains = [program.source.chain(int(node)) for node in program.source.row_nodes]
    lines = [[span.text.strip() for span in chain] for chain in chains]
    assert lines[0][-1] == "first = next(found)"
    assert lines[1][-1] == "second = next(found)"
    assert lines[0][0] == lines[1][0]
    assert lines[2] == lines[3]
    assert lines[2][-1] == "second = times(second)"
    assert lines[4][-1] == lines[5][-1] == "return wire(times(second) + first)"
    assert [len(line) for line in lines] == [2, 2, 2, 2, 2, 1]


@circuit
def bitwise(x: Array[Bit] = private(32), y: Array[Bit] = private(32)) -> Array[Bit]:
    first, second = Word32(x), Word32(y)
    both = first & second
    other = xor_all(first, second, both) + first
    return other.bits


def test_all_rows_of_an_operation_of_words_have_its_place() -> None:
    program = bitwise.compile().program
    nodes = [int(node) for node in program.source.row_nodes[64:]]
    texts = [program.source.chain(node)[0].text.strip() for node in dict.fromkeys(nodes)]
    # `&` is lazy: the rows of its products stand where they are needed
    assert texts == ["other = xor_all(first, second, both) + first", "return other.bits"]


def span(line: int, text: str = "f(x)") -> Span:
    return Span("a.py", line, 4, 8, "g", text)


def test_long_chains_show_both_ends() -> None:
    lines = describe([span(k) for k in range(1, 41)]).splitlines()
    assert lines[0] == "a.py:1:5 in g"
    assert f"... {40 - MAX_CHAIN} more callers ..." in lines
    assert len(lines) == 3 + MAX_CHAIN
    assert lines[-1].startswith("called from a.py:40:5")


def test_places_without_text() -> None:
    assert describe([span(3, "")]) == "a.py:3:5 in g"
    assert describe([]) == ""


def test_tabs_and_columns_outside_the_text() -> None:
    lines = describe([Span("a.py", 7, 100, 90, "g", "\t\tx == y")]).splitlines()
    assert lines[1:] == ["7 | x == y", "  |       ^"] or lines[2].endswith("^")


def test_file_names_do_not_depend_on_where_things_lie(tmp_path: Path) -> None:
    assert shown_path(compare.__file__, tmp_path) == "zkctl/gadgets/compare.py"
    assert shown_path(str(tmp_path / "sub" / "c.py"), tmp_path) == "sub/c.py"
    assert shown_path("/elsewhere/d.py", tmp_path) == "d.py"


def test_parameters_have_places() -> None:
    sites = parameter_sites(nested.interface.function)
    resolved = sites["x"].resolve(Path(__file__).parent)
    assert resolved.text.strip() == "def nested(x: Signal = private()) -> None:"
    assert resolved.text[resolved.column : resolved.end_column] == "x: Signal"


def test_source_that_cannot_be_read() -> None:
    namespace: dict[str, object] = {"Signal": Signal, "private": private, "__name__": "made"}
    exec("def made(x: Signal = private()): x < 1", namespace)  # noqa: S102  # a function without a file
    with pytest.raises(CircuitError, match="a signal cannot be compared with <") as caught:
        circuit(namespace["made"]).compile()  # type: ignore[arg-type]
    assert "<string>:1" in caught.value.where


def test_the_standard_library_is_not_the_authors_line() -> None:
    """What functools, statistics and others call between the author and the language is left out in front."""

    @circuit
    def middle(x: Array[Uint] = private(4, bits=8)) -> Signal:
        return statistics.median(x)

    with pytest.raises(CircuitError) as caught:
        middle.compile()
    assert caught.value.where.startswith("test_spans.py:")
    assert "return statistics.median(x)" in caught.value.where
