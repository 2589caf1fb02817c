"""The one JSON parser for files from outside: stricter than the standard's, every error with its path.

Refused: duplicate keys, numbers that are not plain integers (floats, exponents, -0, NaN, Infinity),
more digits than allowed, byte order marks, anything but UTF-8, lone surrogates and NUL in strings,
deep nesting, text after the document.  Integers of any size are exact.  Values are never
quoted in errors, since they may be secret; their place is.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from zkctl.errors import FormatError, LimitError
from zkctl.formats.magic import name_of_start
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.storage.mapped import read_input

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

MAX_BYTES = 16 << 20
MAX_DEPTH = 32
MAX_DIGITS = 120  # a coordinate of BLS12-381 has 115

_CANONICAL = "only digits 0 to 9: no spaces, signs, separators or leading zeros"
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)', re.DOTALL)
_DIGITS_TO_ZERO = bytes.maketrans(b"123456789", b"000000000")
_STEPS = bytes.maketrans(
    b"[{]}", b"\x01\x01\xff\xff"
)  # as signed bytes: one level down, one level up
_NOT_BRACKET = re.compile(r"[^\[\]{}]+")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)")
_ONE_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,8})\.[0-9]")
_HEX = re.compile(r"-?0x[0-9a-fA-F]+")
_PERHAPS_JSON = ("JSON", "text", "a lone number", "hexadecimal text")
_NOT_TEXT = "[\ud800-\udfff\0]"  # compiled where it is needed: it takes as long as all others
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def load_json(
    source: Path | bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_depth: int = MAX_DEPTH,
    max_digits: int = MAX_DIGITS,
    one_decimal: bool = False,
    where: str = "",
) -> Json:
    """Parse a file, a pipe, standard input, or bytes (then `where` names them in errors).

    With `one_decimal` a number such as 2.5 is accepted, as a float.
    Raises: FormatError with the JSON path; LimitError if larger than max_bytes; EnvironmentProblem
    if the file is unreadable.
    """
    if isinstance(source, Path):
        where = where or printable(source)
        raw = read_input(source, max_bytes)
    else:
        raw = source
        if len(raw) > max_bytes:
            raise LimitError(
                f"the JSON has {len(raw)} bytes, the limit is {max_bytes}", where=where
            )
    text = _decode(raw, where)
    if text.count("[") + text.count("{") > max_depth:
        _limit_depth(text, max_depth, where)
    hooks = _Hooks(max_digits, one_decimal=one_decimal)
    value = _parse(text, hooks, where, has_plain_numbers=_has_plain_numbers(text, max_digits))
    # only hooks put errors into the tree; only \\u makes a surrogate or NUL of UTF-8 that the parser accepts
    if hooks.has_refused or "\\u" in text:
        _check_values(value, "$", where)
    return value


_OF_A_ZKEY = "write its verification key with `export_verification_key()`"


def _decode(raw: bytes, where: str) -> str:
    name = name_of_start(raw)
    if name not in _PERHAPS_JSON and not name.startswith("unknown data"):
        marked = raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
        raise FormatError(
            f"expected JSON, found {name}",
            where=where,
            hint="save it as plain UTF-8" if marked else _OF_A_ZKEY if "zkey" in name else "",
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise FormatError(
            f"expected JSON in UTF-8, found {_name(raw)}, byte {problem.start} is"
            f" {raw[problem.start]:#04x}",
            where=where,
        ) from None


def _name(raw: bytes) -> str:
    """Return the name of a file that is not UTF-8; one without magic is recognised by its counts."""
    from zkctl.formats.identify import name_unless_json

    return name_unless_json(raw)


def _limit_depth(text: str, max_depth: int, where: str) -> None:
    """Check the depth before the recursive parser runs, by counting brackets outside strings."""
    steps = _NOT_BRACKET.sub("", _outside_strings(text)).encode().translate(_STEPS)
    depth = max(accumulate(array("b", steps)), default=0)
    if depth > max_depth:
        raise FormatError(f"nested {depth} levels deep, the limit is {max_depth}", where=where)


def _outside_strings(text: str) -> str:
    """Return the text without its strings, one without an end included."""
    return _STRING.sub("", text) if "\\" in text else "".join(text.split('"')[::2])


def _has_plain_numbers(text: str, max_digits: int) -> bool:
    """Return whether the hook for integers would accept them all.  False, too, for strings that look like other numbers."""
    digits = text.encode().translate(_DIGITS_TO_ZERO)
    return b"0" * (max_digits + 1) not in digits and "-0" not in text


class _Hooks:
    """The parser's hooks.  One does not know its place: it leaves the error in the tree, which is then searched."""

    def __init__(self, max_digits: int, *, one_decimal: bool = False) -> None:
        self.max_digits, self.one_decimal = max_digits, one_decimal
        self.has_refused = False

    def _refusal(self, message: str) -> FormatError:
        self.has_refused = True
        return FormatError(message)

    def integer(self, digits: str) -> float | FormatError:
        """Return the integer."""
        if len(digits.lstrip("-")) > self.max_digits:
            return self._refusal(
                f"a number of {len(digits)} digits, the limit is {self.max_digits}"
            )
        if digits == "-0" or not _DECIMAL.fullmatch(digits):
            return self.other_number(digits)
        return int(digits)

    def other_number(self, number: str) -> float | FormatError:
        """Refuse a number, unless it has one decimal and such numbers are allowed."""
        if self.one_decimal and _ONE_DECIMAL.fullmatch(number):
            return float(number)
        return self._refusal("a number that is not a plain integer")

    def members(self, pairs: list[tuple[str, Json]]) -> object:
        """Return the object."""
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        seen: set[str] = set()
        double = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        return self._refusal(f"duplicate key {printable(double, 80)!r}")


def _parse(text: str, hooks: _Hooks, where: str, *, has_plain_numbers: bool) -> Json:
    try:
        value: Json = json.loads(
            text,
            object_pairs_hook=hooks.members,
            parse_int=int if has_plain_numbers else hooks.integer,
            parse_float=hooks.other_number,
            parse_constant=hooks.other_number,
        )
    except json.JSONDecodeError as problem:
        name = _name(text.encode())
        found = "" if name == "JSON" else f": found {name}"
        raise FormatError(
            f"not valid JSON: {problem.msg.lower()},"
            f" line {problem.lineno} column {problem.colno}{found}",
            where=where,
        ) from None
    return value


def _check_values(value: object, path: str, where: str) -> None:
    """Check every value of the tree, whose depth is already limited."""
    if isinstance(value, FormatError):
        value.where = _at(where, path)
        raise value
    if isinstance(value, str):
        if re.search(_NOT_TEXT, value):
            raise FormatError("a string with a lone surrogate or NUL", where=_at(where, path))
    elif isinstance(value, list):
        for k, item in enumerate(value):
            _check_values(item, f"{path}[{k}]", where)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_values(key, f"{path} (a key)", where)
            _check_values(item, _member(path, key), where)


def _at(where: str, path: str) -> str:
    return f"{where} {path}" if where else path


def _member(path: str, key: str) -> str:
    return f"{path}.{key}" if _NAME.fullmatch(key) else f"{path}[{printable(key, 80)!r}]"


def parse_integer(
    text: str,
    *,
    allow_hex: bool = False,
    allow_negative: bool = False,
    max_digits: int = MAX_DIGITS,
    where: str = "",
) -> int:
    """Return a decimal (or 0x hexadecimal) integer in its canonical ASCII form: no spaces, signs, zeros.

    Raises: FormatError.
    """
    if len(text) > max_digits + 3:
        raise FormatError(
            f"a number of {len(text)} characters, the limit is {max_digits} digits", where=where
        )
    canonical = _DECIMAL.fullmatch(text) or (allow_hex and _HEX.fullmatch(text))
    if not canonical or text in ("-0",) or (text.startswith("-") and not allow_negative):
        allowed = "a decimal or 0x integer" if allow_hex else "a decimal integer"
        raise FormatError(f"the text is not {allowed}", where=where, hint=_CANONICAL)
    return int(text, 16 if "x" in text else 10)


@record
class Node:
    """A JSON value together with its place, so that every error names it."""

    value: Json
    where: str
    path: str = "$"

    def fail(self, message: str, *, hint: str = "") -> FormatError:
        """Return an error that names this place."""
        return FormatError(message, where=self.place, hint=hint)

    @property
    def place(self) -> str:
        """File and path, for messages."""
        return _at(self.where, self.path)

    def is_object(self) -> bool:
        """Return whether the value is an object."""
        return isinstance(self.value, dict)

    def has(self, *keys: str) -> bool:
        """Return whether the value is an object with all of these keys."""
        return isinstance(self.value, dict) and all(key in self.value for key in keys)

    def member(self, key: str) -> Node:
        """Return the value under a key that must exist."""
        if not isinstance(self.value, dict):
            raise self.fail(f"expected an object, found {name_of_value(self.value)}")
        if key not in self.value:
            raise self.fail(f"missing {key!r}")
        return Node(self.value[key], self.where, _member(self.path, key))

    def members(self) -> list[Node]:
        """Return the values of an object in the order of the file."""
        if not isinstance(self.value, dict):
            raise self.fail(f"expected an object, found {name_of_value(self.value)}")
        return [self.member(key) for key in self.value]

    def elements(self, count: int | None = None) -> list[Node]:
        """Return the elements of an array, which must have `count` of them if given."""
        return list(self._elements(count))

    def _elements(self, count: int | None) -> Iterator[Node]:
        if not isinstance(self.value, list):
            raise self.fail(f"expected an array, found {name_of_value(self.value)}")
        if count is not None and len(self.value) != count:
            raise self.fail(f"expected {count} elements, found {len(self.value)}")
        for k, item in enumerate(self.value):
            yield Node(item, self.where, f"{self.path}[{k}]")

    def text(self) -> str:
        """Return the value of a string."""
        if not isinstance(self.value, str):
            raise self.fail(f"expected a string, found {name_of_value(self.value)}")
        return self.value

    def number(self) -> int:
        """Return the value of a JSON number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise self.fail(f"expected a number, found {name_of_value(self.value)}")
        return self.value

    def tenths(self) -> int:
        """Return ten times the value of a non-negative JSON number with at most one decimal."""
        if isinstance(self.value, float):  # by `one_decimal`: at most nine digits before the point
            return round(self.value * 10)
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < 0:
            raise self.fail(f"expected a number, found {name_of_value(self.value)}")
        return self.value * 10

    def flag(self) -> bool:
        """Return the value of true or false."""
        if not isinstance(self.value, bool):
            raise self.fail(f"expected true or false, found {name_of_value(self.value)}")
        return self.value

    def integer(self, *, allow_hex: bool = False) -> int:
        """Return the value of a string that holds a non-negative integer."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            raise self.fail(
                "expected a string, found a number", hint='write the number as a string: "15"'
            )
        return parse_integer(self.text(), allow_hex=allow_hex, where=self.place)


def name_of_value(value: object) -> str:
    """Return the name of a value's type with an article; true, false and null as they are written."""
    names = {dict: "an object", list: "an array", str: "a string", int: "a number"}
    names |= {bool: "true" if value else "false", type(None): "null", float: "a decimal fraction"}
    return names.get(type(value), "another value")
