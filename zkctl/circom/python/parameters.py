"""Parameters of a template given in Python: integers and nested lists of them."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, TypeAlias

from zkctl.circom.nodes import ArrayLiteral, Expression, Number, Template
from zkctl.circom.source import Place
from zkctl.dsl.nested_values import signals_in
from zkctl.dsl.spans import circuit_error

Parameter: TypeAlias = "int | tuple[Parameter, ...]"


def parameters_of(template: Template, given: Sequence[Any], named: dict[str, Any]) -> tuple[Parameter, ...]:  # fmt: skip
    """Return the parameters in order, lists as tuples.  Raises: CircuitError naming the template's parameters."""
    names = template.parameters
    known = f"its parameters are {', '.join(names) or 'none'}"
    unknown = [name for name in named if name not in names]
    if unknown:
        raise circuit_error(f"{template.name} has no parameter {', '.join(unknown)}", hint=known)
    if len(given) > len(names):
        raise circuit_error(
            f"{template.name} has wrong parameters: expected {len(names)}, got {len(given)}",
            hint=known,
        )
    found = dict(zip(names, given, strict=False))
    twice = [name for name in named if name in found]
    if twice:
        raise circuit_error(f"{template.name} got its parameter {', '.join(twice)} twice")
    found.update(named)
    missing = [name for name in names if name not in found]
    if missing:
        hint = known
        if any(True for _ in signals_in([*given, *named.values()])):
            hint += f"; write {template.name}({', '.join(names)})(signals)"
        raise circuit_error(
            f"{template.name} got no value for its parameter {', '.join(missing)}", hint=hint
        )
    return tuple(_parameter(found[name], f"{name} of {template.name}") for name in names)


def _parameter(value: Any, what: str) -> Parameter:
    if isinstance(value, list | tuple) or hasattr(value, "tolist"):  # numpy
        items = value if isinstance(value, list | tuple) else value.tolist()
        if isinstance(items, list | tuple):
            if not items:
                raise circuit_error(f"the parameter {what} is an empty list")
            return tuple(_parameter(item, what) for item in items)
        value = items
    if any(True for _ in signals_in(value)):
        raise circuit_error(
            f"the parameter {what} is a signal",
            hint="parameters are integers; signals are passed to the template that they make",
        )
    try:
        return operator.index(value)
    except TypeError:
        raise circuit_error(
            f"the parameter {what} must be an integer or a list of integers, got a {type(value).__name__}"
        ) from None


def expression_of(value: Parameter, modulus: int, place: Place) -> Expression:
    """Return a parameter as circom writes it; a negative number stands for its residue."""
    if isinstance(value, tuple):
        return ArrayLiteral(tuple(expression_of(item, modulus, place) for item in value), place)
    return Number(value % modulus, place)


def shown_parameters(values: Sequence[Parameter]) -> str:
    """Return parameters as text: 3,[1,2]."""
    return ",".join(_shown(value) for value in values)


def _shown(value: Parameter) -> str:
    return f"[{shown_parameters(value)}]" if isinstance(value, tuple) else str(value)
