"""The part of JSON Schema that our schemas use, checked by a few lines; an unknown keyword fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "string": str,
    "integer": int,
    "boolean": bool,
    "array": list,
}
SILENT = {"$schema", "$defs", "title", "description", "default"}


def faults(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str = "") -> Iterator[str]:
    """Yield a line for each rule that a value breaks."""
    for keyword, rule in schema.items():
        if keyword not in SILENT:
            yield from RULES[keyword](value, rule, schema, root, at)


def _is_of(value: Any, name: str) -> bool:
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def _type(value: Any, rule: Any, schema: Any, root: Any, at: str) -> Iterator[str]:
    if not any(_is_of(value, name) for name in ([rule] if isinstance(rule, str) else rule)):
        yield f"{at}: not {rule}"


def _among(value: Any, rule: Any, schema: Any, root: Any, at: str) -> Iterator[str]:
    if not any(value == each and type(value) is type(each) for each in rule):
        yield f"{at}: not one of {rule}"


def _pattern(value: Any, rule: Any, schema: Any, root: Any, at: str) -> Iterator[str]:
    if isinstance(value, str) and not re.search(rule.replace("$", r"\Z"), value):
        yield f"{at}: not {rule}"


def _members(value: Any, rule: Any, schema: Any, root: Any, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for name, member in value.items():
        of_pattern = [each for form, each in patterns.items() if re.search(form, name)]
        inner = [known[name]] if name in known else of_pattern
        if not inner:
            yield f"{at}: unknown {name}"
        for each in inner:
            yield from faults(member, each, root, f"{at}/{name}")


def _required(value: Any, rule: Any, schema: Any, root: Any, at: str) -> Iterator[str]:
    yield from (f"{at}: lacks {name}" for name in rule if name not in value)


RULES: dict[str, Any] = {
    "type": _type,
    "items": lambda value, rule, schema, root, at: (
        fault
        for each in (value if isinstance(value, list) else ())
        for fault in faults(each, rule, root, f"{at}/*")
    ),
    "const": lambda value, rule, *rest: _among(value, [rule], *rest),
    "enum": _among,
    "pattern": _pattern,
    "anyOf": lambda value, rule, schema, root, at: (
        iter(()) if any(not list(faults(value, r, root)) for r in rule) else iter([f"{at}: none"])
    ),
    "additionalProperties": _members,
    "properties": lambda *_: iter(()),  # with additionalProperties
    "patternProperties": lambda *_: iter(()),
    "minProperties": lambda value, rule, schema, root, at: (
        iter([f"{at}: too few"]) if isinstance(value, dict) and len(value) < rule else iter(())
    ),
    "required": lambda value, *rest: (
        _required(value, *rest) if isinstance(value, dict) else iter(())
    ),
    "$ref": lambda value, rule, schema, root, at: faults(
        value, root["$defs"][rule.removeprefix("#/$defs/")], root, at
    ),
}
