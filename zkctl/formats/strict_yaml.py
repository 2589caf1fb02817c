"""The YAML of ceremony.yaml in its one reading: a flat mapping of names to strings, integers and booleans.

People and programs must read the same rules.  What YAML readers disagree on is refused: a key twice, merge
keys, anchors, aliases, tags, several documents, nested and multi-line values, and plain scalars such as
010 (8 or 10), 1:00 (60), 0x10, 1_000, +5, 1e3, yes or ~.  The file has only printable characters and ends its
lines with LF or CRLF: YAML 1.1 ends a line, and a comment with it, also at CR, NEL, U+2028 and U+2029, and marks
of the writing direction or of zero width show a person other text than the program reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from zkctl.errors import FormatError
from zkctl.runtime.printable import printable

MAX_FIELDS = 64
_INTEGER = re.compile(r"0|[1-9][0-9]{0,18}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_BOOLEANS = {"true": True, "false": False}
_PLAIN_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9_./:@-]*")
# plain scalars that YAML 1.1 reads as something else than a string, in any spelling
NOT_TEXT = frozenset(("true", "false", "yes", "no", "on", "off", "y", "n", "null"))

Value = str | int | bool


def load_flat_yaml(raw: bytes, where: str) -> dict[str, Value]:
    """Return the fields of a flat YAML mapping.  Raises: FormatError naming the line."""
    with yaml_errors(where):
        text = raw.decode()
        check_characters(text, where)
        events = list(_events(text, where))
    scalars = _scalars(events)
    found: dict[str, Value] = {}
    for key, value in zip(scalars[::2], scalars[1::2], strict=True):
        place = place_of(key, where)
        name = key.value
        if not _NAME.fullmatch(name):
            raise FormatError(
                f"the field name is malformed: expected lower-case letters, got {printable(name, 40)!r}",
                where=place,
            )
        if name in found:
            raise FormatError(f"the field {name!r} occurs twice: expected it once", where=place)
        found[name] = scalar_of(value, name, place)
    return found


@contextmanager
def yaml_errors(where: str) -> Iterator[None]:
    """Convert the failures of decoding and of the parser into a FormatError with the line."""
    import yaml

    try:
        yield
    except (
        yaml.YAMLError,
        UnicodeDecodeError,
        RecursionError,
        ValueError,
        OverflowError,
    ) as problem:
        mark = getattr(problem, "problem_mark", None)
        place = where if mark is None else f"{where}, line {mark.line + 1}"
        raise FormatError("the file is not YAML", where=place) from None


def check_characters(text: str, where: str) -> None:
    """Check that people and every reader of YAML see the same lines and characters.  Raises: FormatError."""
    for number, line in enumerate(text.split("\n"), 1):
        shown = line.removesuffix("\r").replace("\t", " ")
        place = f"{where}, line {number}"
        if not shown.isprintable():
            hidden = next(c for c in shown if not c.isprintable())
            raise FormatError(
                "the file has a character that is not shown: expected printable characters,"
                f" got U+{ord(hidden):04X}",
                where=place,
                hint="remove the character, or write it as an escape in a quoted string",
            )
        if shown.startswith("%"):
            raise FormatError("there is a YAML directive: expected none", where=place)


def _events(text: str, where: str) -> Iterator[Any]:
    """Yield the parser's events, refusing what a flat mapping has no use for as soon as it comes."""
    import yaml

    kinds = (
        yaml.StreamStartEvent,
        yaml.DocumentStartEvent,
        yaml.MappingStartEvent,
        yaml.MappingEndEvent,
        yaml.SequenceStartEvent,  # alone it is an empty mapping, inside one it is one start too many
        yaml.SequenceEndEvent,
        yaml.ScalarEvent,
        yaml.DocumentEndEvent,
        yaml.StreamEndEvent,
    )
    n_started = n_scalars = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        place = place_of(event, where)
        n_started += isinstance(event, yaml.CollectionStartEvent | yaml.DocumentStartEvent)
        n_scalars += isinstance(event, yaml.ScalarEvent)
        if not isinstance(event, kinds) or n_started > 2 or n_scalars > 2 * MAX_FIELDS:
            raise FormatError(
                "the file is not YAML of a flat mapping:"
                f" expected at most {MAX_FIELDS} fields, one name and one value on each line",
                where=place,
            )
        if getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise FormatError("there is an anchor or a tag: expected a plain value", where=place)
        yield event


def _scalars(events: list[Any]) -> list[Any]:
    """Return names and values in turn, none for a file without a mapping."""
    import yaml

    if not any(isinstance(event, yaml.MappingStartEvent) for event in events):
        return []
    return [event for event in events if isinstance(event, yaml.ScalarEvent)]


def place_of(event: Any, where: str) -> str:
    """Return the file and the line in which an event of the parser begins."""
    return f"{where}, line {event.start_mark.line + 1}"


def scalar_of(event: Any, name: str, place: str) -> Value:
    """Return the value of one scalar.  Raises: FormatError."""
    if event.start_mark.line != event.end_mark.line or event.style in ("|", ">"):
        raise FormatError(f"the field {name!r} is not on one line", where=place)
    if event.style in ("'", '"'):
        return _text(event.value, name, place)
    plain: str = event.value
    if _INTEGER.fullmatch(plain):
        return int(plain)
    if plain in _BOOLEANS:
        return _BOOLEANS[plain]
    if _PLAIN_TEXT.fullmatch(plain) and plain.lower() not in NOT_TEXT:
        return plain
    raise FormatError(
        f"the field {name!r} has more than one reading: expected a decimal integer of at most"
        f" 19 digits, true, false or a quoted string, got {printable(plain, 40)!r}",
        where=place,
        hint="write integers without sign, leading zero or separators, and put strings and dates in quotes",
    )


def _text(value: str, name: str, place: str) -> str:
    """Return a quoted string; JSON's pairs of surrogates are joined, single ones refused."""
    try:
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise FormatError(f"the field {name!r} is not valid Unicode", where=place) from None
