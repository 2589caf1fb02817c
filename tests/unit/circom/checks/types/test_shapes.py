"""Types as people read them, and scopes."""

from __future__ import annotations

import pytest

from zkctl.circom.checks.types.shapes import NUMBER, DeclaredName, Holder, Scopes, Type, TypeKind


def test_texts() -> None:
    assert str(NUMBER) == "a number"
    assert str(Type(TypeKind.BUS, 0, "B")) == "a bus B"
    assert str(Type(TypeKind.NUMBER, 2)) == "an array of 2 dimensions of number"
    assert NUMBER.is_single_number
    assert not Type(TypeKind.NUMBER, 1).is_single_number


def test_scopes() -> None:
    scopes = Scopes()
    outer, inner = DeclaredName(Holder.SIGNAL, 0), DeclaredName(Holder.VARIABLE, 1)
    scopes.declare("x", outer)
    scopes.open()
    scopes.declare("x", inner)
    assert scopes.find("x") is inner
    scopes.close()
    assert scopes.find("x") is outer
    with pytest.raises(KeyError):
        scopes.find("y")
