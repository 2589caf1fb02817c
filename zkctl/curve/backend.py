"""Choose the implementation of the group kernels (see zkctl/field/backend.py)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from zkctl.curve.curves.parameters import Curve, Group
from zkctl.curve.kernels.interface import GroupKernels, PairingKernels
from zkctl.field.backend import (
    evaluator_program,
    field_programs,
    transform_program,
    uses_compiled_kernels,
)
from zkctl.runtime.settings import may_compile

if TYPE_CHECKING:
    from zkctl.curve.kernels.compiled.group import CompiledGroupKernels
    from zkctl.curve.kernels.compiled.pairing import CompiledPairing
    from zkctl.field.kernels.on_demand import ProgramOnDemand

PAIRS_WORTH_COMPILING = 256  # on Python integers these take as long as compiling the kernels
FIXED_PRODUCTS = 200  # their known lines save so much that 32 times as many pay for compiling
FEW_PAIRS = 16  # a tenth of a second on Python integers


def group_kernels(group: Group) -> GroupKernels:
    """Return the kernels of one group: compiled ones if machine code can run, and is ready or may be compiled."""
    if uses_compiled_kernels():
        compiled = _compiled_group(group)
        if may_compile() or compiled.is_ready():
            return compiled
    return _numpy_group(group)


@cache
def _compiled_group(group: Group) -> CompiledGroupKernels:
    from zkctl.curve.kernels.compiled.deferring import DeferringGroupKernels

    return DeferringGroupKernels(group)


@cache
def _numpy_group(group: Group) -> GroupKernels:
    from zkctl.curve.kernels.numpy import NumpyGroupKernels

    return NumpyGroupKernels(group)


def pairing_kernels(curve: Curve, n_pairs: int) -> PairingKernels | None:
    """Return the compiled pairing, or None where Python integers are quicker.

    Compiling takes seconds, a pairing on integers ten milliseconds: so it is done once per machine
    where the cache keeps the result, else only for many pairs or on demand (`compile_pairing`).
    """
    if not uses_compiled_kernels():
        return None
    from zkctl.field.kernels.cache import keeps_objects

    kernels = _compiled_pairing(curve)
    if kernels.program.is_ready():
        return kernels
    few = FEW_PAIRS if keeps_objects() else PAIRS_WORTH_COMPILING
    return compile_pairing(curve) if kernels.program.is_worth(n_pairs / few) else None


def fixed_pairing_kernels(curve: Curve) -> CompiledPairing | None:
    """Return the compiled pairing with the kernels for points of G2 that stay, or None where they are not worth compiling."""
    if not uses_compiled_kernels():
        return None
    kernels = _compiled_pairing(curve)
    return kernels if kernels.fixed_program.is_worth(1 / FIXED_PRODUCTS) else None


def prepare_pairing(curve: Curve) -> None:
    """Compile the pairing now, where machine code can run: for processes that verify more than once."""
    if uses_compiled_kernels():
        compile_pairing(curve)


def compile_pairing(curve: Curve) -> PairingKernels:
    """Return the compiled pairing, compiled now if the cache has none."""
    kernels = _compiled_pairing(curve)
    kernels.program.get()
    return kernels


def curve_programs(curve: Curve) -> list[ProgramOnDemand]:
    """Return all programs of a curve and of its fields.  Assumes: machine code can run."""
    groups = [_compiled_group(group) for group in (curve.g1, curve.g2)]
    programs = [program for group in groups for program in group.programs.values()]
    fields = (curve.base_field, curve.scalar_field)
    programs += [program for field in fields for program in field_programs(field)]
    scalars = curve.scalar_field
    programs += [transform_program(scalars), evaluator_program(scalars)]
    pairing = _compiled_pairing(curve)
    return [*programs, pairing.program, pairing.fixed_program]


@cache
def _compiled_pairing(curve: Curve) -> CompiledPairing:
    from zkctl.curve.kernels.compiled.pairing import CompiledPairing

    return CompiledPairing(curve)
