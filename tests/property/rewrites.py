"""Random circuits as expressions, and rewrites of them that mean the same.

An expression is a tuple (operation, *arguments) of one of three kinds: a field element ("s"), a number of a proven width ("u"), a bit
("b"); bits and numbers are also field elements.  A program is a list of statements and a list of outputs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zkctl.dsl import (  # fmt: skip
    Array,
    Bit,
    Circuit,
    Signal,
    Uint,
    bit,
    circuit,
    constrain,
    dot,
    gadget,
    private,
    wire,
)
from zkctl.gadgets.bits import from_bits, to_bits
from zkctl.gadgets.compare import is_equal, is_zero, less_or_equal, less_than
from zkctl.gadgets.select import select

Expression = tuple[Any, ...]
N = 2  # inputs of each kind


@dataclass(frozen=True)
class Program:
    """Statements (kind, expression, expression or None) and outputs, over inputs x (elements), u (numbers of `width` bits), b (bits)."""

    statements: tuple[tuple[str, Expression, Expression], ...]
    outputs: tuple[Expression, ...]
    width: int


@gadget(stamped=True)
def times(x: Signal, y: Signal) -> Signal:
    return x * y


@gadget
def plain_times(x: Signal, y: Signal) -> Signal:
    return y * x


BUILDERS: Mapping[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "neg": lambda x: -x,
    "cube": lambda x: x**3,
    "wire": wire,
    "stamped": times,
    "called": plain_times,
    "dot": lambda x, y: dot([1, 1], [x, y]),
    "select": select,
    "and": lambda x, y: x & y,
    "or": lambda x, y: x | y,
    "xor": lambda x, y: x ^ y,
    "not": lambda x: ~x,
    "is_zero": is_zero,
    "is_equal": is_equal,
    "equals": lambda x, y: bit(x == y),
    "less": less_than,
    "at_most": less_or_equal,
    "compared": lambda x, y: bit(x < y),
    "lowest": lambda x: x.bits[0],
    "respelled": lambda x: from_bits(to_bits(x, max(1, x.n_bits))),
}


def built(expression: Expression, inputs: Mapping[str, Any]) -> Any:
    """The signal that an expression stands for."""
    operation, *arguments = expression
    if operation in ("x", "u", "b"):
        return inputs[operation][arguments[0]]
    if operation == "constant":
        return inputs["x"][0] * 0 + arguments[0]
    return BUILDERS[operation](*(built(each, inputs) for each in arguments))


def circuit_of(program: Program) -> Circuit:
    """The circuit of a program."""

    @circuit
    def rewritten(
        x: Array[Signal] = private(N),
        u: Array[Uint] = private(N, bits="width"),
        b: Array[Bit] = private(N),
        *,
        width: int = program.width,
    ) -> Array[Signal]:
        inputs = {"x": x, "u": u, "b": b}
        for kind, left, right in program.statements:
            first, second = built(left, inputs), built(right, inputs)
            if kind == "equal":
                constrain(first == second)
            elif kind == "difference":
                constrain(first - second == 0)
            elif kind == "at most":
                constrain(first <= second)
            else:
                constrain(less_or_equal(first, second) == 1)
        return Array([built(each, inputs) for each in program.outputs])

    return rewritten


class Author:
    """Writes random programs, and rewrites them."""

    def __init__(self, seed: int, *, width: int, depth: int = 3) -> None:
        self.rng = random.Random(seed)
        self.width = width
        self.depth = depth

    def program(self) -> Program:
        """A random program; many of its statements hold for every input."""
        outputs = tuple(self.element(self.depth) for _ in range(self.rng.randrange(1, 4)))
        return Program(tuple(self._statements()), outputs, self.width)

    def _statements(self) -> list[tuple[str, Expression, Expression]]:
        made: list[tuple[str, Expression, Expression]] = []
        for _ in range(self.rng.randrange(3)):
            left = self.element(self.depth - 1)
            right = self.rewritten(left) if self.rng.random() < 0.7 else self.element(1)
            made.append(("equal", left, right))
        if self.rng.random() < 0.4:
            low, high = self.number(1), self.number(1)
            made.append(("at most", low, high if self.rng.random() < 0.5 else ("add", high, low)))
        return made

    # -- random expressions

    def element(self, depth: int) -> Expression:
        """A random field element."""
        if depth <= 0 or self.rng.random() < 0.1:
            place, constant = self.rng.randrange(N), self.rng.choice([0, 1, 2, 5])
            leaves = [("x", place), ("u", place), ("b", place), ("constant", constant)]
            return self.rng.choice(leaves)
        operation = self.rng.choice(
            ["add", "sub", "mul", "mul", "neg", "cube", "wire", "select", "b", "u"]
        )
        if operation == "b":
            return self.flag(depth)
        if operation == "u":
            return self.number(depth)
        if operation in ("neg", "cube", "wire"):
            return (operation, self.element(depth - 1))
        parts = (self.element(depth - 1), self.element(depth - 1))
        return (operation, self.flag(depth - 1), *parts) if operation == "select" else (operation, *parts)  # fmt: skip

    def flag(self, depth: int) -> Expression:
        """A random bit."""
        if depth <= 0:
            return ("b", self.rng.randrange(N))
        operation = self.rng.choice(
            ["and", "or", "xor", "not", "is_zero", "is_equal", "less", "at_most", "lowest"]
        )
        if operation == "not":
            return (operation, self.flag(depth - 1))
        if operation == "is_zero":
            return (operation, self.element(depth - 1))
        if operation == "is_equal":
            return (operation, self.element(depth - 1), self.element(depth - 1))
        if operation == "lowest":
            return (operation, ("u", self.rng.randrange(N)))
        if operation in ("less", "at_most"):
            return (operation, self.number(1), self.number(1))
        return (operation, self.flag(depth - 1), self.flag(depth - 1))

    def number(self, depth: int) -> Expression:
        """A random number whose width stays small."""
        if depth <= 0 or self.rng.random() < 0.4:
            return ("u", self.rng.randrange(N))
        if self.rng.random() < 0.5:
            return ("add", self.number(depth - 1), self.number(depth - 1))
        return ("select", self.flag(depth - 1), self.number(depth - 1), self.number(depth - 1))

    # -- rewrites

    def rewritten_program(self, program: Program) -> Program:
        """The same program, written otherwise."""
        statements = []
        for kind, left, right in program.statements:
            if kind == "at most":
                other = self.rng.choice(["at most", "flag"])
                statements.append((other, self.rewritten(left, "u"), self.rewritten(right, "u")))
                continue
            sides = [self.rewritten(left), self.rewritten(right)]
            self.rng.shuffle(sides)
            statements.append((self.rng.choice(["equal", "difference"]), sides[0], sides[1]))
        self.rng.shuffle(statements)
        outputs = tuple(self.rewritten(each) for each in program.outputs)
        return Program(tuple(statements), outputs, program.width)

    def rewritten(self, expression: Expression, kind: str = "s") -> Expression:
        """An expression with the same value, and of the same kind if that is a number or a bit."""
        operation, *arguments = expression
        if operation in ("x", "u", "b", "constant"):
            return self._around(expression, kind)
        parts = self._parts(operation, arguments, kind)
        rule = self.rng.choice(RULES.get(operation, [_same]))
        return self._around(rule(operation, *parts), kind) if kind == "s" else KEPT.get((kind, rule), _same)(operation, *parts)  # fmt: skip

    def _parts(
        self, operation: str, arguments: Sequence[Expression], kind: str
    ) -> list[Expression]:
        kinds = {
            "select": ["b", kind, kind],
            "add": [kind, kind] if kind == "u" else ["s", "s"],
            "less": ["u", "u"],
            "at_most": ["u", "u"],
            "compared": ["u", "u"],
            "lowest": ["u"],
        }
        bits = operation in ("and", "or", "xor", "not")
        needed = kinds.get(operation, ["b" if bits else "s"] * len(arguments))
        return [self.rewritten(each, which) for each, which in zip(arguments, needed, strict=True)]

    def _around(self, expression: Expression, kind: str) -> Expression:
        """Something that changes nothing, around an expression."""
        if kind != "s" or self.rng.random() > 0.25:
            return expression
        c = self.rng.choice([1, 3])
        return self.rng.choice(
            [
                ("wire", expression),
                ("neg", ("neg", expression)),
                ("sub", ("add", expression, ("constant", c)), ("constant", c)),
                ("add", expression, ("constant", 0)),
                ("mul", ("constant", 1), expression),
                ("sub", ("mul", ("constant", 2), expression), expression),
            ]
        )


Rule = Callable[..., Expression]


def _same(operation: str, *parts: Expression) -> Expression:
    return (operation, *parts)


def _swapped(operation: str, x: Expression, y: Expression) -> Expression:
    return (operation, y, x)


def _negated_flag(_operation: str, x: Expression, y: Expression) -> Expression:
    return ("not", ("at_most", y, x))


def _negated_less(_operation: str, x: Expression, y: Expression) -> Expression:
    return ("not", ("less", y, x))


def _as_comparison(_operation: str, x: Expression, y: Expression) -> Expression:
    return ("compared", x, y)


def _de_morgan_and(_operation: str, x: Expression, y: Expression) -> Expression:
    return ("not", ("or", ("not", x), ("not", y)))


def _de_morgan_or(_operation: str, x: Expression, y: Expression) -> Expression:
    return ("not", ("and", ("not", x), ("not", y)))


def _xor_by_choice(_operation: str, x: Expression, y: Expression) -> Expression:
    return ("select", x, ("not", y), y)


def _not_by_xor(_operation: str, x: Expression) -> Expression:
    return ("xor", x, ("is_zero", ("constant", 0)))


def _difference_is_zero(_operation: str, x: Expression, y: Expression) -> Expression:
    return ("is_zero", ("sub", x, y))


def _equation(_operation: str, x: Expression, y: Expression) -> Expression:
    return ("equals", x, y)


def _zero_is_equal(_operation: str, x: Expression) -> Expression:
    return ("is_equal", x, ("constant", 0))


RULES: Mapping[str, Sequence[Rule]] = {
    "add": [_same, _swapped, lambda _, x, y: ("dot", x, y), lambda _, x, y: ("sub", x, ("neg", y))],
    "sub": [_same, lambda _, x, y: ("add", x, ("neg", y)), lambda _, x, y: ("neg", ("sub", y, x))],
    "mul": [
        _same,
        _swapped,
        lambda _, x, y: ("stamped", x, y),
        lambda _, x, y: ("called", x, y),
        lambda _, x, y: ("neg", ("mul", ("neg", x), y)),
        lambda _, x, y: ("sub", ("mul", ("add", x, ("constant", 2)), y), ("mul", ("constant", 2), y)),
    ],
    "neg": [_same, lambda _, x: ("sub", ("constant", 0), x), lambda _, x: ("mul", x, ("constant", -1))],
    "cube": [_same, lambda _, x: ("mul", ("mul", x, x), x), lambda _, x: ("stamped", x, ("stamped", x, x))],
    "wire": [_same, lambda _, x: x],
    "select": [
        _same,
        lambda _, c, x, y: ("select", ("not", c), y, x),
        lambda _, c, x, y: ("add", y, ("mul", c, ("sub", x, y))),
        lambda _, c, x, y: ("add", ("mul", c, x), ("mul", ("sub", ("constant", 1), c), y)),
    ],
    "and": [_same, _swapped, _de_morgan_and, lambda _, x, y: ("mul", x, y)],
    "or": [_same, _swapped, _de_morgan_or, lambda _, x, y: ("sub", ("add", x, y), ("mul", x, y))],
    "xor": [_same, _swapped, _xor_by_choice, lambda _, x, y: ("sub", ("add", x, y), ("mul", ("constant", 2), ("stamped", x, y)))],
    "not": [_same, _not_by_xor, lambda _, x: ("sub", ("constant", 1), x)],
    "is_zero": [_same, _zero_is_equal],
    "is_equal": [_same, _swapped, _difference_is_zero, _equation],
    "less": [_same, _negated_flag, _as_comparison],
    "at_most": [_same, _negated_less],
}  # fmt: skip

# the rules whose result has the kind that is needed; for the others the operation stays
KEPT: Mapping[tuple[str, Rule], Rule] = {
    **{
        ("b", rule): rule
        for rule in (
            _swapped,
            _negated_flag,
            _negated_less,
            _as_comparison,
            _de_morgan_and,
            _de_morgan_or,
            _xor_by_choice,
            _not_by_xor,
            _difference_is_zero,
            _equation,
            _zero_is_equal,
        )
    },
    ("u", _swapped): _swapped,
}
