"""Structures: their declaration, construction, equality, and use in circuits."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, NamedTuple

import pytest

from tests.support.circuits import check_circuit
from zkctl.dsl import (
    Array,
    Bit,
    Signal,
    Struct,
    Uint,
    circuit,
    constrain,
    discard,
    gadget,
    private,
    public,
    sized,
)
from zkctl.dsl.value_types import WHICH_TYPES
from zkctl.errors import CircuitError, InputError, UnsatisfiedError
from zkctl.gadgets.select import mux, select, swap_if


class Point(Struct):
    """A point."""

    x: Signal
    y: Signal

    def swapped(self) -> Point:
        return Point(self.y, self.x)

    @gadget
    def plus(self, other: Point) -> Point:
        return Point(self.x + other.x, self.y + other.y)

    @gadget(stamped=True)
    def times(self, other: Point, flag: Bit) -> Point:
        return Point(self.x * other.x * flag, self.y * other.y)

    @property
    @gadget(stamped=True)
    def area(self) -> Signal:
        return self.x * self.y

    @staticmethod
    @gadget
    def diagonal(x: Signal) -> Point:
        return Point(x, x)

    def __add__(self, other: Point) -> Point:
        return self.plus(other)


class Opening(Struct):
    """A field of a record."""

    value: Uint = sized(bits=8)
    salt: Signal
    path: Array[Bit] = sized("depth")


class Tagged(Point):
    """A point with a tag that is 7 unless said otherwise."""

    colours: ClassVar[int] = 3
    tag: Uint = 7
    inner: Point


A_POINT = Point(1, 2)
AN_OPENING = Opening(value=3, salt=4, path=[0, 1])


def refused(call: Any, message: str, hint: str = "") -> None:
    with pytest.raises(CircuitError) as caught:
        call()
    assert caught.value.message == message
    assert caught.value.hint == hint
    assert "test_struct.py" in caught.value.where


# -- outside of circuits


def test_a_structure_of_integers() -> None:
    assert (A_POINT.x, A_POINT.y) == (1, 2)
    assert Point(y=2, x=1) == A_POINT == Point(1, y=2)
    assert Point(1, 3) != A_POINT
    assert (Point(1, 2) != A_POINT) is False
    assert A_POINT != 5
    assert {A_POINT: "found"}[Point(1, 2)] == "found"
    assert repr(A_POINT) == "Point(x=1, y=2)"
    assert A_POINT.swapped() == Point(2, 1)
    assert A_POINT.replace(y=9) == Point(1, 9)
    assert copy.copy(A_POINT) == copy.deepcopy(A_POINT) == A_POINT
    match A_POINT:
        case Point(x, y):
            assert (x, y) == (1, 2)


def test_fields_of_bases_come_first_and_constants_are_defaults() -> None:
    tagged = Tagged(1, 2, inner=(5, 6))
    assert repr(tagged) == "Tagged(x=1, y=2, tag=7, inner=Point(x=5, y=6))"
    assert Tagged(1, 2, 8, A_POINT).tag == 8
    assert Tagged(1, 2, inner={"y": 6, "x": 5}) == tagged
    assert (Tagged.colours, hasattr(Tagged, "tag")) == (3, False)
    assert tagged.swapped() == Point(2, 1)
    names = "the fields of Tagged are x, y, tag, inner"
    refused(lambda: Tagged(1, 2), "Tagged got no value for the field inner", names)  # type: ignore[call-arg]


def test_lists_become_arrays() -> None:
    assert isinstance(AN_OPENING.path, Array)
    assert AN_OPENING.path.shape == (2,)
    assert Opening(3, 4, Array([0, 1])) == AN_OPENING
    assert Opening(3, 4, [1, 1]) != AN_OPENING
    assert hash(AN_OPENING) == hash(Opening(3, 4, (0, 1)))


CHOOSE = "select(bit, p, q) chooses between structures; constrain(p == q) enforces"
BIT = "make a Bit with to_bits, is_zero, is_equal, an input declared Bit, or assume_bit(x, because=...)"
WRITE = "write Point(x=..., y=...)"
DIFFERENT = "structures of different types cannot be compared: expected another Point, got"
FIELDS = "the fields of Point are x, y"


@pytest.mark.parametrize(
    ("call", "message", "hint"),
    [
        (lambda: Point(1), "Point got no value for the field y", FIELDS),  # type: ignore[call-arg]
        (Point, "Point got no value for the field x, y", FIELDS),
        (lambda: Point(1, 2, 3), "Point got too many values: expected 2, got 3", FIELDS),  # type: ignore[call-arg]
        (lambda: Point(1, x=2), "Point got the field x twice", FIELDS),  # type: ignore[call-arg]
        (lambda: Point(1, z=2), "Point has no field z", FIELDS),  # type: ignore[call-arg]
        (lambda: A_POINT.replace(z=2), "Point has no field z", FIELDS),
        (lambda: Point(1, "2"), "y of Point does not fit: expected an integer outside of a circuit, got a str", ""),
        (lambda: Point(1, None), "y of Point does not fit: expected an integer outside of a circuit, got None", ""),
        (lambda: Point(1, True), "y of Point does not fit: expected an integer outside of a circuit, got a bool", ""),
        (lambda: Point(1, 2.0), "y of Point does not fit: expected an integer outside of a circuit, got a float", ""),
        (lambda: Point(1, A_POINT), "y of Point does not fit: expected an integer outside of a circuit, got a Point", ""),
        (lambda: Point(1, [2]), "y of Point does not fit: expected an integer outside of a circuit, got a list of 1", ""),
        (lambda: AN_OPENING.replace(value=-1), "value of Opening must be a Uint, got the integer -1", ""),
        (lambda: AN_OPENING.replace(path=[0, 2]), "path of Opening must be a Bit, got the integer 2", ""),
        (lambda: AN_OPENING.replace(path=1), "path of Opening does not fit: expected Array[Bit], got an int", ""),
        (lambda: Tagged(1, 2, 3, 4), "inner of Tagged has another structure: expected Point, got an int", WRITE),
        (lambda: Tagged(1, 2, 3, AN_OPENING), "inner of Tagged has another structure: expected Point, got an Opening", WRITE),
        (lambda: Tagged(1, 2, 3, (4,)), "Point got no value for the field y", FIELDS),
        (lambda: setattr(A_POINT, "x", 5), "a structure cannot be changed: x of Point", "make another one: p = p.replace(x=...)"),
        (lambda: setattr(A_POINT, "new", 5), "a structure cannot be changed: new of Point", "make another one: p = p.replace(new=...)"),
        (lambda: delattr(A_POINT, "x"), "a structure cannot be changed: x of Point", "make another one: p = p.replace(x=...)"),
        (lambda: bool(A_POINT), "a structure is neither true nor false: Point", CHOOSE),
        (lambda: A_POINT == AN_OPENING, f"{DIFFERENT} an Opening", "compare the fields: constrain(p.x == q.x)"),
        (lambda: Opening(3, 4, [0]) == AN_OPENING, "the arrays path of two structures have different shapes: (1,) and (2,)", ""),
        (Struct, "Struct has no fields: expected an annotated name", "write class Point(Struct): and, below it, x: Signal"),
        (lambda: Array([A_POINT, AN_OPENING]), "the elements of an array have different types: Opening and Point", ""),
        (lambda: Array([A_POINT, 5]), "the elements of an array have different types: Point and int", ""),
        (lambda: Array([[A_POINT], [5]]), "the elements of an array have different types: Point and int", ""),
    ],
)  # fmt: skip
def test_what_a_structure_refuses(call: Any, message: str, hint: str) -> None:
    refused(call, message, hint)


# -- in circuits


@circuit
def opened(key: Point = public(), fields: Array[Opening] = private(2), *, depth: int = 2) -> Signal:
    constrain(key == Point(fields[0].salt, 9), "not the key")
    return sum(f.value * f.path[1] for f in fields) * key.x  # type: ignore[return-value]


GOOD: dict[str, Any] = {
    "key": {"x": 4, "y": 9},
    "fields": [{"value": 3, "salt": 4, "path": [0, 1]}, {"value": 5, "salt": 6, "path": [1, 1]}],
}


def test_inputs_by_field() -> None:
    compiled = check_circuit(
        opened,
        [GOOD, {"key": (4, 9), "fields": Array([AN_OPENING, Opening(5, 6, [1, 0])])}],
        [{**GOOD, "key": Point(5, 9)}, {**GOOD, "key": Point(4, 8)}],
    )
    names = [name for _, _, _, name in compiled.symbols()]
    first = [f"main.fields[0].{each}" for each in ("value", "salt", "path[0]", "path[1]")]
    assert names[:7] == ["main.out", "main.key.x", "main.key.y", *first]
    assert compiled.witness(**GOOD)[:12] == [1, 32, 4, 9, 3, 4, 0, 1, 5, 6, 1, 1]
    assert compiled.r1cs.n_constraints == 2 * (8 + 2) + 2 + 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": 256}, "input fields.value does not fit in 8 bits"),
        ({"path": [0, 2]}, "input fields.path is not 0 or 1"),
    ],
)
def test_the_promises_of_fields_are_enforced(change: dict[str, Any], message: str) -> None:
    compiled = opened.compile()
    bad = {**GOOD, "fields": [GOOD["fields"][0], {**GOOD["fields"][1], **change}]}
    for run in (compiled.witness, opened):
        with pytest.raises(UnsatisfiedError, match=message) as caught:
            run(**bad)
        assert "^^^^" in caught.value.where
    with pytest.raises(UnsatisfiedError, match=r"with fields\[1\]\."):
        compiled.witness(**bad)


def test_a_message_names_the_fields() -> None:
    with pytest.raises(UnsatisfiedError, match="not the key") as caught:
        opened.compile().witness(**{**GOOD, "key": (4, 8)})
    assert caught.value.where.endswith("with key.y = 8")


def test_missing_and_unknown_fields() -> None:
    compiled = opened.compile()
    for key, message in (
        ({"x": 4}, "no value for input key.y"),
        ({"x": 4, "y": 9, "z": 1}, "unknown input key.z"),
        ([4, 9], "input key needs an object with x, y, but key is a list of 2"),
    ):
        for run in (compiled.witness, opened):
            with pytest.raises(InputError) as caught:
                run(**{**GOOD, "key": key})
            assert caught.value.message == message


def test_equations_must_be_used() -> None:
    @circuit
    def unused(p: Point = private(), q: Point = private()) -> None:
        p == q  # noqa: B015

    @circuit
    def half(p: Point = private(), q: Point = private()) -> None:
        constrain(next(iter(p == q)))

    @circuit
    def condition(p: Point = private(), q: Point = private()) -> None:
        if p == q:
            constrain(p.x == 1)

    @circuit
    def chained(p: Point = private(), q: Point = private()) -> None:
        constrain((p == q) == p)

    for made, message in (
        (unused, "the equation p.x == q.x is never used"),
        (half, "the equation p.y == q.y is never used"),
        (condition, "the equations of two structures are neither true nor false while the circuit is built"),
        (chained, "the equations of two structures cannot be compared again"),
    ):  # fmt: skip
        with pytest.raises(CircuitError) as caught:
            made.compile()
        assert caught.value.message == message


def test_signals_in_a_structure_are_checked() -> None:
    kept: list[Any] = []

    @circuit
    def plain(x: Signal = private(), bit: Bit = private(), p: Point = private()) -> None:
        constrain(x * bit == p.x)
        kept.append(p)
        trial()

    def bodies() -> Any:
        x, bit, p = (plain_arguments[name] for name in ("x", "bit", "p"))
        yield (
            lambda: Opening(bit, x, [x]),
            "element 0 of path of Opening must be a Bit, got a Signal",
        )
        yield lambda: Opening(x, x, [bit]), "value of Opening must be a Uint, got a Signal"
        yield lambda: Opening(bit, p, [bit]), "salt of Opening must be a single Signal, got a Point"  # fmt: skip
        yield lambda: Point(x == bit, x), "x of Point must be a single Signal, got an Equation"  # fmt: skip
        yield lambda: p != A_POINT, "structures of signals cannot be compared with !="
        yield lambda: p != A_POINT, "structures of signals cannot be compared with !="
        yield lambda: p == 5, "structures of different types cannot be compared: expected another Point, got an int"  # fmt: skip
        yield lambda: {p}, "a structure of signals cannot be a dictionary key or a member of a set: Point"  # fmt: skip

    plain_arguments: dict[str, Any] = {}

    @circuit
    def tried(x: Signal = private(), bit: Bit = private(), p: Point = private()) -> None:
        plain_arguments.update(x=x, bit=bit, p=p)
        for call, message in bodies():
            with pytest.raises(CircuitError) as caught:
                call()
            assert caught.value.message == message

    def trial() -> None:
        if len(kept) > 1:
            Point(kept[0].x, 1)

    with pytest.raises(CircuitError, match="the circuit went on after an error"):
        tried.compile()
    plain.compile()
    with pytest.raises(CircuitError, match="x of Point is a signal of another circuit or gadget call"):  # fmt: skip
        plain.compile()


def test_integers_become_constants_inside_a_circuit() -> None:
    @circuit
    def constant(p: Point = private()) -> Signal:
        inner = Tagged(1, 2, inner=A_POINT)
        assert all(isinstance(each, Signal) for each in (inner.x, inner.tag, inner.inner.y))
        constrain(inner.inner == p)
        constrain(p == A_POINT)
        return inner.inner.y * p.x

    check_circuit(constant, [{"p": (1, 2)}], [{"p": (1, 3)}, {"p": (2, 2)}])


def test_operators_are_refused_unless_defined() -> None:
    hint = "use its fields, as in p.x + q.x, or write a method __add__ in the class Opening"
    message = "a structure has no operators but ==, unless its class defines them: Opening"

    def circuit_operators() -> Iterator[Any]:
        other = AN_OPENING
        yield from (lambda: other + other, lambda: 2 * other, lambda: other * 2, lambda: -other)
        yield from (lambda: other - 1, lambda: other / 2, lambda: other**2, lambda: ~other)
        yield from (lambda: other < A_POINT, lambda: other >= 1, lambda: other & other)
        yield from (lambda: sum([other, other]), lambda: Array([other]) + 1)

    for call in circuit_operators():
        refused(call, message, hint)

    @circuit
    def beside(s: Signal = private()) -> None:
        for call in (lambda: s * AN_OPENING, lambda: AN_OPENING + s):
            refused(call, message, hint)

    with pytest.raises(CircuitError, match="the circuit went on after an error"):
        beside.compile()

    @circuit
    def total(ps: Array[Point] = private(2)) -> Point:
        return sum(ps[1:], ps[0])

    assert total([(1, 2), (3, 4)]) == Point(4, 6)


# -- gadgets


class Pair(NamedTuple):
    """A pair of a point and a number."""

    point: Point
    number: Signal


def mixed(p: Point, pair: Pair, points: Array[Point]) -> tuple[Pair, list[Point]]:
    """A gadget with structures in and out."""
    constrain(p.x * p.y == pair.number, "not the area")
    twice = [each.plus(p) for each in points[1:]]
    return Pair(points[0].times(pair.point, 1), p.x * points[1].y), [*twice, pair.point]


plain_mixed = gadget(mixed)
stamped_mixed = gadget(stamped=True)(mixed)


@circuit
def both(p: Point = private(), points: Array[Point] = private(3), bit: Bit = private()) -> Signal:
    """The plain and the stamped gadget agree, and a stamped one is copied."""
    results = []
    for call in (plain_mixed, stamped_mixed, stamped_mixed):
        pair, listed = call(p, Pair(points[1], p.area), points)
        assert isinstance(pair, Pair)
        assert isinstance(pair.point, Point)
        assert [type(each) for each in listed] == [Point, Point, Point]
        total = pair.point.x + 2 * pair.point.y + 3 * pair.number
        results.append(total + 5 * listed[0].x + 7 * listed[1].y + 11 * listed[2].x)
    constrain(results[0] == results[1])
    constrain(results[1] == results[2])
    return results[0] + (p + points[0]).times(p, bit).x


def test_gadgets_take_and_return_structures() -> None:
    values = {"p": (3, 4), "points": [(5, 6), (7, 8), (9, 10)], "bit": 1}
    pair, listed = plain_mixed(Point(3, 4), Pair(Point(7, 8), 12), [(5, 6), (7, 8), (9, 10)])
    assert (pair, listed) == (Pair(Point(35, 48), 24), [Point(10, 12), Point(12, 14), Point(7, 8)])
    assert stamped_mixed(Point(3, 4), Pair(Point(7, 8), 12), [(5, 6), (7, 8), (9, 10)]) == (pair, listed)  # fmt: skip
    check_circuit(both, [values, {**values, "bit": 0}], [{**values, "bit": 2}])
    with pytest.raises(UnsatisfiedError, match="not the area"):
        plain_mixed(Point(3, 4), Pair(Point(7, 8), 13), [(5, 6), (7, 8)])


def test_methods_are_gadgets() -> None:
    assert Point(1, 2) + Point(3, 4) == Point(4, 6)
    assert Point(1, 2).times({"x": 3, "y": 4}, 1) == Point(3, 8)
    assert Point(5, 6).area == 30
    assert Point.diagonal(4) == Point(4, 4)
    assert Tagged(5, 6, inner=A_POINT).plus(Tagged(1, 1, inner=A_POINT)) == Point(6, 7)
    refused(lambda: Point(1, 2).times((3, 4), 2), "flag of times must be a Bit, got 2", BIT)
    refused(lambda: Point(1, 2).plus(5), "other of plus has another structure: expected Point, got an int", WRITE)  # fmt: skip
    refused(lambda: Point(1, 2).plus(AN_OPENING), "other of plus has another structure: expected Point, got an Opening", WRITE)  # fmt: skip
    refused(lambda: Point(1, 2).plus([3, 4]), "other of plus has another structure: expected Point, got a list of 2", WRITE)  # fmt: skip
    refused(lambda: Point(1, 2).plus((3, 4, 5)), "Point got too many values: expected 2, got 3", FIELDS)  # fmt: skip
    refused(lambda: Point.plus(5, (1, 2)), "self of plus has another structure: expected Point, got an int", WRITE)  # fmt: skip
    refused(
        lambda: plain_mixed(A_POINT, Pair(A_POINT, A_POINT), []),
        "number of pair of mixed must be a single Signal, got a Point",
        WHICH_TYPES,
    )
    refused(
        lambda: plain_mixed(A_POINT, Pair(A_POINT, 2), [A_POINT, 5]),
        "the elements of an array have different types: Point and int",
    )


class Narrow(Struct):
    """Widths in types."""

    small: Annotated[Uint, 8]
    bit: Bit
    points: Array[Point] = sized(2)


@circuit
def chosen(
    bits: Array[Bit] = private(2),
    rows: Array[Narrow] = private(4),
    pair: Array[Point] = private(2),
) -> Narrow:
    one = select(bits[0], rows[0], rows[1])
    assert isinstance(one, Narrow)
    assert isinstance(one.bit, Bit)
    assert one.small.n_bits == 8
    other = mux(bits, rows)
    listed = mux(bits, [[each.points[0], each.bit] for each in rows])
    left, right = swap_if(bits[1], pair[0], pair[1])
    constrain(listed[0] == other.points[0])
    discard(left.plus(right))
    rest = Array([left, select(bits[0], left, Point(5, 6))])
    return other.replace(bit=one.bit, points=Array([*other.points[1:], rest[1]]))


def test_structures_are_chosen_leaf_by_leaf() -> None:
    rows = [Narrow(k, k % 2, [(10 + k, 20 + k), (30 + k, 40 + k)]) for k in (200, 101, 2, 3)]
    inputs = {"rows": Array(rows), "pair": [A_POINT, (3, 4)]}
    good = [{**inputs, "bits": [k & 1, k >> 1]} for k in range(4)]
    wide = {**inputs, "rows": [rows[0].replace(small=255), *rows[1:]], "bits": [0, 0]}
    compiled = check_circuit(chosen, [*good, wide], [{**good[0], "bits": [2, 0]}])
    for k in range(4):
        result = chosen(**good[k])
        assert result.small == rows[k].small
        assert result.bit == rows[1 - (k & 1)].bit
        assert result.points[0] == rows[k].points[1]
        assert result.points[1] == (([A_POINT, Point(3, 4)][k >> 1]) if k & 1 else Point(5, 6))
    assert compiled.program.signals[0].name == "small"
    with pytest.raises(InputError, match=r"no value for input rows\[2\]\.small"):
        compiled.witness(**{**good[0], "rows": [*rows[:2], {"bit": 1, "points": [(1, 2)] * 2}, rows[3]]})  # fmt: skip
    with pytest.raises(UnsatisfiedError, match=r"input rows\.small does not fit in 8 bits"):
        compiled.witness(**{**good[0], "rows": [*rows[:3], {"small": 256, "bit": 1, "points": [(1, 2)] * 2}]})  # fmt: skip


def test_a_table_of_constant_structures_is_cheap() -> None:
    @circuit
    def table(bits: Array[Bit] = private(3)) -> Point:
        return mux(bits, [Point(k * k, 7 - k) for k in range(8)])

    compiled = check_circuit(table, [{"bits": [k & 1, k >> 1 & 1, k >> 2]} for k in range(8)])
    assert compiled.r1cs.n_constraints <= 3 + 2 * 2 + 2
    assert table([1, 0, 1]) == Point(25, 2)


def test_different_structures_are_not_chosen_from() -> None:
    tagged, longer = Tagged(1, 2, inner=A_POINT), Opening(3, 4, [0])
    for call, message in (
        (lambda: select(1, A_POINT, AN_OPENING), "select chooses between values of different shapes: a Point and an Opening"),
        (lambda: select(1, A_POINT, tagged), "select chooses between values of different shapes: a Point and a Tagged"),
        (lambda: select(1, A_POINT, 5), "select chooses between values of different shapes: a Point and a Signal"),
        (lambda: select(1, A_POINT, (1, 2)), "select chooses between values of different shapes: a Point and a tuple of 2"),
        (lambda: select(1, AN_OPENING, longer), "select chooses between values of different shapes: an Opening and an Opening"),
        (lambda: swap_if(1, A_POINT, AN_OPENING), "swap_if chooses between values of different shapes: a Point and an Opening"),
        (lambda: mux([1], [A_POINT, tagged]), "mux chooses between values of different shapes: a Point and a Tagged"),
        (lambda: Narrow(256, 0, [A_POINT]), "small of Narrow must be a Uint[8], got the integer 256"),
        (lambda: Narrow(-1, 0, [A_POINT]), "small of Narrow must be a Uint[8], got the integer -1"),
    ):  # fmt: skip
        with pytest.raises(CircuitError) as caught:
            call()
        assert caught.value.message == message


def test_widths_of_fields_are_checked() -> None:
    @circuit
    def wide(x: Uint = private(bits=9), p: Point = private()) -> Signal:
        return Narrow(x, 1, [p]).small

    with pytest.raises(CircuitError) as caught:
        wide.compile()
    assert caught.value.message == "small of Narrow must have at most 8 bits: got up to 9"


class Outputs(Struct):
    """Results of a circuit."""

    total: Signal
    points: Array[Point]
    last: Tagged


def test_outputs_are_named_by_their_fields() -> None:
    @circuit
    def several(p: Point = private()) -> Outputs:
        points = Array([[p, p.swapped()]])
        return Outputs(p.x + p.y, points, Tagged(p.x, 1, inner=p))

    compiled = several.compile()
    names = [name.removeprefix("main.") for _, _, _, name in compiled.symbols()]
    assert names[:10] == [
        "total",
        "points[0][0].x",
        "points[0][0].y",
        "points[0][1].x",
        "points[0][1].y",
        "last.x",
        "last.y",
        "last.tag",
        "last.inner.x",
        "last.inner.y",
    ]
    assert compiled.witness(p=A_POINT)[:11] == [1, 3, 1, 2, 2, 1, 1, 1, 7, 1, 2]
    result = several(A_POINT)
    assert isinstance(result, Outputs)
    assert result == Outputs(3, [[A_POINT, A_POINT.swapped()]], Tagged(1, 1, inner=A_POINT))


def test_elements_of_an_output_have_one_shape() -> None:
    class Part(Struct):
        path: Array[Signal]

    @circuit
    def uneven(x: Signal = private()) -> Array[Any]:
        return Array([Part([x]), Part([x, x])])

    for run in (uneven.compile, lambda: uneven(1)):
        with pytest.raises(CircuitError) as caught:
            run()
        assert caught.value.message == "the elements of output out of uneven have arrays of different shapes"  # fmt: skip


@circuit
def outer(
    key: Point = public(),
    fields: Array[Opening] = private(2),
    wide: Uint = private(bits=9),
    *,
    depth: int = 2,
    mode: str = "",
) -> Signal:
    a_part = {
        "": fields,
        "short": fields[:1],
        "path": [each.replace(path=[0]) for each in fields],
        "wide": [each.replace(value=wide) for each in fields],
        "plain": [fields[0], (5, 6, [1, 1])],
        "constant": [fields[0], (256, 6, [1, 1])],
        "point": [key, key],
    }[mode]
    whole: Any = {"x": key.x, "y": key.y} if mode == "plain" else key
    return opened(whole, a_part, depth=depth)  # type: ignore[no-any-return]


@pytest.mark.parametrize("mode", ["", "plain"])
def test_a_circuit_inside_another(mode: str) -> None:
    inputs = {**GOOD, "wide": 1}
    compiled = check_circuit(outer, [inputs], [{**inputs, "key": (4, 8)}], mode=mode)
    assert compiled.witness(**inputs)[1] == opened(**GOOD)


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        ("short", "input fields needs the shape (2,), got (1,)"),
        ("path", "input fields.path needs the shape (2,), got (1,)"),
        ("wide", "input fields.value needs 8 bits, got a signal of up to 9 bits"),
        ("constant", "input fields.value needs 8 bits, got a signal of up to 9 bits"),
        ("point", "element 0 of fields of opened has another structure: expected Opening, got a Point"),
    ],
)  # fmt: skip
def test_a_circuit_inside_another_checks_the_fields(mode: str, message: str) -> None:
    with pytest.raises(CircuitError) as caught:
        outer.compile(mode=mode)
    assert caught.value.message == message
