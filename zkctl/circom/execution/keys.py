"""The identity of an instance: its template or bus with the values of the parameters."""

from __future__ import annotations

from typing import Any

from zkctl.circom.execution.run import TemplateRun
from zkctl.circom.source import Place
from zkctl.circom.values import ArrayValue, is_known, nested

_LONGEST = 80  # characters of parameters


def key_of(run: TemplateRun, name: str, arguments: list[Any], place: Place) -> object:
    """Return the key that equal instances share.  Raises: CircomError for a parameter that is not known."""
    parts: list[object] = [name]
    for value in arguments:
        if not is_known(value):
            raise run.error(place, f"a parameter of {name} is not known when the circuit is compiled")  # fmt: skip
        parts.append((value.shape, *value.values) if isinstance(value, ArrayValue) else value)
    return tuple(parts)


def title_of(name: str, arguments: list[Any]) -> str:
    """Return an instance as text: Num2Bits(254).  Long tables of constants are cut off."""
    shown = ",".join(str(nested(value)).replace(" ", "") for value in arguments)
    if len(shown) > _LONGEST:
        shown = f"{shown[:_LONGEST]}..."
    return f"{name}({shown})"
