"""Tags in programs."""

from __future__ import annotations

import pytest

from tests.support.circom_execution import executed, refused, rows

SCALED = "template Scaled() { signal input {max} x; signal output y; y <== x * x.max; }"


def main_with(body: str) -> str:
    return (
        f"{SCALED} template T() {{ signal input a; signal output b; {body} }} component main = T();"
    )


def test_values_of_tags_are_parameters_of_instances() -> None:
    body = (
        "signal {max} s; s.max = 3; s <== a; signal {max} t; t.max = 4; t <== a; component c "
        "= Scaled(); component d = Scaled(); c.x <== s; d.x <== t; b <== c.y + d.y;"
    )
    found = executed(main_with(body))
    assert found.n_instances == 3
    assert [rows(each.instance)[0][2][2] for each in found.main.children] == [3, 4]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("component c = Scaled(); c.x <== a;", ("c.x needs a value with the tag max, which the assigned value does not have")),
        ("signal {max} s; s <== a; component c = Scaled(); c.x <== s;", "tag max of x has no value"),
        ("signal {max} s; s <== a; s.max = 3;", "tag s.max is set after s was assigned"),
        ("signal {max} s; s.max = 3; s.max = 3;", "tag s.max is set twice"),
        ("signal {max} s; s.min = 3;", "s has no tag min"),
        ("signal {max} s; s.max = a;", "the value of tag s.max must be a known number"),
        ("signal {max} s; s <== a; b <== s.max;", "tag max of s has no value"),
        ("component c = Scaled(); b <== c.y;", "c.y is read before x, whose tags the template needs"),
    ],
)  # fmt: skip
def test_wrong_tags(body: str, message: str) -> None:
    assert refused(main_with(body)).message == message


def test_different_values_for_the_parts_of_an_input() -> None:
    text = (
        "template C() { signal input {m} x[2]; } template T() { signal input a; signal {m} "
        "s; s.m = 3; s <== a; signal {m} r; r.m = 4; r <== a; component d = C(); d.x[0] <== "
        "s; d.x[1] <== r; } component main = T();"
    )
    assert refused(text).message == "d.x gets different values of the tag m: 3 and 4"


def test_constraints_keep_their_order_while_a_component_waits_for_tags() -> None:
    text = """template C() { signal input {m} x; signal input z; signal output y; y <== x + z; }
        template T() { signal input a; signal output b; signal {m} s <== a; component c = C(); c.z <== a; a === s; c.x <== s; b <== c.y; }
        component main = T();"""
    main = executed(text).main
    assert [sorted(row[2]) for row in rows(main)] == [[2, 3], [2, 6], [2, 3], [3, 5], [1, 4]]
