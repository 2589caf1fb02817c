"""Formulas over numbers that all lanes share, their products spread over the lanes.

Where every lane holds the same element (the final power has one) the lanes would repeat each other.  So a formula of
`tower` is first run on symbols; products that do not wait for each other then share a vector, one product per lane, and
a product is read back by broadcasting its lane.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from llvmlite import ir

from zkctl.curve.kernels.tower import FACTOR, STORED, Frame, TowerEmitter, Value
from zkctl.curve.tower import Fq6, Fq12, Ring, Tower
from zkctl.field.kernels.lanes import broadcast, choose
from zkctl.field.kernels.language import Pointer, width
from zkctl.field.kernels.residue import Element, Residue


@dataclass(frozen=True, eq=False, slots=True)
class Symbol:
    """A number still to be computed, as a base element of `tower`; `level` counts the products it waits for."""

    level: int
    operation: str  # input, lane, constant, sum, difference, product
    operands: tuple[
        Any, ...
    ]  # a pointer, it and a lane, an integer or two symbols, by the operation

    def no_inverse(self) -> Symbol:
        """Raise AssertionError: no routine that is spread has an inverse."""
        raise AssertionError(f"an inverse of level {self.level} cannot be spread")

    def _with(self, other: Symbol, operation: str, step: int = 0) -> Symbol:
        return Symbol(max(self.level, other.level) + step, operation, (self, other))

    def __add__(self, other: Symbol) -> Symbol:
        return self._with(other, "sum")

    def __sub__(self, other: Symbol) -> Symbol:
        return self._with(other, "difference")

    def __neg__(self) -> Symbol:
        return ZERO - self

    def __mul__(self, other: Symbol | int) -> Symbol:
        if isinstance(other, Symbol):
            return self._with(other, "product", step=1)
        result = self
        for bit in bin(other)[3:]:
            result = result + result
            if bit == "1":
                result = result + self
        return result


ZERO = Symbol(0, "constant", (0,))


@dataclass(frozen=True, slots=True)
class LaneProduct:
    """A product that was computed: its vector and its lane there."""

    vector: Element
    lane: int


def add_spread_routine(
    emitter: TowerEmitter,
    name: str,
    n_operands: int,
    operation: Callable[..., Fq12],
    lists: Sequence[int] = (),
) -> None:
    """Emit an operation of Fq12 on elements that all lanes share; the result may overwrite an operand.

    Further operands are lists of so many numbers, which fill the lanes of vectors one after the other.
    """

    def body(out: Pointer, *operands: Pointer) -> None:
        spread = Spread(emitter)
        elements: list[Any] = [spread.fq12(pointer) for pointer in operands[:n_operands]]
        for pointer, n in zip(operands[n_operands:], lists, strict=True):
            elements.append(spread.numbers(pointer, n))
        spread.run(operation, out, elements)

    emitter.add_routine(name, 1 + n_operands + len(lists), body)


class Spread:
    """One formula in one routine."""

    def __init__(self, emitter: TowerEmitter) -> None:
        self.emitter, self.base = emitter, emitter.base
        ring = Ring(
            constant=lambda value: Symbol(0, "constant", (value,)),
            reduce=lambda x: x,
            invert=Symbol.no_inverse,
        )
        self.tower = Tower(emitter.curve, ring)
        self.known: dict[Symbol, Value] = {}
        self.products: dict[Symbol, LaneProduct] = {}

    def run(self, operation: Callable[..., Fq12], out: Pointer, operands: Sequence[Any]) -> None:
        """Evaluate the operation level by level and write its result."""
        result = operation(*operands).coefficients()
        for level in _products_by_level(result):
            for first in range(0, len(level), width()):
                self._multiply(level[first : first + width()])
        frame, values = Frame(self.emitter), [self._value(symbol) for symbol in result]
        pairs = [frame.tower.fq2(*values[k : k + 2]) for k in range(0, 12, 2)]
        frame.store(pairs, out)

    def numbers(self, pointer: Pointer, n: int) -> list[Symbol]:
        """Return n numbers that fill the lanes of vectors, as symbols."""
        words = self.base.element_words
        places = (divmod(k, width()) for k in range(n))
        return [Symbol(0, "lane", (pointer.at(vector * words), lane)) for vector, lane in places]

    def fq12(self, pointer: Pointer) -> Fq12:
        """Return the element in memory, as symbols."""
        words = self.base.element_words
        symbols = [Symbol(0, "input", (pointer.at(k * words),)) for k in range(12)]
        parts = [self.tower.fq2(*symbols[k : k + 2]) for k in range(0, 12, 2)]
        return Fq12(Fq6(*parts[:3]), Fq6(*parts[3:]))

    def _multiply(self, symbols: list[Symbol]) -> None:
        """Multiply up to one pair of numbers per lane."""
        f = self.base
        x, y = (
            self._packed([self._value(symbol.operands[k]) for symbol in symbols]).below(
                FACTOR * f.p
            )
            for k in (0, 1)
        )
        product = f.mul(x, y)
        self.products |= {symbol: LaneProduct(product, lane) for lane, symbol in enumerate(symbols)}

    def _packed(self, values: list[Value]) -> Value:
        """Return value k in lane k."""
        first, *others = (value.residue for value in values)
        limbs = list(first.limbs)
        for lane, other in enumerate(others, 1):
            here = ir.Constant(
                ir.VectorType(ir.IntType(1), width()), [k == lane for k in range(width())]
            )
            limbs = [choose(here, new, old) for new, old in zip(other.limbs, limbs, strict=True)]
        residues = [first, *others]
        low, high = min(r.low for r in residues), max(r.high for r in residues)
        return Value(self.base, Residue(first.plan, tuple(limbs), low, high))

    def _value(self, symbol: Symbol) -> Value:
        """Return the number in every lane.  Sums are kept in registers, the rest is read where it is used."""
        if symbol in self.known:
            return self.known[symbol]
        if symbol.operation == "input":
            pointer = symbol.operands[0]
            return Value(self.base, self.base.tight(pointer, STORED * self.base.p).load())
        if symbol.operation == "lane":
            pointer, lane = symbol.operands
            return self._broadcast(
                LaneProduct(self.base.tight(pointer, STORED * self.base.p), lane)
            )
        if symbol.operation == "constant":
            return self.emitter.ring.constant(symbol.operands[0])  # type: ignore[no-any-return]
        if symbol.operation == "product":
            return self._broadcast(self.products[symbol])
        a, b = (self._value(operand) for operand in symbol.operands)
        total = a + b if symbol.operation == "sum" else a - b
        self.known[symbol] = total
        return total

    def _broadcast(self, product: LaneProduct) -> Value:
        vector, lane = product.vector, product.lane
        limbs = tuple(
            broadcast(vector.pointer.load(k * width() + lane), 0, high)
            for k, high in enumerate(vector.limb_highs)
        )
        return Value(self.base, Residue(vector.plan, limbs, 0, vector.high))


def _products_by_level(results: list[Symbol]) -> list[list[Symbol]]:
    """Return the products that the results need, a list per level from the first on."""
    levels: dict[int, dict[Symbol, None]] = {}
    seen: set[Symbol] = set()
    waiting = list(results)
    while waiting:
        symbol = waiting.pop()
        if symbol in seen or symbol.operation in ("input", "lane", "constant"):
            continue
        seen.add(symbol)
        waiting += symbol.operands
        if symbol.operation == "product":
            levels.setdefault(symbol.level, {})[symbol] = None
    return [list(levels[level]) for level in sorted(levels)]
