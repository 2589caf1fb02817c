"""The rounds of Poseidon with few products: a partial round multiplies 2 t - 1 times by constants instead of t^2 times.

Write the matrix as M = [[a, v], [w, N]].  It is the product of [[a, v N^-1], [w, 1]] and [[1, 0], [0, N]]; the second factor leaves
the first element alone, so it commutes with the S-box of a partial round and joins the matrix of the round before.  For P partial
rounds, the one with j rounds from it to the last (itself counted) has v N^-j and N^(j-1) w; N^P joins the last full round before them.
A constant of an element without S-box can be added before the round, if the new s_0 is corrected.
Source: ePrint 2019/458, appendix B.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from zkctl.field import BN254_FR
from zkctl.gadgets.hash.poseidon_parameters import FULL_ROUNDS, poseidon_parameters
from zkctl.runtime.records import record

MODULUS = BN254_FR.modulus
Vector = list[int]
Matrix = list[Vector]


@record
class FullRound:
    """S-boxes on all elements; then element i is the sum of rows[i][j] s_j, plus after[i]."""

    rows: Matrix
    after: Vector


@record
class PartialRound:
    """An S-box on s_0; then s_0 becomes the sum of row[j] s_j plus after, and s_i becomes s_i + column[i - 1] times the old s_0."""

    row: Vector
    column: Vector
    after: int


@record
class PoseidonRounds:
    """One width: `before` is added to the state, then come the rounds."""

    before: Vector
    first: list[FullRound]
    partial: list[PartialRound]
    last: list[FullRound]


@cache
def poseidon_rounds(t: int) -> PoseidonRounds:
    """Return the rounds for a state of t elements."""
    parameters = poseidon_parameters(t)
    constants = [list(each) for each in parameters.constants]
    mds = [list(row) for row in parameters.mds]
    half, n_partial = FULL_ROUNDS // 2, parameters.n_partial_rounds
    powers = [_identity(t - 1)]
    for _ in range(n_partial):
        powers.append(_product(powers[-1], [row[1:] for row in mds[1:]]))
    later = _later_constants(powers, constants[half : half + n_partial + 1])
    partial = _partial_rounds(mds, powers, [each[0] for each in constants[half + 1 :]], later)
    joined = FullRound(
        [mds[0], *_product(powers[n_partial], mds[1:])], [constants[half][0], *later[0]]
    )
    first = [*(FullRound(mds, each) for each in constants[1:half]), joined]
    last = [*constants[half + n_partial + 1 :], [0] * t]
    return PoseidonRounds(constants[0], first, partial, [FullRound(mds, each) for each in last])


def _later_constants(powers: Sequence[Matrix], constants: Sequence[Vector]) -> list[Vector]:
    """Return for each partial round the constants of elements 1 .. t-1 from it on, the next full round's included.

    All are added before the first of these rounds; each round's `after` corrects s_0 for those that come later.
    """
    n = len(constants) - 1
    found = [constants[n][1:]]
    for r in reversed(range(n)):
        moved = _product(powers[n - r], [[c] for c in constants[r][1:]])
        found.append([(x + y) % MODULUS for x, (y,) in zip(found[-1], moved, strict=True)])
    return found[::-1]


def _partial_rounds(
    mds: Matrix, powers: Sequence[Matrix], following: Sequence[int], later: Sequence[Vector]
) -> list[PartialRound]:
    """Return the rounds; following[r] is the constant that s_0 has after round r."""
    n, inverse = len(powers) - 1, _inverse(powers[1])
    rounds, row = [], mds[0][1:]
    for r in reversed(range(n)):
        row = _product([row], inverse)[0]
        column = [x for (x,) in _product(powers[n - r - 1], [line[:1] for line in mds[1:]])]
        after = (following[r] - _dot(row, later[r + 1])) % MODULUS
        rounds.append(PartialRound([mds[0][0], *row], column, after))
    return rounds[::-1]


def _identity(n: int) -> Matrix:
    return [[int(i == j) for j in range(n)] for i in range(n)]


def _dot(x: Sequence[int], y: Sequence[int]) -> int:
    return sum(a * b for a, b in zip(x, y, strict=True)) % MODULUS


def _product(x: Matrix, y: Matrix) -> Matrix:
    columns = list(zip(*y, strict=True))
    return [[_dot(row, column) for column in columns] for row in x]


def _inverse(matrix: Matrix) -> Matrix:
    """Return the inverse by elimination; the matrix is regular."""
    n = len(matrix)
    rows = [list(row) + one for row, one in zip(matrix, _identity(n), strict=True)]
    for k in range(n):
        pivot = next(i for i in range(k, n) if rows[i][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        scale = pow(rows[k][k], -1, MODULUS)
        rows[k] = [x * scale % MODULUS for x in rows[k]]
        for i in range(n):
            if i != k:
                factor = rows[i][k]
                rows[i] = [
                    (x - factor * y) % MODULUS for x, y in zip(rows[i], rows[k], strict=True)
                ]
    return [row[n:] for row in rows]
