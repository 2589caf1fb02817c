"""Instructions without control as Python functions of the cells, made once for each program.

The frequent operations have functions for integers as they nearly always are: short, or reduced modulo p.  All other operands take the
operation's general function (arithmetic.py), so every result is the same.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from zkctl.constraints.advice.arithmetic import BINARY, OPERATIONS, UNARY
from zkctl.constraints.advice.copies import FILL, copy_steps
from zkctl.constraints.advice.instructions import Instruction, Op

Cells = list[int]
Run = Callable[[Cells, Any], None]  # cells, the call
Operation = Callable[..., int]


def straight_run(instruction: Instruction, modulus: int, bits: int) -> Run | None:
    """Return the function that runs an instruction, None for one that needs the call: arrays and control."""
    op, operands = instruction.op, instruction.operands
    is_short = bits >= modulus.bit_length()  # every field element is within the limit
    if op in _ARRAYS:
        return _ARRAYS[op](*operands)
    if op in _TRUTHS:
        return _TRUTHS[op](*operands)
    if is_short and op in _FIELD:
        return _FIELD[op](modulus, *operands)
    if op in BINARY:
        return _binary(BINARY[op], bits, *operands)
    if op in UNARY:
        return _unary(UNARY[op], bits, *operands)
    if op in OPERATIONS:
        return _paid(OPERATIONS[op], modulus, bits, operands[0], operands[1:])
    return None


def _unary(operation: Callable[[int], int], bits: int, target: int, first: int) -> Run:
    def run(cells: Cells, call: Any) -> None:
        value = operation(cells[first])
        if value.bit_length() > bits:
            call.budget.check_bits(value.bit_length())
        cells[target] = value

    return run


def _binary(operation: Callable[[int, int], int], bits: int, *operands: int) -> Run:
    target, first, second = operands

    def run(cells: Cells, call: Any) -> None:
        value = operation(cells[first], cells[second])
        if value.bit_length() > bits:
            call.budget.check_bits(value.bit_length())
        cells[target] = value

    return run


def _paid(operation: Operation, p: int, bits: int, target: int, rest: tuple[int, ...]) -> Run:
    def run(cells: Cells, call: Any) -> None:
        value = operation(call.budget, p, *[cells[k] for k in rest])
        if value.bit_length() > bits:
            call.budget.check_bits(value.bit_length())
        cells[target] = value

    return run


# -- copies and arrays; copies make no number longer


def _copy(target: int, source: int) -> Run:
    def run(cells: Cells, _call: Any) -> None:
        cells[target] = cells[source]

    return run


def _fill(base: int, length: int, source: int) -> Run:
    cost = copy_steps(length)

    def run(cells: Cells, call: Any) -> None:
        call.budget.spend(cost)
        cells[base : base + length] = [cells[source]] * length

    return run


def _move(base: int, length: int, source: int, _same: int) -> Run:
    cost = copy_steps(length)

    def run(cells: Cells, call: Any) -> None:
        call.budget.spend(cost)
        cells[base : base + length] = cells[source : source + length]

    return run


def _load(target: int, base: int, length: int, index: int) -> Run:
    def run(cells: Cells, call: Any) -> None:
        position = cells[index]
        if not 0 <= position < length:
            call.stop_outside(length)
        cells[target] = cells[base + position]

    return run


def _store(base: int, length: int, index: int, value: int) -> Run:
    def run(cells: Cells, call: Any) -> None:
        position = cells[index]
        if not 0 <= position < length:
            call.stop_outside(length)
        cells[base + position] = cells[value]

    return run


# -- comparisons


def _equal(target: int, first: int, second: int) -> Run:
    def run(cells: Cells, _call: Any) -> None:
        cells[target] = 1 if cells[first] == cells[second] else 0

    return run


def _unequal(target: int, first: int, second: int) -> Run:
    def run(cells: Cells, _call: Any) -> None:
        cells[target] = 1 if cells[first] != cells[second] else 0

    return run


def _less(target: int, first: int, second: int) -> Run:
    def run(cells: Cells, _call: Any) -> None:
        cells[target] = 1 if cells[first] < cells[second] else 0

    return run


def _field_less(p: int, target: int, first: int, second: int) -> Run:
    general, half = OPERATIONS[Op.FIELD_LESS], (p - 1) // 2

    def run(cells: Cells, call: Any) -> None:
        x, y = cells[first], cells[second]
        if 0 <= x <= half and 0 <= y <= half:
            cells[target] = 1 if x < y else 0
        else:
            cells[target] = general(call.budget, p, x, y)

    return run


def _field_less_equal(p: int, target: int, first: int, second: int) -> Run:
    general, half = OPERATIONS[Op.FIELD_LESS_EQUAL], (p - 1) // 2

    def run(cells: Cells, call: Any) -> None:
        x, y = cells[first], cells[second]
        if 0 <= x <= half and 0 <= y <= half:
            cells[target] = 1 if x <= y else 0
        else:
            cells[target] = general(call.budget, p, x, y)

    return run


# -- field elements


def _field_add(p: int, target: int, first: int, second: int) -> Run:
    def run(cells: Cells, _call: Any) -> None:
        value = cells[first] + cells[second]
        cells[target] = value if 0 <= value < p else value % p

    return run


def _field_subtract(p: int, target: int, first: int, second: int) -> Run:
    def run(cells: Cells, _call: Any) -> None:
        value = cells[first] - cells[second]
        cells[target] = value if 0 <= value < p else value % p

    return run


def _field_multiply(p: int, target: int, first: int, second: int) -> Run:
    general = OPERATIONS[Op.FIELD_MULTIPLY]

    def run(cells: Cells, call: Any) -> None:
        x, y = cells[first], cells[second]
        if 0 <= x < p and 0 <= y < p:
            value = x * y
            cells[target] = value if value < p else value % p
        else:  # long operands are reduced before they are multiplied
            cells[target] = general(call.budget, p, x, y)

    return run


def _field_shift_right(p: int, target: int, first: int, second: int) -> Run:
    general, n_bits = OPERATIONS[Op.FIELD_SHIFT_RIGHT], p.bit_length()
    most = min(n_bits - 1, (p - 1) // 2)

    def run(cells: Cells, call: Any) -> None:
        x, k = cells[first], cells[second]
        if 0 <= x < p and 0 <= k <= most:
            cells[target] = x >> k
        else:
            cells[target] = general(call.budget, p, x, k)

    return run


def _field_shift_left(p: int, target: int, first: int, second: int) -> Run:
    general, n_bits = OPERATIONS[Op.FIELD_SHIFT_LEFT], p.bit_length()
    most, mask = min(n_bits - 1, (p - 1) // 2), (1 << n_bits) - 1

    def run(cells: Cells, call: Any) -> None:
        x, k = cells[first], cells[second]
        if 0 <= x < p and 0 <= k <= most:
            value = x << k & mask
            cells[target] = value if value < p else value % p
        else:
            cells[target] = general(call.budget, p, x, k)

    return run


def _field_bits(op: Op, compute: Callable[[int, int], int]) -> Callable[..., Run]:
    general = OPERATIONS[op]

    def make(p: int, target: int, first: int, second: int) -> Run:
        def run(cells: Cells, call: Any) -> None:
            x, y = cells[first], cells[second]
            if 0 <= x < p and 0 <= y < p:
                value = compute(x, y)
                cells[target] = value if value < p else value % p
            else:
                cells[target] = general(call.budget, p, x, y)

        return run

    return make


def _divided(op: Op, compute: Callable[[int, int], int]) -> Callable[..., Run]:
    r"""Return the maker for `\` or `%` of field elements: no longer than p, and free if p has less than 1024 bits."""
    general = OPERATIONS[op]

    def make(p: int, target: int, first: int, second: int) -> Run:
        most = min(p, 1 << 1023)

        def run(cells: Cells, call: Any) -> None:
            x, y = cells[first], cells[second]
            if 0 <= x < most and 0 < y < most:
                cells[target] = compute(x, y)
                return
            value = general(call.budget, p, x, y)
            if value.bit_length() > call.budget.bits:
                call.budget.check_bits(value.bit_length())
            cells[target] = value

        return run

    return make


_ARRAYS: dict[int, Callable[..., Run]] = {
    Op.COPY: _copy,
    FILL: _fill,
    Op.MOVE: _move,
    Op.LOAD: _load,
    Op.STORE: _store,
}
_TRUTHS: dict[int, Callable[..., Run]] = {
    Op.EQUAL: _equal,
    Op.UNEQUAL: _unequal,
    Op.LESS: _less,
}
_FIELD: dict[int, Callable[..., Run]] = {
    Op.FIELD_ADD: _field_add,
    Op.FIELD_SUBTRACT: _field_subtract,
    Op.FIELD_MULTIPLY: _field_multiply,
    Op.FIELD_LESS: _field_less,
    Op.FIELD_LESS_EQUAL: _field_less_equal,
    Op.FIELD_SHIFT_LEFT: _field_shift_left,
    Op.FIELD_SHIFT_RIGHT: _field_shift_right,
    Op.FIELD_AND: _field_bits(Op.FIELD_AND, operator.and_),
    Op.FIELD_OR: _field_bits(Op.FIELD_OR, operator.or_),
    Op.FIELD_XOR: _field_bits(Op.FIELD_XOR, operator.xor),
    Op.QUOTIENT: _divided(Op.QUOTIENT, operator.floordiv),
    Op.REMAINDER: _divided(Op.REMAINDER, operator.mod),
}
