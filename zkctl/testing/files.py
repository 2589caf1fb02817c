"""Files of inputs for tests in Python."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from zkctl.errors import InputError
from zkctl.formats.json.strict import name_of_value, parse_integer
from zkctl.runtime.printable import printable
from zkctl.toolchain.circuit.inputs import read_inputs as read_document


def read_inputs(path: str | PathLike[str]) -> dict[str, Any]:
    """Return the inputs in a JSON file as a circuit takes them: texts of numbers as integers, structures as dictionaries.

    Raises: FormatError for anything but strict JSON and for a text that is no integer; InputError for what is no input; LimitError.
    """
    where = printable(Path(path))
    values = read_document(Path(path))
    return {name: _numbers(value, f"{where} {printable(name)}") for name, value in values.items()}


def _numbers(value: object, where: str) -> Any:
    if isinstance(value, dict):
        return {name: _numbers(each, f"{where}.{printable(name)}") for name, each in value.items()}
    if isinstance(value, list):
        return [_numbers(each, f"{where}[{k}]") for k, each in enumerate(value)]
    if isinstance(value, str):
        return parse_integer(value, allow_hex=True, allow_negative=True, where=where)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = "a boolean" if isinstance(value, bool) else name_of_value(value)
    raise InputError(
        f"an input must be an integer, found {found}",
        where=where,
        hint='write 1 or "1"; large numbers as texts',
    )
