"""The stage of types: main, then every template, function and bus that it reaches, once for each dimensions of arguments."""

from __future__ import annotations

from zkctl.circom import nodes
from zkctl.circom.checks.components import ComponentUses, Interfaces
from zkctl.circom.checks.errors import Errors
from zkctl.circom.checks.types.bodies import BodyTypes
from zkctl.circom.checks.types.expressions import Expressions
from zkctl.circom.checks.types.reach import Reach
from zkctl.circom.checks.types.shapes import DeclaredName, Holder, Scopes, Type, TypeKind
from zkctl.circom.nodes import Program, Role


def reached_definitions(
    program: Program, interfaces: Interfaces, uses: ComponentUses, errors: Errors
) -> set[str]:
    """Check what main reaches; return the names of the definitions reached."""
    assert program.main is not None
    reach = Reach(program.definitions)
    main = Expressions(reach, Scopes(), interfaces, errors).type_of(program.main.value)
    if main is not None and not _is_template(main, program.main):
        errors.add(
            "T2063",
            "main is no template",
            program.main.value.place,
            "write component main = Template(parameters);",
        )
    while reach.waiting:
        definition, arguments, found = reach.waiting.popleft()
        scopes = Scopes()
        for name, dimensions in zip(definition.parameters, arguments, strict=True):
            scopes.declare(name, DeclaredName(Holder.VARIABLE, dimensions))
        returned = None
        if isinstance(definition, nodes.Function):
            returned = reach.inference.dimensions((definition.name, arguments))
        expressions = Expressions(reach, scopes, interfaces, found)
        body = BodyTypes(expressions, scopes, uses, found, returned)
        for statement in definition.body.statements:
            body.statement(statement)
    _check_main_tags(program, program.main, interfaces, errors)
    return reach.names


def _is_template(main: Type, declaration: nodes.Main) -> bool:
    return main.kind is TypeKind.COMPONENT and isinstance(declaration.value, nodes.Call)


def _check_main_tags(
    program: Program, main: nodes.Main, interfaces: Interfaces, errors: Errors
) -> None:
    if not isinstance(main.value, nodes.Call) or main.is_called:
        return
    template = program.definitions[main.value.name]
    if not isinstance(template, nodes.Template):
        return
    for port in interfaces.ports(template.name).values():
        if port.role is Role.INPUT and (port.tags or _has_tags(interfaces, port.bus)):
            errors.add(
                "T2051",
                f"input {port.name} of the main template {template.name} has tags",
                main.value.place,
                "remove the tags of the inputs of main, and check what they promise in main's template",
            )
            return


def _has_tags(interfaces: Interfaces, bus: str) -> bool:
    """Return whether a field of a bus has tags, at any depth."""
    seen: set[str] = set()
    waiting = [bus]
    while waiting:
        name = waiting.pop()
        if not name or name in seen:
            continue
        seen.add(name)
        for field in interfaces.fields(name).values():
            if field.tags:
                return True
            waiting.append(field.bus)
    return False
