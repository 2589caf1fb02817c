"""Building the group kernels proves their bounds for every vector width and limb plan, this machine's or not."""

from __future__ import annotations

import pytest

from zkctl.curve import CURVES, Group
from zkctl.curve.kernels.addition import GroupEmitter
from zkctl.curve.kernels.interface import PARTS
from zkctl.field.kernels.language import Program

KERNELS_OF = {
    "sums": {"chord", "segments", "halving", "to_pool", "from_pool"},
    "tangent": {"tangent"},
    "doublings": {"double_times"},
    "members": {"members"},
    "combination": {"multiples", "combination"},
}
KERNELS = set.union(*KERNELS_OF.values())
GROUPS = [group for curve in CURVES for group in (curve.g1, curve.g2)]


@pytest.mark.parametrize("group", GROUPS, ids=lambda g: g.name)
@pytest.mark.parametrize(("lanes", "fused"), [(2, False), (4, False), (8, False), (8, True)])
def test_every_vector_width_can_be_built(group: Group, lanes: int, fused: bool) -> None:
    prefix, kernels = group.name.replace(".", "_"), {}
    for part in PARTS if group.degree == 1 else PARTS[:-1]:
        program = Program("test", lanes, "x86_64-unknown-linux-gnu", x86=True, fused=fused)
        GroupEmitter(program, group).emit(part)
        names = {function.name for function in program.module.functions}
        kernels[part] = {name for name in KERNELS if f"{prefix}_{name}" in names}
    assert kernels == {part: KERNELS_OF[part] for part in kernels}


def test_combinations_are_for_points_of_g1() -> None:
    program = Program("test", 4, "x86_64-unknown-linux-gnu", x86=True)
    with pytest.raises(AssertionError):
        GroupEmitter(program, GROUPS[1]).emit("combination")
