"""Records behave as frozen dataclasses do."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import pytest

from zkctl.runtime.records import made_by, names_of, record


@record
class Point:
    """A record with a default, a constant of the class, and a check."""

    x: int
    y: int = 5
    unit: ClassVar[str] = "m"

    def __post_init__(self) -> None:
        if self.x < 0:
            raise ValueError("negative")


@record
class Named(Point):
    """Fields of the base first."""

    name: str = ""


@record(eq=False, repr=False)
class Secret:
    """Equal to itself only; its text shows nothing."""

    value: int


@record(frozen=False)
class Open:
    """Not frozen; each object has a list of its own."""

    name: str
    notes: list[str] = made_by(list)


@dataclasses.dataclass(frozen=True)
class Model:
    """What Point is as a dataclass."""

    x: int
    y: int = 5


def test_construction() -> None:
    assert (Point(1).x, Point(1).y, Point(1, 2).y, Point(y=3, x=2).y) == (1, 5, 2, 3)
    assert (Named(1, 2, "a").name, Named(1).name, Named(1, name="b").y) == ("a", "", 5)
    with pytest.raises(ValueError, match="negative"):
        Point(-1)


@pytest.mark.parametrize(
    ("values", "named"), [((), {}), ((1, 2, 3), {}), ((1,), {"x": 1}), ((1,), {"z": 1})]
)
def test_wrong_arguments(values: tuple[int, ...], named: dict[str, int]) -> None:
    for make in (Point, Model):
        with pytest.raises(TypeError, match=r"__init__\(\)"):
            make(*values, **named)  # type: ignore[call-arg,arg-type,misc]


def test_equality_hash_and_text() -> None:
    assert Point(1) == Point(1, 5) != Point(2)
    assert hash(Point(1)) == hash(Point(1, 5)) != hash(Point(2))
    assert (Point(1) == Model(1), Point(1) == Named(1), Point(1) == (1, 5)) == (False, False, False)
    assert repr(Point(1)) == "Point(x=1, y=5)"
    secret = Secret(7)
    assert secret == secret != Secret(7)  # noqa: PLR0124
    assert len({secret, Secret(7)}) == 2
    assert "7" not in repr(secret).partition(" at ")[0]


def test_frozen() -> None:
    point = Point(1)
    with pytest.raises(AttributeError, match="cannot assign to field 'x' of Point"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError, match="cannot assign to field 'z' of Point"):
        point.z = 2  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="cannot delete field 'x' of Point"):
        del point.x
    assert point == Point(1)


def test_functions_of_dataclasses() -> None:
    assert dataclasses.is_dataclass(Point)
    assert dataclasses.is_dataclass(Point(1))  # type: ignore[call-arg]
    named = Named(1, 2, "a")
    assert dataclasses.asdict(named) == {"x": 1, "y": 2, "name": "a"}
    assert dataclasses.replace(Named(1, 2, "a"), x=3) == Named(3, 2, "a")
    required = [f.name for f in dataclasses.fields(Point) if f.default is dataclasses.MISSING]
    assert ([f.name for f in dataclasses.fields(Point)], required) == (["x", "y"], ["x"])
    with pytest.raises(TypeError):
        dataclasses.replace(Point(1), z=3)  # type: ignore[call-arg]


def test_matching_and_copies() -> None:
    match Named(1, 2, "a"):
        case Named(x, y, name):
            assert (x, y, name) == (1, 2, "a")
    assert copy.deepcopy(Point(1)) == copy.copy(Point(1)) == Point(1)
    assert pickle.loads(pickle.dumps(Point(1))) == Point(1)  # noqa: S301


def test_the_first_objects_in_threads() -> None:
    made: list[Any] = []
    for _ in range(50):

        @record
        class Fresh:
            """Made anew."""

            x: int

        with ThreadPoolExecutor(4) as threads:
            made += threads.map(Fresh, range(4))
    assert [each.x for each in made] == [0, 1, 2, 3] * 50


def test_a_class_below_a_record() -> None:
    class Below(Point):
        def __init__(self, x: int) -> None:
            super().__init__(x, y=x + 1)

    assert (Below(1).y, Below(2).y) == (2, 3)


def test_a_record_that_is_not_frozen() -> None:
    one, other = Open("a"), Open("a")
    assert one == other
    one.notes.append("x")
    one.name = "b"
    assert (one.name, one.notes, other.notes) == ("b", ["x"], [])
    assert dataclasses.replace(one, name="c") == Open("c", ["x"])
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)


def test_names() -> None:
    assert names_of(Named(1)) == ("x", "y", "name")
    assert names_of(Model(1)) == ("x", "y")
    assert [names_of(each) for each in ({}, (1, 2), "x", 5, None)] == [None] * 5
