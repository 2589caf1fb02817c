from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.constraints.source_map import MAX_CHAIN, Span, describe
from zkctl.dsl import Signal, circuit, constrain, private
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


def test_str_has_the_message_in_the_first_line() -> None:
    with pytest.raises(UnsatisfiedError) as caught:
        nested.compile().witness(x=1)
    first, second, *_ = str(caught.value).splitlines()
    assert first.endswith("in check: constraint 0 is not satisfied: not two (1 is not 2)")
    assert second.startswith("  ")


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
