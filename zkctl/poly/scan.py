"""Sums along a polynomial's coefficients that are sequential by definition, in steps over whole vectors.

A vector of n elements is `steps` vectors of n / steps: column k of them is a stretch of consecutive elements, all stretches advance
together, and what each has to add to the next is found in the end.
"""

from __future__ import annotations

import numpy as np

from zkctl.field import FieldArray
from zkctl.field.words import Words

STEPS = 64  # vectors that a long array is dealt out to: each is worth a call, and few elements are left
FEW = 256  # elements that Python integers take as quickly


def evaluate(coefficients: FieldArray, point: int) -> int:
    """Return a polynomial's value.  Shapes: (n,)."""
    field = coefficients.field
    if len(coefficients) <= FEW:
        total = 0
        for value in reversed(coefficients.to_ints()):
            total = (total * point + value) % field.modulus
        return total
    width = -(-len(coefficients) // STEPS)
    rows = [coefficients[k : k + width] for k in range(0, len(coefficients), width)]
    step = pow(point, width, field.modulus)
    total_row = _padded(rows.pop(), width)
    for row in reversed(rows):
        total_row = total_row * step + row
    return evaluate(total_row, point)


def divided(coefficients: FieldArray, point: int) -> FieldArray:
    """Return the quotient by X - point, without the remainder: q_i = c_(i+1) + point q_(i+1).  Shapes: (n + 1,) -> (n,)."""
    field, p = coefficients.field, coefficients.field.modulus
    descending = FieldArray(field, coefficients.data[:0:-1])
    n = len(descending)
    columns, width = _columns(descending)
    sums = np.empty_like(columns)
    running = FieldArray(field, columns[0])
    sums[0] = running.data
    for k in range(1, len(columns)):
        running = running * point + FieldArray(field, columns[k])
        sums[k] = running.data
    # what comes into a column: the last sum of the one before, and point^steps times what came into that
    step, incoming, carried = pow(point, len(columns), p), [], 0
    for last in running.to_ints():
        incoming.append(carried)
        carried = (carried * step + last) % p
    factor = FieldArray.from_ints(field, incoming)
    for k in range(len(columns)):
        factor = factor * point
        sums[k] = (FieldArray(field, sums[k]) + factor).data
    return FieldArray(field, _joined(sums, n)[::-1])


def prefix_products(values: FieldArray) -> FieldArray:
    """Return the products of the first 1, 2, ... n elements.  Shapes: (n,) -> (n,)."""
    field, p = values.field, values.field.modulus
    columns, width = _columns(values)
    products = np.empty_like(columns)
    running = FieldArray(field, columns[0])
    products[0] = running.data
    for k in range(1, len(columns)):
        running = running * FieldArray(field, columns[k])
        products[k] = running.data
    incoming, carried = [], 1
    for last in running.to_ints():
        incoming.append(carried)
        carried = carried * last % p
    factor = FieldArray.from_ints(field, incoming)
    for k in range(len(columns)):
        products[k] = (FieldArray(field, products[k]) * factor).data
    return FieldArray(field, _joined(products, len(values)))


def _padded(values: FieldArray, n: int) -> FieldArray:
    """Return the elements and zeros behind them.  Shapes: (m,) -> (n,)."""
    out = FieldArray.zeros(values.field, n)
    out.data[: len(values)] = values.data
    return out


def _columns(values: FieldArray) -> tuple[Words, int]:
    """Return stretches of consecutive elements as columns, zeros behind the last, and their number.

    Shapes: (n,) -> (steps, width, n_words).
    """
    steps = max(1, min(STEPS * 4, len(values) // 8))
    width = -(-len(values) // steps)
    padded = _padded(values, steps * width).data
    return np.ascontiguousarray(padded.reshape(width, steps, -1).swapaxes(0, 1)), width


def _joined(columns: Words, n: int) -> Words:
    """Return the first n elements of columns, one column after the other."""
    steps, width, n_words = columns.shape
    return np.ascontiguousarray(columns.swapaxes(0, 1)).reshape(steps * width, n_words)[:n]
