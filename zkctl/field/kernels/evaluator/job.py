"""The words of an evaluator's job, and the numbers that it answers with: shared by the kernels and their caller."""

from __future__ import annotations

_ROWS = ("values", "starts", "wires", "coefficients", "targets", "pool", "one", "minus_one")
_HINTS = (
    "rows",
    "kinds",
    "first",
    "sides",
    "starts",
    "wires",
    "coefficients",
    "out_starts",
    "outputs",
)
_CHECK = ("n_wires", "n_pool", "has_value", "stamps")  # of `problems` (checks.py)
_LEVELS = ("wire_levels", "keys", "sequence", "order", "ends", "n_levels")  # levels.py

# addresses of arrays, then what changes: the next row and the next hint
JOB = {
    name: k
    for k, name in enumerate(
        (
            *_ROWS,
            *(f"hint_{name}" for name in _HINTS),
            "row",
            "hint",
            "holds",
            "n_rows",
            "n_hints",
            *_CHECK,
            *_LEVELS,
        )
    )
}

FINISHED, BROKEN, CALLS_PYTHON = 0, 1, 2  # why the evaluator returns

PYTHON, BITS, INVERSE_OR_ZERO, DIVIDE_OR_ZERO, QUOTIENT_REMAINDER = range(5)  # kinds of hints
