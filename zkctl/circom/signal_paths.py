"""The names of single labels, and the lines that declare signals and make components, without a list of all."""

from __future__ import annotations

from functools import cached_property

from zkctl.circom.checks.walk import statements_of
from zkctl.circom.instance import Instance
from zkctl.circom.layout import Layout, own_names
from zkctl.circom.nodes import DeclareBus, DeclareSignal, Program, Template
from zkctl.circom.places import ComponentPlaces, span_of
from zkctl.circom.source import Place
from zkctl.constraints.source_map import SourceMap, Span
from zkctl.runtime.arrays import np

MAIN = "main"


class SignalPaths:
    """The signals of a circuit by label and by path; paths are those of the .sym file without `main.`."""

    def __init__(self, layout: Layout, places: ComponentPlaces, source: SourceMap) -> None:
        self.layout = layout
        self.places = places
        self.source = source
        self._own: dict[int, list[str]] = {}

    def name(self, label: int) -> str:
        """Return the path of a label: lt.n2b.out[3]."""
        if not 0 < label < self.layout.n_labels:
            return "1" if label == 0 else f"wire {label}"
        visits = self.layout.tree.visits
        visit = int(np.searchsorted(visits.signals, label - 1, "right")) - 1
        number = int(visits.instances[visit])
        if number not in self._own:
            self._own[number] = own_names(self.layout.tree.instances[number])
        name = self._own[number][label - 1 - int(visits.signals[visit])]
        return f"{self.layout.paths[visit]}.{name}".removeprefix(f"{MAIN}.")

    def chain(self, path: str) -> tuple[Span, ...]:
        """Return the line that declares a signal, or makes a component, with the components around it; empty if it is neither."""
        visit = self._visits.get(f"{MAIN}.{path}")
        if visit is not None:
            return self._chain_of_visit(visit)
        component, _, signal = path.rpartition(".")
        while component and f"{MAIN}.{component}" not in self._visits:  # a field of a bus
            component, _, field = component.rpartition(".")
            signal = f"{field}.{signal}"
        visit = self._visits[f"{MAIN}.{component}" if component else MAIN]
        instance = self.layout.tree.instances[int(self.layout.tree.visits.instances[visit])]
        place = self._declared(instance).get(_base(signal))
        if place is None:
            return ()
        return self.chain_in(visit, place)

    def chain_in(self, visit: int, place: Place) -> tuple[Span, ...]:
        """Return a place of the template of a component, with the components around it."""
        instance = self.layout.tree.instances[int(self.layout.tree.visits.instances[visit])]
        span = span_of(self.places.program, place, instance.title)
        return (span, *self._chain_of_visit(visit))

    def _chain_of_visit(self, visit: int) -> tuple[Span, ...]:
        return tuple(self.source.chain(int(self.places.first_nodes[visit])))

    def _declared(self, instance: Instance) -> dict[str, Place]:
        template = self.places.program.definitions[instance.template]
        assert isinstance(template, Template)
        return {
            each.name: each.place
            for each in statements_of(template.body)
            if isinstance(each, DeclareSignal | DeclareBus)
        }

    @cached_property
    def _visits(self) -> dict[str, int]:
        return {path: visit for visit, path in enumerate(self.layout.paths)}


def signal_paths(layout: Layout, program: Program, source: SourceMap) -> SignalPaths:
    """Return the signals of a circuit; `source` is the source map of its rows."""
    return SignalPaths(layout, ComponentPlaces(program, layout.tree), source)


def _base(signal: str) -> str:
    return signal.partition(".")[0].partition("[")[0]
