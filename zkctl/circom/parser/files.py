"""A whole file: pragmas and includes, then definitions and main."""

from __future__ import annotations

from codecs import BOM_UTF8

from zkctl.circom import nodes
from zkctl.circom.nodes import Definition
from zkctl.circom.parser.cursor import Unparsable
from zkctl.circom.parser.heads import Heads
from zkctl.circom.parser.lexer import END, INVALID, tokens_of
from zkctl.circom.parser.recovery import record_missing_semicolon
from zkctl.circom.report import CircomFinding
from zkctl.circom.source import Place, SourceFile
from zkctl.runtime.recursion import deep_recursion


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


class _Files(Heads):
    """Parses the outermost level."""

    def whole_file(self) -> nodes.ParsedFile:
        """Parse the file as far as possible."""
        includes: list[nodes.Include] = []
        definitions: list[Definition] = []
        main = None
        try:
            while self.kind == "pragma":
                self.pragma()
            while self.kind == "include":
                includes += self.include()
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
