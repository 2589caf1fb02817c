"""Declaring a circuit's inputs: defaults `public()` and `private("depth")` in the signature of a circuit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from inspect import Parameter
from typing import Any

from zkctl.constraints.signals import Role
from zkctl.dsl.annotations import leaf_kind, leaf_type
from zkctl.dsl.array import Array
from zkctl.dsl.interface import Interface
from zkctl.dsl.nested_values import signals_in
from zkctl.dsl.numbers.word import Word
from zkctl.dsl.signal import Signal, Uint
from zkctl.dsl.struct_fields import Fields, Size, StructField
from zkctl.dsl.value_types import SequenceType, UintType, ValueType, WordType
from zkctl.errors import CircuitError
from zkctl.runtime.records import record


@record
class Declaration:
    """The result of `public` and `private`: a role, the sizes of the axes, and the width of a Uint."""

    role: Role
    sizes: tuple[Size, ...]
    bits: Size | None

    @property
    def maker(self) -> str:
        """The name of the function that made this."""
        return "public" if self.role is Role.PUBLIC else "private"


def public(*sizes: Size, bits: Size | None = None) -> Any:
    """Return a public input: the verifier sees it.  `sizes` make an Array; `bits` is the width of a Uint."""
    return Declaration(Role.PUBLIC, sizes, bits)


def private(*sizes: Size, bits: Size | None = None) -> Any:
    """Return a private input: only the prover knows it.  `sizes` make an Array; `bits` is the width of a Uint."""
    return Declaration(Role.PRIVATE, sizes, bits)


@record
class Input:
    """A declared input, or a field of one, with its sizes known."""

    name: str
    role: Role
    kind: type[Signal] | type[Fields]
    shape: tuple[int, ...]
    bits: int | None
    fields: tuple[Input, ...] = ()  # of a structure
    word: type[Word] | None = None  # of Uints that become words


def declared_inputs(interface: Interface, parameters: Mapping[str, Any]) -> list[Input]:
    """Return the inputs in signature order.  Raises: CircuitError for an incomplete or contradictory declaration."""
    return [
        _input(interface, parameter, parameters)
        for parameter in interface.signature.parameters.values()
        if parameter.kind is not Parameter.KEYWORD_ONLY
    ]


def _input(interface: Interface, parameter: Parameter, parameters: Mapping[str, Any]) -> Input:
    name, declaration = parameter.name, parameter.default
    declared = interface.types.get(name)
    kind = leaf_kind(declared)
    if kind is None or parameter.kind is not Parameter.POSITIONAL_OR_KEYWORD:
        raise CircuitError(
            f"input {name} of {interface.name} has no signal type",
            where=interface.place_of(name),
            hint=f"write {name}: Signal = private(), or put template parameters after * in the signature",
        )
    if not isinstance(declaration, Declaration):
        raise CircuitError(
            f"input {name} of {interface.name} is neither public nor private",
            where=interface.place_of(name),
            hint=f"write {name}: {kind.__name__} = private() or = public()",
        )
    is_array = isinstance(declared, SequenceType) and declared.container is Array
    if is_array != bool(declaration.sizes):
        raise CircuitError(
            f"input {name} of {interface.name} has {len(declaration.sizes)} sizes, which does not fit its type",
            where=interface.place_of(name),
            hint=f"write {name}: Array[{kind.__name__}] = {declaration.maker}('n'{', bits=8' if kind is Uint else ''}), "
            f"or {name}: {kind.__name__} = {declaration.maker}({'bits=8' if kind is Uint else ''})",
        )
    shape = tuple(_size(interface, name, size, parameters) for size in declaration.sizes)
    leaf = leaf_type(declared)
    width = leaf.bits if isinstance(leaf, UintType | WordType) else None
    if width is not None and declaration.bits is None:
        bits: int | None = width
    else:
        bits = _bits(interface, name, kind, declaration, parameters)
    if leaf is not None and width is not None and bits != width:
        raise CircuitError(
            f"input {name} of {interface.name} is a {leaf.text} with bits={bits}",
            where=interface.place_of(name),
            hint=f"write {name}: {leaf.text} = {declaration.maker}()",
        )
    whole = Input(name, declaration.role, kind, shape, bits, word=_word_of(leaf))
    return replace(whole, fields=_fields(interface, kind, whole, parameters))


def _word_of(leaf: ValueType | None) -> type[Word] | None:
    return leaf.kind if isinstance(leaf, WordType) else None


def _width_of(field: StructField) -> Size | None:
    leaf = leaf_type(field.type)
    return leaf.bits if isinstance(leaf, UintType | WordType) else field.sizes.bits


def _fields(
    interface: Interface, kind: type[Any], whole: Input, parameters: Mapping[str, Any]
) -> tuple[Input, ...]:
    """Return the fields of a structure as inputs named by their paths; none for a signal."""
    found = []
    for field in kind.__fields__ if issubclass(kind, Fields) else ():
        name, inner = f"{whole.name}.{field.name}", leaf_kind(field.type)
        sizes, bits = field.sizes.sizes, _width_of(field)
        assert inner is not None, "the class has checked it"
        if bool(sizes) != isinstance(field.type, SequenceType) or (bits is None) != (inner is not Uint):  # fmt: skip
            needs = "bits=32" if inner is Uint else "'n'"
            raise CircuitError(
                f"field {field.name} of {kind.__name__} has no size, as input {name} of {interface.name} needs",
                where=interface.place_of(whole.name.partition(".")[0]),
                hint=f"write {field.name}: {field.type.text} = sized({needs}) in the class {kind.__name__}",
            )
        shape = tuple(_size(interface, name, size, parameters) for size in sizes)
        width = None if bits is None else _size(interface, name, bits, parameters)
        part = Input(name, whole.role, inner, shape, width, word=_word_of(leaf_type(field.type)))
        found.append(replace(part, fields=_fields(interface, inner, part, parameters)))
    return tuple(found)


def _size(interface: Interface, name: str, size: Size, parameters: Mapping[str, Any]) -> int:
    value = parameters.get(size) if isinstance(size, str) else size
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise CircuitError(
            f"size {size!r} of input {name} is {value!r}, not a non-negative integer",
            where=interface.place_of(name.partition(".")[0]),
            hint="a size is a number or the name of an integer template parameter",
        )
    return value


def _bits(
    interface: Interface,
    name: str,
    kind: type[Signal] | type[Fields],
    declaration: Declaration,
    parameters: Mapping[str, Any],
) -> int | None:
    if (kind is Uint) != (declaration.bits is not None):
        raise CircuitError(
            f"input {name} of {interface.name} is a {kind.__name__} with bits={declaration.bits}",
            where=interface.place_of(name),
            hint=f"write {name}: Uint = {declaration.maker}(bits=32); only a Uint has a width",
        )
    return None if declaration.bits is None else _size(interface, name, declaration.bits, parameters)  # fmt: skip


def template_parameters(interface: Interface, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of all keyword-only parameters.

    Strings (from the command line) are converted to the type of the annotation or default.
    Raises: CircuitError for unknown, missing or unconvertible parameters.
    """
    known = {
        name: parameter
        for name, parameter in interface.signature.parameters.items()
        if parameter.kind is Parameter.KEYWORD_ONLY
    }
    unknown = [name for name in given if name not in known]
    if unknown:
        raise CircuitError(
            f"{interface.name} has no template parameter {unknown[0]}",
            where=interface.place,
            hint=f"its template parameters are {', '.join(known) or 'none'}",
        )
    values = {}
    for name, parameter in known.items():
        value = given.get(name, parameter.default)
        if value is Parameter.empty:
            raise CircuitError(
                f"{interface.name} needs the template parameter {name}",
                where=interface.place_of(name),
                hint=f"set it with -P {name}=..., or add a default to the signature",
            )
        if name in interface.types or next(signals_in(value), None) is not None:
            raise CircuitError(
                f"template parameter {name} of {interface.name} is a signal: expected a Python value",
                where=interface.place_of(name),
                hint="inputs stand before the * of the signature, as in f(x: Signal = private(), *, n: int)",
            )
        values[name] = _converted(interface, parameter, value)
    return values


_TRUTHS = {"true": True, "false": False, "1": True, "0": False}


def _converted(interface: Interface, parameter: Parameter, value: Any) -> Any:
    wanted = interface.annotations.get(parameter.name, type(parameter.default))
    wanted = getattr(wanted, "__origin__", wanted)  # of Annotated
    if not isinstance(value, str) or wanted is str:
        return value
    converted: Any = None
    if wanted is bool:
        converted = _TRUTHS.get(value.lower())
    elif wanted is int and value.isascii() and value.lstrip("-").isdigit() and len(value) <= 80:
        converted = int(value)
    if converted is None:
        raise CircuitError(
            f"template parameter {parameter.name} cannot be {value[:80]!r}",
            where=interface.place_of(parameter.name),
            hint=f"{interface.name} wants {getattr(wanted, '__name__', wanted)} here",
        )
    return converted
