"""Copies of bodies: a body's steps, and the facts that each copy takes over.  The checker compares the rows."""

from __future__ import annotations

from typing import Any

from zkctl.lint.expanding.emission import scale
from zkctl.lint.expanding.forms import need
from zkctl.lint.expanding.world import World


def prove_body(world: World, run: Any, path: Any, steps: Any) -> None:
    """Run the steps of a body in a new world, and keep the facts."""
    body = _body(world.system, path)
    inside = World(body, world.bodies)
    run(inside, steps)
    world.bodies[id(body)] = inside
    world.emitter.steps.append(["template", path, inside.emitter.steps])


def believe_contract(world: World, path: Any, name: Any, digest: Any) -> None:
    """Take the results of a body for unique, whose gadget has a contract that is believed."""
    body = _body(world.system, path)
    world.bodies[id(body)] = World(world.system.believed(body, [name, digest]), world.bodies)
    world.emitter.steps.append(["template", path, [], [name, digest]])


def _body(system: Any, path: Any) -> Any:
    """Return the body of a copy in the body of a copy, and so on."""
    need(path)
    for number in path:
        need(type(number) is int and number >= 0)
        system = system.copies[number].body
    return system


def use_copy(world: World, number: Any, reasons: Any) -> None:
    """Take over the facts of a body, where the ports keep its promises."""
    need(type(number) is int and number >= 0)
    copy = world.system.copies[number]
    body, inside = copy.body, world.bodies[id(copy.body)]
    known = {port: (k, m) for port, k, m in reasons}
    written = []
    for port, bound in body.given.items():
        form = world.fold(copy.ports[port - 1])
        parts = []
        if port in known:
            k, m = known[port]
            form = world.added(form, world.linear(k) or {}, world.factor(m))
            parts = scale(world.linear_parts(k), m)
        low, high = world.interval(form)
        need(low >= 0 and high <= bound)
        written.append(world.emitter.parts(parts))
    world.emitter.steps.append(["copy", number, written])
    if inside.impossible:
        world.impossible = True
        return
    for w, (low, high) in inside.ranges.items():
        outside = _wire_outside(copy, w)
        if low >= 0 and outside:
            world.meet(outside, 0, high)
    if not world.loose(*copy.ports):
        own = [w for w in body.outputs if w in inside.unique and w not in body.inputs]
        world.unique.update(int(copy.wires[w]) for w in own)


def _wire_outside(copy: Any, w: int) -> int:
    """Return the wire of the system for a result or a port of a body; 0 if there is none."""
    if w in copy.body.inputs:
        port = copy.ports[w - 1]
        return int(next(iter(port))) if list(port.values()) == [1] else 0
    return int(copy.wires[w]) if w in copy.body.outputs else 0
