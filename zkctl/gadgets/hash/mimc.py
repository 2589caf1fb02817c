"""MiMC, circomlib's two instances over BN254's scalar field: MiMC-7 (x^7, 91 rounds) and the Feistel sponge (x^5, 220 rounds).

Source: ePrint 2016/492; the round constants are chains of Keccak-256, of the texts "mimc" and "mimcsponge", reduced modulo p.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from zkctl.dsl import Signal, gadget, wire
from zkctl.dsl.spans import circuit_error
from zkctl.field import BN254_FR
from zkctl.gadgets.sizes import check_size
from zkctl.runtime.keccak import plain_keccak_256

N_ROUNDS = 91
N_FEISTEL_ROUNDS = 220


@cache
def mimc7_constants() -> tuple[int, ...]:
    """Return the round constants of MiMC-7; the first one is 0."""
    return (0, *_chain(b"mimc", N_ROUNDS - 1))


@cache
def mimc_sponge_constants() -> tuple[int, ...]:
    """Return the round constants of the Feistel network; the first and the last one are 0."""
    return (0, *_chain(b"mimcsponge", N_FEISTEL_ROUNDS - 2), 0)


def _chain(seed: bytes, count: int) -> list[int]:
    """Return the hashes after the seed's own, modulo p."""
    found, value = [], plain_keccak_256(seed)
    for _ in range(count):
        value = plain_keccak_256(value)
        found.append(int.from_bytes(value, "big") % BN254_FR.modulus)
    return found


@gadget(stamped=True)
def mimc7(x: Signal, key: Signal) -> Signal:
    """Return x encrypted with MiMC-7 under a key, as circomlib's MiMC7(91).

    Assumes:  the circuit is over BN254's scalar field.
    Enforces: the result is the last of the states t <- (t + key + c_i)^7, i < 91, plus the key.
    Cost:     364 constraints: 4 for each round.
    """
    _check_field("mimc7", x)
    state = x
    for constant in mimc7_constants():
        state = wire((state + key + constant) ** 7)
    return state + key


@gadget
def mimc7_hash(inputs: Sequence[Signal], key: Signal) -> Signal:
    """Return MiMC-7 of a list of any fixed length, as circomlib's MultiMiMC7(n, 91).

    Assumes:  all lists hashed for one purpose have one length: nothing is padded; the circuit is over BN254's scalar field.
    Enforces: the result is the last of the states r <- r + x + mimc7(x, r) over the inputs x, starting at the key.
    Cost:     364 constraints for each input.
    """
    _check_not_empty("mimc7_hash", inputs)
    state = key
    for x in inputs:
        state = state + x + mimc7(x, state)
    return state


@gadget(stamped=True)
def mimc_sponge(left: Signal, right: Signal, key: Signal) -> tuple[Signal, Signal]:
    """Return both halves of a state after the MiMC Feistel network, as circomlib's MiMCFeistel(220).

    Assumes:  the circuit is over BN254's scalar field.
    Enforces: in each of 220 rounds (left, right) becomes (right + (left + key + c_i)^5, left), in the last one without the exchange.
    Cost:     660 constraints: 3 for each round.
    """
    _check_field("mimc_sponge", left)
    for constant in mimc_sponge_constants():
        left, right = wire(right + (left + key + constant) ** 5), left
    return right, left


@gadget
def mimc_sponge_hash(
    inputs: Sequence[Signal], key: Signal, *, n_outputs: int
) -> tuple[Signal, ...]:
    """Return n_outputs elements of the MiMC sponge of a list of any fixed length, as circomlib's MiMCSponge(n, 220, n_outputs).

    Assumes:  all lists hashed for one purpose have one length: nothing is padded; the circuit is over BN254's scalar field.
    Enforces: from the state (0, 0), each input is added to the left half before a mimc_sponge; the results are the left half then, and
              after each of n_outputs - 1 further ones.
    Cost:     660 constraints for each input and for each output after the first.
    """
    _check_not_empty("mimc_sponge_hash", inputs)
    check_size("the number of outputs of mimc_sponge_hash", n_outputs)
    left, right = inputs[0] * 0, inputs[0] * 0
    for x in inputs:
        left, right = mimc_sponge(left + x, right, key)
    outputs = [left]
    for _ in range(n_outputs - 1):
        left, right = mimc_sponge(left, right, key)
        outputs.append(left)
    return tuple(outputs)


def _check_not_empty(name: str, inputs: Sequence[Signal]) -> None:
    if len(inputs) == 0:
        raise circuit_error(f"{name} needs at least one input")


def _check_field(name: str, x: Signal) -> None:
    if x.field != BN254_FR:
        raise circuit_error(
            f"{name} has constants for {BN254_FR.name}, this circuit is over {x.field.name}"
        )
