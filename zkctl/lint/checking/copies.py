"""Copies of bodies: are the rows of a system those of a body with other wires?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import numpy as np

from zkctl.lint.checking.forms import Form, need
from zkctl.lint.checking.world import World


def prove_body(world: World, run: Any, path: Any, steps: Any) -> None:
    """Run the steps of a body in a new world, and keep the facts."""
    body = _body(world.system, path)
    inside = World(body, world.bodies)
    run(inside, steps)
    world.bodies[id(body)] = inside


def believe_contract(world: World, path: Any, name: Any, digest: Any) -> None:
    """Take the results of a body for unique, whose gadget has a contract that is believed."""
    body = _body(world.system, path)
    rows = [[sorted([w, c] for w, c in side.items()) for side in row] for row in body.rows]
    text = json.dumps(rows, separators=(",", ":"))
    need(world.system.contracts.get(body.title) == name is not None)
    need(sha256(text.encode()).hexdigest() == digest)
    inside = World(body, world.bodies)
    inside.unique.update(body.outputs)
    for w, bound in body.promises.items():
        inside.meet(w, 0, bound)
    world.bodies[id(body)] = inside


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
    for port, bound in body.given.items():
        form = world.fold(copy.ports[port - 1])
        if port in known:
            k, m = known[port]
            form = world.added(form, world.linear(k) or {}, world.factor(m))
        low, high = world.interval(form)
        need(low >= 0 and high <= bound)
    if number not in world.compared:
        need(is_copy(world.system, copy))
        world.compared.add(number)
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


def is_copy(system: Any, copy: Any) -> bool:
    """Return whether the rows from `first_row` on are the body's, ports replaced by forms and other wires by the copy's."""
    rows, body = system.rows, copy.body.rows
    if not 0 <= copy.first_row <= len(rows) - len(body):
        return False
    if not hasattr(rows, "pool"):
        part = rows[copy.first_row : copy.first_row + len(body)]
        return all(
            {**x} == substituted(y, copy, system.modulus)
            for row, inside in zip(part, body, strict=True)
            for x, y in zip(row, inside, strict=True)
        )
    return _is_copy_in_columns(system, copy)


def substituted(form: Mapping[int, int], copy: Any, p: int) -> Form:
    """Return a form of a body in the wires of the system."""
    total: Form = {}
    for wire, value in form.items():
        is_port = 0 < wire <= len(copy.ports)
        image = copy.ports[wire - 1] if is_port else {int(copy.wires[wire]): 1}
        for w, c in image.items():
            total[w] = (total.get(w, 0) + value * c) % p
    return {w: c for w, c in total.items() if c}


def _is_copy_in_columns(system: Any, copy: Any) -> bool:
    """Compare sides that mention ports one by one, all others as arrays."""
    rows, body = system.rows, copy.body.rows
    n, first = len(body.starts) - 1, 3 * copy.first_row
    moved, plain = copy.wires.copy(), np.ones(len(copy.wires), bool)
    moved[0], plain[1 : 1 + len(copy.ports)] = 0, False
    side = np.repeat(np.arange(n), np.diff(body.starts))
    single = np.zeros(n, bool)
    single[side[~plain[body.wires]]] = True
    if any(
        substituted(body.side(k), copy, system.modulus) != rows.side(first + k)
        for k in np.flatnonzero(single).tolist()
    ):
        return False
    position = np.array([rows.position.get(value, -1) for value in body.pool], np.int64)
    inside = ~single[side]
    expected = _sorted_terms(
        side[inside], moved[body.wires[inside]], position[body.coefficients[inside]]
    )
    part = slice(int(rows.starts[first]), int(rows.starts[first + n]))
    side = np.repeat(np.arange(n), np.diff(rows.starts[first : first + n + 1]))
    outside = ~single[side]
    found = _sorted_terms(
        side[outside], rows.wires[part][outside].astype(np.int64), rows.coefficients[part][outside]
    )
    return all(np.array_equal(x, y) for x, y in zip(expected, found, strict=True))


def _sorted_terms(side: Any, wires: Any, coefficients: Any) -> tuple[Any, Any]:
    """Return terms in an order that does not depend on how they were listed."""
    key = side << 32 | wires
    if len(key) and not (key[1:] > key[:-1]).all():
        order = np.argsort(key, kind="stable")
        return key[order], coefficients[order]
    return key, coefficients
