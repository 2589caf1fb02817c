"""Lengths of arrays in functions, and of fields in buses, are constant expressions."""

from __future__ import annotations

from zkctl.circom import nodes
from zkctl.circom.checks.errors import Errors
from zkctl.circom.constant_variables import ConstantVariables
from zkctl.circom.nodes import Program


def check_constants(program: Program, errors: Errors) -> None:
    """Refuse lengths that depend on a function's arguments or on a variable that is assigned again."""
    for definition in program.definitions.values():
        if isinstance(definition, nodes.Function):
            _check(definition, ConstantVariables(definition), "function", errors)
        elif isinstance(definition, nodes.Bus):
            variables = ConstantVariables(definition, frozenset(definition.parameters))
            _check(definition, variables, "bus", errors)


def _check(
    definition: nodes.Function | nodes.Bus, variables: ConstantVariables, kind: str, errors: Errors
) -> None:
    for length in variables.lengths:
        if not variables.is_constant(length):
            errors.add(
                "T20463",
                f"length of an array in {kind} {definition.name} is not constant",
                length.place,
                "write a number as large as the largest length that is needed",
            )
