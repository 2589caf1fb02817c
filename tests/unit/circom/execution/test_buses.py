"""Buses: order of fields, parameters, names."""

from __future__ import annotations

from tests.support.circom_execution import executed, refused, rows
from zkctl.circom.layout import own_names

NESTED = "bus Pair(n) { signal v; signal w[n]; } bus Two() { Pair(2) p[2]; signal z; }"


def test_fields_are_wires_in_their_order() -> None:
    main = executed(
        f"{NESTED} template T() {{ input Two() b; Two() c; c <== b; }} component main = T();"
    ).main
    names = own_names(main)
    assert names[:7] == ["b.p[0].v", "b.p[0].w[0]", "b.p[0].w[1]", "b.p[1].v", "b.p[1].w[0]", "b.p[1].w[1]", "b.z"]  # fmt: skip
    assert rows(main)[6] == ({}, {}, {7: 1, 14: -1})


def test_parameters_make_a_bus_another_one() -> None:
    text = f"{NESTED} template T() {{ input Pair(2) a; Pair(3) b; b <== a; }} component main = T();"
    assert refused(text).message == "b takes Pair(3), got Pair(2)"


def test_a_bus_in_itself_is_refused() -> None:
    text = "bus B(n) { B(n + 1) b; } template T() { input B(0) a; } component main = T();"
    assert refused(text).message == "bus B contains itself"


def test_parts_are_read_when_they_have_values() -> None:
    text = (
        "bus B() { signal x; signal y; } template T() { input B() a; B() b; b.x <== a.x; "
        "signal s <== b.x; B() c <== b; } component main = T();"
    )
    assert refused(text).message == "signal b.y is read before it gets a value"


def test_constraints_of_whole_buses_are_in_the_order_of_names() -> None:
    text = """bus C() { signal y; signal x; } bus B() { signal z; C() c; signal a[2]; }
        template T() { input B() p; output B() q; q <== p; p === q; } component main = T();"""
    found = rows(executed(text).main)
    assert [list(row[2])[-1] for row in found[:5]] == [4, 5, 3, 2, 1]
    assert [next(iter(row[2])) for row in found[5:]] == [4, 5, 3, 2, 1]
