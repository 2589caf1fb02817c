"""Two profiles compared, by chains of functions and by the text of lines: numbers of lines move when code is added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from zkctl.runtime.records import record
from zkctl.toolchain.profile.counts import CalledFunction, SourceLine


@record
class Change:
    """A changed function with all that it calls, or a changed line; `place` is the chain of functions, or file and text."""

    place: str
    n_earlier: int
    n_now: int
    change: int


@record
class Difference:
    """The change of all constraints, of functions and of lines, the largest first."""

    n_constraints: int
    functions: list[Change]
    lines: list[Change]


Functions = Sequence[CalledFunction]
Lines = Sequence[SourceLine]
_Key = TypeVar("_Key", bound=tuple[str, ...])


def difference(earlier: tuple[Functions, Lines], now: tuple[Functions, Lines]) -> Difference:
    """Compare functions and lines of two profiles."""
    totals = [_totals_by_chain(functions) for functions, _ in (earlier, now)]
    lines = [_by_text(lines) for _, lines in (earlier, now)]
    changed_functions = [
        Change(" > ".join(chain), *figures) for chain, figures in _changes(*totals)
    ]
    changed_lines = [
        Change(f"{file} in {function}: {text}", *figures)
        for (file, function, text), figures in _changes(*lines)
    ]
    n_earlier, n_now = (functions[0].n_total for functions in (earlier[0], now[0]))
    return Difference(n_now - n_earlier, changed_functions, changed_lines)


def _totals_by_chain(functions: Functions) -> dict[tuple[str, ...], int]:
    """Return constraints by the names from the circuit down to a function; the circuit itself has the empty chain's name."""
    chains: list[tuple[str, ...]] = []
    totals: dict[tuple[str, ...], int] = {}
    for function in functions:
        caller = chains[function.parent] if function.parent >= 0 else ()
        chains.append((*caller, function.name) if function.parent >= 0 else ("circuit",))
        totals[chains[-1]] = totals.get(chains[-1], 0) + function.n_total
    return totals


def _by_text(lines: Lines) -> dict[tuple[str, str, str], int]:
    sums: dict[tuple[str, str, str], int] = {}
    for each in lines:
        key = (each.file, each.function, each.text)
        sums[key] = sums.get(key, 0) + each.n_own
    return sums


def _changes(
    earlier: Mapping[_Key, int], now: Mapping[_Key, int]
) -> list[tuple[_Key, tuple[int, int, int]]]:
    """Return what has another number now: before, now and the change, the largest change first."""
    found = []
    for key in {**earlier, **now}:
        old, new = earlier.get(key, 0), now.get(key, 0)
        if old != new:
            found.append((key, (old, new, new - old)))
    return sorted(found, key=lambda each: (-abs(each[1][2]), each[0]))
