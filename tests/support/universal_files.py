"""The JSON of toy statements of PLONK and fflonk, and the modules that read and write it."""

from __future__ import annotations

import copy
import json
from functools import cache
from types import ModuleType
from typing import Any

from tests.support.universal import System
from zkctl.formats.json import fflonk_text, plonk_text, snarkjs_fflonk, snarkjs_plonk
from zkctl.formats.json.snarkjs_text import public_json

READERS: dict[str, Any] = {"plonk": snarkjs_plonk, "fflonk": snarkjs_fflonk}
TEXTS: dict[str, ModuleType] = {"plonk": plonk_text, "fflonk": fflonk_text}


@cache
def texts(system: System) -> tuple[str, str, str]:
    """Verification key, public signals and proof as text."""
    vk, public, proof = system.statement()
    key = READERS[system.name].verification_key_json(vk)
    return key, public_json(public), TEXTS[system.name].proof_json(proof)


@cache
def _documents(system: System) -> tuple[Any, Any, Any]:
    key, public, proof = map(json.loads, texts(system))
    return key, public, proof


def documents(system: System) -> tuple[Any, Any, Any]:
    """Verification key, public signals and proof as JSON, for the caller to change."""
    return copy.deepcopy(_documents(system))


def point_places(system: System) -> dict[str, tuple[str, ...]]:
    """Where each commitment is in a proof."""
    inside = ("polynomials",) if system.name == "fflonk" else ()
    return {name: (*inside, name) for name in system.proof_points}


def scalar_places(system: System) -> dict[str, tuple[str, ...]]:
    """Where each number is in a proof."""
    inside = ("evaluations",) if system.name == "fflonk" else ()
    return {name: (*inside, name) for name in system.proof_scalars}
