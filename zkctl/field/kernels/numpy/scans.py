"""Sequential sums and products over rows without machine code, in steps over whole vectors.

n rows are dealt out to columns of consecutive rows; all columns advance together, and the share that each takes over from the
one before is found in the end.
"""

from __future__ import annotations

import numpy as np

from zkctl.field.kernels.interface import FieldKernels
from zkctl.field.words import Words, ints_from_words, words_from_ints

STEPS = 256  # rows of a column, at most
FEWEST_COLUMNS = 8


class NumpyScans:
    """The scans of one field by its element-wise kernels."""

    def __init__(self, kernels: FieldKernels) -> None:
        self.kernels, self.field = kernels, kernels.field

    def prefix_products(self, x: Words) -> Words:
        """Return the products of the first 1, 2, ... rows.  Shapes: (n, n_words)."""
        if not len(x):
            return x.copy()
        steps, p = _columns(x), self.field.modulus
        for k in range(1, len(steps)):
            steps[k] = self.kernels.multiply(steps[k - 1], steps[k])
        incoming, carried = [], self.field.montgomery_r % p
        for last in ints_from_words(steps[-1]):
            incoming.append(carried)
            carried = carried * last * self.field.montgomery_r_inverse % p
        factors = words_from_ints(incoming, x.shape[1])
        for k in range(len(steps)):
            steps[k] = self.kernels.multiply(steps[k], factors)
        return _joined(steps, len(x))

    def horner(self, x: Words, point: int) -> int:
        """Return the value of a polynomial at a point, x its coefficients.  Shapes: (n, n_words); the value in Montgomery form."""
        if not len(x):
            return 0
        return ints_from_words(self.divide(x, point)[:1])[0]

    def divide(self, x: Words, point: int) -> Words:
        """Return y_i = x_i + point y_(i+1), the quotient of a polynomial by X - point.  Shapes: (n, n_words) -> (n, n_words)."""
        if not len(x):
            return x.copy()
        p, n_words = self.field.modulus, x.shape[1]
        factor = words_from_ints([point * self.field.montgomery_r % p], n_words)[0]
        steps = _columns(x[::-1])
        for k in range(1, len(steps)):
            steps[k] = self.kernels.add(self.kernels.scale(steps[k - 1], factor), steps[k])
        step, incoming, carried = pow(point, len(steps), p), [], 0
        for last in ints_from_words(steps[-1]):
            incoming.append(carried)
            carried = (carried * step + last) % p
        over = words_from_ints(incoming, n_words)
        for k in range(len(steps)):
            over = self.kernels.scale(over, factor)
            steps[k] = self.kernels.add(steps[k], over)
        return _joined(steps, len(x))[::-1]


def _columns(x: Words) -> Words:
    """Return columns of consecutive rows, zeros behind the last.  Shapes: (n, n_words) -> (steps, columns, n_words)."""
    n, n_words = x.shape
    steps = max(1, min(STEPS, n // FEWEST_COLUMNS))
    width = -(-n // steps)
    padded = np.zeros((width * steps, n_words), np.uint64)
    padded[:n] = x
    return np.ascontiguousarray(padded.reshape(width, steps, n_words).swapaxes(0, 1))


def _joined(steps: Words, n: int) -> Words:
    """Return the first n rows of columns, one column after the other."""
    return np.ascontiguousarray(steps.swapaxes(0, 1)).reshape(-1, steps.shape[2])[:n]
