"""From a witness to the values of the wires a, b, c of every row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.plonk.gates import Additions
from zkctl.errors import EncodingError, ShapeError
from zkctl.field import FieldArray, PrimeField
from zkctl.field.words import Words, first_not_below

MAX_WAVES = 64  # additions that depend on longer chains of others are computed one by one


def check_witness(field: PrimeField, witness: Words, n_wires: int) -> None:
    """Check that plain words can be a witness of a circuit with so many wires.  Raises: ShapeError, EncodingError."""
    if witness.shape != (n_wires, field.n_words):
        raise ShapeError(
            f"the key has {n_wires} wires, the witness {len(witness)}",
            hint="witness and key come from different circuits",
        )
    bad = first_not_below(witness, field.modulus)
    if bad is not None:
        raise EncodingError(f"witness value {bad} is not below the modulus of {field.name}")
    if int(witness[0, 0]) != 1 or witness[0, 1:].any():
        raise EncodingError("witness value 0 must be the constant 1")


def all_values(field: PrimeField, additions: Additions, witness: Words) -> FieldArray:
    """Return the values of the circuit's wires and of the additions.

    Wire 0 has the value 0 in PLONK: no row needs the constant, and unused places name wire 0.
    Shapes: witness (n_wires, n_words) plain, checked -> (n_wires + n_additions,).
    Raises: EncodingError for an addition of wires that come later.
    """
    n_wires = len(witness)
    values = FieldArray.zeros(field, n_wires + len(additions))
    values.data[1:n_wires] = FieldArray.from_canonical_words(field, witness[1:]).data
    _check_order(additions, n_wires)
    waiting = np.arange(len(additions))
    known = np.zeros(len(values), np.bool_)
    known[:n_wires] = True
    for _ in range(MAX_WAVES):
        if not len(waiting):
            return values
        ready = known[additions.left[waiting]] & known[additions.right[waiting]]
        _add_wave(values, additions, waiting[ready], n_wires)
        known[n_wires + waiting[ready]] = True
        waiting = waiting[~ready]
    _add_one_by_one(values, additions, waiting, n_wires)
    return values


def row_values(values: FieldArray, wires: NDArray[np.uint32], n: int) -> list[FieldArray]:
    """Return the columns a, b, c with zeros in the padding.  Shapes: (n_vars,), (3, n_rows) -> three (n,).

    Raises: EncodingError for a wire that does not exist.
    """
    if wires.size and int(wires.max()) >= len(values):
        raise EncodingError(
            f"a row of the key has wire {int(wires.max())}: expected below {len(values)}"
        )
    columns = []
    for column in wires:
        padded = FieldArray.zeros(values.field, n)
        padded.data[: len(column)] = values.data[column]
        columns.append(padded)
    return columns


def _check_order(additions: Additions, n_wires: int) -> None:
    own = n_wires + np.arange(len(additions))
    bad = np.flatnonzero(np.maximum(additions.left, additions.right) >= own)
    if len(bad):
        raise EncodingError(
            f"addition {int(bad[0])} of the key has a wire that comes later: expected earlier ones"
        )


def _add_wave(
    values: FieldArray, additions: Additions, chosen: NDArray[np.intp], n_wires: int
) -> None:
    """Compute additions whose wires are known."""
    left = values[additions.left[chosen]] * additions.left_factors[chosen]
    right = values[additions.right[chosen]] * additions.right_factors[chosen]
    values.data[n_wires + chosen] = (left + right).data


def _add_one_by_one(
    values: FieldArray, additions: Additions, waiting: NDArray[np.intp], n_wires: int
) -> None:
    """Compute additions in order, on integers."""
    p = values.field.modulus
    numbers = dict[int, int]()

    def value(wire: int) -> int:
        return numbers[wire] if wire in numbers else int(values[wire])

    left_factors = additions.left_factors[waiting].to_ints()
    right_factors = additions.right_factors[waiting].to_ints()
    for k, x, y in zip(waiting.tolist(), left_factors, right_factors, strict=True):
        left, right = int(additions.left[k]), int(additions.right[k])
        numbers[n_wires + k] = (x * value(left) + y * value(right)) % p
    values.data[n_wires + waiting] = FieldArray.from_ints(values.field, numbers.values()).data
