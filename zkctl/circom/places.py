"""The origin of rows and hints: lines of .circom files, and the components around them.

Each component has a node for the line that made it, and one for each place of its template that has rows or hints.
Asserts have a span without nodes: a failed one is looked up by its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from zkctl.circom.event_list import N_KINDS, OTHER, ROW, EventList
from zkctl.circom.instance import Instance, RunAssign
from zkctl.circom.local_rows import places_of
from zkctl.circom.nodes import Program
from zkctl.circom.source import Place
from zkctl.circom.stamps import Stamps, Tables
from zkctl.circom.visits import InstanceTree
from zkctl.constraints.sides import Ints
from zkctl.constraints.source_map import SourceMap, Span
from zkctl.runtime.arrays import np

if TYPE_CHECKING:
    from numpy.typing import NDArray


_MAIN = "main"  # of the line of `component main`
_COMPONENT = ", component "


def template_of(function: str) -> str:
    """Return the function of a span without the component that its line makes: a template with its arguments."""
    return function.partition(_COMPONENT)[0]


def is_main(span: Span) -> bool:
    """Return whether a span is the line of `component main`."""
    return span.function == _MAIN and span.file.endswith(".circom")


class ComponentPlaces:
    """The nodes of all components: those of visit v begin at first_nodes[v]."""

    def __init__(self, program: Program, tree: InstanceTree) -> None:
        self.program = program
        self.tree = tree
        self._local = [_numbered(_places(each)) for each in tree.instances]
        self._stamps = Stamps(tree.visits.instances, len(tree.instances))
        counts = np.array([1 + len(each) for each in self._local], np.int64)[tree.visits.instances]
        self.first_nodes = 1 + np.cumsum(counts) - counts
        self._spans: dict[Span, int] = {}
        self._lines: dict[Place, Span] = {}
        self._names = [program.name_in_files(k) for k in range(len(program.files))]

    def local_nodes(self, instance: int, places: Iterable[Place]) -> list[int]:
        """Return nodes of an instance's places, counted from its first node, which is that of no place."""
        known = self._local[instance]
        return [1 + known.get(place, -1) for place in places]

    def source_map(self, row_nodes: NDArray[np.uint32]) -> SourceMap:
        """Return all nodes, and the origins of the rows."""
        visits, instances = self.tree.visits, self.tree.instances
        of_places = Tables.of(
            [0, *(self._span(place, each.title) for place in known)]
            for each, known in zip(instances, self._local, strict=True)
        )
        for instance in instances:
            for asserted in instance.asserted:
                self._span(asserted.node.place, instance.title)
        nodes = np.concatenate([np.zeros(1, np.uint32), self._stamps.column(of_places)])
        nodes[self.first_nodes] = self._spans_of_visits()
        sizes = of_places.lengths[visits.instances]
        parents = np.concatenate([np.zeros(1, np.int64), np.repeat(self.first_nodes, sizes)])
        parents[self.first_nodes] = self.first_nodes[visits.parents]
        parents[self.first_nodes[:1]] = 0
        return SourceMap(
            tuple(self._spans),
            nodes,
            parents.astype(np.uint32),
            ("",),
            row_nodes,
            np.zeros(len(row_nodes), np.uint32),
        )

    def _spans_of_visits(self) -> Ints:
        """Return the span of the line that made each component.  Shapes: -> (n_visits,)."""
        visits, instances = self.tree.visits, self.tree.instances
        main = self.program.main
        first = self._span(main.place if main else Place(0, 0, 0), _MAIN)
        bases: list[int] = []
        spans: list[int] = []
        for each in instances:
            bases.append(len(spans))
            for child in each.children:
                place = child.place or self.program.definitions[each.template].place
                spans.append(self._span(place, f"{each.title}{_COMPONENT}{child.name}"))
        found = np.full(len(visits), first, np.int64)
        if spans:
            around = np.array(bases, np.int64)[visits.instances[visits.parents[1:]]]
            found[1:] = np.array(spans, np.int64)[around + visits.places[1:]]
        return found

    def _span(self, place: Place, title: str) -> int:
        base = self._lines.get(place)
        if base is None:
            base = self._lines[place] = span_of(self.program, place, "", self._names[place.file])
        span = base._replace(function=title)
        return self._spans.setdefault(span, len(self._spans))


def span_of(program: Program, place: Place, title: str, name: str = "") -> Span:
    """Return a place as output files hold it; `name` is that of the file if it is known."""
    file = program.files[place.file]
    line, column = file.line(place.start), file.column(place.start)
    text = file.text(line)
    is_one_line = file.line(max(place.start, place.end - 1)) == line
    end = file.column(place.end) if is_one_line else len(text)
    name = name or program.name_in_files(place.file)
    return Span(name, line, column, max(end, column + 1), title, text)


def _places(instance: Instance) -> Iterator[Place]:
    """Yield the places of an instance's events but components, in order."""
    places, events = places_of(instance.constraints), EventList.of(instance.events)
    for code in events.codes:
        number, kind = divmod(code, N_KINDS)
        if kind == ROW:
            yield places[number]
        elif kind == OTHER:
            event = events.others[number]
            yield event.row.place if isinstance(event, RunAssign) else event.place


def _numbered(places: Iterable[Place]) -> dict[Place, int]:
    """Return the distinct places in order with their numbers."""
    return {place: k for k, place in enumerate(dict.fromkeys(places))}
