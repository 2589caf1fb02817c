"""Executes a checked program: each template once for each set of parameters."""

from __future__ import annotations

from zkctl.circom.findings import Finding
from zkctl.circom.instance import Instance
from zkctl.circom.nodes import Program
from zkctl.field import PrimeField
from zkctl.runtime.records import record


@record(eq=False)
class Elaborated:
    """A circuit as a tree of instances."""

    main: Instance
    n_instances: int
    warnings: tuple[Finding, ...]


def elaborate(program: Program, field: PrimeField) -> Elaborated:
    """Execute a program that `check` accepted.  Raises: CircomError T3001 with the stack of instances."""
    raise NotImplementedError
