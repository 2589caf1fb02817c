"""The error of a row that does not hold: its message, both values or the number too wide, the source and a few named signals."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from zkctl.constraints.failed_widths import fill_message, hints_of_width, without_places
from zkctl.constraints.linear import Terms, show_element
from zkctl.constraints.source_map import describe
from zkctl.constraints.witness_program import WitnessProgram, names_of_wires
from zkctl.errors import UnsatisfiedError

_SHOWN_SIGNALS = 4

Value = Callable[[int], int]  # wire -> its value in [0, p)


def broken_row(program: WitnessProgram, row: int, value: Value) -> UnsatisfiedError:
    """Return the error of a row that is a check and does not hold."""
    source, p = program.source, program.field.modulus
    message = source.messages[int(source.row_messages[row])]
    where = describe(source.chain(int(source.row_nodes[row])))
    values = _named_values(program, row, value)
    checked = hints_of_width(program.hints, row)
    if checked:
        number, *compared = [_terms_value(call.inputs[0], value) % p for call in checked]
        detail = f": {fill_message(message, number, compared, p)}"
    else:
        left, right = _values(program, row, value)
        pair = f"({show_element(left % p, p)} is not {show_element(right % p, p)})"
        detail = f": {message} {pair}" if message else f" {pair}"
    error = UnsatisfiedError(
        f"constraint {row} is not satisfied{detail}",
        where="\n".join(filter(None, [where, f"with {values}" if values else ""])),
    )
    error.public_message = ": ".join(
        filter(None, [f"constraint {row} is not satisfied", without_places(message)])
    )
    error.public_where = where
    return error


def _terms_value(terms: Terms, value: Value) -> int:
    return sum(coefficient * value(wire) for wire, coefficient in terms.items())


def _values(program: WitnessProgram, row: int, value: Value) -> tuple[int, int]:
    """Return A * B and C; of a sum that must be 0 the terms with positive coefficients and minus those with negative ones."""
    starts, p = program.starts, program.field.modulus
    first, last = int(starts[3 * row + 2]), int(starts[3 * row + 3])
    if int(starts[3 * row]) < first:
        a, b, c = (_side(program, 3 * row + k, value) for k in range(3))
        return a * b, c
    wires, numbers = program.wires[first:last].tolist(), program.coefficients[first:last].tolist()
    terms = [(program.pool[k], value(wire)) for wire, k in zip(wires, numbers, strict=True)]
    positive = sum(c * v for c, v in terms if c <= p // 2)
    return positive, sum((p - c) * v for c, v in terms if c > p // 2)


def _side(program: WitnessProgram, side: int, value: Value) -> int:
    terms = slice(int(program.starts[side]), int(program.starts[side + 1]))
    wires, coefficients = program.wires[terms].tolist(), program.coefficients[terms].tolist()
    return sum(program.pool[k] * value(wire) for wire, k in zip(wires, coefficients, strict=True))


def _named_values(program: WitnessProgram, row: int, value: Value) -> str:
    starts = program.starts
    wires = program.wires[int(starts[3 * row]) : int(starts[3 * row + 3])].tolist()
    names, p = names_of_wires(program), program.field.modulus
    inner = program.wire_names
    first = islice(
        (wire for wire in dict.fromkeys(wires) if 0 < wire < len(names) or wire in inner),
        _SHOWN_SIGNALS,
    )
    shown = ((inner.get(wire) or names[wire], show_element(value(wire), p)) for wire in first)
    return ", ".join(f"{name} = {text}" for name, text in shown)
