"""The warnings of --inspect: signals that stand in no constraint of their template (CA01, CA02)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from zkctl.circom.execution.components import wires_of
from zkctl.circom.instance import Instance
from zkctl.circom.nodes import Program, Template
from zkctl.circom.report import CircomFinding
from zkctl.circom.source import Place
from zkctl.circom.visits import InstanceTree

_INDEXES = re.compile(r"(\[\d+\])+$")
_BEGIN = re.compile(r"[^.\[]+")


def signals_without_constraint(program: Program, main: Instance) -> Iterator[CircomFinding]:
    """Yield a finding for each signal or array of which elements stand in no constraint of the template that holds it.

    CA01 is about a signal of the template itself, CA02 about inputs and outputs of its components.  Signals in `_ <== e` are not
    reported, nor signals of custom templates.
    """
    for instance in InstanceTree(main).instances:
        if not instance.is_custom:
            yield from _findings(program, instance)


def _findings(program: Program, instance: Instance) -> Iterator[CircomFinding]:
    is_used = _used(instance)
    template = program.definitions[instance.template]
    assert isinstance(template, Template)
    places = {each.name: each.place for each in wires_of(template.body)}
    own = (
        name
        for group in (*instance.signals, *instance.intermediates)
        for name in group.element_names()
    )
    for base, unused in _arrays(own, is_used, 1).items():
        found = _BEGIN.match(base)
        place = places.get(found[0]) if found else None
        yield _finding("CA01", instance, base, unused, "of the template", place)
    for child in instance.children:
        ports = (
            f"{child.name}.{name}"
            for group in child.instance.signals
            for name in group.element_names()
        )
        for base, unused in _arrays(ports, is_used, child.first).items():
            text = f"of the template that holds {child.name}"
            yield _finding("CA02", instance, base, unused, text, child.place)


def _used(instance: Instance) -> bytearray:
    """Return a byte for each local signal: 1 if it stands in a constraint or in `_ <== e`."""
    is_used = bytearray(instance.n_signals + 1)
    for row in instance.constraints:
        for side in (row.a, row.b, row.c):
            for signal in side:
                is_used[signal] = 1
    for signal in instance.discarded:
        is_used[signal] = 1
    return is_used


def _arrays(names: Iterator[str], is_used: bytearray, first: int) -> dict[str, list[str]]:
    """Return the names of unused signals by the name of their array; the signals are numbered from `first` on."""
    arrays: dict[str, list[str]] = defaultdict(list)
    for number, name in enumerate(names, start=first):
        if not is_used[number]:
            arrays[_INDEXES.sub("", name)].append(name)
    return arrays


def _finding(
    code: str, instance: Instance, base: str, unused: list[str], where: str, place: Place | None
) -> CircomFinding:
    where = f"in no constraint {where}"
    if len(unused) == 1:
        message = f"in {instance.title}: signal {unused[0]} stands {where}"
    else:
        count, examples = len(unused), f"{unused[0]} and {unused[1]}"
        message = (
            f"in {instance.title}: {count} signals of {base} stand {where}, for example {examples}"
        )
    return CircomFinding(code, message, place)
