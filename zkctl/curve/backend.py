"""Choose the implementation of the group kernels (see zkctl/field/backend.py)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from zkctl.curve.curves.parameters import Curve, Group
from zkctl.curve.kernels.interface import GroupKernels, PairingKernels
from zkctl.field.backend import uses_compiled_kernels
from zkctl.runtime.settings import may_compile

if TYPE_CHECKING:
    from zkctl.curve.kernels.compiled.group import CompiledGroupKernels

PAIRS_WORTH_COMPILING = 256  # on Python integers these take as long as compiling the kernels


def group_kernels(group: Group) -> GroupKernels:
    """Return the kernels of one group: compiled ones if machine code can run, and is ready or may be compiled."""
    if uses_compiled_kernels():
        compiled = _compiled_group(group)
        if may_compile() or compiled.is_ready():
            return compiled
    return _numpy_group(group)


@cache
def _compiled_group(group: Group) -> CompiledGroupKernels:
    from zkctl.curve.kernels.compiled.group import CompiledGroupKernels

    return CompiledGroupKernels(group)


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
    found = _cached_pairing(curve)
    if found is not None or not may_compile():
        return found
    from zkctl.field.kernels.cache import keeps_objects

    if n_pairs >= PAIRS_WORTH_COMPILING or keeps_objects():
        return compile_pairing(curve)
    return None


def prepare_pairing(curve: Curve) -> None:
    """Compile the pairing now, where machine code can run: for processes that verify more than once."""
    if uses_compiled_kernels():
        compile_pairing(curve)


@cache
def compile_pairing(curve: Curve) -> PairingKernels:
    """Return the compiled pairing, compiled now if the cache has none."""
    from zkctl.curve.kernels.compiled.pairing import CompiledPairing

    _cached_pairing.cache_clear()
    return CompiledPairing.compiled(curve)


@cache
def _cached_pairing(curve: Curve) -> PairingKernels | None:
    from zkctl.curve.kernels.compiled.pairing import CompiledPairing

    return CompiledPairing.cached(curve)
