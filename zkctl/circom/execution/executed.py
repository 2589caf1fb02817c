"""The results of executions."""

from __future__ import annotations

import math

from zkctl.circom.execution.buses import BusShape
from zkctl.circom.execution.tags import TagTable
from zkctl.circom.instance import Instance
from zkctl.circom.nodes import Role
from zkctl.runtime.records import record


@record(eq=False)
class Port:
    """An input or output of an executed template; `first` is its first local number."""

    role: Role
    shape: tuple[int, ...]
    bus: BusShape | None
    first: int
    tags: TagTable | None

    @property
    def size(self) -> int:
        """Number of wires."""
        return math.prod(self.shape) * (self.bus.size if self.bus else 1)


@record(eq=False)
class Executed:
    """The result of an execution, with the parts that a parent sees.  Local numbers: outputs, then inputs."""

    instance: Instance
    ports: dict[str, Port]
    n_outputs: int
    n_ports: int
