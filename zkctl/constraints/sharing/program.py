"""The witness program of a circuit with wires for shared sums: the program of the circuit, then a row for each new wire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from zkctl.constraints.hint_table import HintTable
from zkctl.constraints.linear import Terms
from zkctl.constraints.sharing.share import Shared, share_sums
from zkctl.constraints.sides import CoefficientPool
from zkctl.constraints.simplify.circuit import rows_of
from zkctl.constraints.simplify.passes import Simplified
from zkctl.constraints.witness_program import WitnessProgram


def share_in_program(program: WitnessProgram, simplified: Simplified) -> tuple[WitnessProgram, Simplified]:  # fmt: skip
    """Return a program that computes the wires of shared sums too, and its simplification with them."""
    shared: Shared = share_sums(rows_of(program), simplified)
    kept = shared.simplified.kept.astype(np.uint32)
    return replace(_extended(program, shared.new_wires), kept=kept), shared.simplified


def _extended(program: WitnessProgram, sums: Sequence[Terms]) -> WitnessProgram:
    """Return the program with rows 0 * 0 = wire - sum at its end, each for a new wire."""
    pool = CoefficientPool(program.field.modulus, program.pool)
    p, n_new = program.field.modulus, len(sums)
    targets = program.n_wires + np.arange(n_new)
    wires: list[int] = []
    coefficients: list[int] = []
    for target, terms in zip(targets.tolist(), sums, strict=True):
        pairs = sorted((wire, p - value) for wire, value in terms.items())
        wires += [*(wire for wire, _ in pairs), target]
        coefficients += [*pool.indices([value for _, value in pairs]), pool.index(1)]
    lengths = np.zeros(3 * n_new, np.int64)
    lengths[2::3] = [1 + len(terms) for terms in sums]
    values, hints = tuple(pool.values), program.hints
    if isinstance(hints, HintTable):
        hints = replace(hints, pool=values)  # the entries that hints use stay in their places
    source = program.source
    no_origin = np.zeros(n_new, np.uint32)
    return replace(
        program,
        n_wires=program.n_wires + n_new,
        pool=values,
        hints=hints,
        starts=np.concatenate([program.starts, program.starts[-1] + np.cumsum(lengths)]),
        wires=np.concatenate([program.wires, np.array(wires, np.uint32)]),
        coefficients=np.concatenate([program.coefficients, np.array(coefficients, np.uint32)]),
        targets=np.concatenate([program.targets, targets.astype(np.uint32)]),
        source=replace(
            source,
            row_nodes=np.concatenate([source.row_nodes, no_origin]),
            row_messages=np.concatenate([source.row_messages, no_origin]),
        ),
    )
