"""Arrays of the executor: array literals, and copies between arrays of different lengths."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from zkctl.circom.source import Place
from zkctl.circom.values import ArrayValue, Linear, largest_shape

if TYPE_CHECKING:
    from zkctl.circom.execution.run import TemplateRun


def joined(parts: Sequence[Any], run: TemplateRun, place: Place) -> ArrayValue:
    """Return an array of values; rows that are shorter than others are filled up with 0."""
    first = parts[0]
    if not isinstance(first, ArrayValue):
        if any(isinstance(part, ArrayValue) for part in parts):
            raise run.error(place, "an array literal of unequal shapes", code="T2017")
        return ArrayValue((len(parts),), list(parts))
    for part in parts:
        if (
            not isinstance(part, ArrayValue)
            or part.bus is not first.bus
            or len(part.shape) != len(first.shape)
            or (part.bus is not None and part.shape != first.shape)
        ):
            raise run.error(place, "an array literal of unequal shapes", code="T2017")
    shape = largest_shape(part.shape for part in parts)
    values: list[Any] = []
    for part in parts:
        filled = part
        if part.shape != shape:
            filled = ArrayValue(shape, [0] * prod(shape))
            copy_into(run, filled, 0, shape, part, place)
        values += filled.values
    return ArrayValue((len(parts), *shape), values, first.bus)


def copy_into(
    run: TemplateRun,
    target: ArrayValue,
    offset: int,
    shape: tuple[int, ...],
    value: ArrayValue,
    place: Place,
) -> None:
    """Copy an array to a part of another; a shorter one overwrites the beginning, a longer one is cut."""
    share(value.values)
    if value.shape == shape:
        target.values[offset : offset + len(value.values)] = value.values
        return
    if len(value.shape) != len(shape):
        raise run.error(place, f"an array of {len(value.shape)} dimensions is assigned to one of {len(shape)}", code="T2061")  # fmt: skip
    sizes = " and ".join("".join(f"[{n}]" for n in each) for each in (shape, value.shape))
    run.warn(place, "T3001", f"arrays of different lengths: {sizes}; the elements that both have are copied")  # fmt: skip
    both = [range(min(pair)) for pair in zip(shape, value.shape, strict=True)]
    for index in product(*both):
        target.values[offset + position_in(index, shape)] = value.values[
            position_in(index, value.shape)
        ]


def position_in(index: Sequence[int], shape: Sequence[int]) -> int:
    """Return the position of an element in row-major order."""
    found = 0
    for k, length in zip(index, shape, strict=True):
        found = found * length + k
    return found


def share(values: Sequence[Any]) -> None:
    """Note that sums are in more than one place, so that they may not grow in place."""
    for each in values:
        if type(each) is Linear:
            each.is_shared = True
