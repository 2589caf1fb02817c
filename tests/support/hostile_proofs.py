"""Proofs by provers that do not keep to the rules, although every equation of the verifier holds; all under one key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from tests.oracle import fflonk as oracle
from tests.oracle.plonk import Rows, Setting, points, scalars
from tests.support.toy_contracts import SETTING, TAU, R, Toy, fflonk_of, g1, plonk_of
from zkctl.solidity.abi import ContractCall
from zkctl.solidity.render import coordinates

N_PUBLIC = 2
FIRST_VALUE = {"plonk": 18, "fflonk": 8}  # among the words of a call: values behind the points


@dataclass(frozen=True)
class Aliasing(Setting):
    """A prover that hashes one number plus r, as another word for it."""

    aliased: int = -1

    def challenge(self, *parts: tuple[str, int]) -> int:
        words = [(kind, v + R if (kind, v) == ("scalar", self.aliased) else v) for kind, v in parts]
        return super().challenge(*words)


def _rows() -> Rows:
    """Two public signals and nothing else: the second and third wires of all rows are wire 0."""
    empty, signals = [0] * 8, [1, 1, *[0] * 6]
    wires = [1, 2, *[0] * 6], list(empty), list(empty)
    return Rows(list(empty), signals, list(empty), list(empty), list(empty), wires)


@cache
def honest(name: str, setting: Setting = SETTING) -> Toy:
    if name == "plonk":
        return plonk_of(setting, _rows(), [0, 5, 6], N_PUBLIC, range(101, 112))
    return fflonk_of(setting, _rows(), [0, 5, 6], N_PUBLIC, ((21, 22), (23, 24), (25, 26)))


@cache
def infinite(name: str) -> Toy:
    """A commitment at infinity: PLONK's to the second wires, fflonk's to wires that are all zero; they are not blinded."""
    if name == "plonk":
        return plonk_of(SETTING, _rows(), [0, 5, 6], N_PUBLIC, [101, 102, 0, 0, *range(105, 112)])
    return fflonk_of(SETTING, _rows(), [0, 0, 0], N_PUBLIC, [(0, 0)] * 3)


def hashed_words(name: str) -> list[int]:
    """The values and public signals of the honest proof, each once."""
    return list(dict.fromkeys(honest(name).call.words[FIRST_VALUE[name] :]))


def aliased_call(name: str, word: int) -> ContractCall:
    """A call with a value or public signal plus r, to which its challenges belong; equal ones together.

    `inv` of fflonk is not hashed: its call is that of the honest proof.
    """
    call, first = honest(name, Aliasing("bn254", TAU, word)).call, FIRST_VALUE[name]
    changed = [each + R if each == word else each for each in call.words[first:]]
    return replace(call, words=(*call.words[:first], *changed))


def without_inverse(public: tuple[int, int]) -> ContractCall:
    """Proof of fflonk for any public signals, of a prover who knows no witness, with 0 as `inv`.

    0 takes C1 and C2 out of the equation, which then says that the key's polynomial is opened rightly.
    """
    ring, rows, roots = SETTING.ring, _rows(), oracle.Roots(SETTING, 8)
    key, commitment = oracle.c_0(SETTING, rows), 1  # C1 and C2 are the generator
    start = points([SETTING.commit(key)]) + scalars(public)
    beta = SETTING.challenge(*start, *points([commitment]))
    gamma = SETTING.challenge(*scalars([beta]))
    seed = SETTING.challenge(*scalars([gamma]), *points([commitment]))
    xi = pow(seed, 24, R)
    parts = dict(zip(("ql", "qr", "qo", "qm", "qc", "s1", "s2", "s3"), range(8), strict=True))
    values = [
        ring.at(key[parts[name] :: 8], xi) if name in parts else 7 for name in oracle.EVALUATIONS
    ]
    alpha = SETTING.challenge(*scalars([seed, *values]))
    places = roots.sets(seed)[0]
    rest, zero = ring.interpolate(places, [ring.at(key, x) for x in places]), ring.vanishing(places)
    w_1 = ring.divide(ring.sub(key, rest), zero)
    y = SETTING.challenge(*scalars([alpha]), *points([SETTING.commit(w_1)]))
    opened = ring.sub(ring.sub(key, [ring.at(rest, y)]), ring.scale(ring.at(zero, y), w_1))
    w_2 = ring.divide(opened, [-y % R, 1])
    sent = [commitment, commitment, SETTING.commit(w_1), SETTING.commit(w_2)]
    words = [word for point in coordinates(g1(*sent)) for word in point]
    return replace(honest("fflonk").call, words=(*words, *values, 0, *public))
