"""A simplified circuit as a constraint system: rows and wires renumbered, labels are the numbers before."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from zkctl.constraints.linear import Terms
from zkctl.constraints.r1cs import R1CS, SparseMatrix
from zkctl.constraints.simplify.passes import Simplified, simplify
from zkctl.constraints.simplify.rows import Constraint, ConstraintRows, Ints
from zkctl.constraints.source_map import describe
from zkctl.constraints.witness_program import WitnessProgram
from zkctl.errors import CircuitError
from zkctl.field.words import words_from_ints


def simplify_program(
    program: WitnessProgram,
    *,
    level: int,
    max_rounds: int | None = None,
) -> Simplified:
    """Simplify the constraints of a program; its outputs and public inputs stay."""
    return simplify(
        rows_of(program),
        1 + program.n_public,
        level=level,
        max_rounds=max_rounds,
    )


def contradiction(program: WitnessProgram, *, level: int) -> CircuitError:
    """Return the error for a circuit whose constraints contradict each other; its place is the first one too many."""
    rows = rows_of(program)
    low, high = 0, rows.n_rows  # the first `low` rows can hold together, the first `high` cannot
    while high - low > 1:
        middle = (low + high) // 2
        part = simplify(rows.first(middle), 1 + program.n_public, level=level)
        low, high = (low, middle) if part.is_contradictory else (middle, high)
    source = program.source
    message = source.messages[int(source.row_messages[high - 1])]
    return CircuitError(
        "this constraint contradicts others, no input satisfies the circuit"
        + (f": {message}" if message else ""),
        where=describe(source.chain(int(source.row_nodes[high - 1]))),
        hint="remove one of the constraints that exclude each other",
    )


def rows_of(program: WitnessProgram) -> ConstraintRows:
    """Return the constraints of a program; nothing is copied that can be shared."""
    return ConstraintRows(
        program.field.modulus,
        program.n_wires,
        program.starts,
        program.wires,
        program.coefficients,
        tuple(program.pool),
    )


def simplified_r1cs(program: WitnessProgram, result: Simplified) -> R1CS:
    """Return the constraint system that is left.

    The number of private inputs is that of the circuit, whether or not all of them are still wires.
    """
    circuit = program.to_r1cs()
    numbers = np.zeros(program.n_wires, np.int64)
    numbers[result.kept] = np.arange(len(result.kept))
    rows = np.fromiter(result.changed, np.int64, len(result.changed))
    places = np.searchsorted(result.origins, rows).tolist()
    changed = dict(zip(places, result.changed.values(), strict=True))
    nothing: Terms = {}
    for place, terms in enumerate(result.linear, start=len(result.origins)):
        changed[place] = Constraint(nothing, nothing, terms)
    matrices = [
        _matrix(matrix, result.origins, {k: each[side] for k, each in changed.items()}, numbers)
        for side, matrix in enumerate((circuit.a, circuit.b, circuit.c))
    ]
    return R1CS(
        program.field,
        len(result.kept),
        circuit.n_outputs,
        circuit.n_public_inputs,
        circuit.n_private_inputs,
        program.n_wires,
        matrices[0],
        matrices[1],
        matrices[2],
        result.kept.astype(np.uint64),
    )


def _matrix(
    matrix: SparseMatrix, origins: Ints, changed: Mapping[int, Terms], numbers: Ints
) -> SparseMatrix:
    """Return the rows `origins` and the changed ones at their places; every place beyond `origins` is a changed one."""
    n_rows = max(len(origins), 1 + max(changed, default=-1))
    is_changed = np.zeros(n_rows, np.bool_)
    is_changed[list(changed)] = True
    lengths = np.zeros(n_rows, np.int64)
    lengths[: len(origins)] = np.diff(matrix.starts)[origins]
    lengths[list(changed)] = [len(terms) for terms in changed.values()]
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    row_of_term = np.repeat(np.arange(n_rows), lengths)
    own = ~is_changed[row_of_term]
    place = np.arange(len(row_of_term)) - starts[row_of_term]
    source = matrix.starts[origins[row_of_term[own]]] + place[own]
    wires = np.empty(len(own), np.int64)
    values = np.empty((len(own), matrix.values.shape[1]), np.uint64)
    wires[own] = numbers[matrix.wires[source]]
    values[own] = matrix.values[source]
    pairs = [pair for k in sorted(changed) for pair in sorted(changed[k].items())]
    wires[~own] = numbers[[wire for wire, _ in pairs]] if pairs else []
    values[~own] = words_from_ints([value for _, value in pairs], values.shape[1])
    return SparseMatrix(matrix.field, starts, wires.astype(np.uint32), values)
