"""The provers of PLONK and fflonk side by side, under small keys, for tests of what holds for both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import pytest

import zkctl.fflonk.prove
import zkctl.fflonk.setup
import zkctl.fflonk.verify
import zkctl.plonk.prove
import zkctl.plonk.setup
import zkctl.plonk.verify
from tests.support.toy_gates import mixed, toy_powers
from zkctl.curve import BLS12_381, BN254, Curve
from zkctl.field import words_from_ints
from zkctl.field.words import Words


@dataclass(frozen=True)
class Prover:
    """A proof system over a curve."""

    name: str
    curve: Curve
    prove: ModuleType
    setup: ModuleType
    verify: ModuleType

    def __str__(self) -> str:
        return f"{self.name}-{self.curve.name}"

    def key(self) -> Any:
        """The key of `mixed`."""
        return _key(self)

    def witness(self, **changes: int) -> Words:
        """A witness of `mixed`, wire by wire; public are w1 = w3 (w4 + 3) and w2."""
        w3, w4, w2 = 5, 8, 77
        values = {"w0": 1, "w1": w3 * (w4 + 3), "w2": w2, "w3": w3, "w4": w4}
        values["w5"] = values["w1"] + 2 * w2 + 3 * w3 + 4 * w4 - 9
        return words_from_ints((values | changes).values(), self.curve.scalar_field.n_words)


@cache
def _key(prover: Prover) -> Any:
    curve = prover.curve
    return prover.setup.make_key(mixed(curve.scalar_field), toy_powers(curve))


PLONK, PLONK_BLS = (
    Prover("plonk", curve, zkctl.plonk.prove, zkctl.plonk.setup, zkctl.plonk.verify)
    for curve in (BN254, BLS12_381)
)
FFLONK = Prover("fflonk", BN254, zkctl.fflonk.prove, zkctl.fflonk.setup, zkctl.fflonk.verify)
PROVERS = (PLONK, PLONK_BLS, FFLONK)
EACH_PROVER = pytest.mark.parametrize("prover", PROVERS, ids=str)
EACH_SYSTEM = pytest.mark.parametrize("prover", (PLONK, FFLONK), ids=str)


def parts_of(proof: Any) -> dict[str, bytes]:
    """Every commitment and evaluation of a proof by its name, as bytes."""
    found = {}
    for name, value in vars(proof).items():
        values = value if isinstance(value, tuple) else (value,)
        for k, each in enumerate(values):
            raw = each.to_bytes(32, "little") if isinstance(each, int) else each.data.tobytes()
            found[f"{name}{k}"] = raw
    return found
