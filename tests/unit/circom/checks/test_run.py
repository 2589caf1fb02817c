"""The order of the stages: the first that finds errors ends the compilation."""

from __future__ import annotations

import pytest

from tests.support.circom_text import END, codes_in, codes_of, program_of
from zkctl.circom.checks.run import warnings_of
from zkctl.circom.findings import CircomError

INNER = "template I() { signal output y; y <== 1; } "
IN_ORDER = [  # code, text before the template, text in it
    ("T2021", "", "b <== zz;"),
    ("T2024", "", "return 1;"),
    ("T2001", "function f(x) { signal a; return 1; } ", ""),
    ("T2052", "bus B() { signal input x; } ", ""),
    ("T2046", "", "component c = I(); c.q <== 1;"),
    ("T20463", "function g(x) { var z[x]; return 1; } ", ""),
    ("T2061", "", "b <== [1];"),
    ("T2005", "", "if (a) { b <== 1; }"),
]


@pytest.mark.parametrize("stage", range(len(IN_ORDER)))
def test_stages(stage: int) -> None:
    before = "".join(text for _, text, _ in IN_ORDER[stage:])
    body = "".join(text for _, _, text in IN_ORDER[stage:])
    assert codes_in(body, INNER + before) == [IN_ORDER[stage][0]]


def test_a_good_program() -> None:
    text = (
        INNER
        + "template T() { signal output b; component c = I(); b <== c.y; } component main = T();"
    )
    assert warnings_of(program_of(text)) == []


def test_the_error_names_the_place() -> None:
    with pytest.raises(CircomError, match="zz is not declared") as caught:
        warnings_of(program_of("template T() {\n  signal output b;\n  b <== zz;" + END))
    assert caught.value.where.splitlines()[0] == "main.circom:3:9"
    assert caught.value.exit_code == 3


def test_templates_in_the_order_of_the_text() -> None:
    first = "template U() { signal input a; var x[a]; } "
    rest = (
        "template T() { component c = U(); signal a; if (a) { signal d; } } component main = T();"
    )
    assert codes_of(first + rest) == ["T20460", "T2050"]
