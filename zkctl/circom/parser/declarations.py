"""Declarations of variables, signals, buses and components."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from zkctl.circom import nodes
from zkctl.circom.nodes import Expression, Role, Statement
from zkctl.circom.parser.expressions import Expressions
from zkctl.circom.parser.lexer import INVALID, KEYWORDS, NAME, NUMBER
from zkctl.circom.source import Place

_ROLES = {"input": Role.INPUT, "output": Role.OUTPUT}


class _Symbol(NamedTuple):
    """A declared name; `has_value` if its value follows it."""

    name: str
    dimensions: tuple[Expression, ...]
    place: Place
    has_value: bool = False


class _Head(NamedTuple):
    """The kind of the names of a declaration.  `bus` is None for signals."""

    role: Role
    tags: tuple[str, ...]
    bus: nodes.Call | None
    start: int


Declare = Callable[[_Symbol], Statement]


class Declarations(Expressions):
    """Parses declarations, without the semicolon behind them."""

    def declaration(self) -> Statement:
        """Parse the declaration that begins here; `begins_declaration` is true."""
        start = self.start
        if self.take("var"):
            return self._declared(start, _variable, ("=",))
        if self.take("component"):
            return self._declared(start, _component, ("=",))
        role = _ROLES.get(self.kind)
        if role:
            self.advance()
        if self.take("signal"):
            return self._signals(start, role)
        return self._buses(start, role)

    @property
    def begins_declaration(self) -> bool:
        """True if the current token begins a declaration, a bus with parameters excepted."""
        if self.kind == NAME:
            return self.next_kind in (NAME, "input", "output", "{")
        return self.kind in ("var", "component", "signal", "input", "output")

    def bus_behind(self, call: nodes.Call) -> Statement:
        """Parse the rest of `B(parameters) ...`."""
        return self._with_bus(call, None, call.place.start)

    @property
    def continues_bus(self) -> bool:
        """True if the current token continues the declaration of a bus behind its parameters."""
        return self.kind in (NAME, "input", "output", "{")

    def _signals(self, start: int, role: Role | None) -> Statement:
        if role is None and self.kind in _ROLES:
            role = _ROLES[self.advance()]
        head = _Head(role or Role.INTERMEDIATE, self._tags(), None, start)
        return self._declared(start, _wires(head), ("<==", "<--"))

    def _buses(self, start: int, role: Role | None) -> Statement:
        begin = self.start
        name = self.name()
        call = nodes.Call(name, (), self.place_from(begin))
        if self.take("("):
            call = nodes.Call(name, self.expressions(")"), self.place_from(begin))
        return self._with_bus(call, role, start)

    def _with_bus(self, call: nodes.Call, role: Role | None, start: int) -> Statement:
        if role is None and self.kind in _ROLES:
            role = _ROLES[self.advance()]
        head = _Head(role or Role.INTERMEDIATE, self._tags(), call, start)
        return self._declared(start, _wires(head), ("<==", "<--"), has_tuples=False)

    def _tags(self) -> tuple[str, ...]:
        if not self.take("{"):
            return ()
        if self.kind == "}":
            self.refuse("the name of a tag")
        return self.names("}")

    def _declared(
        self,
        start: int,
        declare: Declare,
        operators: Sequence[str],
        *,
        has_tuples: bool = True,
    ) -> Statement:
        """Parse the names of a declaration, with a value behind each or behind all in parentheses."""
        if has_tuples and self.kind == "(":
            return self._tuple(start, declare)
        statements: list[Statement] = []
        used = ""
        while True:
            symbol = self._symbol()
            if self.kind in operators and used in ("", self.kind):
                used = self.kind
                statements += self._with_value(symbol, declare)
            else:
                statements.append(declare(symbol))
            if not self.take(","):
                break
        return _together(statements, self.place_from(start))

    def _with_value(self, symbol: _Symbol, declare: Declare) -> list[Statement]:
        operator = self.advance()
        value = self.expression()
        target = nodes.Variable(symbol.name, (), symbol.place)
        place = self.place_from(symbol.place.start)
        return [
            declare(symbol._replace(has_value=True)),
            nodes.Assign(target, operator, value, place),
        ]

    def _tuple(self, start: int, declare: Declare) -> Statement:
        self.expect("(")
        symbols = self.separated(self._symbol, ")")
        has_value = self.kind in ("=", "<==", "<--")
        statements = [declare(each._replace(has_value=has_value)) for each in symbols]
        if has_value:
            begin = symbols[0].place.start
            operator = self.advance()
            names = tuple(nodes.Variable(each.name, (), each.place) for each in symbols)
            self.has_sugar = True
            target = names[0] if len(names) == 1 else nodes.TupleLiteral(names, symbols[0].place)
            value = self.expression()
            statements.append(nodes.Assign(target, operator, value, self.place_from(begin)))
        return _together(statements, self.place_from(start))

    def _symbol(self) -> _Symbol:
        start = self.start
        if self.kind != NAME:
            self.refuse("a name", hint=_reserved(self.kind))
        name = self.advance()
        dimensions = []
        while self.take("["):
            dimensions.append(self.expression())
            self.expect("]")
        return _Symbol(name, tuple(dimensions), self.place_from(start))


def _variable(symbol: _Symbol) -> Statement:
    is_zeroed = not symbol.has_value or bool(symbol.dimensions)
    return nodes.DeclareVariable(symbol.name, symbol.dimensions, is_zeroed, symbol.place)


def _component(symbol: _Symbol) -> Statement:
    return nodes.DeclareComponent(symbol.name, symbol.dimensions, symbol.place)


def _wires(head: _Head) -> Declare:
    """Return the function that declares a signal, or a bus."""

    def declare(symbol: _Symbol) -> Statement:
        name, dimensions, place, _ = symbol
        if head.bus is None:
            return nodes.DeclareSignal(name, dimensions, head.role, head.tags, place)
        return nodes.DeclareBus(name, dimensions, head.role, head.tags, head.bus, place)

    return declare


def _together(statements: list[Statement], place: Place) -> Statement:
    if len(statements) == 1:
        return statements[0]
    return nodes.Block(tuple(statements), place, is_scope=False)


def _reserved(kind: str) -> str:
    if kind in KEYWORDS:
        return f"`{kind}` is a word of the language, choose another name"
    if kind in (INVALID, NUMBER):
        return "a name begins with a letter from a to z or A to Z; $ and _ may be before it"
    return ""
