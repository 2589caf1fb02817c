"""Instances of circom templates made by hand: a product in a component that is used twice."""

from __future__ import annotations

from pathlib import Path

from zkctl.circom.instance import ChildInstance, Instance, LocalConstraint, RunChild, RunRow
from zkctl.circom.nodes import Block, Main, Number, Program, Template
from zkctl.circom.source import Place, SourceFile
from zkctl.constraints.signals import Role, SignalGroup

P = 13
TEXT = b"""template Square() { signal input x; signal output y; y <== x * x; }
template Two() {
    signal input a; signal output b; component c = Square(); component d = Square();
    c.x <== a;
    d.x <== c.y;
    b <== d.y;
}
component main = Two();
"""


def place(text: bytes) -> Place:
    start = TEXT.index(text)
    return Place(0, start, start + len(text))


def program() -> Program:
    file = SourceFile("two.circom", Path("two.circom"), TEXT)
    nothing = Block((), place(b"template Two"))
    definitions = {
        name: Template(name, (), nothing, place(b"template " + name.encode()))
        for name in ("Square", "Two")
    }
    main = Main((), Number(0, place(b"Two();")), place(b"component main"))
    return Program((file,), dict(definitions), main)


def square(p: int = P) -> Instance:
    row = LocalConstraint({2: p - 1}, {2: 1}, {1: p - 1}, 1, place(b"y <== x * x"))
    signals = (SignalGroup("y", Role.OUTPUT), SignalGroup("x", Role.PRIVATE))
    return Instance(0, "Square()", "Square", signals, (), 2, 2, (), (row,), (RunRow(0),))


def two_squares(p: int = P) -> Instance:
    """b = (a * a) * (a * a); labels: b 1, a 2, c.y 3, c.x 4, d.y 5, d.x 6."""
    inner = square(p)
    rows = (
        LocalConstraint({}, {}, {4: p - 1, 2: 1}, 4, place(b"c.x <== a")),
        LocalConstraint({}, {}, {6: p - 1, 3: 1}, 6, place(b"d.x <== c.y")),
        LocalConstraint({}, {}, {1: p - 1, 5: 1}, 1, place(b"b <== d.y")),
    )
    children = (
        ChildInstance("c", inner, 3, place(b"component c = Square()")),
        ChildInstance("d", inner, 5, place(b"component d = Square()")),
    )
    events = (RunRow(0), RunChild(0), RunRow(1), RunChild(1), RunRow(2))
    signals = (SignalGroup("b", Role.OUTPUT), SignalGroup("a", Role.PRIVATE))
    return Instance(1, "Two()", "Two", signals, (), 2, 6, children, rows, events)
