"""Stamping a block equals writing its rows by hand with the ports replaced."""

from __future__ import annotations

from zkctl.constraints.block import Block, BlockBuilder, Row
from zkctl.constraints.linear import Terms
from zkctl.constraints.sides import CoefficientPool

P = 97


def square_plus_one() -> tuple[Block, CoefficientPool]:
    """One port x; wires y = x * x and z = y * (x + 1), a hint, a check."""
    pool = CoefficientPool(P)
    builder = BlockBuilder(1, pool)
    node = builder.callers.child(0, 3)
    y = builder.new_wire()
    builder.add_row(Row({1: 1}, {1: 1}, {y: 1}, y, node))
    (h,) = builder.add_hint("inverse_or_zero", (), ({1: 2, y: 1},), 1, node)
    z = builder.new_wire()
    builder.add_row(Row({y: 1}, {1: 1, 0: 1}, {z: 1}, z, node, 4))
    builder.add_row(Row({h: 1}, {0: 1}, {z: 5, 0: 2}))
    return builder.finish(), pool


def rows_of(block: Block) -> list[list[Terms]]:
    table, values = block.rows, block.pool.values
    starts = table.starts.tolist()
    sides = []
    for k in range(3 * table.n_rows):
        part = slice(starts[k], starts[k + 1])
        pairs = zip(table.wires[part].tolist(), table.coefficients[part].tolist(), strict=True)
        sides.append({w: values[c] for w, c in pairs})
    return [sides[k : k + 3] for k in range(0, len(sides), 3)]


def test_stamp() -> None:
    block, pool = square_plus_one()
    parent = BlockBuilder(2, pool)
    own = parent.new_wire()  # wire 3
    parent.add_row(Row({1: 1}, {2: 1}, {own: 1}, own))
    component = parent.components.child(0, 9)
    shift = parent.stamp(block, [{1: 2, 3: 1, 0: 96}], parent.callers.child(0, 8), component)
    last = parent.new_wire()
    parent.add_row(Row({3 + shift: 1}, {4 + shift: 1}, {last: 1}, last))
    done = parent.finish()
    y, h, z = (k + shift for k in (2, 3, 4))
    port = {1: 2, 3: 1, 0: 96}
    assert (y, last, done.n_wires) == (4, 7, 8)
    assert rows_of(done) == [
        [{1: 1}, {2: 1}, {3: 1}],
        [port, port, {y: 1}],
        [{y: 1}, {1: 2, 3: 1}, {z: 1}],  # the port's -1 cancels the + 1
        [{h: 1}, {0: 1}, {z: 5, 0: 2}],
        [{h: 1}, {z: 1}, {last: 1}],
    ]
    assert done.rows.targets.tolist() == [3, y, z, 0, 7]
    assert done.rows.messages.tolist() == [0, 0, 4, 0, 0]
    assert [done.callers.path(n) for n in done.rows.nodes.tolist()] == [[], [3, 8], [3, 8], [8], []]
    (call,) = done.hints
    assert (call.before_row, call.outputs, call.inputs) == (2, (h,), ({1: 4, 3: 2, 0: 95, y: 1},))
    assert done.component_runs == ((0, 1), (component, 3), (0, 1))


def test_the_same_port_twice() -> None:
    block, pool = square_plus_one()
    outer = BlockBuilder(1, pool)
    for _ in range(3):
        outer.stamp(block, [{1: 1}], 0, 0)
    assert len(rows_of(outer.finish())) == 9
    assert outer.n_wires == 2 + 9


def test_ports_that_cancel_leave_an_empty_side() -> None:
    pool = CoefficientPool(P)
    inner = BlockBuilder(2, pool)
    inner.add_row(Row({1: 1, 2: 96}, {0: 1}, {}))
    outer = BlockBuilder(1, pool)
    outer.stamp(inner.finish(), [{1: 1}, {1: 1}], 0, 0)
    assert rows_of(outer.finish()) == [[{}, {0: 1}, {}]]


def test_empty_blocks() -> None:
    pool = CoefficientPool(P)
    empty = BlockBuilder(0, pool).finish()
    outer = BlockBuilder(0, pool)
    outer.stamp(empty, [], 0, 0)
    assert outer.finish().rows.n_rows == 0
