"""The circuits of circuits/address, and the protocol's vectors."""

from __future__ import annotations

import importlib.util
import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from zkctl.dsl import Circuit, CompiledCircuit

FOLDER = ROOT / "circuits" / "address"


@cache
def load(name: str) -> Circuit:
    """The circuit NAME of NAME.py; the file's own imports are found beside it."""
    spec = importlib.util.spec_from_file_location(f"address_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # the language looks up annotations there
    search = list(sys.path)
    sys.path.insert(0, str(FOLDER))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path[:] = search
    found = getattr(module, name)
    assert isinstance(found, Circuit)
    return found


@cache
def compiled(name: str, **parameters: int) -> CompiledCircuit:
    """A circuit without simplification; the trees have depth 20 unless said otherwise."""
    return load(name).compile(**parameters)


def read_vectors(data: Path) -> dict[str, Any]:
    """The vectors of the protocol."""
    loaded: dict[str, Any] = json.loads((data / "address" / "vectors.json").read_text())
    return loaded


def integers(value: Any) -> Any:
    """Decimal strings in lists and objects as integers."""
    if isinstance(value, dict):
        return {name: integers(each) for name, each in value.items()}
    return [integers(each) for each in value] if isinstance(value, list) else int(value)
