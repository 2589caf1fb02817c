"""Two profiles compared: chains of functions and texts of lines, the largest change first."""

from __future__ import annotations

from zkctl.toolchain.profile.counts import CalledFunction, SourceLine
from zkctl.toolchain.profile.difference import Change, Difference, difference


def functions(*totals: tuple[str, int, int]) -> list[CalledFunction]:
    return [CalledFunction(name, "c.py", parent, 0, n, 0, n) for name, parent, n in totals]


def line(number: int, text: str, n_own: int) -> SourceLine:
    return SourceLine("c.py", number, "f", text, n_own, n_own, n_own, n_own)


def test_nothing_changed() -> None:
    same = functions(("c", -1, 5)), [line(3, "a * b", 5)]
    assert difference(same, same) == Difference(0, [], [])


def test_the_largest_change_is_first() -> None:
    before = functions(("c", -1, 10), ("f", 0, 4), ("g", 0, 6)), []
    now = functions(("c", -1, 13), ("g", 0, 1), ("h", 0, 12), ("f", 2, 12)), []
    found = difference(before, now)
    assert found.n_constraints == 3
    assert found.functions == [
        Change("circuit > h", 0, 12, 12),
        Change("circuit > h > f", 0, 12, 12),
        Change("circuit > g", 6, 1, -5),
        Change("circuit > f", 4, 0, -4),
        Change("circuit", 10, 13, 3),
    ]


def test_a_circuit_of_another_name_is_compared() -> None:
    found = difference((functions(("old", -1, 1)), []), (functions(("new", -1, 2)), []))
    assert found.functions == [Change("circuit", 1, 2, 1)]


def test_a_line_that_moved_is_the_same_line() -> None:
    shape = functions(("c", -1, 3))
    before = shape, [line(3, "a * b", 2), line(4, "a * b", 1)]
    now = shape, [line(30, "a * b", 3)]
    assert difference(before, now).lines == []
    now = shape, [line(30, "a * b", 1), line(31, "c * d", 9)]
    assert difference(before, now).lines == [
        Change("c.py in f: c * d", 0, 9, 9),
        Change("c.py in f: a * b", 3, 1, -2),
    ]
