"""A sponge of Poseidon for lists of any length that is known when the circuit is compiled.

Decision: width 3, so a rate of 2 and a capacity of 1 element.  The first element of the state, the capacity, starts as
n_inputs * 2^32 + n_outputs: lists of different lengths, or hashed for another number of outputs, start from different states, and their
hashes collide only if the permutation's do.  The length being in the capacity, the last block is simply filled up with zeros.
Each block of two inputs is added to the rate before the permutation; outputs are taken from the rate, two by two.
A poseidon of two inputs starts from the capacity 0, which no list has: the sponge never collides with it by construction.
Source: ePrint 2019/458, sections 2.1 (sponge) and 4.2 (domain separation: the length in the capacity).
"""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.dsl import Signal, gadget
from zkctl.dsl.spans import circuit_error
from zkctl.gadgets.hash.poseidon import poseidon_ex
from zkctl.gadgets.sizes import check_size

RATE = 2
LENGTH_BITS = 32


@gadget
def poseidon_sponge(inputs: Sequence[Signal], *, n_outputs: int = 1) -> tuple[Signal, ...]:
    """Return n_outputs elements that are the hash of a list of any fixed length from 1 on.

    Assumes:  the circuit is over the scalar field of BN254 or BLS12-381.
    Enforces: the results are those of the sponge of width 3 whose capacity starts as n_inputs * 2^32 + n_outputs.
    Cost:     243 constraints for each two inputs, and for each two outputs after the first two; 3 less with the first block, whose
              capacity is constant, or 6 where it has one input.
    """
    limit = 1 << LENGTH_BITS
    check_size("the number of outputs of poseidon_sponge", n_outputs)
    if len(inputs) == 0:
        raise circuit_error(
            "poseidon_sponge needs at least one input",
            hint="hash a constant that stands for the empty list",
        )
    zero = inputs[0] * 0
    state: list[Signal] = [zero + (len(inputs) * limit + n_outputs), zero, zero]
    for start in range(0, len(inputs), RATE):
        block = [*inputs[start : start + RATE], zero][:RATE]
        rate = [x + y for x, y in zip(state[1:], block, strict=True)]
        state = list(poseidon_ex(rate, state[0], n_outputs=1 + RATE))
    outputs = state[1:]
    while len(outputs) < n_outputs:
        state = list(poseidon_ex(state[1:], state[0], n_outputs=1 + RATE))
        outputs += state[1:]
    return tuple(outputs[:n_outputs])
