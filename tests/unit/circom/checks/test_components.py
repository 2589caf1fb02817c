"""The template of each component in text order, and names behind the dot that it does not have."""

from __future__ import annotations

import pytest

from tests.support.circom_text import codes_in, codes_of, finding_in, program_of
from zkctl.circom import nodes
from zkctl.circom.checks.components import Interfaces, component_uses
from zkctl.circom.checks.errors import Errors
from zkctl.circom.checks.walk import statements_of

INNER = "template I() { signal input x; signal output y; signal m; m <== x; y <== m; } "
OTHER = "template J() { signal output z; z <== 1; } "


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("component c = I(); b <== c.m;", ["T2046"]),
        ("component c = I(); b <== c.q + c.q; log(c.q); c.q <== c.q;", ["T2046"] * 5),
        ("component c; if (1) { c = I(); } b <== c.q;", ["T2046"]),
        ("component c; { component c = J(); b <== c.y; } c = I(); b <== c.z;", ["T2046"] * 2),
        ("component c[2]; c[0] = I(); c[1] = I(); b <== c[0].q;", ["T2046"]),
        ("component c = parallel I(); b <== c.q;", ["T2046"]),
        ("component c = I(); component d = J(); b <== c.y + d.z; c.x <== a;", []),
    ],
)
def test_codes(body: str, codes: list[str]) -> None:
    assert codes_in(body, INNER + OTHER) == codes


def test_templates_that_main_does_not_reach_are_checked() -> None:
    unused = "template U() { component c = I(); c.q <== 1; } "
    assert codes_of(INNER + unused + "template T() { } component main = T();") == ["T2046"]


def test_message() -> None:
    finding = finding_in("component c = I(); b <== c.m;", INNER)
    assert finding.message == "m is no input or output of template I, of which c is a component"
    assert finding.hint.startswith("its inputs and outputs are: x, y;")


def test_uses() -> None:
    program = program_of(
        INNER + "template T() { component c; c.x <== 1; c = I(); c.x <== 1; } component main = T();"
    )
    uses = component_uses(program, Interfaces(program), Errors())
    template = program.definitions["T"]
    assignments = [s for s in statements_of(template.body) if isinstance(s, nodes.Assign)]
    assert [id(s) in uses.early for s in assignments] == [True, False, False]
    assert list(uses.templates.values()) == ["I"]
