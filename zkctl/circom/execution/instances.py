"""Executes templates: each once for a set of parameters and tags of its inputs."""

from __future__ import annotations

from array import array
from typing import Any

from zkctl.circom.execution.components import inputs_of
from zkctl.circom.execution.executed import Executed, Port
from zkctl.circom.execution.functions import owned
from zkctl.circom.execution.keys import key_of, title_of
from zkctl.circom.execution.run import Frame, TemplateRun
from zkctl.circom.execution.silence import SilentRecorder
from zkctl.circom.execution.tagged import declared_tags
from zkctl.circom.execution.wires import Component, TaggedInputs, Wires
from zkctl.circom.instance import ChildInstance, Instance
from zkctl.circom.local_rows import LocalRows
from zkctl.circom.nodes import Role, Template
from zkctl.circom.source import Place
from zkctl.circom.values import nested
from zkctl.constraints.signals import Role as SignalRole
from zkctl.constraints.signals import SignalGroup


def create_component(
    run: TemplateRun, component: Component, name: str, arguments: list[Any], place: Place
) -> None:
    """Let a new component be a template with parameters; execute it unless its inputs have tags."""
    template = run.shared.program.definitions[name]
    assert isinstance(template, Template)
    arguments = [owned(value) for value in arguments]
    if run.shared.has_tags:
        definitions = run.shared.program.definitions
        found = {each.name: declared_tags(each, definitions) for each in inputs_of(template.body)}
        tagged = {key: tags for key, tags in found.items() if tags}
        if tagged:
            component.tagged = TaggedInputs(template, arguments, tagged)
            return
    component.become(executed(run, template, arguments, {}, place), run)


def execute_waiting(run: TemplateRun, component: Component) -> None:
    """Execute the template of a component whose tagged inputs have their tags; do the assignments that waited."""
    tagged = component.tagged
    assert tagged is not None
    found = executed(run, tagged.template, tagged.arguments, tagged.given, component.place)
    component.become(found, run)
    for assign in tagged.waiting:
        assign()
    tagged.waiting.clear()


def executed(
    run: TemplateRun, template: Template, arguments: list[Any], tags: dict[str, Any], place: Place
) -> Executed:
    """Return the execution of a template, an earlier one if there is an equal one."""
    key: object = key_of(run, template.name, arguments, place)
    if tags:
        key = (key, _tag_key(tags))
    found = run.shared.executed.get(key)
    if found is None:
        limit = run.shared.limits.templates
        if run.depth >= limit:
            raise run.error(
                place,
                f"templates contain each other more than {limit:,} deep:"
                f" {template.name} may contain itself without an end",
            )
        inner = TemplateRun(run.shared, title_of(template.name, arguments), run)
        inner.given_tags = tags
        found = run.shared.executed[key] = execute(inner, template, arguments)
    return found


def _tag_key(tags: dict[str, Any]) -> object:
    return tuple(
        sorted(
            (name, path, tag, -1 if value is None else value)
            for name, paths in tags.items()
            for path, values in paths.items()
            for tag, value in values.items()
        )
    )


def execute(run: TemplateRun, template: Template, arguments: list[Any]) -> Executed:
    """Execute a template."""
    run.step(template.place)
    run.is_custom = template.is_custom
    compiler, parameters, body = run.shared.body(template, run.shared.template_compiler)
    frame: Frame = [None] * compiler.slots.n
    frame[0] = run
    if len(parameters) != len(arguments):
        counts = f"{len(parameters)} arguments, got {len(arguments)}"
        raise run.error(template.place, f"{template.name} takes {counts}", code="T2012")
    for slot, value in zip(parameters, arguments, strict=True):
        frame[slot] = owned(value)
    body(frame)
    _check_components(run)
    return _finished(run, template, arguments)


def _check_components(run: TemplateRun) -> None:
    for component in run.components:
        if component.n_missing or component.executed is None:
            raise run.error(
                component.place,
                f"input {component.first_missing()} has no value at the end of the template",
                "assign all inputs of every component",
            )


def _finished(run: TemplateRun, template: Template, arguments: list[Any]) -> Executed:
    groups = _groups(run)
    final = array("q", bytes(8 * (run.n_numbers + 1)))
    ports: dict[str, Port] = {}
    n = 0
    for wires in groups:
        final[wires.first : wires.first + wires.size] = array("q", range(n + 1, n + 1 + wires.size))
        if wires.role is not Role.INTERMEDIATE:
            tags = wires.tags.declared() if wires.tags else None
            ports[wires.name] = Port(wires.role, wires.shape, wires.bus, n + 1, tags)
        n += wires.size
    n_own = n
    recorder = run.recorder
    assert not isinstance(recorder, SilentRecorder)
    for component in run.components:
        component.forget_wires()
    children: list[ChildInstance] = []
    places: dict[object, int] = {}
    for component in sorted(run.components, key=lambda each: (each.declared.encode(), each.index)):
        found = component.executed
        assert found is not None
        first = component.base + 1
        final[first : first + found.n_ports] = array("q", range(n + 1, n + 1 + found.n_ports))
        places[component] = len(children)
        children.append(ChildInstance(component.name, found.instance, n + 1, component.place))
        n += found.instance.n_signals
    limit = run.shared.limits.wires
    if n >= limit:
        raise run.error(
            template.place,
            f"{run.title} with its components has {n:,} signals, expected fewer than {limit:,}",
            "a template may contain itself too often",
        )
    rows = _final_rows(run, final)
    events, n_hidden = recorder.finish(final.__getitem__, places.__getitem__)
    n_outputs = sum(each.size for each in groups if each.role is Role.OUTPUT)
    n_inputs = sum(each.size for each in groups if each.role is Role.INPUT)
    number = run.shared.n_instances
    run.shared.n_instances += 1
    instance = Instance(
        number,
        run.title,
        template.name,
        tuple(_group(each, run) for each in groups if each.role is not Role.INTERMEDIATE),
        tuple(_group(each, run) for each in groups if each.role is Role.INTERMEDIATE),
        n_own,
        n,
        tuple(children),
        rows,
        events,
        n_hidden,
        template.is_custom,
        tuple(map(nested, arguments)),
        recorder.advised(final.__getitem__),
        recorder.asserted(final.__getitem__),
        tuple(sorted(final[wire] for wire in run.discarded if wire)),
    )
    return Executed(instance, ports, n_outputs, n_outputs + n_inputs)


def _groups(run: TemplateRun) -> list[Wires]:
    """Return the signals of a template in the order of their numbers."""
    order = {Role.OUTPUT: 0, Role.INPUT: 2, Role.INTERMEDIATE: 3}
    return sorted(
        run.wires,
        key=lambda each: (
            1 if each.name in run.public and each.role is Role.INPUT else order[each.role]
        ),
    )


def _group(wires: Wires, run: TemplateRun) -> SignalGroup:
    role = SignalRole.PRIVATE
    if wires.role is Role.OUTPUT:
        role = SignalRole.OUTPUT
    elif wires.role is Role.INPUT and wires.name in run.public:
        role = SignalRole.PUBLIC
    fields = wires.bus.groups(role) if wires.bus else ()
    return SignalGroup(wires.name, role, wires.shape, fields)


def _final_rows(run: TemplateRun, final: array[int]) -> LocalRows:
    """Return the constraints in final numbers."""
    rows = run.rows.with_rows(run.late_rows) if run.late_rows else run.rows
    rows.renumbered(final.__getitem__)
    return rows
