"""What a template or a bus shows to its user."""

from __future__ import annotations

from tests.support.circom_text import program_of
from zkctl.circom import nodes
from zkctl.circom.checks.ports import bus_fields, template_ports
from zkctl.circom.nodes import Role

TEXT = """
bus B(n) { signal x[n]; }
bus C() { B(2) {u} inner[3]; signal {t} z; }
template T(n) {
    signal input {t, u} a[2][n];
    if (n) { signal output b; } else { signal output b[2]; }
    input C() c;
    signal m;
    component d;
}
component main = T(1);
"""


def test_ports() -> None:
    program = program_of(TEXT)
    template, bus = program.definitions["T"], program.definitions["C"]
    assert isinstance(template, nodes.Template)
    assert isinstance(bus, nodes.Bus)
    found = template_ports(template)
    assert list(found) == ["a", "b", "c"]
    assert (found["a"].role, found["a"].dimensions, found["a"].tags) == (Role.INPUT, 2, {"t", "u"})
    assert (found["b"].role, found["b"].dimensions) == (Role.OUTPUT, 1)
    assert found["c"].bus == "C"
    fields = bus_fields(bus)
    assert [(f.name, f.bus, f.dimensions, set(f.tags)) for f in fields.values()] == [
        ("inner", "B", 1, {"u"}),
        ("z", "", 0, {"t"}),
    ]
