"""Signals behind indexes that are not known: `points[k].x`, `hashes[k].out`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from zkctl.circom.execution.components import Components
from zkctl.circom.execution.positions import check_index, part_of
from zkctl.circom.execution.wires import Wires
from zkctl.circom.source import Place
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from zkctl.circom.execution.buses import BusShape
    from zkctl.circom.execution.run import TemplateRun


@record(eq=False)
class Gathered:
    """All signals that an access may mean.

    Shapes: `lengths` those of the dimensions with unknown indexes, in order; `shape` (and `bus`) what is left of one element;
    numbers (lengths..., shape...) in row-major order, 0 for a component that does not exist.
    """

    lengths: tuple[int, ...]
    shape: tuple[int, ...]
    bus: BusShape | None
    numbers: tuple[int, ...]

    @property
    def dimensions(self) -> tuple[int, ...]:
        """The shape of `numbers`, a bus at the end as a dimension."""
        return (*self.lengths, *self.shape, self.bus.size) if self.bus else (*self.lengths, *self.shape)  # fmt: skip


def gathered(run: TemplateRun, wires: Wires, access: Sequence[Any], place: Place) -> Gathered:
    """Return the signals behind indexes and members; an index that is no int is not known.  Raises: CircomError as `part_of`."""
    shape, bus, lengths = wires.shape, wires.bus, []
    offsets = [0]
    for each in access:
        if isinstance(each, int | str):
            part = part_of(shape, bus, (each,), run, place)
            if part.left:
                raise run.error(place, f"{wires.name} has no field {each}", code="T2048")
            offsets = [offset + part.offset for offset in offsets]
            shape, bus = part.shape, part.bus
        else:
            check_index(0, shape, run, place)
            lengths.append(shape[0])
            n, shape = shape[0], shape[1:]
            step = math.prod(shape) * (bus.size if bus else 1)
            offsets = [offset + k * step for offset in offsets for k in range(n)]
    size = math.prod(shape) * (bus.size if bus else 1)
    numbers = tuple(wires.first + offset + k for offset in offsets for k in range(size))
    return Gathered(tuple(lengths), shape, bus, numbers)


def gathered_of_components(
    run: TemplateRun, components: Components, access: Sequence[Any], place: Place
) -> Gathered:
    """Return the signals behind a component at unknown indexes; `access` is all behind its name."""
    n = next(k for k, each in enumerate(access) if isinstance(each, str))
    indexes, name, rest = access[:n], str(access[n]), access[n + 1 :]
    if len(indexes) != len(components.shape):
        wanted = f"{components.name} has {len(components.shape)} dimensions"
        raise run.error(place, f"{wanted}, got {len(indexes)} indexes", code="T2043")
    pairs = list(zip(indexes, components.shape, strict=True))
    lengths = [size for each, size in pairs if type(each) is not int]
    axes = [(each,) if type(each) is int else range(size) for each, size in pairs]
    found: list[Gathered | None] = []
    for index in product(*axes):
        component = components.created.get(index)
        exists = component is not None and component.executed is not None
        found.append(gathered(run, component.port(name, run, place), rest, place) if component and exists else None)  # fmt: skip
    first = next((each for each in found if each), None)
    if first is None:
        raise run.error(place, f"no component {components.name} is created")
    if any(each and each.dimensions != first.dimensions for each in found):
        raise run.error(place, f"{name} has different lengths in the components {components.name}")
    none = (0,) * len(first.numbers)
    numbers = tuple(number for each in found for number in (each.numbers if each else none))
    return Gathered((*lengths, *first.lengths), first.shape, first.bus, numbers)
