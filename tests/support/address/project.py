"""The circuits of circuits/address by their ids, and the files of their project: zkctl.yaml and inputs/ID/{good,bad}-*.json.

    python -m tests.support.address.project

writes them.  The statements are those of the modules NAME_cases.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from tests.support.address.cases import Good, Hostile, as_strings
from tests.support.address.circuits import FOLDER

DEPTH = 20  # of all trees under the plain ids
SMALL_DEPTH = 3  # of the trees in most tests
HEADER = """\
# Made by: python -m tests.support.address.project
version: 1
output: build
ptau: hermez:14
circuits:
"""


@dataclass(frozen=True)
class ProjectCircuit:
    """A circuit NAME of NAME.py, and its template parameters: depths of trees, and others."""

    id: str
    name: str
    depths: tuple[str, ...] = ("depth",)
    others: tuple[tuple[str, int], ...] = ()

    def parameters(self, depth: int) -> dict[str, int]:
        return {**dict.fromkeys(self.depths, depth), **dict(self.others)}

    def good(self, depth: int) -> Good:
        return self._cases.good(depth)  # type: ignore[no-any-return]

    def hostile(self, depth: int) -> Hostile:
        return self._cases.hostile(depth)  # type: ignore[no-any-return]

    @property
    def _cases(self) -> Any:
        return import_module(f"tests.support.address.{self.name}_cases")


CIRCUITS = (
    ProjectCircuit("membership-v1", "membership", ("depth", "revocation_depth")),
    ProjectCircuit("nonrevocation-v1", "nonrevocation", ("revocation_depth",)),
    ProjectCircuit("selective-reveal-v1", "selective_reveal"),
    ProjectCircuit("version-v1", "version", ("depth", "revocation_depth")),
    ProjectCircuit("structure-v1", "structure", ("registry_depth",)),
    ProjectCircuit("region-v1", "region", others=(("list_size", 8),)),
    ProjectCircuit("locker-v1", "locker"),
)


def files_of(circuit: ProjectCircuit) -> dict[str, str]:
    """The files of inputs of a circuit, by their names."""
    good = {f"good-{name}": inputs for name, inputs in circuit.good(DEPTH).items()}
    bad = {f"bad-{name}": case.inputs for name, case in circuit.hostile(DEPTH).items()}
    return {
        f"{name}.json": json.dumps(as_strings(inputs), indent=1) + "\n"
        for name, inputs in {**good, **bad}.items()
    }


def settings() -> str:
    """The text of zkctl.yaml; for each bad file it expects the refusal by the rule that is meant."""
    lines = [HEADER]
    for circuit in CIRCUITS:
        parameters = ", ".join(f"{name}: {n}" for name, n in circuit.parameters(DEPTH).items())
        lines.append(
            f"  {circuit.id}:\n"
            f"    source: {circuit.name}.py:{circuit.name}\n"
            f"    parameters: {{{parameters}}}\n"
            f"    inputs: inputs/{circuit.id}\n"
            "    expect:\n"
        )
        refusals = sorted(circuit.hostile(SMALL_DEPTH).items())
        lines += [f"      bad-{name}: {json.dumps(bad.refusal)}\n" for name, bad in refusals]
    return "".join(lines)


def main() -> None:
    """Write zkctl.yaml and all inputs."""
    (FOLDER / "zkctl.yaml").write_text(settings())
    for circuit in CIRCUITS:
        folder = FOLDER / "inputs" / circuit.id
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.json"):
            old.unlink()
        for name, text in files_of(circuit).items():
            (folder / name).write_text(text)


if __name__ == "__main__":
    main()
