"""The values that code computes in known control flow: a graph without cycles; equal operations are one node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from zkctl.circom.code.assembler import Routine
from zkctl.circom.code.operators import STOPPING, known_result
from zkctl.circom.instance import Terms
from zkctl.runtime.records import record

Ref: TypeAlias = int  # the number of a node; 0 is none


@record
class Sum:
    """A linear combination of signals; {} is 0."""

    terms: Terms


@record
class ProductNode:
    """a * b + c."""

    a: Terms
    b: Terms
    c: Terms


@record
class Operation:
    """An operator on values; `place` is shown where it stops."""

    operator: str
    inputs: tuple[Ref, ...]
    place: str


@record
class BlockResult:
    """Output number `index` of a block of code."""

    block: int
    index: int


Node: TypeAlias = Sum | ProductNode | Operation | BlockResult


@record(eq=False)
class CodeBlock:
    """A routine that runs on values.

    `position` is the number of events before it if it checks or prints, so that it must run there; None if it may run at any time
    after its inputs have values.
    """

    routine: Routine
    inputs: tuple[Ref, ...]
    position: int | None


class Graph:
    """All nodes and blocks of code of an instance."""

    def __init__(self, modulus: int) -> None:
        self.modulus = modulus
        self.nodes: list[Node | None] = [None]
        self.blocks: list[CodeBlock] = []
        self._known: dict[object, Ref] = {}

    def number(self, value: int) -> Ref:
        """Return the node of a number."""
        return self.sum({0: value} if value else {})

    def sum(self, terms: Terms) -> Ref:
        """Return the node of a linear combination."""
        return self._node(("sum", tuple(terms.items())), Sum(terms))

    def product(self, a: Terms, b: Terms, c: Terms) -> Ref:
        """Return the node of a * b + c."""
        key = ("product", *(tuple(side.items()) for side in (a, b, c)))
        return self._node(key, ProductNode(a, b, c))

    def operate(self, operator: str, inputs: Sequence[Ref], place: str) -> Ref:
        """Return the node of an operation; that of its result if all inputs are numbers."""
        numbers = [self.value(ref) for ref in inputs]
        if None not in numbers:
            known = known_result(operator, [n for n in numbers if n is not None], self.modulus)
            if known is not None:
                return self.number(known)
        kept = place if operator in STOPPING else ""
        return self._node((operator, *inputs, kept), Operation(operator, tuple(inputs), kept))

    def run(self, routine: Routine, inputs: Sequence[Ref], position: int | None) -> list[Ref]:
        """Return the nodes of the results of a block of code."""
        block = len(self.blocks)
        self.blocks.append(CodeBlock(routine, tuple(inputs), position))
        return [
            self._node((block, "result", k), BlockResult(block, k))
            for k in range(len(routine.outputs))
        ]

    def value(self, ref: Ref) -> int | None:
        """Return the number that a node is, None if it is not known."""
        node = self.nodes[ref]
        if isinstance(node, Sum) and not any(node.terms):
            return node.terms.get(0, 0)
        return None

    def _node(self, key: object, node: Node) -> Ref:
        ref = self._known.get(key)
        if ref is None:
            ref = self._known[key] = len(self.nodes)
            self.nodes.append(node)
        return ref
