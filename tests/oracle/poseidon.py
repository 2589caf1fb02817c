"""Poseidon on integers, a second implementation: the permutation as published, and the sponge of width 3 built on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zkctl.field import PrimeField
from zkctl.gadgets.hash.poseidon_parameters import FULL_ROUNDS, poseidon_parameters

Matrix = Sequence[Sequence[int]]


def permutation(state: Sequence[int], field: PrimeField) -> list[int]:
    """The state after all rounds."""
    parameters = poseidon_parameters(len(state), field)
    return permuted(state, parameters.constants, parameters.mds, field)


def permuted(state: Sequence[int], constants: Matrix, mds: Matrix, field: PrimeField) -> list[int]:
    """The state after as many rounds as there are rows of constants: constants, x^5, matrix."""
    p, n_rounds = field.modulus, len(constants)
    for k, row_of_constants in enumerate(constants):
        is_full = k < FULL_ROUNDS // 2 or k >= n_rounds - FULL_ROUNDS // 2
        state = [x + c for x, c in zip(state, row_of_constants, strict=True)]
        powers = [pow(x, 5, p) if is_full or j == 0 else x for j, x in enumerate(state)]
        state = [sum(m * x for m, x in zip(row, powers, strict=True)) % p for row in mds]
    return list(state)


def published(t: int, n_partial: int, field: PrimeField) -> tuple[Matrix, Matrix]:
    """The round constants and the matrix, derived one bit at a time."""
    bits, p = grain(t, n_partial, field.n_bits), field.modulus

    def draw() -> int:
        return int("".join(str(next(bits)) for _ in range(field.n_bits)), 2)

    constants: list[int] = []
    while len(constants) < (FULL_ROUNDS + n_partial) * t:
        number = draw()
        if number < p:
            constants.append(number)
    xy = [draw() % p for _ in range(2 * t)]
    assert len(set(xy)) == 2 * t
    rows = tuple(tuple(constants[k : k + t]) for k in range(0, len(constants), t))
    return rows, tuple(tuple(pow(x + y, -1, p) for y in xy[t:]) for x in xy[:t])


def grain(t: int, n_partial: int, n_bits: int) -> Iterator[int]:
    """The self-shrinking Grain LFSR of the paper's appendix, one bit at a time."""
    fields = ((1, 2), (0, 4), (n_bits, 12), (t, 12), (FULL_ROUNDS, 10), (n_partial, 10))
    state = [int(b) for value, width in fields for b in f"{value:0{width}b}"] + [1] * 30

    def step() -> int:
        new = state[62] ^ state[51] ^ state[38] ^ state[23] ^ state[13] ^ state[0]
        state.pop(0)
        state.append(new)
        return new

    for _ in range(160):
        step()
    while True:
        keep, bit = step(), step()
        if keep:
            yield bit


def sponge(inputs: Sequence[int], n_outputs: int, field: PrimeField) -> list[int]:
    """The outputs for a list: the capacity starts with both numbers, and the list is filled up with a zero."""
    a, b, c = (len(inputs) << 32) + n_outputs, 0, 0
    values = [*inputs, *[0] * (len(inputs) % 2)]
    for x, y in zip(values[::2], values[1::2], strict=True):
        a, b, c = permutation([a, b + x, c + y], field)
    found = [b, c]
    while len(found) < n_outputs:
        a, b, c = permutation([a, b, c], field)
        found += [b, c]
    return found[:n_outputs]
