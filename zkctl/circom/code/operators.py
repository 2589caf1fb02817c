r"""circom's operators as instructions: field elements in, field elements out; `\` and `%` by zero stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zkctl.circom.code.assembler import Assembler, Cell
from zkctl.constraints.advice.arithmetic import BINARY, OPERATIONS, Budget
from zkctl.constraints.advice.instructions import Op

_DIRECT: dict[str, Op] = {
    "+": Op.FIELD_ADD,
    "-": Op.FIELD_SUBTRACT,
    "*": Op.FIELD_MULTIPLY,
    "/": Op.FIELD_DIVIDE,
    "**": Op.FIELD_POWER,
    "\\": Op.QUOTIENT,
    "%": Op.REMAINDER,
    "<<": Op.FIELD_SHIFT_LEFT,
    ">>": Op.FIELD_SHIFT_RIGHT,
    "&": Op.FIELD_AND,
    "|": Op.FIELD_OR,
    "^": Op.FIELD_XOR,
    "==": Op.EQUAL,
    "!=": Op.UNEQUAL,
    "<": Op.FIELD_LESS,
    "<=": Op.FIELD_LESS_EQUAL,
}
_SWAPPED: dict[str, Op] = {">": Op.FIELD_LESS, ">=": Op.FIELD_LESS_EQUAL}
STOPPING = frozenset({"\\", "%"})  # by zero


def emit_operator(code: Assembler, operator: str, cells: Sequence[Cell], *, place: str) -> Cell:
    """Append an operation on cells that hold field elements; return the cell of its result."""
    if operator in _DIRECT:
        if operator in STOPPING:
            code.emit(Op.ASSERT, cells[1], code.text(f"division by zero at {place}"))
        return code.compute(_DIRECT[operator], *cells)
    if operator in _SWAPPED:
        return code.compute(_SWAPPED[operator], cells[1], cells[0])
    zero = code.constant(0)
    match operator:
        case "neg":
            return code.compute(Op.FIELD_SUBTRACT, zero, cells[0])
        case "invert":
            return code.compute(Op.FIELD_INVERT, cells[0])
        case "not":
            return code.compute(Op.EQUAL, cells[0], zero)
        case "||":
            return code.compute(Op.UNEQUAL, code.compute(Op.OR, *cells), zero)
        case "&&":
            first, second = (code.compute(Op.UNEQUAL, cell, zero) for cell in cells)
            return code.compute(Op.AND, first, second)
        case "select":
            return code.compute(Op.SELECT, *cells)
    raise AssertionError(f"no operator {operator}")


def known_result(operator: str, values: Sequence[int], p: int) -> int | None:
    """Return the result for known field elements, None if the operation stops."""
    if operator in STOPPING and not values[1]:
        return None
    if operator in _OF_NUMBERS:
        return _OF_NUMBERS[operator](p, *values)
    if operator in _SWAPPED:
        op, values = _SWAPPED[operator], values[::-1]
    else:
        op = _DIRECT[operator]
    if op in BINARY:
        return BINARY[op](*values)
    return OPERATIONS[op](_UNLIMITED, p, *values)


_UNLIMITED = Budget(1 << 62, 1 << 20, "constants")
_OF_NUMBERS: dict[str, Callable[..., int]] = {
    "neg": lambda p, x: -x % p,
    "not": lambda _p, x: int(not x),
    "||": lambda _p, x, y: int(bool(x or y)),
    "&&": lambda _p, x, y: int(bool(x and y)),
    "select": lambda _p, choice, x, y: x if choice else y,
    "invert": lambda p, x: OPERATIONS[Op.FIELD_INVERT](_UNLIMITED, p, x),
    "%": lambda _p, x, y: x % y,
    "\\": lambda _p, x, y: x // y,
}
