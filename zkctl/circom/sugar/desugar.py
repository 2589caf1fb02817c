"""The definitions of a program without sugar, in circom's order: main, then each definition."""

from __future__ import annotations

from dataclasses import replace

from zkctl.circom import nodes
from zkctl.circom.checks.walk import expressions_of, statements_of
from zkctl.circom.findings import CircomError
from zkctl.circom.nodes import Definition, Program
from zkctl.circom.sugar.anonymous import AnonymousComponents
from zkctl.circom.sugar.misuse import Misuse, check_no_tuple, check_not_anonymous
from zkctl.circom.sugar.tuples import block_without_tuples
from zkctl.runtime.recursion import deep_recursion


@deep_recursion()
def desugar(program: Program) -> Program:
    """Return the program without anonymous components, tuples and `_`.

    Raises: CircomError with the first error, as circom does.
    """
    try:
        if program.main is not None:
            check_no_tuple(program.main.value, "in component main")
            check_not_anonymous(program.main.value, "in component main")
        definitions = {
            name: _plain(each, program) if each.has_sugar else each
            for name, each in program.definitions.items()
        }
    except Misuse as misuse:
        raise CircomError([misuse.finding], program.files) from None
    return replace(program, definitions=definitions)


def _plain(definition: Definition, program: Program) -> Definition:
    body = definition.body
    if isinstance(definition, nodes.Template):
        body = AnonymousComponents(program.definitions, program.files).rewritten(body)
    else:
        _check_calls(definition)
    return replace(definition, body=block_without_tuples(body), has_sugar=False)


def _check_calls(definition: Definition) -> None:
    """Refuse anonymous components in a function or a bus."""
    kind = "function" if isinstance(definition, nodes.Function) else "bus"
    for statement in statements_of(definition.body):
        for each in expressions_of(statement):
            check_not_anonymous(each, f"in a {kind}")
