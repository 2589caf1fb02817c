"""The constraints of a compiled circuit counted by the functions that called each other, and by source line.

All work is done once for each node of the tree of callers, which copies of a gadget share; rows are only counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from zkctl.circom.places import is_main, template_of
from zkctl.constraints.source_map import RowOrigins, SourceMap, Span
from zkctl.runtime.records import record

UNPLACED = "(linear constraints left over)"  # they combine several rows, so they have no one line
_INNER_FRAMES = re.compile(r"(\.<locals>\.<(?:genexpr|listcomp|dictcomp|setcomp)>)+$")

Counts = NDArray[np.int64]


@record
class CalledFunction:
    """A function, with all its calls by the same chain of functions.

    `parent` is the place of its caller in the list, -1 for the circuit.  `n_own` constraints are written in its own lines,
    `n_total` also by the functions that it calls; `before` counts them before simplification.
    """

    name: str
    file: str
    parent: int
    n_own: int
    n_total: int
    n_own_before: int
    n_total_before: int


@record
class SourceLine:
    """A line of source: its own constraints, and in total those of the functions that it calls too."""

    file: str
    line: int
    function: str
    text: str
    n_own: int
    n_total: int
    n_own_before: int
    n_total_before: int


class Countable(Protocol):
    """A compiled circuit whose rows have origins."""

    @property
    def name(self) -> str:
        """The circuit's name."""

    @property
    def row_origins(self) -> RowOrigins:
        """The origins of its rows, and the rows that are left."""


class NodeCounts(NamedTuple):
    """The constraints of each node of the tree of callers after and before simplification."""

    left: Counts
    before: Counts


def counts_of_nodes(origins: RowOrigins) -> NodeCounts:
    """Return the constraints of a circuit by the nodes of its tree of callers."""
    source = origins.source
    n_nodes = len(source.node_spans)
    before = np.bincount(source.row_nodes, minlength=n_nodes)
    if origins.left is None:
        return NodeCounts(before, before)
    return NodeCounts(np.bincount(source.row_nodes[origins.left], minlength=n_nodes), before)


def called_functions(compiled: Countable) -> list[CalledFunction]:
    """Return the tree of functions, callers before the functions that they call; the first is the circuit."""
    origins = compiled.row_origins
    left, before = counts_of_nodes(origins)
    source, n_unplaced = origins.source, origins.n_combined
    keys, parents, place_of_node = _functions(compiled.name, source)
    if n_unplaced:
        keys.append((UNPLACED, ""))
        parents.append(0)
    own = _summed(place_of_node, left, len(keys))
    own_before = _summed(place_of_node, before, len(keys))
    if n_unplaced:
        own[-1] = n_unplaced
    totals, totals_before = _totals(own, parents), _totals(own_before, parents)
    return [
        CalledFunction(
            shown_name(name), file, parents[k], own[k], totals[k], own_before[k], totals_before[k]
        )
        for k, (name, file) in enumerate(keys)
    ]


def _functions(
    circuit: str, source: SourceMap
) -> tuple[list[tuple[str, str]], list[int], list[int]]:
    """Return name and file of each function, the place of its caller, and the function in which each node lies."""
    keys: list[tuple[str, str]] = [(circuit, "")]
    parents = [-1]
    known: dict[tuple[int, str, str], int] = {}
    place_of_node = [0]
    main = -1  # the node of `component main`
    node_parents = source.node_parents.tolist()
    for node, number in enumerate(source.node_spans.tolist()[1:], start=1):
        span = source.spans[number]
        name = _INNER_FRAMES.sub("", template_of(span.function))
        parent = node_parents[node]
        caller = place_of_node[parent]
        if (parent == 0 and is_main(span)) or parent == main:
            main = node if parent == 0 else main
            keys[0] = (circuit, span.file)
            place_of_node.append(0)  # `component main` and its template are the circuit
            continue
        if name == circuit and (parent == 0 or keys[0] == (name, span.file)):
            keys[0] = (circuit, span.file)
            place_of_node.append(
                0
            )  # also a whole chain that a gadget kept from where a value was made
            continue
        if keys[caller] == (name, span.file) and name != span.function:
            place_of_node.append(caller)  # a comprehension inside the function itself
            continue
        place = known.setdefault((caller, name, span.file), len(keys))
        if place == len(keys):
            keys.append((name, span.file))
            parents.append(caller)
        place_of_node.append(place)
    return keys, parents, place_of_node


def shown_name(function: str) -> str:
    """Return a qualified name without the marks of nested functions and of components."""
    return template_of(function).replace(".<locals>", "")


def _summed(place_of_node: Sequence[int], counts: Counts, size: int) -> list[int]:
    sums = np.zeros(size, np.int64)
    np.add.at(sums, np.array(place_of_node), counts)
    return [int(count) for count in sums]


def _totals(own: Sequence[int], parents: Sequence[int]) -> list[int]:
    totals = list(own)
    for k in range(len(totals) - 1, 0, -1):
        totals[parents[k]] += totals[k]
    return totals


def source_lines(compiled: Countable) -> list[SourceLine]:
    """Return the lines that cause constraints, those with the most first."""
    origins = compiled.row_origins
    left, before = counts_of_nodes(origins)
    source = origins.source
    parents = source.node_parents.tolist()
    below = _totals(left.tolist(), parents), _totals(before.tolist(), parents)
    places: dict[tuple[str, int], Span] = {}
    figures: dict[tuple[str, int], list[int]] = {}
    for node, number in enumerate(source.node_spans.tolist()[1:], start=1):
        span = source.spans[number]
        key = (span.file, span.line)
        places.setdefault(key, span)
        sums = figures.setdefault(key, [0, 0, 0, 0])
        sums[0] += int(left[node])
        sums[2] += int(before[node])
        if not _is_on(source, parents[node], key):  # a recursion counts once
            sums[1] += below[0][node]
            sums[3] += below[1][node]
    lines = [
        SourceLine(file, line, shown_name(places[file, line].function), places[file, line].text.strip(), *sums)
        for (file, line), sums in figures.items()
    ]  # fmt: skip
    return sorted(
        lines, key=lambda each: (-each.n_own, -each.n_total, -each.n_total_before, each.file, each.line)
    )  # fmt: skip


def _is_on(source: SourceMap, node: int, key: tuple[str, int]) -> bool:
    """Return whether a node or one of its callers is on a line."""
    return any((span.file, span.line) == key for span in source.chain(node))
