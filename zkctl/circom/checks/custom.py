"""Custom templates: their gates are given by the proof system, so their bodies hold no constraints and no components."""

from __future__ import annotations

from zkctl.circom import nodes
from zkctl.circom.checks.errors import Errors
from zkctl.circom.checks.walk import statements_of
from zkctl.circom.nodes import Role
from zkctl.circom.report import CircomFinding


def custom_warnings(template: nodes.Template, errors: Errors) -> list[CircomFinding]:
    """Check a custom template that main reaches; return the warnings."""
    warnings = []
    for statement in statements_of(template.body):
        match statement:
            case nodes.Constrain() | nodes.Assign(operator="<==") | nodes.Evaluate(operator="<=="):
                errors.add(
                    "CG02",
                    f"custom template {template.name} has a constraint",
                    statement.place,
                    "write <-- : the custom gate itself is the constraint",
                )
            case nodes.DeclareComponent():
                errors.add(
                    "CG03",
                    f"custom template {template.name} has component {statement.name}",
                    statement.place,
                    "compute the value in the template, or remove custom",
                )
            case (
                nodes.DeclareSignal(role=Role.INTERMEDIATE)
                | nodes.DeclareBus(role=Role.INTERMEDIATE)
            ):
                warnings.append(
                    CircomFinding(
                        "CG01",
                        f"custom template {template.name} has intermediate signal {statement.name}",
                        statement.place,
                        "use a variable: an intermediate signal is a wire of the gate",
                    )
                )
    return warnings
