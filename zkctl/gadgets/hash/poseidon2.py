"""The Poseidon2 permutation over BN254's scalar field, the authors' instances: x^5, widths 2, 3 and 4, 8 full and 56 partial rounds.

Source: ePrint 2023/323; the constants come from the Grain LFSR of Poseidon, with one constant in each partial round.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from zkctl.dsl import Array, Signal, dot, gadget, wire
from zkctl.dsl.spans import circuit_error
from zkctl.field import BN254_FR
from zkctl.gadgets.hash.poseidon_parameters import FULL_ROUNDS, grain_constants
from zkctl.runtime.records import record

N_PARTIAL_ROUNDS = 56
Matrix = tuple[tuple[int, ...], ...]
EXTERNAL: dict[int, Matrix] = {  # section 5.1
    2: ((2, 1), (1, 2)),
    3: ((2, 1, 1), (1, 2, 1), (1, 1, 2)),
    4: ((5, 7, 1, 3), (4, 6, 1, 1), (1, 3, 5, 7), (1, 1, 4, 6)),
}
SMALL_DIAGONALS = {2: (2, 3), 3: (2, 2, 3)}  # section 5.2
# of width 4: the first draws with which the minimal polynomials of the matrix's powers are irreducible are the fifth ones
N_REJECTED_DIAGONALS = 4


@record
class Poseidon2Parameters:
    """One width.  Shapes: external t constants for each of the full rounds, internal one for each partial round, matrix t rows of t."""

    external: tuple[tuple[int, ...], ...]
    internal: tuple[int, ...]
    internal_matrix: Matrix


@cache
def poseidon2_parameters(t: int) -> Poseidon2Parameters:
    """Return the parameters for a state of t elements, t in EXTERNAL; the diagonal of width 4 is drawn after the constants."""
    half = FULL_ROUNDS // 2 * t
    count = 2 * half + N_PARTIAL_ROUNDS
    first = N_REJECTED_DIAGONALS * t
    drawn, more = grain_constants(BN254_FR, t, N_PARTIAL_ROUNDS, count, first + t)
    full = drawn[:half] + drawn[half + N_PARTIAL_ROUNDS :]
    diagonal = SMALL_DIAGONALS.get(t, tuple(more[first:]))
    return Poseidon2Parameters(
        tuple(tuple(full[k : k + t]) for k in range(0, 2 * half, t)),
        tuple(drawn[half : half + N_PARTIAL_ROUNDS]),
        tuple(tuple(diagonal[i] if i == j else 1 for j in range(t)) for i in range(t)),
    )


@gadget(stamped=True)
def poseidon2_permutation(state: Sequence[Signal]) -> Array[Signal]:
    """Return the state of 2, 3 or 4 elements after the Poseidon2 permutation.

    Assumes:  the circuit is over BN254's scalar field.
    Enforces: the result is the permutation of the state.
    Cost:     3 per S-box: 216, 240, 264 constraints for 2, 3, 4 elements.
    """
    return Array(_permuted(state, len(state)))


@gadget(stamped=True)
def poseidon2_compress(left: Signal, right: Signal) -> Signal:
    """Return the hash of two elements, for the nodes of trees: the first element of the permutation of both, plus the left one.

    Assumes:  the circuit is over BN254's scalar field; a tree has a fixed depth, or its leaves differ from nodes by a tag.
    Enforces: the result is left + the first element of the permutation of (left, right), the truncated compression with feed-forward
              of the paper, P(x) + x cut to one element.
    Cost:     216 constraints.
    """
    return _permuted([left, right], 1)[0] + left


def _permuted(state: Sequence[Signal], n_outputs: int) -> list[Signal]:
    t = len(state)
    if t not in EXTERNAL:
        raise circuit_error(f"poseidon2_permutation takes 2, 3 or 4 elements, got {t}")
    if state[0].field != BN254_FR:
        raise circuit_error(
            f"poseidon2 has constants for {BN254_FR.name}, this circuit is over {state[0].field.name}"
        )
    parameters = poseidon2_parameters(t)
    half = FULL_ROUNDS // 2
    state = _mixed(EXTERNAL[t], state)
    for constants in parameters.external[:half]:
        state = _full_round(state, constants, t)
    for constant in parameters.internal:
        state = [wire((state[0] + constant) ** 5), *state[1:]]
        state = _mixed(parameters.internal_matrix, state)
    for constants in parameters.external[half:-1]:
        state = _full_round(state, constants, t)
    return _full_round(state, parameters.external[-1], n_outputs)


def _full_round(state: Sequence[Signal], constants: Sequence[int], n_outputs: int) -> list[Signal]:
    powers = [wire((s + c) ** 5) for s, c in zip(state, constants, strict=True)]
    return _mixed(EXTERNAL[len(state)][:n_outputs], powers)


def _mixed(matrix: Sequence[Sequence[int]], state: Sequence[Signal]) -> list[Signal]:
    return [dot(row, state) for row in matrix]
