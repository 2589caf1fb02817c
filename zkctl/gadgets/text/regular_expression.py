r"""Regular expressions over bytes, read into a tree: the part of Python's syntax that an automaton can decide.

Literals, `.` (no newline), classes `[a-z_]` and `[^...]`, escapes (`\d \w \s`, their capitals, `\n \r \t \f \v \xNN`, escaped
punctuation), groups `(...)` and `(?:...)`, `|`, `* + ?`, `{m}`, `{m,}`, `{,n}`, `{m,n}`, lazy or not.  Sets are those of Python's
patterns of bytes.  A pattern covers the whole text, so `^` and `$` change nothing where the text begins and ends, as in
`(?:^|.*\n)to:.*$`; elsewhere they are refused.
"""

from __future__ import annotations

import string
from collections.abc import Iterable

from zkctl.dsl.spans import circuit_error
from zkctl.errors import CircuitError
from zkctl.runtime.records import record

N_BYTES = 256
ALL_BYTES = (1 << N_BYTES) - 1
MAX_REPEAT = 1000
MAX_DEPTH = 30  # groups in groups


@record
class Chars:
    """One byte of a set.  Bit k of the mask: byte k is in it."""

    mask: int


@record
class Sequence:
    """One part after the other; none is the empty text."""

    parts: tuple[Node, ...]


@record
class Choice:
    """Any of several parts."""

    parts: tuple[Node, ...]


@record
class Repeat:
    """From `least` to `most` times the same part; most is None for any number."""

    part: Node
    least: int
    most: int | None


@record
class CapturingGroup:
    """A group that captures: (...)."""

    part: Node
    place: int


@record
class Anchor:
    """^ or $."""

    symbol: str
    place: int


Node = Chars | Sequence | Choice | Repeat | CapturingGroup | Anchor


def mask_of(values: Iterable[int]) -> int:
    """Return the set of bytes as a mask."""
    return sum(1 << value for value in set(values))


_DIGITS = mask_of(string.digits.encode())
_WORD = mask_of((string.ascii_letters + string.digits + "_").encode())
_SPACE = mask_of(b" \t\n\r\f\v")
_NEWLINE = mask_of(b"\n")
_CLASSES = {
    "d": _DIGITS,
    "D": ALL_BYTES ^ _DIGITS,
    "w": _WORD,
    "W": ALL_BYTES ^ _WORD,
    "s": _SPACE,
    "S": ALL_BYTES ^ _SPACE,
}
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "a": "\a"}
_COVERS_ALL = "the pattern covers the whole text: put .* in front or behind to search"
_NO_MEMORY = (
    "an automaton cannot compare parts of a text: extract each part and constrain them to be equal"
)


def parse(pattern: str) -> Node:
    """Return the tree of a pattern, without anchors.  Raises: CircuitError with the place of unsupported syntax."""
    return _without_anchors(_Parser(pattern).whole(), pattern, True, True)


def _without_anchors(node: Node, pattern: str, first: bool, last: bool) -> Node:
    """Return a part of a pattern, which is the first or last one of the whole or not, with no text in place of its anchors."""
    if isinstance(node, Anchor):
        if first if node.symbol == "^" else last:
            return Sequence(())
        where = "begins" if node.symbol == "^" else "ends"
        found = f"the anchor {node.symbol} at a place where no text {where}"
        raise _unsupported(pattern, node.place, found, _COVERS_ALL)
    if isinstance(node, Repeat):
        return Repeat(_without_anchors(node.part, pattern, False, False), node.least, node.most)
    if isinstance(node, CapturingGroup):
        return CapturingGroup(_without_anchors(node.part, pattern, first, last), node.place)
    if isinstance(node, Choice):
        return Choice(tuple(_without_anchors(part, pattern, first, last) for part in node.parts))
    if isinstance(node, Sequence):
        begin, end = _between_anchors(node.parts)
        return Sequence(
            tuple(
                _without_anchors(part, pattern, first and k <= begin, last and k >= end)
                for k, part in enumerate(node.parts)
            )
        )
    return node


def _between_anchors(parts: tuple[Node, ...]) -> tuple[int, int]:
    """Return the places of the first and the last part that is no anchor."""
    others = [k for k, part in enumerate(parts) if not isinstance(part, Anchor)]
    return (others[0], others[-1]) if others else (len(parts), 0)


class _Parser:
    """Recursive descent; `at` is the place of the next character."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        node = self._choice()
        if self.at < len(self.pattern):
            raise self._error(self.at, "a ) without its (", r"write \) for the character")
        return node

    def _choice(self) -> Node:
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            parts.append(self._repeated())
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _repeated(self) -> Node:
        start = self.at
        node = self._atom()
        counts = self._counts()
        if counts is None:
            return node
        least, most = counts
        if max(least, most or 0) > MAX_REPEAT:
            raise self._error(start, f"more than {MAX_REPEAT} repetitions", "repeat a shorter part")
        if most is not None and most < least:
            raise self._error(start, f"at least {least} and at most {most} repetitions")
        self._take("?")  # lazy: the same where the whole text matches
        after = self.at
        if self._counts() is not None:
            raise self._error(
                after,
                "a repetition of a repetition, or a possessive one",
                "put the inner one in a group: (?:a+)*",
            )
        return Repeat(node, least, most)

    def _counts(self) -> tuple[int, int | None] | None:
        """Return the numbers of the quantifier here, None if there is none."""
        symbol = self._next()
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if symbol in simple:
            self.at += 1
            return simple[symbol]
        if symbol != "{":
            return None
        start, end = self.at, self.pattern.find("}", self.at)
        low, comma, high = self.pattern[start + 1 : max(end, start + 1)].partition(",")
        digits = low + high
        if end < 0 or not (digits.isascii() and digits.isdigit()) or len(digits) > 12:
            raise self._error(
                start, "a { without numbers", r"write {2}, {2,} or {2,5}, or \{ for the character"
            )
        self.at = end + 1
        least = int(low or 0)
        if not comma:
            return least, least
        return least, int(high) if high else None

    def _atom(self) -> Node:
        start = self.at
        symbol = self._advance()
        if symbol == "(":
            return self._group(start)
        if symbol == "[":
            return Chars(self._class(start))
        if symbol == ".":
            return Chars(ALL_BYTES ^ _NEWLINE)
        if symbol == "\\":
            return Chars(self._escape(start))
        if symbol in "^$":
            return Anchor(symbol, start)
        if symbol in "*+?{":
            raise self._error(start, f"{symbol} with nothing to repeat", rf"write \{symbol} for the character")  # fmt: skip
        return Chars(self._literal(symbol, start))

    def _group(self, start: int) -> Node:
        captures = not self._take("?:")
        if captures and self._next() == "?":
            raise self._error(
                start,
                "a group with (?, such as a look-ahead, a name or a flag",
                "only ( and (?: are supported",
            )
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._error(start, f"more than {MAX_DEPTH} groups in each other")
        node = self._choice()
        self.depth -= 1
        if not self._take(")"):
            raise self._error(start, "a ( without its )", r"write \( for the character")
        return CapturingGroup(node, start) if captures else node

    def _class(self, start: int) -> int:
        negated = self._take("^")
        mask = 0
        first = True
        while first or self._next() != "]":
            if not self._next():
                raise self._error(start, "a [ without its ]", r"write \[ for the character")
            mask |= self._class_item()
            first = False
        self.at += 1
        mask = ALL_BYTES ^ mask if negated else mask
        if not mask:
            raise self._error(start, "a class without bytes")
        return mask

    def _class_item(self) -> int:
        """Return a character, an escape or a range."""
        start = self.at
        low = self._class_character()
        if self._next() != "-" or self.pattern[self.at + 1 : self.at + 2] in ("]", ""):
            return low
        self.at += 1
        high = self._class_character()
        if low.bit_count() != 1 or high.bit_count() != 1 or high < low:
            raise self._error(start, "a range whose ends are not two ascending characters")
        return (high << 1) - low

    def _class_character(self) -> int:
        start = self.at
        symbol = self._advance()
        return self._escape(start) if symbol == "\\" else self._literal(symbol, start)

    def _escape(self, start: int) -> int:
        symbol = self._advance()
        if symbol in _CLASSES:
            return _CLASSES[symbol]
        if symbol in _CONTROLS:
            return mask_of(_CONTROLS[symbol].encode())
        if symbol == "x":
            digits = self.pattern[self.at : self.at + 2]
            if len(digits) == 2 and all(digit in string.hexdigits for digit in digits):
                self.at += 2
                return mask_of([int(digits, 16)])
        if symbol and symbol in string.punctuation + " ":
            return mask_of(symbol.encode())
        if symbol in "123456789" and symbol:
            raise self._error(
                start, f"the reference \\{symbol} to what a group captured", _NO_MEMORY
            )
        hint = _COVERS_ALL if symbol in ("A", "Z", "b", "B") else "write \\xNN for a byte"
        raise self._error(start, f"the escape \\{symbol}", hint)

    def _literal(self, symbol: str, start: int) -> int:
        if not symbol.isascii():
            raise self._error(
                start,
                f"the character {symbol!r}, which is no single byte",
                "write its bytes as \\xNN, for example \\xc3\\xa9 in UTF-8",
            )
        return mask_of(symbol.encode())

    def _next(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _advance(self) -> str:
        symbol = self._next()
        self.at += len(symbol)
        return symbol

    def _take(self, symbols: str) -> bool:
        found = self.pattern.startswith(symbols, self.at)
        self.at += len(symbols) * found
        return found

    def _error(self, place: int, found: str, hint: str = "") -> CircuitError:
        return _unsupported(self.pattern, place, found, hint)


def _unsupported(pattern: str, place: int, found: str, hint: str) -> CircuitError:
    return circuit_error(
        f"the pattern is not supported at character {place + 1}: {found}, in {pattern[:80]!r}",
        hint=hint,
    )
