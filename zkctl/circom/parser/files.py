"""A whole file: pragmas, includes, definitions, main."""

from __future__ import annotations

from codecs import BOM_UTF8

from zkctl.circom import nodes
from zkctl.circom.nodes import Definition
from zkctl.circom.parser.cursor import Unparsable
from zkctl.circom.parser.lexer import END, INVALID, NUMBER, STRING, tokens_of
from zkctl.circom.parser.recovery import record_missing_semicolon
from zkctl.circom.parser.statements import Statements
from zkctl.circom.report import CircomFinding
from zkctl.circom.source import Place, SourceFile
from zkctl.runtime.recursion import deep_recursion

_DIGITS = 9  # of a part of a version

_OUTER_STARTS = frozenset(
    (END, INVALID, "pragma", "include", "template", "function", "bus", "component")
)


@deep_recursion()
def parse(source: SourceFile, number: int, errors: list[CircomFinding]) -> nodes.ParsedFile:
    """Parse a file; `number` is its number in places, and its errors are added to `errors`."""
    tokens = tokens_of(source.data, number, errors)
    if source.data.startswith(BOM_UTF8) and not errors:
        message, place = "the file begins with a byte order mark", Place(number, 0, len(BOM_UTF8))
        hint = "save it as UTF-8 without a byte order mark"
        errors.append(CircomFinding("P1012", message, place, hint))
    if errors:
        return nodes.ParsedFile(None, has_custom_templates=False)
    return _Files(tokens, number, errors).whole_file()


class _Files(Statements):
    """Parses the outermost level."""

    def whole_file(self) -> nodes.ParsedFile:
        """Parse the file as far as possible."""
        self.version: tuple[int, int, int] | None = None
        self.pragmas: set[str] = set()
        self.has_custom_templates = False
        includes: list[nodes.Include] = []
        definitions: list[Definition] = []
        main = None
        try:
            while self.kind == "pragma":
                self._pragma()
            while self.kind == "include":
                includes += self._include()
            if self.kind not in _OUTER_STARTS and self.position:
                self._drop()
            while self.kind in ("template", "function", "bus"):
                definitions.append(self._definition())
            if self.kind == "component":
                main = self._main()
            elif self.kind != END:
                self._surplus()
        except Unparsable:
            del self.errors[
                :-1
            ]  # as circom: an error from which there is no way on is the only one
        return nodes.ParsedFile(
            self.version, self.has_custom_templates, tuple(includes), tuple(definitions), main
        )

    def _pragma(self) -> None:
        start = self.start
        self.expect("pragma")
        name = self.text
        if name == "custom_templates":
            self.advance()
            self._pragma_end()
            self._once("custom_templates", self.place_from(start))
            self.has_custom_templates = True
        elif name == "circom":
            self.advance()
            version = self._version()
            self._pragma_end()
            if version is not None:
                self._once("circom", self.place_from(start))
                self.version = version
        else:
            hint = "write `pragma circom 2.2.3;`"
            self.record(f"pragma {name} is unknown", code="P1011", hint=hint)
            self._skip_to_semicolon()

    def _once(self, name: str, place: Place) -> None:
        if name in self.pragmas:
            hint = "leave one of them"
            self.record(f"a second pragma {name}", code="P1013", place=place, hint=hint)
        self.pragmas.add(name)

    def _version(self) -> tuple[int, int, int] | None:
        """Parse X.Y.Z; None, and an error, for anything else."""
        kinds = self.tokens.kinds[self.position : self.position + 6]
        texts = self.tokens.texts[self.position : self.position + 5 : 2]
        is_version = kinds[:5] == [NUMBER, ".", NUMBER, ".", NUMBER] and not self._ends_late()
        if is_version and all(len(text) <= _DIGITS and text.isdecimal() for text in texts):
            for _ in range(5):
                self.advance()
            return int(texts[0]), int(texts[1]), int(texts[2])
        hint = "write `pragma circom 2.2.3;`"
        self.record("the version is malformed, expected X.Y.Z", code="P1010", hint=hint)
        while self.kind not in (";", END, INVALID):
            self.advance()
        return None

    def _ends_late(self) -> bool:
        """Return whether other tokens stand between a version and its semicolon."""
        kinds = self.tokens.kinds
        position = self.position + 5
        while kinds[position] != ";" and kinds[position] not in _OUTER_STARTS:
            position += 1
        return kinds[position] == ";" and position > self.position + 5

    def _include(self) -> list[nodes.Include]:
        start = self.start
        self.expect("include")
        if self.kind == STRING and self.next_kind in (";", *_OUTER_STARTS):
            path = self.advance()[1:-1].encode("latin-1").decode(errors="surrogateescape")
            self._pragma_end()
            return [nodes.Include(path, self.place_from(start))]
        message = f"include needs one text in quotes, got {self.found()}"
        self.record(message, code="P1009", hint='write include "path.circom";')
        self._skip_to_semicolon()
        return []

    def _pragma_end(self) -> None:
        """Pass the semicolon of a pragma or include; a missing one is recorded."""
        if not self.take(";"):
            self._drop()

    def _drop(self) -> None:
        """Record a missing semicolon and drop tokens before the next outer one."""
        begin = self.position
        while self.kind not in _OUTER_STARTS:
            self.advance()
        if self.kind in (END, INVALID):
            self.refuse("`;`")
        end = self.tokens.ends[begin - 1]
        place = Place(self.file, end, end + 1)
        self.record("semicolon missing", code="P1008", hint="add `;`", place=place)

    def _skip_to_semicolon(self) -> None:
        while self.kind not in (";", END, INVALID):
            self.advance()
        self.expect(";")

    def _definition(self) -> Definition:
        start = self.start
        kind = self.advance()
        flags = {"custom": False, "extern_c": False, "parallel": False}
        if kind == "template":
            for flag in flags:
                flags[flag] = self.take(flag)
        name = self.name()
        parameters: tuple[str, ...] = ()
        if kind == "function" or self.kind == "(":
            self.expect("(")
            parameters = self.names(")")
        head = self.place_from(start)
        self.has_sugar = False
        body = self.block()
        if kind == "function":
            return nodes.Function(name, parameters, body, head, self.has_sugar)
        if kind == "bus":
            return nodes.Bus(name, parameters, body, head, self.has_sugar)
        return nodes.Template(
            name,
            parameters,
            body,
            head,
            flags["custom"],
            flags["parallel"],
            self.has_sugar,
        )

    def _main(self) -> nodes.Main:
        start = self.start
        self.expect("component")
        self.expect("main")
        public: tuple[str, ...] = ()
        if self.take("{"):
            self.expect("public")
            self.expect("[")
            if self.kind == "]":
                self.refuse("the name of an input", hint="leave out {public []}")
            public = self.names("]")
            self.expect("}")
        self.expect("=")
        value = self.expression()
        place = self.place_from(start)
        if not self.take(";") or self.kind != END:
            self._main_end()
        return nodes.Main(public, value, place)

    def _main_end(self) -> None:
        """Record a missing semicolon, or text behind main; drop all that follows."""
        if INVALID in self.tokens.kinds[self.position :]:
            self.refuse("nothing behind component main")
        if self.tokens.kinds[self.position - 1] == ";":
            message = f"{self.found()} behind component main, expected the end of the file"
            self.record(message, code="P1008", hint="put component main last")
        else:
            record_missing_semicolon(self)

    def _surplus(self) -> None:
        self.refuse(
            "template, function, bus or component main",
            hint="the order is: pragmas, includes, definitions, component main",
        )
