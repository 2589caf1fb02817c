"""The types of parameters and results: `coerce` checks a value leaf by leaf; annotations.py parses annotations into them.

A value type has a `text` for messages and `coerce(value, what, tracer)`: it turns integers into constant signals, checks the type of
every signal and the structure around them, and returns the value with the containers that the annotation names.  `what` names the
value in messages ("flag of select").  A new kind of value is one more record here and one more reader in annotations.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from zkctl.dsl.array import Array
from zkctl.dsl.eager import EagerTracer
from zkctl.dsl.integers import remedy
from zkctl.dsl.nested_values import check_unnamed, replace_leaves, shown, signals_in
from zkctl.dsl.numbers.word import Word
from zkctl.dsl.signal import Bit, Signal, Uint, as_signal, make_signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.struct_fields import Fields, of_values, values_of
from zkctl.dsl.swallowed import attempt
from zkctl.dsl.trace import Tracer
from zkctl.errors import CircuitError
from zkctl.runtime.records import record

if TYPE_CHECKING:
    AnyShape: TypeAlias = Any
else:

    class AnyShape:
        """The annotation of a parameter that takes a signal, or signals in any structure of arrays, lists and tuples."""


WHICH_TYPES = (
    "the types are Signal, Uint and Bit, or with a width Uint[8] and Word[32], alone or in Array[...], list[...], Sequence[...], tuple[...]"
    " or the fields of a Struct or NamedTuple; `... | None` allows None"
)

_PROOFS: dict[type[Signal], str] = {
    Bit: "make a Bit with to_bits, is_zero, is_equal, an input declared Bit, or assume_bit(x, because=...)",
    Uint: "to_uint(x, n_bits) proves a width; an input can be declared Uint with bits=n",
}


class ValueType(Protocol):
    """The type of a parameter or result that holds signals."""

    @property
    def text(self) -> str:
        """The type as an author writes it."""

    def coerce(self, value: Any, what: str, tracer: Tracer) -> Any:
        """Return the value with integers as constant signals.  Raises: CircuitError if it has another type."""


@record
class SignalType:
    """A single Signal, Uint or Bit."""

    kind: type[Signal]

    @property
    def text(self) -> str:
        """The type as an author writes it."""
        return self.kind.__name__

    def coerce(self, value: Any, what: str, tracer: Tracer) -> Signal:
        """Return the signal, or an integer as a constant.  Raises: CircuitError for another type or circuit."""
        signal = as_signal(value, tracer)
        if isinstance(tracer, EagerTracer) and tracer.reads_arguments and signal is not None:
            signal = _given(signal, self.kind, tracer)
        if signal is None:
            raise circuit_error(
                f"{what} must be a single {self.text}, got {shown(value)}", hint=_remedy(value)
            )
        if signal.tracer is not tracer:
            raise circuit_error(
                f"{what} is a signal of another circuit or gadget call",
                hint="a gadget may only use signals it gets as arguments",
            )
        if not isinstance(signal, self.kind):
            found = signal.describe() if tracer.eager else shown(signal)
            raise circuit_error(
                f"{what} must be a {self.text}, got {found}", hint=_PROOFS[self.kind]
            )
        return signal


@record
class UintType:
    """A Uint of at most `bits` bits: Uint[8]."""

    bits: int

    @property
    def text(self) -> str:
        """The type as an author writes it."""
        return f"Uint[{self.bits}]"

    def coerce(self, value: Any, what: str, tracer: Tracer) -> Signal:
        """Return the number, or an integer as a constant.  Raises: CircuitError for a wider number."""
        number = SignalType(Uint).coerce(value, what, tracer)
        n_bits = number.n_bits if isinstance(number, Uint) else 0
        if n_bits > self.bits:
            raise circuit_error(
                f"{what} must have at most {self.bits} bits: got up to {n_bits}",
                hint=f"to_uint(x, {self.bits}) enforces it",
            )
        return number


@record
class WordType:
    """A word of the width that `kind` says, or of any."""

    kind: type[Word]

    @property
    def bits(self) -> int:
        """The width."""
        return self.kind.width

    @property
    def text(self) -> str:
        """The type as an author writes it."""
        return self.kind.__name__

    def coerce(self, value: Any, what: str, tracer: Tracer) -> Word:
        """Return the word; an integer or a Uint that fits becomes one.  Raises: CircuitError for another width."""
        is_other = isinstance(value, Word) and self.bits and value.width != self.bits
        if is_other or not isinstance(value, Word if not self.bits else Word | Uint | int):
            raise circuit_error(
                f"{what} must be a {self.text}, got {shown(value)}",
                hint=f"{self.text}(x) makes a word of a Uint, an integer, bits or bytes",
            )
        word = value if isinstance(value, Word) else self.kind(value)
        if any(signal.tracer is not tracer for signal in word.signals()):
            raise circuit_error(
                f"{what} is a word of another circuit or gadget call",
                hint="a gadget may only use signals it gets as arguments",
            )
        return word


@record
class AnyShapeType:
    """Signals in any structure."""

    text: str = "signals"

    def coerce(self, value: Any, what: str, tracer: Tracer) -> Any:
        """Return the structure with integers as constants.  Raises: CircuitError if something else is in it."""
        single = SignalType(Signal)
        check_unnamed(value)
        return replace_leaves(value, lambda leaf: single.coerce(leaf, what, tracer))


@record
class PlainType:
    """A Python value without signals, as a part of a structure: the `int` of tuple[Signal, int]."""

    text: str
    kind: type[Any] | None = None  # of the value, where the annotation is a class and no more

    def coerce(self, value: Any, what: str, tracer: Tracer) -> Any:  # noqa: ARG002  # the protocol's
        """Return the value.  Raises: CircuitError if there is a signal in it, or for one that the class does not have."""
        found = next(signals_in(value), None)
        if found is not None:
            raise circuit_error(
                f"{what} must be a Python value: expected {self.text}, got {shown(value)}",
                hint=f"annotate what holds signals: {WHICH_TYPES}",
            )
        is_truth = self.kind is int and isinstance(value, bool)  # True is no size
        if self.kind is None or (isinstance(value, self.kind) and not is_truth):
            return value
        if issubclass(self.kind, int) and hasattr(value, "__index__") and not is_truth:
            return value
        raise circuit_error(
            f"{what} has the wrong type: expected {self.text}, got {shown(value)}",
            hint="pass a value of the type that the parameter is annotated with",
        )


@record
class SequenceType:
    """Any number of values of one type: Array[T] (of any shape), list[T], tuple[T, ...] or Sequence[T]."""

    element: ValueType
    container: type[Any]

    @property
    def text(self) -> str:
        """The type as an author writes it."""
        more = ", ..." if self.container is tuple else ""
        return f"{self.container.__name__}[{self.element.text}{more}]"

    def coerce(self, value: Any, what: str, tracer: Tracer) -> Any:
        """Return the values in the container of the annotation; for Sequence in the container that they came in.

        Python's bytes are a list of numbers where the elements are bytes.
        """
        if isinstance(value, bytes) and self.element == UintType(8):
            value = list(value)
        if not isinstance(value, Array | list | tuple):
            raise circuit_error(
                f"{what} must hold several values: expected {self.text}, got {shown(value)}",
                hint=_remedy(value),
            )
        if self.container is Array and isinstance(self.element, SignalType | UintType | WordType | StructType):  # fmt: skip
            array = value if isinstance(value, Array) else self.array_of(value)
            return Array.of_shape(array.shape, self._coerced(array.flat, what, tracer))
        items = self._coerced(value, what, tracer)
        if self.container is Array or (self.container is Sequence and isinstance(value, Array)):
            return Array(items)
        if self.container is Sequence:
            return tuple(items) if isinstance(value, tuple) else items
        return self.container(items)

    def array_of(self, values: Any) -> Array[Any]:
        """Return the array of nested lists; a tuple or dictionary may stand for a structure."""
        if not isinstance(self.element, StructType):
            return Array(values)
        rows = [
            self.array_of(item) if isinstance(item, list) else self.element.built(item)
            for item in values
        ]
        return Array(rows)

    def _coerced(self, values: Any, what: str, tracer: Tracer) -> list[Any]:
        coerce = self.element.coerce
        return [coerce(value, f"element {k} of {what}", tracer) for k, value in enumerate(values)]


@record
class TupleType:
    """A fixed number of values, each with its type: tuple[A, B], or a NamedTuple class field by field."""

    elements: tuple[ValueType, ...]
    cls: type[Any]

    @property
    def text(self) -> str:
        """The type as an author writes it."""
        if self.cls is not tuple:
            return self.cls.__name__
        return f"tuple[{', '.join(element.text for element in self.elements)}]"

    def coerce(self, value: Any, what: str, tracer: Tracer) -> Any:
        """Return a tuple, or an object of the NamedTuple class.  Raises: CircuitError for a wrong length or class."""
        is_other = hasattr(value, "_fields") and self.cls is not tuple and not isinstance(value, self.cls)  # fmt: skip
        if is_other or not isinstance(value, Array | list | tuple):
            raise circuit_error(
                f"{what} has another structure: expected {self.text}, got {shown(value)}",
                hint=_remedy(value),
            )
        if len(value) != len(self.elements):
            raise circuit_error(
                f"{what} has the wrong length: expected {self.text} of {len(self.elements)}, got {shown(value)}"
            )
        names = getattr(self.cls, "_fields", None)
        parts = []
        for k, (element, item) in enumerate(zip(self.elements, value, strict=True)):
            part = f"{names[k]} of {what}" if names else f"element {k} of {what}"
            parts.append(element.coerce(item, part, tracer))
        return self.cls(*parts) if names else tuple(parts)


@record
class StructType:
    """A structure, given as such, as a dictionary of its fields or as a tuple in their order."""

    cls: type[Fields]

    @property
    def text(self) -> str:
        """The type as an author writes it."""
        return self.cls.__name__

    def built(self, value: Any) -> Any:
        """Return the structure that a dictionary or tuple stands for, any other value unchanged."""
        if isinstance(value, dict):
            return self.cls(**value)
        is_plain = isinstance(value, tuple) and not hasattr(value, "_fields")
        return self.cls(*value) if is_plain else value

    def coerce(self, value: Any, what: str, tracer: Tracer) -> Any:
        """Return the structure with each field as its type here wants it, also where a subclass declares another type.

        Raises: CircuitError for another structure.
        """
        value = self.instance(value, what)
        wanted = {field.name: field.type for field in (*value.__fields__, *self.cls.__fields__)}
        parts = [
            wanted[name].coerce(inner, f"{name} of {what}", tracer)
            for name, inner in values_of(value).items()
        ]
        return of_values(type(value), parts)

    def instance(self, value: Any, what: str) -> Any:
        """Return the structure that a value is or stands for.  Raises: CircuitError for another value."""
        value = self.built(value)
        if not isinstance(value, self.cls):
            names = ", ".join(f"{each.name}=..." for each in self.cls.__fields__)
            raise circuit_error(
                f"{what} has another structure: expected {self.text}, got {shown(value)}",
                hint=f"write {self.text}({names})",
            )
        return value


@record
class NamesType:
    """The values of **kwargs, by name."""

    element: ValueType

    @property
    def text(self) -> str:
        """The type as an author writes it."""
        return self.element.text

    def coerce(self, value: Any, what: str, tracer: Tracer) -> Any:
        """Return the dictionary with each value as its type wants it."""
        return {n: self.element.coerce(item, f"{n} of {what}", tracer) for n, item in value.items()}


@record
class OptionalType:
    """A value or None."""

    inner: ValueType

    @property
    def text(self) -> str:
        """The type as an author writes it."""
        return f"{self.inner.text} | None"

    def coerce(self, value: Any, what: str, tracer: Tracer) -> Any:
        """Return None, or the value as its type wants it."""
        return None if value is None else self.inner.coerce(value, what, tracer)


@record
class ChoiceType:
    """A value of one of several types; the first that fits."""

    choices: tuple[ValueType, ...]

    @property
    def text(self) -> str:
        """The type as an author writes it."""
        return " | ".join(choice.text for choice in self.choices)

    def coerce(self, value: Any, what: str, tracer: Tracer) -> Any:
        """Return the value as the first type that fits wants it."""
        hints = []
        for choice in self.choices:
            try:
                with attempt():
                    return choice.coerce(value, what, tracer)
            except CircuitError as problem:
                hints.append(problem.hint)
        raise circuit_error(
            f"{what} fits none of its types: expected {self.text}, got {shown(value)}",
            hint=next(filter(None, hints), ""),
        )


def _given(constant: Signal, kind: type[Signal], tracer: EagerTracer) -> Signal:
    """Return a wire for an integer that a gadget gets from outside of a circuit, a Uint up to it where the gadget wants one."""
    value = constant.value
    lowest = int(value == tracer.modulus - 1)  # an interval of all elements would prove nothing
    bounds = (lowest, max(1, value)) if issubclass(kind, Uint) else None
    return make_signal(tracer, {tracer.new_wire(value): 1}, bounds)


def _remedy(value: Any) -> str:
    if isinstance(value, Array | list | tuple):
        return (
            "pass its elements one by one, or annotate the parameter with Array[...] or tuple[...]"
        )
    return remedy(value) or WHICH_TYPES
