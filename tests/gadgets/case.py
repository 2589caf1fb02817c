"""What every gadget of the library is tried with: a circuit of its own, values that somebody else computed, and its cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from zkctl.dsl import Circuit, CompiledCircuit

FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True, kw_only=True, eq=False)
class GadgetCase:
    """One gadget, called once in a circuit whose outputs are its results.

    outputs: all public outputs, in the order of the wires; source says who computed them.
    constraints: of the simplified circuit, its inputs' own range checks (input_rows) included.
    refused: inputs that no witness satisfies.  small_fields: is every witness over small primes tried?
    free: wires with several values that all prove the same, like a root and its negative.
    circom: the constraints of the same template of circomlib with circom --O2; circomlib: its name in the published counts.
    heavy: seconds to compile; its tests are slow ones.
    """

    gadget: Callable[..., Any]
    circuit: Circuit
    inputs: Mapping[str, Any]
    outputs: Sequence[int]
    source: str
    constraints: int
    input_rows: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)
    refused: Sequence[Mapping[str, Any]] = ()
    free: Sequence[str] = ()
    small_fields: bool = False
    circomlib: str = ""
    circom: int | None = None
    heavy: bool = False

    @property
    def name(self) -> str:
        """As in the reference: hash.poseidon.poseidon."""
        module = self.gadget.__module__.removeprefix("zkctl.gadgets.")
        return f"{module}.{self.gadget.__name__}"

    @property
    def id(self) -> str:
        """The gadget and what sets this case apart from the others."""
        values = "-".join(f"{key}={value}" for key, value in self.parameters.items())
        return "-".join(filter(None, (self.name, self.circuit.name, values)))

    def compiled(self) -> CompiledCircuit:
        return _compiled(self)


@lru_cache(maxsize=8)
def _compiled(case: GadgetCase) -> CompiledCircuit:
    return case.circuit.compile(**case.parameters)


def all_cases() -> Iterator[GadgetCase]:
    """The CASES of every module of tests/gadgets/cases."""
    for path in sorted(FOLDER.glob("[a-z]*.py")):
        yield from import_module(f"tests.gadgets.cases.{path.stem}").CASES
