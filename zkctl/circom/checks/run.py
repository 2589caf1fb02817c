"""The stages of the static checks, in circom's order: a stage with errors ends the compilation."""

from __future__ import annotations

from collections.abc import Iterable

from zkctl.circom import nodes
from zkctl.circom.checks.buses import check_recursion
from zkctl.circom.checks.components import ComponentUses, Interfaces, component_uses
from zkctl.circom.checks.constants import check_constants
from zkctl.circom.checks.custom import custom_warnings
from zkctl.circom.checks.errors import Errors
from zkctl.circom.checks.known import check_known
from zkctl.circom.checks.names import check_names
from zkctl.circom.checks.placement import check_buses, check_functions, check_templates
from zkctl.circom.checks.types import reached_definitions
from zkctl.circom.findings import CircomError
from zkctl.circom.nodes import Program
from zkctl.circom.report import CircomFinding
from zkctl.runtime.recursion import deep_recursion


@deep_recursion()
def warnings_of(program: Program) -> list[CircomFinding]:
    """Return the warnings; raise CircomError with all errors of the first stage that found any."""
    for stage in (check_names, check_templates, check_functions, check_buses):
        errors = Errors()
        stage(program, errors)
        _raise_if_any(program, errors)
    interfaces = Interfaces(program)
    errors = Errors()
    uses = component_uses(program, interfaces, errors)
    _raise_if_any(program, errors)
    check_constants(program, errors)
    _raise_if_any(program, errors)
    reached = reached_definitions(program, interfaces, uses, errors)
    _raise_if_any(program, errors)
    warnings = _reached_warnings(program, reached, interfaces, uses, errors)
    _raise_if_any(program, errors)
    check_recursion(program, reached, interfaces, errors)
    _raise_if_any(program, errors)
    return warnings


def _reached_warnings(
    program: Program,
    reached: Iterable[str],
    interfaces: Interfaces,
    uses: ComponentUses,
    errors: Errors,
) -> list[CircomFinding]:
    warnings: list[CircomFinding] = []
    for name in program.definitions:
        template = program.definitions[name]
        if name in reached and isinstance(template, nodes.Template):
            check_known(template, interfaces, uses, errors)
            if template.is_custom:
                warnings += custom_warnings(template, errors)
    return warnings


def _raise_if_any(program: Program, errors: Errors) -> None:
    found = errors.all()
    if found:
        raise CircomError(found, program.files)
