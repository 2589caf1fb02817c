"""Building the group kernels proves their bounds for every vector width and limb plan, this machine's or not."""

from __future__ import annotations

import pytest

from zkctl.curve import CURVES, Group
from zkctl.curve.kernels.addition import GroupEmitter
from zkctl.field.kernels.language import Program

GROUPS = [group for curve in CURVES for group in (curve.g1, curve.g2)]


@pytest.mark.parametrize("group", GROUPS, ids=lambda g: g.name)
@pytest.mark.parametrize(("lanes", "fused"), [(2, False), (4, False), (8, False), (8, True)])
def test_every_vector_width_can_be_built(group: Group, lanes: int, fused: bool) -> None:
    program = Program("test", lanes, "x86_64-unknown-linux-gnu", x86=True, fused=fused)
    GroupEmitter(program, group).emit()
    names = {function.name for function in program.module.functions}
    prefix = group.name.replace(".", "_")
    assert {f"{prefix}_{name}" for name in ("chord", "tangent", "members")} <= names
    assert (f"{prefix}_combination" in names) == (group.degree == 1)
