"""The Poseidon hash with x^5 and widths 2 to 17, over the scalar field of BN254 as in circomlib, or of BLS12-381.

Over BLS12-381 it is the authors' instance with 255 bits (poseidonperm_x5_255_3 for two inputs, poseidonperm_x5_255_5 for four), and
the same table of rounds for the other widths.  The element 0 of the state comes first, as in circomlib, over both fields.
Source: ePrint 2019/458; parameters in poseidon_parameters.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.dsl import Signal, dot, gadget, wire
from zkctl.dsl.spans import circuit_error
from zkctl.gadgets.hash.poseidon_parameters import (
    FIELDS,
    FULL_ROUNDS,
    WIDTHS,
    poseidon_parameters,
)
from zkctl.gadgets.sizes import as_text

MAX_INPUTS = WIDTHS.stop - 2


@gadget(stamped=True)
def poseidon(*inputs: Signal) -> Signal:
    """Return Poseidon of 1 to 16 elements, as circomlib's Poseidon(n) and circomlibjs' poseidon.

    Assumes:  nothing about the inputs; the circuit is over the scalar field of BN254 or BLS12-381.
    Enforces: the result is the first element of the permutation of (0, inputs).
    Cost:     3 per S-box, less 3 because the first one is constant: 213, 240, 261, 297 ... constraints for 1, 2, 3, 4 ... inputs;
              3 less for each constant among the inputs.
    """
    _check_inputs(inputs)
    return _permutation([inputs[0] * 0, *inputs], 1)[0]


@gadget(stamped=True)
def poseidon_ex(
    inputs: Sequence[Signal], initial_state: Signal, *, n_outputs: int
) -> tuple[Signal, ...]:
    """Return several outputs from a given initial state, as circomlib's PoseidonEx.

    Assumes:  the circuit is over the scalar field of BN254 or BLS12-381.
    Enforces: the results are the first n_outputs elements of the permutation of (initial_state, inputs).
    Cost:     3 per S-box: 3 (8 t + partial rounds of t), t = 1 + number of inputs.
    """
    _check_inputs(inputs)
    if not 1 <= n_outputs <= len(inputs) + 1:
        raise circuit_error(
            f"poseidon_ex of {len(inputs)} inputs has 1 to {len(inputs) + 1} outputs, not {as_text(n_outputs)}"
        )
    return tuple(_permutation([initial_state, *inputs], n_outputs))


def _check_inputs(inputs: Sequence[Signal]) -> None:
    if not 1 <= len(inputs) <= MAX_INPUTS:
        raise circuit_error(
            f"poseidon takes 1 to {MAX_INPUTS} inputs, got {len(inputs)}",
            hint="poseidon_sponge hashes longer lists",
        )
    if inputs[0].field not in FIELDS:
        raise circuit_error(
            f"poseidon has constants for {' and '.join(field.name for field in FIELDS)}, this circuit is over {inputs[0].field.name}"
        )


def _permutation(state: list[Signal], n_outputs: int) -> list[Signal]:
    parameters = poseidon_parameters(len(state), state[0].field)
    mds = parameters.mds
    half = FULL_ROUNDS // 2
    first_late = half + parameters.n_partial_rounds
    last = len(parameters.constants) - 1
    for k, constants in enumerate(parameters.constants):
        state = [s + c for s, c in zip(state, constants, strict=True)]
        if half <= k < first_late:
            state = _partial_round(state, mds)
        else:
            powers = [s**5 for s in state]
            n_rows = n_outputs if k == last else len(state)
            state = _mix(mds[:n_rows], powers)
    return state


def _partial_round(state: list[Signal], mds: Sequence[Sequence[int]]) -> list[Signal]:
    """Apply one S-box; the new first element becomes the wire of its last multiplication.

    So the next S-box squares a single wire, and the linear combinations, one term longer each round, stand only in C.
    """
    mixed = [state[0] ** 5, *state[1:]]
    first = wire(dot(mds[0], mixed))
    return [first, *(dot(row, mixed) for row in mds[1:])]


def _mix(rows: Sequence[Sequence[int]], powers: list[Signal]) -> list[Signal]:
    """Return the matrix times the S-boxes' outputs; a single row becomes one wire, at the price of its first product."""
    for power in powers[1:]:
        wire(power)
    if len(rows) == 1:
        return [wire(dot(rows[0], powers))]
    wire(powers[0])
    return [dot(row, powers) for row in rows]
