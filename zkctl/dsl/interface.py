"""The interface of a decorated function: its signal parameters with their kinds, and its template parameters."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Iterator
from functools import cached_property
from inspect import Parameter
from typing import Any

from zkctl.constraints.gadget_calls import Contract
from zkctl.dsl.annotations import annotation_text, leaves_open, value_type
from zkctl.dsl.nested_values import signals_in
from zkctl.dsl.signal import Signal
from zkctl.dsl.spans import capture_whole, circuit_error, parameter_sites, result_site, where
from zkctl.dsl.statements.uses import mark_used
from zkctl.dsl.struct_fields import Fields
from zkctl.dsl.trace import Tracer
from zkctl.dsl.value_types import WHICH_TYPES, NamesType, PlainType, SequenceType, ValueType
from zkctl.errors import CircuitError
from zkctl.runtime.records import record


@record
class Interface:
    """The signature of a circuit or gadget."""

    function: Callable[..., Any]

    def set_owner(self, owner: type[Fields]) -> None:
        """Make the function a method of a structure: its first parameter is one, and annotations may name the class."""
        self.__dict__["owner"] = owner

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.__name__

    @property
    def place(self) -> str:
        """The place of the definition, for errors about the signature."""
        code = self.function.__code__
        return f"{code.co_filename.rpartition('/')[2]}:{code.co_firstlineno} in {self.name}"

    def place_of(self, parameter: str) -> str:
        """Return the place of a parameter in the signature, with source line and caret."""
        return where([parameter_sites(self.function)[parameter]])

    @cached_property
    def signature(self) -> inspect.Signature:
        """Names, defaults and kinds."""
        return inspect.signature(self.function)

    @cached_property
    def annotations(self) -> dict[str, Any]:
        """The annotations as types.  Raises: CircuitError if one cannot be resolved."""
        owner: type[Fields] | None = self.__dict__.get("owner")
        names = {} if owner is None else {owner.__name__: owner}
        try:
            found = typing.get_type_hints(self.function, localns=names or None, include_extras=True)
        except Exception as problem:
            raise CircuitError(
                f"the annotations of {self.name} cannot be read: {problem}",
                where=self.place,
                hint="import the types at the top of the file, not inside a function or a condition",
            ) from problem
        if owner is not None:
            found.setdefault(next(iter(self.signature.parameters), "self"), owner)
        return found

    @cached_property
    def types(self) -> dict[str, ValueType]:
        """The parameters that take signals with their types; *args are a tuple, **kwargs a dictionary."""
        found: dict[str, ValueType] = {}
        for name, parameter in self.signature.parameters.items():
            kind = value_type(self.annotations.get(name))
            if kind is not None:
                found[name] = _collected(kind, parameter)
        return found

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> inspect.BoundArguments:
        """Match arguments to parameters.  Raises: CircuitError as Python's TypeError would."""
        try:
            bound = self.signature.bind(*args, **kwargs)
        except TypeError as problem:
            raise circuit_error(f"wrong arguments for {self.name}: {problem}") from problem
        bound.apply_defaults()
        return bound

    def signals_in(self, bound: inspect.BoundArguments) -> Iterator[Signal]:
        """Yield all signals among the arguments."""
        for name in self.types:
            yield from signals_in(bound.arguments[name])

    @cached_property
    def _checks(self) -> dict[str, tuple[str, ValueType]]:
        """For every parameter its name in messages and its type; those of other types take no signals."""
        found: dict[str, tuple[str, ValueType]] = {}
        for name in self.signature.parameters:
            annotation = self.annotations.get(name)
            text = "a value without signals" if annotation is None else annotation_text(annotation)
            found[name] = (
                f"{name} of {self.name}",
                self.types.get(name) or PlainType(text, self._class_of(name)),
            )
        return found

    def _class_of(self, parameter: str) -> type[Any] | None:
        """Return the class that an argument must have: of an annotation int, bool, str, bytes or a record, without a default None."""
        kind, declared = self.annotations.get(parameter), self.signature.parameters[parameter]
        if not isinstance(kind, type) or declared.default is None:
            return None
        is_one = declared.kind not in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
        is_checked = kind in (int, bool, str, bytes) or getattr(kind, "is_record", False)
        return kind if is_one and is_checked else None

    def coerce(self, bound: inspect.BoundArguments, tracer: Tracer) -> None:
        """Turn integers into constant signals, check every argument, and mark all signals as used.

        Raises: CircuitError for another type.
        """
        for name, value in bound.arguments.items():
            what, kind = self._checks[name]
            bound.arguments[name] = kind.coerce(value, what, tracer)
        mark_used(self.signals_in(bound))

    # -- gadgets

    def require_annotations(self) -> None:
        """Check that every parameter has a type.  Raises: CircuitError; `self` and `cls` of a method need none."""
        for k, (name, parameter) in enumerate(self.signature.parameters.items()):
            is_method = k == 0 and name in ("self", "cls")
            if parameter.annotation is Parameter.empty and not is_method:
                raise CircuitError(
                    f"parameter {name} of the gadget {self.name} has no type: expected an annotation, got none",
                    where=self.place_of(name),
                    hint=f"write {name}: Signal, or {name}: int for a Python value; {WHICH_TYPES}",
                )

    @cached_property
    def contract(self) -> Contract:
        """The parts Assumes, Enforces and Cost of the docstring.

        The module is the one that the code is in: functools.wraps copies the name of another function.
        """
        text = inspect.getdoc(self.function) or ""
        parts = {
            found[1]: " ".join(found[2].split())
            for found in re.finditer(r"^(\w+):((?:.|\n(?=\s))*)", text, re.M)
        }
        name = f"{self.function.__globals__['__name__']}.{self.function.__qualname__}"
        return Contract(name, *(parts.get(key, "") for key in ("Assumes", "Enforces", "Cost")))

    @cached_property
    def result_type(self) -> ValueType | None:
        """The type of the result, or None if the function does not state one."""
        annotation = self.annotations.get("return", Any)
        found = value_type(annotation)
        if found is not None or leaves_open(annotation):
            return found
        return PlainType(annotation_text(annotation))

    def checked_result(self, result: Any, tracer: Tracer) -> Any:
        """Return the result with integers as constants.  Raises: CircuitError at the annotation if it has another type."""
        if self.result_type is None:
            return result
        try:
            return self.result_type.coerce(result, f"the result of {self.name}", tracer)
        except CircuitError as problem:
            problem.where = where([result_site(self.function), *capture_whole()])
            raise


def _collected(kind: ValueType, parameter: Parameter) -> ValueType:
    if parameter.kind is Parameter.VAR_POSITIONAL:
        return SequenceType(kind, tuple)
    return NamesType(kind) if parameter.kind is Parameter.VAR_KEYWORD else kind
