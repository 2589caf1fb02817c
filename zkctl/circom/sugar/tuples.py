"""Tuples: (a, b) <== (x, y) becomes a <== x and b <== y."""

from __future__ import annotations

from zkctl.circom import nodes
from zkctl.circom.nodes import Expression, Statement
from zkctl.circom.sugar.misuse import Misuse, check_inside, check_no_tuple


def without_tuples(statement: Statement) -> Statement:
    """Return a statement without tuples and `_`.  Raises: Misuse."""
    match statement:
        case nodes.Block():
            return block_without_tuples(statement)
        case nodes.If(condition, then, otherwise, place):
            check_no_tuple(condition, "in a condition")
            no = None if otherwise is None else without_tuples(otherwise)
            return nodes.If(condition, without_tuples(then), no, place)
        case nodes.While(condition, body, place):
            check_no_tuple(condition, "in a condition")
            return nodes.While(condition, without_tuples(body), place)
        case nodes.Assign():
            return _assigned(statement)
        case nodes.Log(items, place):
            return nodes.Log(tuple(_log_items(items)), place)
        case _:
            check_inside(statement, check_no_tuple)
            return statement


def block_without_tuples(block: nodes.Block) -> nodes.Block:
    """Return a block without tuples and `_`.  Raises: Misuse."""
    statements = tuple(without_tuples(each) for each in block.statements)
    return nodes.Block(statements, block.place, block.is_scope)


def _assigned(statement: nodes.Assign) -> Statement:
    target, value = statement.target, statement.value
    if not isinstance(target, nodes.TupleLiteral):
        if isinstance(value, nodes.TupleLiteral):
            message = f"a tuple of {len(value.values)} values is assigned to one target"
            hint = "write a tuple of as many names: (a, b) <== ..."
            raise Misuse("TAC02", message, statement.place, hint)
        return _single(target, value, statement)
    if not isinstance(value, nodes.TupleLiteral):
        message = "one value is assigned to a tuple"
        raise Misuse("TAC02", message, statement.place, "write a tuple on both sides")
    targets, values = list(_flat(target)), list(_flat(value))
    if len(targets) != len(values):
        message = (
            f"the tuple on the left has {len(targets)} elements, the one on the right {len(values)}"
        )
        raise Misuse("TAC02", message, statement.place, "write _ for a value without use")
    pairs = zip(targets, values, strict=True)
    singles = tuple(_single(left, right, statement) for left, right in pairs)
    return nodes.Block(singles, statement.place, is_scope=False)


def _single(target: Expression, value: Expression, statement: nodes.Assign) -> Statement:
    if not isinstance(target, nodes.Variable):
        message = f"{statement.operator} needs a signal, a variable, a component or a tuple of them"
        raise Misuse("TAC02", message, target.place)
    check_no_tuple(target, "in an index")
    check_no_tuple(value, "inside an expression")
    if target.name == "_":
        return nodes.Evaluate(statement.operator, value, statement.place)
    return nodes.Assign(target, statement.operator, value, statement.place)


def _flat(value: nodes.TupleLiteral) -> list[Expression]:
    """Return the elements, those of tuples inside included."""
    found: list[Expression] = []
    for each in value.values:
        found += _flat(each) if isinstance(each, nodes.TupleLiteral) else [each]
    return found


def _log_items(items: tuple[Expression | str, ...]) -> list[Expression | str]:
    found: list[Expression | str] = []
    for each in items:
        if isinstance(each, nodes.TupleLiteral):
            found += _log_items(each.values)
            continue
        if not isinstance(each, str):
            check_no_tuple(each, "inside an expression")
        found.append(each)
    return found
