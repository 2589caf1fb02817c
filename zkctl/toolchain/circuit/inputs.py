"""Read the inputs of a circuit from JSON: integers as numbers or strings, exact, in the field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from zkctl.errors import InputError
from zkctl.field import PrimeField
from zkctl.formats.json.kinds import JsonKind, document_of
from zkctl.formats.json.strict import Json, load_json, name_of_value, parse_integer
from zkctl.runtime.printable import printable

MAX_BYTES = 64 << 20

_LONGEST_USUAL = 100  # characters of a number that is read without a second look


def read_inputs(path: Path) -> dict[str, Json]:
    """Return the object of signal names and values.

    Raises: FormatError for anything but strict JSON; InputError if it is not an object; LimitError above MAX_BYTES.
    """
    return inputs_of(load_json(path, max_bytes=MAX_BYTES), printable(path))


def inputs_of(values: Json, where: str) -> dict[str, Json]:
    """Return a document that is an object of signal names and values.  Raises: InputError."""
    found = document_of(values)
    protocol = isinstance(values, dict) and values.get(
        "protocol"
    )  # a string is no value of an input
    if not isinstance(values, dict) or (found.kind is not JsonKind.JSON and protocol):
        raise InputError(
            f"the inputs must be an object of names and values, found {found.name}",
            where=where,
            hint='write {"name": "123", "list": ["1", "2"]}',
        )
    return values


def name_of_other_document(values: dict[str, Json]) -> str:
    """Return the end of a message about inputs that are another document by their shape, else ""."""
    name = document_of(values).name
    return "" if name.startswith(("a JSON object", "an empty")) else f"; the file is {name}"


class InputReader:
    """Converts one JSON value to a field element; collects notes about unusual ones."""

    def __init__(
        self, field: PrimeField, reduce: bool, where: str, warnings: list[str] | None = None
    ) -> None:
        self.field, self.reduce, self.where = field, reduce, where
        self.warnings: list[str] = [] if warnings is None else warnings

    def __call__(self, value: object, name: str) -> int:
        """Return the element of an input: a number, or a decimal or 0x string; -x stands for p - x.

        Raises: InputError, FormatError naming the input, never its value.
        """
        usual = _usual(value)
        if usual is not None and usual < self.field.modulus:
            return usual  # no names are made for what is as it should be
        number = self._integer(value, f"{self.where} {printable(name)}")
        if number < 0:
            self.note("negative inputs are taken as p minus their absolute value")
        if abs(number) >= self.field.modulus:
            if not self.reduce:
                raise InputError(
                    f"input {printable(name)} is not below the modulus of {self.field.name}",
                    where=self.where,
                    hint="pass `reduce` to take it modulo the field, as circom does silently",
                )
            self.note("inputs not below the modulus were reduced")
        return number % self.field.modulus

    def usual_numbers(self, values: Sequence[object]) -> list[int] | None:
        """Return the elements of a list of numbers, or of decimal texts, that are all as they should be; None for every other list."""
        kinds = set(map(type, values))
        if kinds == {int}:
            numbers: list[int] = list(values)  # type: ignore[arg-type]
        elif kinds == {str} and _are_decimal(values):  # type: ignore[arg-type]
            numbers = list(map(int, values))  # type: ignore[arg-type]
        else:
            return None
        return numbers if min(numbers) >= 0 and max(numbers) < self.field.modulus else None

    def _integer(self, value: object, place: str) -> int:
        if isinstance(value, str):
            return parse_integer(value, allow_hex=True, allow_negative=True, where=place)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        found = "a boolean" if isinstance(value, bool) else name_of_value(value)
        raise InputError(
            f"an input must be an integer, found {found}",
            where=place,
            hint='write 1 or "1"; large numbers as texts',
        )

    def note(self, text: str) -> None:
        """Add a warning, once."""
        if text not in self.warnings:
            self.warnings.append(text)


def _usual(value: object) -> int | None:
    """Return a number that is not negative, or of a canonical decimal text; None for everything else."""
    if isinstance(value, str):
        is_decimal = value.isascii() and value.isdigit() and len(value) < _LONGEST_USUAL
        return int(value) if is_decimal and (value[0] != "0" or value == "0") else None
    return value if type(value) is int and value >= 0 else None


def _are_decimal(texts: Sequence[str]) -> bool:
    """Return whether all texts are canonical decimal numbers of a usual length.  Assumes: there is one."""
    joined = "".join(texts)
    has_good_sizes = all(texts) and max(map(len, texts)) < _LONGEST_USUAL
    is_canonical = not any(text[0] == "0" and text != "0" for text in texts if text)
    return joined.isascii() and joined.isdigit() and has_good_sizes and is_canonical


MakeReader = Callable[[PrimeField], InputReader]  # the field is known once the program is read
