"""PLONK and fflonk side by side, for tests of what holds for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import pytest

import zkctl.fflonk.verify
import zkctl.plonk.verify
from tests.support import toy_fflonk, toy_plonk
from zkctl.curve import BLS12_381, BN254, Curve
from zkctl.fflonk.keys import EVALUATIONS
from zkctl.fflonk.keys import PROOF_POINTS as FFLONK_POINTS
from zkctl.field import FieldArray
from zkctl.plonk.keys import KEY_POINTS, PROOF_POINTS, PROOF_SCALARS

Statement = tuple[Any, FieldArray, Any]  # verifying key, public signals, proof


@dataclass(frozen=True, eq=False)
class System:
    """A proof system over a curve, with names of parts as in files and where they are in our records."""

    name: str
    curve: Curve
    module: ModuleType
    proof_points: dict[str, str]
    proof_scalars: Sequence[str]
    key_points: dict[str, str]
    key_scalars: Sequence[str]

    def __str__(self) -> str:
        return f"{self.name}-{self.curve.name}"

    def statement(self) -> Statement:
        if self.name == "fflonk":
            return toy_fflonk.toy_statement()
        return toy_plonk.toy_statement(self.curve)

    def prove(self, *, leave_out: str = "", **wires: int) -> tuple[FieldArray, Any]:
        from tests.support.toy_rows import toy_witness

        witness = toy_witness(**wires)
        if self.name == "fflonk":
            return toy_fflonk.toy_proof(witness, leave_out=leave_out)
        return toy_plonk.toy_proof(self.curve, witness, leave_out=leave_out)

    def scalar(self, proof: Any, name: str) -> int:
        if self.name == "plonk":
            return int(getattr(proof, PROOF_SCALARS[name]))
        return int(proof.inv if name == "inv" else proof.evaluations[EVALUATIONS.index(name)])

    def with_scalar(self, proof: Any, name: str, value: int) -> Any:
        if self.name == "plonk":
            return replace(proof, **{PROOF_SCALARS[name]: value})
        if name == "inv":
            return replace(proof, inv=value)
        k, kept = EVALUATIONS.index(name), proof.evaluations
        return replace(proof, evaluations=(*kept[:k], value, *kept[k + 1 :]))


def _plonk(curve: Curve) -> System:
    scalars = tuple(PROOF_SCALARS)
    return System(
        "plonk", curve, zkctl.plonk.verify, PROOF_POINTS, scalars, KEY_POINTS, ("k1", "k2")
    )


FFLONK = System(
    "fflonk",
    BN254,
    zkctl.fflonk.verify,
    FFLONK_POINTS,
    (*EVALUATIONS, "inv"),
    {"C0": "c_0"},
    ("k1", "k2", "w3", "w4", "w8", "wr"),
)
PLONK, PLONK_BLS = _plonk(BN254), _plonk(BLS12_381)
SYSTEMS = (PLONK, PLONK_BLS, FFLONK)
EACH_SYSTEM = pytest.mark.parametrize("system", SYSTEMS, ids=str)
EACH_PROTOCOL = pytest.mark.parametrize("system", (PLONK, FFLONK), ids=str)
EACH_PROOF_POINT = pytest.mark.parametrize(
    ("system", "name"), [(s, name) for s in SYSTEMS for name in s.proof_points], ids=str
)
EACH_PROOF_SCALAR = pytest.mark.parametrize(
    ("system", "name"), [(s, name) for s in SYSTEMS for name in s.proof_scalars], ids=str
)
EACH_KEY_POINT = pytest.mark.parametrize(
    ("system", "name"), [(s, name) for s in SYSTEMS for name in s.key_points], ids=str
)
