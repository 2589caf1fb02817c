"""Rows of PLONK and fflonk by a plain loop: a second opinion on constraints/plonk/arithmetise.py.

Source: docs/reference/formats.md, "Rows of PLONK and FFLONK".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Term = tuple[int, int]
Row = Sequence[Term]
Gate = tuple[int, int, int, int, int, int, int, int]  # a, b, c, q_m, q_l, q_r, q_o, q_c


@dataclass
class PlainGates:
    """Rows and additions (left, right, left factor, right factor)."""

    p: int
    n_vars: int
    drops_zeros: bool
    rows: list[Gate] = field(default_factory=list)
    additions: list[tuple[int, int, int, int]] = field(default_factory=list)

    def row(self, wires: Sequence[int], selectors: Sequence[int]) -> None:
        self.rows.append((*wires, *(q % self.p for q in selectors)))  # type: ignore[arg-type]

    def cleaned(self, terms: dict[int, int]) -> dict[int, int]:
        return {w: v % self.p for w, v in terms.items() if v % self.p or not self.drops_zeros}

    def reduced(self, terms: dict[int, int], most: int) -> tuple[list[Term], int]:
        """Return at most so many wires with factors, and the constant."""
        queue = sorted((w, v) for w, v in terms.items() if w)
        while len(queue) > most:
            (w1, c1), (w2, c2) = queue.pop(0), queue.pop(0)
            new, self.n_vars = self.n_vars, self.n_vars + 1
            self.row((w1, w2, new), (0, -c1, -c2, 1, 0))
            self.additions.append((w1, w2, c1, c2))
            queue.append((new, 1))
        return queue + [(0, 0)] * (most - len(queue)), terms.get(0, 0)

    def sum_row(self, terms: dict[int, int]) -> None:
        three, constant = self.reduced(terms, 3)
        self.row([w for w, _ in three], (0, *(v for _, v in three), constant))

    def product_row(self, sides: Sequence[dict[int, int]]) -> None:
        parts = [self.reduced(side, 1) for side in sides]
        (fa, fb, fc), (ka, kb, kc) = [part[0][0][1] for part in parts], [k for _, k in parts]
        wires = [part[0][0][0] for part in parts]
        self.row(wires, (fa * fb, fa * kb, ka * fb, -fc, ka * kb - kc))

    def constraint(self, a: Row, b: Row, c: Row) -> None:
        left, right, output = (self.cleaned(dict(side)) for side in (a, b, c))
        if not left or not right:
            return self.sum_row(output)
        for constant, other in ((left, right), (right, left)):
            if set(constant) == {0}:
                k, wires = constant[0], set(other) | set(output)
                total = {w: k * other.get(w, 0) - output.get(w, 0) for w in wires}
                return self.sum_row(self.cleaned(total))
        return self.product_row((left, right, output))


def plain_gates(
    p: int,
    system: Sequence[tuple[Row, Row, Row]],
    n_wires: int,
    n_public: int,
    *,
    drops_zeros: bool,
) -> PlainGates:
    """Return the rows of constraints whose values are plain integers."""
    gates = PlainGates(p, n_wires, drops_zeros)
    for s in range(1, n_public + 1):
        gates.row((s, 0, 0), (0, 1, 0, 0, 0))
    for constraint in system:
        gates.constraint(*constraint)
    return gates
