"""Expressions, by precedence climbing."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from zkctl.circom import nodes
from zkctl.circom.nodes import Expression
from zkctl.circom.parser.cursor import Cursor
from zkctl.circom.parser.lexer import NAME, NUMBER

_LEVELS = (
    ("||",),
    ("&&",),
    ("==", "!=", "<", ">", "<=", ">="),
    ("|",),
    ("^",),
    ("&",),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "\\", "%"),
    ("**",),
)
_PRECEDENCE = {operator: level for level, group in enumerate(_LEVELS) for operator in group}
_PREFIXES = frozenset("!~-")
_ARROWS = ("<==", "<--", "=")
_ENDS = ([";"], [","], [")"], ["]"])
_DIGITS = 4000  # digits that int() converts at once


class _Side(NamedTuple):
    """The left side of an operator whose right side is being parsed."""

    value: Expression
    operator: str
    level: int
    height: int
    start: int


class Expressions(Cursor):
    """Parses expressions.  Every operator is left-associative."""

    def expression(self) -> Expression:
        """Parse `parallel e` or e."""
        if self.tokens.kinds[self.position + 1 : self.position + 2] in _ENDS:  # the usual case
            if self.kind == NUMBER:
                return self._number()
            if self.kind == NAME:
                return self.variable()
        start = self.start
        if not self.take("parallel"):
            return self._choice()
        value = self._choice()  # its place names an anonymous component
        if isinstance(value, nodes.AnonymousComponent):
            return replace(value, is_parallel=True)
        if not isinstance(value, nodes.Call | nodes.Variable):
            self.fail(
                "parallel needs a template with its parameters",
                hint="write parallel T(...)",
                place=value.place,
            )
        return nodes.Parallel(value, self.place_from(start))

    def expressions(self, end: str) -> tuple[Expression, ...]:
        """Parse expressions with commas between them, and `end`; there may be none."""
        self.height = 0
        if self.take(end):
            return ()
        height = 0
        found = []
        while True:
            found.append(self.expression())
            height = max(height, self.height)
            if not self.take(","):
                break
        self.expect(end)
        self.height = height
        return tuple(found)

    def _choice(self) -> Expression:
        """Parse condition ? yes : no; another choice inside it needs parentheses."""
        start = self.start
        condition = self._infix()
        if not self.take("?"):
            return condition
        height = self.height
        yes = self._infix()
        height = max(height, self.height)
        self.expect(":")
        no = self._infix()
        self.grown(max(height, self.height) + 1)
        if self.kind == "?":
            self.refuse("the end of `?:`", hint="put the inner `?:` into parentheses")
        return nodes.Ternary(condition, yes, no, self.place_from(start))

    def _infix(self) -> Expression:
        """Parse operands with operators between them, without recursion."""
        start = self.start
        value = self._prefix()
        if self.kind not in _PRECEDENCE:
            return value
        return self._operators(value, start)

    def _operators(self, value: Expression, start: int) -> Expression:
        """Parse the operators and operands behind the first operand."""
        open_sides: list[_Side] = []
        while True:
            height = self.height
            level = _PRECEDENCE.get(self.kind, -1)
            while open_sides and open_sides[-1].level >= level:
                side = open_sides.pop()
                start = side.start
                height = max(side.height, height) + 1
                self.grown(height)
                value = nodes.Infix(side.operator, side.value, value, self.place_from(start))
            if level < 0:
                self.height = height
                return value
            open_sides.append(_Side(value, self.advance(), level, height, start))
            start = self.start
            value = self._prefix()

    def _prefix(self) -> Expression:
        start = self.start
        if self.kind not in _PREFIXES:
            return self._atom()
        operator = self.advance()
        if self.kind in _PREFIXES:
            self.refuse(
                f"an operand of `{operator}`", hint="put the second sign into parentheses: -(-x)"
            )
        operand = self._atom()
        self.grown(self.height + 1)
        return nodes.Prefix(operator, operand, self.place_from(start))

    def _atom(self) -> Expression:
        start = self.start
        if self.kind == NAME:
            return self.call() if self.next_kind == "(" else self.variable()
        if self.kind == NUMBER:
            return self._number()
        if self.take("_"):
            self.has_sugar = True
            self.height = 1
            return nodes.Variable("_", (), self.place_from(start))
        with self.nested():
            if self.take("("):
                return self._parenthesis(start)
            if self.take("["):
                if self.kind == "]":
                    self.refuse(
                        "an expression", hint="an array literal has one element or more: [0]"
                    )
                values = self.expressions("]")
                self.grown(self.height + 1)
                return nodes.ArrayLiteral(values, self.place_from(start))
        hint = ""
        if self.kind in ("++", "--"):
            hint = f"write x{self.kind} as a separate statement"
        self.refuse("an expression", hint=hint)
        raise AssertionError

    def _parenthesis(self, start: int) -> Expression:
        if self.kind == ")":
            self.refuse("an expression")
        values = self.expressions(")")
        if len(values) == 1:
            return values[0]
        self.grown(self.height + 1)
        self.has_sugar = True
        return nodes.TupleLiteral(values, self.place_from(start))

    def call(self) -> nodes.Call | nodes.AnonymousComponent:
        """Parse name(arguments), or an anonymous component name(parameters)(inputs)."""
        start = self.start
        name = self.name()
        with self.nested():
            self.expect("(")
            arguments = self.expressions(")")
            height = self.height + 1
            self.grown(height)
            if not self.take("("):
                return nodes.Call(name, arguments, self.place_from(start))
            self.has_sugar = True
            inputs, names = self._inputs()
            self.grown(max(height, self.height + 1))
        place = self.place_from(start)
        return nodes.AnonymousComponent(name, arguments, inputs, names, False, place)

    def _inputs(self) -> tuple[tuple[Expression, ...], tuple[tuple[str, str], ...] | None]:
        """Parse the inputs of an anonymous component, with names or without."""
        if self.kind != NAME or self.next_kind not in _ARROWS:
            return self.expressions(")"), None
        values, names, height = [], [], 0
        while True:
            name = self.name()
            if self.kind not in _ARROWS:
                self.refuse("`<==` behind the name of an input", hint="name all inputs or none")
            names.append((name, self.advance()))
            values.append(self.expression())
            height = max(height, self.height)
            if not self.take(","):
                break
        self.expect(")")
        self.height = height
        return tuple(values), tuple(names)

    def variable(self) -> nodes.Variable:
        """Parse a name with indexes and members."""
        start = self.start
        name = self.name()
        height = 0
        access: list[nodes.Index | nodes.Member] = []
        while True:
            begin = self.start
            if self.kind == "[":
                value = self._index()
                height = max(height, self.height)
                access.append(nodes.Index(value, self.place_from(begin)))
            elif self.take("."):
                member = self.name()
                access.append(nodes.Member(member, self.place_from(begin)))
            else:
                self.grown(height + 1)
                return nodes.Variable(name, tuple(access), self.place_from(start))

    def _index(self) -> Expression:
        """Parse [expression]."""
        self.advance()
        if self.kind == NUMBER and self.next_kind == "]":
            value: Expression = self._number()
            self.advance()
            return value
        with self.nested():
            value = self.expression()
            self.expect("]")
        return value

    def _number(self) -> nodes.Number:
        text = self.text
        place = self.here()
        self.advance()
        self.height = 1
        if text == "0x":
            self.fail("0x without digits", hint="write 0x0", place=place)
        value = int(text, 16) if text.startswith("0x") else _decimal(text)
        return nodes.Number(value, place)


def _decimal(text: str) -> int:
    """Convert digits of any length; Python refuses long ones."""
    if len(text) <= _DIGITS:
        return int(text)
    value = 0
    for begin in range(0, len(text), _DIGITS):
        piece = text[begin : begin + _DIGITS]
        value = value * 10 ** len(piece) + int(piece)
    return value
