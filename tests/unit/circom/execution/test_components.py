"""Components: creation, inputs, outputs."""

from __future__ import annotations

import pytest

from tests.support.circom_execution import executed, refused

SUM = "template Sum() { signal input x[2]; signal output y; y <== x[0] + x[1]; }"


def main_with(body: str) -> str:
    return f"{SUM} template T() {{ signal input a; signal output b; {body} }} component main = T();"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "component c = Sum(); c.x[0] <== a; b <== c.y;",
            "output y of c is read before all inputs have values: c.x[1] has none",
        ),
        (
            "component c = Sum(); c.x[0] <== a; b <== a;",
            "input c.x[1] has no value at the end of the template",
        ),
        ("component c[2]; c[1] = Sum(); c[1] = Sum();", "component c[1] is created twice"),
        ("component c[2]; c[0].x <== [a, a];", "component c[0] is used before it is created"),
        ("component c[2]; c[2] = Sum();", "index 2 is out of bounds: c has 2 components"),
        (
            "component c = Sum(); c.x <== [a, a]; c.y <== a;",
            "c.y is an output of a component and cannot be assigned",
        ),
        ("component c = Sum(); c.z <== a;", "c has no input or output z"),
        ("component c = Sum(); c.x[0] <== a; c.x <== [a, a];", "signal c.x[0] is assigned twice"),
    ],
)
def test_wrong_uses(body: str, message: str) -> None:
    found = refused(main_with(body))
    assert found.message == message
    assert found.instances == ("T()",)


def test_components_are_in_the_order_of_names_and_indexes() -> None:
    body = (
        "component b2[11]; component Z = Sum(); Z.x <== [a, a]; for (var i = 10; i >= 0; i "
        "-= 5) { b2[i] = Sum(); b2[i].x <== [a, i]; } b <== a;"
    )
    main = executed(main_with(body)).main
    assert [each.name for each in main.children] == ["Z", "b2[0]", "b2[5]", "b2[10]"]
    assert [each.first for each in main.children] == [3, 6, 9, 12]
    assert len({id(each.instance) for each in main.children}) == 1


def test_inputs_can_be_read_back() -> None:
    main = executed(main_with("component c = Sum(); c.x <== [a, 2]; b <== c.x[1];")).main
    assert main.constraints[2].c.keys() == {5, 1}
