"""A whole file: pragmas, includes, definitions, main."""

from __future__ import annotations

from zkctl.circom import nodes
from zkctl.circom.findings import Finding
from zkctl.circom.nodes import Definition
from zkctl.circom.parser.cursor import Unparsable
from zkctl.circom.parser.lexer import END, NUMBER, STRING, tokens_of
from zkctl.circom.parser.statements import Statements
from zkctl.circom.source import Place, SourceFile


def parse(source: SourceFile, number: int, errors: list[Finding]) -> nodes.ParsedFile:
    """Parse a file; `number` is its number in places, and its errors are added to `errors`."""
    tokens = tokens_of(source.data, number, errors)
    return _Files(tokens, number, errors).whole_file()


class _Files(Statements):
    """Parses the outermost level."""

    def whole_file(self) -> nodes.ParsedFile:
        """Parse the file as far as possible."""
        self.version: tuple[int, int, int] | None = None
        self.version_place: Place | None = None
        self.has_custom_templates = False
        includes: list[nodes.Include] = []
        definitions: list[Definition] = []
        main = None
        try:
            while self.kind == "pragma":
                self._pragma()
            while self.kind == "include":
                includes += self._include()
            while self.kind in ("template", "function", "bus"):
                definitions.append(self._definition())
            if self.kind == "component":
                main = self._main()
            if self.kind != END:
                self._surplus(is_behind_main=main is not None)
        except Unparsable:
            pass
        return nodes.ParsedFile(
            self.version, self.has_custom_templates, tuple(includes), tuple(definitions), main
        )

    def _pragma(self) -> None:
        start = self.start
        self.expect("pragma")
        if self.kind == "custom_templates":
            self.advance()
            self.has_custom_templates = True
            self._semicolon()
            return
        if self.text == "custom_templates":
            self.advance()
            self.has_custom_templates = True
            self._semicolon()
            return
        if self.text != "circom":
            message = f"pragma {self.text} is unknown"
            self.record(message, code="P1011", hint="write pragma circom 2.2.3;")
            self._skip(self.position)
            return
        self.advance()
        version = self._version()
        self._semicolon()
        place = self.place_from(start)
        if self.version_place is not None:
            self.record("a second version pragma", code="P1013", place=place, hint="leave one")
        elif version:
            self.version, self.version_place = version, place

    def _version(self) -> tuple[int, int, int] | None:
        """Parse X.Y.Z; None, and an error, for anything else."""
        numbers: list[int] = []
        while len(numbers) < 3:
            if self.kind != NUMBER or len(self.text) > 9 or not self.text.isdecimal():
                break
            numbers.append(int(self.advance()))
            if len(numbers) < 3 and not self.take("."):
                break
        if len(numbers) == 3:
            return numbers[0], numbers[1], numbers[2]
        self.record("the version is malformed", code="P1010", hint="write pragma circom 2.2.3;")
        while self.kind not in (";", END):
            self.advance()
        return None

    def _include(self) -> list[nodes.Include]:
        start = self.start
        self.expect("include")
        if self.kind != STRING:
            message = f"include needs a text in quotes, got {self.found()}"
            self.record(message, code="P1009", hint='write include "path.circom";')
            self._skip(self.position)
            return []
        path = self.advance()[1:-1].encode("latin-1").decode(errors="surrogateescape")
        self._semicolon()
        return [nodes.Include(path, self.place_from(start))]

    def _semicolon(self) -> None:
        self._finished(nodes.Block((), self.here()))

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
            flags["extern_c"],
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
        self._semicolon()
        return nodes.Main(public, value, place)

    def _surplus(self, *, is_behind_main: bool) -> None:
        if is_behind_main:
            self.refuse("nothing behind `component main`")
        self.refuse(
            "template, function, bus or component main",
            hint="the order is: pragmas, includes, definitions, component main",
        )
