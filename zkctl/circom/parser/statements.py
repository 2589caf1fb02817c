"""Statements and blocks."""

from __future__ import annotations

from collections.abc import Callable

from zkctl.circom import nodes
from zkctl.circom.nodes import Expression, Statement
from zkctl.circom.parser.cursor import T, Unparsable
from zkctl.circom.parser.declarations import Declarations
from zkctl.circom.parser.lexer import END, NAME, STRING
from zkctl.circom.parser.recovery import (
    EXPRESSION_STARTS,
    STEP_STARTS,
    BackInHead,
    drop_surplus,
    go_back_in_head,
    record_missing_semicolon,
    recover,
)
from zkctl.constraints.advice.instructions import MAX_TEXT

_COMPOUND = {
    f"{operator}=": operator for operator in ("+", "-", "*", "/", "\\", "%", "**", "<<", ">>")
} | {"&=": "&", "|=": "|", "^=": "^"}
_STEPS = {"++": "+", "--": "-"}
_TURNED = {"==>": "<==", "-->": "<--"}


class Statements(Declarations):
    """Parses statements."""

    begun = 0  # the token with which the innermost statement begins
    left_begun = -1  # the same, if its left side is whole: an expression behind which =, <-- or the like may stand

    def block(self) -> nodes.Block:
        """Parse { statements }."""
        start = self.start
        with self.nested():
            self.expect("{")
            found: list[Statement] = []
            while not self.take("}"):
                if self.kind == END:
                    self.refuse("`}`")
                found += self._recovered()
        return nodes.Block(tuple(found), self.place_from(start))

    def _recovered(self) -> list[Statement]:
        """Parse a declaration or statement; after an error go on behind it, as circom does."""
        try:
            if self.begins_declaration:
                self.begun = self.position
                return [self._finished(self.declaration())]
            return [self._statement(in_block=True)]
        except Unparsable:
            if self.is_beyond_limit or not recover(self, has_left=self.left_begun == self.begun):
                raise
            return []

    def _finished(self, statement: Statement) -> Statement:
        """Pass the semicolon behind a statement; a missing one is recorded, and parsing goes on."""
        self.left_begun = -1
        if not self.take(";"):
            drop_surplus(self)
            record_missing_semicolon(self)
        return statement

    def _statement(self, *, in_block: bool = False) -> Statement:
        start = self.start
        kind = self.kind
        self.begun = self.position
        if kind == "{":
            return self.block()
        if kind == "if":
            return self._if()
        if kind in ("for", "while"):
            with self.nested():
                return self._for() if kind == "for" else self._while()
        if kind == "return":
            self.advance()
            value = self.expression()
            return self._finished(nodes.Return(value, self.place_from(start)))
        if kind == "log":
            return self._finished(self._log())
        if kind == "assert":
            self.advance()
            self.expect("(")
            value = self.expression()
            self.expect(")")
            return self._finished(nodes.Assert(value, self.place_from(start)))
        return self._finished(self.assignment(in_block=in_block))

    def assignment(self, *, in_block: bool = False) -> Statement:
        """Parse an assignment, a constraint or a call of an anonymous component; a bus declaration in a block."""
        if self.kind in _STEPS:
            return self._step_before_name()
        start, begun = self.start, self.position
        left = self.expression()
        self.left_begun = begun
        if in_block and isinstance(left, nodes.Call) and self.continues_bus:
            self.left_begun = -1
            return self.bus_behind(left)
        kind = self.kind
        if kind in ("=", "<--", "<=="):
            self.advance()
            value = self.expression()
            return self._assign(left, kind, value, start)
        if kind in _TURNED:
            self.advance()
            target = self.expression()
            return self._assign(target, _TURNED[kind], left, start)
        if kind == "===":
            self.advance()
            right = self.expression()
            return nodes.Constrain(left, right, self.place_from(start))
        if isinstance(left, nodes.Variable) and (kind in _COMPOUND or kind in _STEPS):
            return self._compound(left, start)
        if isinstance(left, nodes.AnonymousComponent) and not left.is_parallel:
            return nodes.AnonymousCall(left, self.place_from(start))
        self.fail(
            "an expression is no statement",
            hint="assign it with =, <-- or <==, or constrain it with ===",
            place=left.place,
        )
        raise AssertionError

    def _assign(
        self, target: Expression, operator: str, value: Expression, start: int
    ) -> Statement:
        if not isinstance(target, nodes.Variable):
            self.has_sugar = True  # a tuple, or refused when tuples are written out
        return nodes.Assign(target, operator, value, self.place_from(start))

    def _step_before_name(self) -> Statement:
        """Parse ++x, which is recorded as an error; parsing goes on behind it, as in circom."""
        start, operator = self.start, self.kind
        self.left_begun = -1
        error = f"expected a statement, got {operator}x"
        place = self.here()
        self.advance()
        if self.kind != NAME:
            self.fail(error, hint=f"write x{operator}", place=place)
        self.record(error, hint=f"write x{operator}", place=place)
        target = self.variable()
        place = self.place_from(start)
        value = nodes.Infix(_STEPS[operator], target, nodes.Number(1, place), place)
        return nodes.Assign(target, "=", value, place)

    def _compound(self, target: nodes.Variable, start: int) -> Statement:
        self.left_begun = -1
        operator = self.advance()
        one = nodes.Number(1, self.place_from(start))
        value = one if operator in _STEPS else self.expression()
        place = self.place_from(start)
        symbol = _STEPS.get(operator) or _COMPOUND[operator]
        return nodes.Assign(target, "=", nodes.Infix(symbol, target, value, place), place)

    def _if(self) -> Statement:
        start = self.start
        self.expect("if")
        self.expect("(")
        condition = self.expression()
        self.expect(")")
        with self.nested():
            then = self._statement()
            otherwise = self._statement() if self.take("else") else None
        return nodes.If(condition, then, otherwise, self.place_from(start))

    def _while(self) -> Statement:
        start = self.start
        self.expect("while")
        self.expect("(")
        condition = self.expression()
        self.expect(")")
        return nodes.While(condition, self._body(), self.place_from(start))

    def _for(self) -> Statement:
        start = self.start
        self.expect("for")
        self.expect("(")
        first = self.declaration() if self.begins_declaration else self.assignment(in_block=True)
        self.n_heads += 1
        try:
            condition = self._head(self.expression, EXPRESSION_STARTS)
            step, body = self._head(self._step, STEP_STARTS)
        finally:
            self.n_heads -= 1
        place = self.place_from(start)
        inner = nodes.Block((body, step), place)
        return nodes.Block((first, nodes.While(condition, inner, place)), place)

    def _head(self, part: Callable[[], T], starts: frozenset[str]) -> T:
        """Parse the rest of a `for` behind a semicolon; an error inside may lead back to it, as in circom."""
        if not self.take(";"):
            self.record(f"expected `;`, got {self.found()}")
            go_back_in_head(self, starts)
        while True:
            begin = self.position
            try:
                return part()
            except Unparsable:
                if self.is_beyond_limit or self.left_begun == self.begun:
                    raise
            except BackInHead:
                pass
            go_back_in_head(self, starts)
            if self.position == begin:  # no token was passed
                raise Unparsable

    def _step(self) -> tuple[Statement, Statement]:
        """Parse the step of a `for`, and its body."""
        step = self.assignment()
        self.expect(")")
        return step, self._body()

    def _body(self) -> Statement:
        """Parse the body of a loop, which must not be an `if` without braces."""
        if self.kind == "if":
            hint = "put braces around an `if` in a loop: for (...) { if (...) ... }"
            self.refuse("`{`", hint=hint)
        return self._statement()

    def _log(self) -> Statement:
        start = self.start
        self.advance()
        self.expect("(")
        items: list[Expression | str] = []
        if not self.take(")"):
            items = self.separated(self._log_item, ")")
        return nodes.Log(tuple(items), self.place_from(start))

    def _log_item(self) -> Expression | str:
        if self.kind != STRING:
            return self.expression()
        text = self.text[1:-1].encode("latin-1").decode(errors="replace")
        if len(text) > MAX_TEXT:
            self.record(
                f"a text of log has {len(text):,} characters, expected at most {MAX_TEXT:,}",
                code="",
                hint="split it",
            )
        self.advance()
        return text
