"""A position among the tokens, and the errors found so far."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from zkctl.circom.parser.lexer import END, INVALID, NAME, Tokens
from zkctl.circom.report import CircomFinding
from zkctl.circom.source import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")

MAX_NESTING = 1000  # parentheses, brackets, blocks inside each other
MAX_HEIGHT = 2000  # of the tree of an expression: a + b + ... + z is as high as it is long


class Unparsable(Exception):  # not an error of a person: it ends a statement
    """The text is wrong here; the finding is in the cursor."""


class Cursor:
    """Reads tokens one after the other."""

    def __init__(self, tokens: Tokens, file: int, errors: list[CircomFinding]) -> None:
        self.tokens = tokens
        self.file = file
        self.errors = errors
        self.position = 0
        self.kind = tokens.kinds[0]
        self.nesting = 0
        self.is_beyond_limit = False
        self.has_sugar = False  # a tuple, `_` or an anonymous component was parsed
        self.height = 0  # of the expression parsed last
        self.n_heads = 0  # of `for` around the current token, behind their first statements

    # Tokens

    @property
    def start(self) -> int:
        """The offset of the current token."""
        return self.tokens.starts[self.position]

    @property
    def text(self) -> str:
        """The text of the current token."""
        return self.tokens.texts[self.position]

    @property
    def next_kind(self) -> str:
        """The kind of the token behind the current one."""
        return self.tokens.kinds[min(self.position + 1, len(self.tokens.kinds) - 1)]

    def advance(self) -> str:
        """Pass the current token; return its text."""
        text = self.tokens.texts[self.position]
        if self.kind != END:
            self.position += 1
            self.kind = self.tokens.kinds[self.position]
        return text

    def take(self, kind: str) -> bool:
        """Pass the current token if it is of this kind; return whether it was."""
        if self.kind != kind:
            return False
        self.advance()
        return True

    def expect(self, kind: str) -> str:
        """Pass a token of this kind; raise Unparsable for another one."""
        if self.kind != kind:
            self.refuse(_ARTICLE.get(kind, f"`{kind}`"))
        return self.advance()

    def name(self) -> str:
        """Pass an identifier."""
        return self.expect(NAME)

    def names(self, end: str) -> tuple[str, ...]:
        """Pass identifiers with commas between them, and `end`; there may be none."""
        if self.take(end):
            return ()
        found = [self.name()]
        while self.take(","):
            found.append(self.name())
        self.expect(end)
        return tuple(found)

    def separated(self, part: Callable[[], T], end: str) -> list[T]:
        """Pass parts with commas between them, at least one, and `end`."""
        found = [part()]
        while self.take(","):
            found.append(part())
        self.expect(end)
        return found

    # Places and errors

    def place_from(self, start: int) -> Place:
        """Return the place from an offset to the end of the last token passed."""
        return Place(self.file, start, max(start, self.tokens.ends[max(self.position - 1, 0)]))

    def here(self) -> Place:
        """Return the place of the current token."""
        return Place(self.file, self.start, self.tokens.ends[self.position])

    def found(self) -> str:
        """Return the current token as messages name it."""
        if self.kind == END:
            return "the end of the file"
        if self.kind == INVALID:
            return f"the character {self._character()!r}"
        return f"`{self.text[:40]}`"

    def _character(self) -> str:
        """Return the character of the current token, which is its first byte only."""
        begin = self.position
        pieces: list[str] = []
        while self.tokens.kinds[begin + len(pieces)] == INVALID and len(pieces) < 4:
            pieces.append(self.tokens.texts[begin + len(pieces)])
        return "".join(pieces).encode("latin-1").decode(errors="replace")[0]

    def refuse(
        self, expected: str, *, code: str = "P1012", hint: str = "", place: Place | None = None
    ) -> None:
        """Record that something else was expected here and raise Unparsable."""
        message = f"expected {expected}, got {self.found()}"
        self.fail(message, code=code, hint=hint, place=place)

    def fail(
        self, message: str, *, code: str = "P1012", hint: str = "", place: Place | None = None
    ) -> None:
        """Record an error and raise Unparsable."""
        self.record(message, code=code, hint=hint, place=place)
        raise Unparsable

    def record(
        self, message: str, *, code: str = "P1012", hint: str = "", place: Place | None = None
    ) -> None:
        """Record an error."""
        self.errors.append(CircomFinding(code, message, place or self.here(), hint))

    @contextmanager
    def nested(self) -> Iterator[None]:
        """Count one level of nesting; raise Unparsable beyond the limit."""
        if self.nesting >= MAX_NESTING:
            self._fail_at_limit(
                f"nesting is {MAX_NESTING + 1} deep, expected at most {MAX_NESTING}",
                "split the expression or the statement",
            )
        self.nesting += 1
        try:
            yield
        finally:
            self.nesting -= 1

    def grown(self, height: int) -> None:
        """Set the height of the expression parsed last; raise Unparsable beyond the limit."""
        if height > MAX_HEIGHT:
            self._fail_at_limit(
                f"the expression has more than {MAX_HEIGHT} operators in a row",
                "use variables for its parts",
            )
        self.height = height

    def _fail_at_limit(self, message: str, hint: str) -> None:
        """Record that a limit of ours is reached and raise Unparsable: the text behind it is not read."""
        self.is_beyond_limit = True
        self.fail(message, code="", hint=hint)


_ARTICLE = {NAME: "a name", "number": "a number", "string": "a text in quotes"}
