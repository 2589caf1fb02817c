"""The head of a file: pragmas, then includes.

The way on behind an error is that of circom's table-driven parser: tokens are dropped until a semicolon, which makes the whole item
wrong (P1009, P1010, P1011), or, if the item is whole, until the next item or definition: then a semicolon is missing (P1008).
"""

from __future__ import annotations

from zkctl.circom import nodes
from zkctl.circom.parser.lexer import END, INVALID, NUMBER, STRING
from zkctl.circom.parser.statements import Statements
from zkctl.circom.source import Place

_DEFINITIONS = frozenset(("include", "template", "function", "bus", "component", END))
_BEHIND = {"pragma": _DEFINITIONS | {"pragma"}, "include": _DEFINITIONS}  # tokens that may follow
_DIGITS = 9  # of a part of a version
_VERSION_HINT = "write `pragma circom 2.2.3;`"


class Heads(Statements):
    """Parses pragmas and includes."""

    version: tuple[int, int, int] | None = None
    has_custom_templates = False

    def pragma(self) -> None:
        """Parse a pragma."""
        start = self.start
        self.expect("pragma")
        if self.kind == "custom_templates":
            self.advance()
            message = f"expected `;` behind pragma custom_templates, got {self.found()}"
            if self._ends("pragma", "P1011", message, "write `pragma custom_templates;`"):
                self._once("custom_templates", self.has_custom_templates, self.place_from(start))
                self.has_custom_templates = True
        elif self.kind == "circom":
            self.advance()
            version = self._version()
            message = "the version is malformed, expected X.Y.Z"
            is_whole = version is not None
            if self._ends("pragma", "P1010", message, _VERSION_HINT, is_whole=is_whole):
                self._once("circom", self.version is not None, self.place_from(start))
                self.version = version
        else:
            message = f"pragma {self.text} is unknown"
            self._ends("pragma", "P1011", message, _VERSION_HINT, is_whole=False)

    def include(self) -> list[nodes.Include]:
        """Parse an include; none is returned for a malformed one."""
        start = self.start
        self.expect("include")
        path = None
        if self.kind == STRING:
            path = self.advance()[1:-1].encode("latin-1").decode(errors="surrogateescape")
        place = self.place_from(start)
        message = f"include needs one text in quotes, got {self.found()}"
        hint = 'write include "path.circom";'
        is_whole = path is not None
        if self._ends("include", "P1009", message, hint, is_whole=is_whole) and path is not None:
            return [nodes.Include(path, place)]
        return []

    def _once(self, name: str, is_second: bool, place: Place) -> None:
        if is_second:
            hint = "leave one of them"
            self.record(f"a second pragma {name}", code="P1013", place=place, hint=hint)

    def _version(self) -> tuple[int, int, int] | None:
        """Parse X.Y.Z; None if it is malformed."""
        kinds = self.tokens.kinds[self.position : self.position + 5]
        texts = [text.lstrip("0") for text in self.tokens.texts[self.position : self.position + 5 : 2]]  # fmt: skip
        is_version = kinds == [NUMBER, ".", NUMBER, ".", NUMBER]
        if not is_version or not all(len(text) <= _DIGITS and "x" not in text for text in texts):
            return None
        for _ in range(5):
            self.advance()
        major, minor, patch = (int(text or "0") for text in texts)
        return major, minor, patch

    def _ends(self, kind: str, code: str, message: str, hint: str, *, is_whole: bool = True) -> bool:  # fmt: skip
        """Pass the end of an item; return whether it is as it should be.  `message` is for an item that is malformed."""
        behind, place, is_right = _BEHIND[kind], self.here(), is_whole
        end = self.tokens.ends[self.position - 1]
        if is_whole and self.take(";") and self.kind in behind:
            return True
        while True:
            while self.kind != ";" and not (is_whole and self.kind in behind):
                if self.kind in (END, INVALID):
                    self.refuse("`;`")
                self.advance()
            if self.kind != ";":
                missing = Place(self.file, end, end + 1)
                self.record("semicolon missing", code="P1008", hint="add `;`", place=missing)
                break
            is_right, is_whole, end = False, True, self.start  # the item may end at a later token
            self.advance()
            if self.kind in behind:
                break
        if not is_right:
            self.record(message, code=code, hint=hint, place=place)
        return is_right
