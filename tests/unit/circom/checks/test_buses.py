"""Buses that contain themselves."""

from __future__ import annotations

from tests.support.circom_text import codes_of, findings_of

USE = "template T() { A() a; } component main = T();"


def test_recursion() -> None:
    (finding,) = findings_of("bus A() { A() x; } " + USE)
    assert (finding.code, finding.message) == ("", "bus A contains itself")
    assert codes_of("bus A() { B() x; } bus B() { A() x; } " + USE) == ["", ""]
    assert codes_of("bus A() { B() x; B() y; } bus B() { signal x; } " + USE) == []


def test_an_unused_bus_may_contain_itself() -> None:
    assert codes_of("bus A() { A() x; } template T() { } component main = T();") == []
