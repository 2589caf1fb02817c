"""Tags of inputs: circom checks no tag, so a template gets only those that the types of the signals prove.

circomlib's tags: `binary` is a Bit, `maxbit` is the number of bits of a Uint, `max` its largest value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from zkctl.circom.execution.components import inputs_of
from zkctl.circom.execution.tagged import declared_tags
from zkctl.circom.nodes import Program, Template
from zkctl.dsl.integers import as_integer
from zkctl.dsl.nested_values import collapsed, plain_values
from zkctl.dsl.signal import Signal, Uint
from zkctl.dsl.spans import circuit_error
from zkctl.field import PrimeField

FieldPath: TypeAlias = "tuple[str, ...]"
GivenTags: TypeAlias = "dict[str, dict[FieldPath, dict[str, int | None]]]"


def tagged_inputs(program: Program, template: Template) -> dict[str, dict[FieldPath, tuple[str, ...]]]:  # fmt: skip
    """Return the tags of inputs, by name and path of fields."""
    found = {each.name: declared_tags(each, program.definitions) for each in inputs_of(template.body)}  # fmt: skip
    return {name: tags for name, tags in found.items() if tags}


def proven_tags(program: Program, template: Template, values: Mapping[str, Any], field: PrimeField) -> GivenTags:  # fmt: skip
    """Return the tags with the values that the types of the arguments prove.  Raises: CircuitError if a type proves no tag."""
    found: GivenTags = {}
    for name, paths in tagged_inputs(program, template).items():
        if name not in values:
            continue  # reported with all inputs
        value = plain_values(collapsed(values[name]))
        for path, tags in paths.items():
            shown = f"input {'.'.join((name, *path))} of {template.name}"
            highest = [_highest(leaf, field) for leaf in _leaves(_at(value, path))]
            given = found.setdefault(name, {}).setdefault(path, {})
            for tag in tags:
                given[tag] = _tag_value(tag, highest, shown)
    return found


def _tag_value(tag: str, highest: list[int | None], shown: str) -> int | None:
    known = [value for value in highest if value is not None]
    is_proven = len(known) == len(highest)
    largest = max(known, default=0)
    if tag == "binary":
        if not is_proven or largest > 1:
            raise _unproven(shown, tag, "a Bit", "make it a Bit: bits.to_bits, or an input `: Bit`")
        return None
    if tag not in ("maxbit", "max"):
        raise circuit_error(
            f"{shown} has the tag {tag}, which no type proves",
            hint="write a template around it in circom, which checks what the tag says and sets it",
        )
    if not is_proven:
        raise _unproven(shown, tag, "a Uint", "prove its width: compare.to_uint(x, n)")
    return largest if tag == "max" else largest.bit_length()


def _unproven(shown: str, tag: str, expected: str, hint: str) -> Exception:
    return circuit_error(
        f"{shown} has the tag {tag}: expected {expected}, got a signal without that proof",
        hint=hint,
    )


def _at(value: Any, path: FieldPath) -> Any:
    """Return the part of a value at some fields, of all elements of arrays; a wrong shape is reported with all inputs."""
    if isinstance(value, list):
        return [_at(item, path) for item in value]
    if not path:
        return value
    names = getattr(value, "_fields", None)
    if names is not None:
        value = dict(zip(names, value, strict=True))
    return _at(value.get(path[0]), path[1:]) if isinstance(value, dict) else None


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def _highest(leaf: Any, field: PrimeField) -> int | None:
    """Return the largest value of a signal or integer, None if nothing is proven."""
    if isinstance(leaf, Uint):
        return leaf.maximum
    number = None if isinstance(leaf, Signal) else as_integer(leaf, field)
    return None if number is None else number % field.modulus
