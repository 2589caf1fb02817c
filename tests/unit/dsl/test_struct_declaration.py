"""The declaration of a structure: names, annotations, sizes and defaults."""

from __future__ import annotations

from typing import Any

import pytest

from zkctl.dsl import Array, Bit, Signal, Struct, Uint, circuit, private, sized
from zkctl.errors import CircuitError, ZkctlError


class Point(Struct):
    """A point."""

    x: Signal
    y: Signal


class Opening(Struct):
    """A field of a record."""

    value: Uint = sized(bits=8)
    path: Array[Bit] = sized("depth")


def refused(call: Any, message: str, hint: str = "") -> None:
    with pytest.raises(CircuitError) as caught:
        call()
    assert caught.value.message == message
    assert caught.value.hint == hint
    assert "test_struct_declaration.py" in caught.value.where


def declared(**annotations: Any) -> type[Struct]:
    defaults = annotations.pop("defaults", {})
    return type("Odd", (Struct,), {"__annotations__": annotations, **defaults})


KINDS = "is no type of a field: expected Signal, Uint, Bit, an Array of them, or a structure, got"
CONSTANT = "a constant of the class is written without an annotation"
TAKEN = "names that start with _ and those of methods are reserved"
SIZES = "sizes are for an Array, bits for a Uint"
WRONG = "the default of x of Odd is wrong: expected an integer for a single signal, got a"
DEFAULTS = "sized(...) declares sizes and widths; other values belong into the constructor"


@pytest.mark.parametrize(
    ("call", "message", "hint"),
    [
        (lambda: declared(x=int), f"the type of x of Odd {KINDS} int", CONSTANT),
        (lambda: declared(x=list[Signal]), f"the type of x of Odd {KINDS} list", CONSTANT),
        (lambda: declared(x=tuple[Signal, Bit]), f"the type of x of Odd {KINDS} tuple", CONSTANT),
        (lambda: declared(x=Array), f"the type of x of Odd {KINDS} Array", CONSTANT),
        (lambda: declared(x=Struct), f"the type of x of Odd {KINDS} Struct", CONSTANT),
        (lambda: declared(_x=Signal), "Odd cannot have a field _x: the name is taken", TAKEN),
        (lambda: declared(replace=Signal), "Odd cannot have a field replace: the name is taken", TAKEN),
        (lambda: declared(__x=Signal), "Odd cannot have a field __x: the name is taken", TAKEN),
        (lambda: declared(x=Signal, defaults={"x": lambda self: 1}), "Odd cannot have a field x: the name is taken", TAKEN),
        (lambda: declared(x=Signal, defaults={"x": sized(3)}), "the sizes of x of Odd do not fit its type Signal", SIZES),
        (lambda: declared(x=Bit, defaults={"x": sized(bits=1)}), "the sizes of x of Odd do not fit its type Bit", SIZES),
        (lambda: declared(x=Point, defaults={"x": sized(2)}), "the sizes of x of Odd do not fit its type Point", SIZES),
        (lambda: declared(x=Signal, defaults={"x": "1"}), f"{WRONG} str", DEFAULTS),
        (lambda: declared(x=Bit, defaults={"x": True}), f"{WRONG} bool", DEFAULTS),
        (lambda: declared(x=Point, defaults={"x": 1}), f"{WRONG} int", DEFAULTS),
        (lambda: declared(x=Signal, defaults={"x": private()}), f"{WRONG} Declaration", DEFAULTS),
        (lambda: declared(x=Bit, defaults={"x": 2}), "x of Odd must be a Bit, got the integer 2", ""),
        (lambda: declared(x="Missing"), "the annotations of Odd cannot be read: name 'Missing' is not defined",
         "define or import the types of the fields above the class; a structure cannot hold itself"),
    ],
)  # fmt: skip
def test_what_a_declaration_refuses(call: Any, message: str, hint: str) -> None:
    refused(call, message, hint)


def test_a_structure_cannot_hold_itself() -> None:
    with pytest.raises(CircuitError, match="the annotations of Node cannot be read: name 'Node' is not defined"):  # fmt: skip

        class Node(Struct):
            value: Signal
            next: Node  # type: ignore[valid-type]  # a local class


def test_nesting_has_a_limit() -> None:
    kind: Any = Point
    for _ in range(7):
        kind = declared(inner=Array[kind])
    refused(lambda: declared(inner=kind), "Odd nests too many structures: expected at most 8, got 9")  # fmt: skip


def test_a_field_and_a_method_do_not_share_a_name() -> None:
    class Named(Point):
        def length(self) -> int:
            return 2

    def of(base: Any, names: dict[str, Any]) -> Any:
        return lambda: type("Odd", (base,), names)

    for call, name in (
        (of(Named, {"__annotations__": {"length": Signal}}), "length"),
        (of(Point, {"x": property(lambda self: 1)}), "x"),
        (of(Point, {"y": 5}), "y"),
    ):
        refused(call, f"Odd cannot have a field {name}: the name is taken", TAKEN)
    fine: Any = type("Fine", (Named,), {"z": 5})
    assert [each.name for each in fine.__fields__] == ["x", "y"]


def test_a_field_may_be_declared_again() -> None:
    class Narrow(Point):
        x: Bit
        z: Signal = 3

    assert repr(Narrow(1, 5)) == repr(Narrow(x=1, y=5, z=3)).replace("?", "")
    with pytest.raises(CircuitError, match="x of Narrow must be a Bit, got the integer 2"):
        Narrow(2, 5)


def test_an_input_needs_the_sizes_of_its_fields() -> None:
    class Loose(Struct):
        path: Array[Bit]

    class Wide(Struct):
        inner: Opening
        n: Uint

    # annotations are given as types: the classes are local
    def one(a=private()) -> None: ...  # type: ignore[no-untyped-def]
    def second(a=private(), *, depth: int = 2) -> None: ...  # type: ignore[no-untyped-def]
    def third(a=private(), *, depth: int = -1) -> None: ...  # type: ignore[no-untyped-def]
    def fourth(a=private(bits=3)) -> None: ...  # type: ignore[no-untyped-def]
    def fifth(a=private(), *, depth: int = 2) -> None: ...  # type: ignore[no-untyped-def]

    number = "a size is a number or the name of an integer template parameter"
    path = "write path: Array[Bit] = sized('n') in the class Loose"
    array = "write a: Array[Opening] = private('n'), or a: Opening = private()"
    for function, kind, message, hint in (
        (one, Loose, "field path of Loose has no size, as input a.path of one needs", path),
        (second, Wide, "field n of Wide has no size, as input a.n of second needs", "write n: Uint = sized(bits=32) in the class Wide"),
        (third, Opening, "size 'depth' of input a.path is -1, not a non-negative integer", number),
        (fourth, Point, "input a of fourth is a Point with bits=3", "write a: Uint = private(bits=32); only a Uint has a width"),
        (fifth, Array[Opening], "input a of fifth has 0 sizes, which does not fit its type", array),
    ):  # fmt: skip
        function.__annotations__["a"] = kind
        with pytest.raises(ZkctlError) as caught:
            circuit(function).compile()
        assert (caught.value.message, caught.value.hint) == (message, hint)
