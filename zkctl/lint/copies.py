"""Stamped gadgets: a body is proved once, and each copy is one step, if what the body was promised holds for its ports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from zkctl.lint.certificate import Certificate
from zkctl.lint.system import Form, Row, StampedCopy, System, digest
from zkctl.lint.verdict import Judgement, OutputVerdict, Verdict
from zkctl.runtime.records import made_by, record

_NO_ROW = Row({}, {}, {})


@record(eq=False)
class UsedCopy:
    """A copy whose body is proved: its results are unique where the wires of its ports are.

    `wires` are the distinct wires of the ports, `results` those of the body's outputs in the system, `bounds` pairs of such a wire, or
    a port that is one, and its bound, `given` the ports with a promised bound: number, form and bound.
    `open_rows` are rows that stay in view.
    """

    number: int
    wires: frozenset[int]
    results: tuple[int, ...]
    bounds: tuple[tuple[int, int], ...]
    given: tuple[tuple[int, Form, int], ...]
    open_rows: tuple[int, ...] = ()


@record(eq=False)
class KnownOfCopies:
    """Copies by number: the reasons why promises are kept, a port that is too wide, those whose bounds are taken over."""

    kept_promises: dict[int, list[list[int]]] = made_by(dict)
    open_ports: dict[int, int] = made_by(dict)
    bounded: set[int] = made_by(set)


class Bodies:
    """The judgements on bodies, one for each: by proof, or where there is none by a contract that is believed."""

    def __init__(
        self, judge: Callable[[System, Bodies], Judgement], contracts: Mapping[str, str] = MappingProxyType({})
    ) -> None:  # fmt: skip
        self._judge = judge
        self._contracts = contracts
        self._judged: dict[int, tuple[System, Judgement]] = {}
        self._believed: set[int] = set()
        self._visible: dict[int, tuple[int, ...]] = {}

    def judgement(self, body: System) -> Judgement:
        """Return the judgement on a body, proved when it is first asked for."""
        if id(body) not in self._judged:
            found = self._judge(body, self)
            if found.verdict is not Verdict.PROVED and body.title in self._contracts:
                found = by_contract(body)
                self._believed.add(id(body))
            self._judged[id(body)] = body, found
        return self._judged[id(body)][1]

    def usable(self, system: System) -> list[UsedCopy]:
        """Return the copies whose body is proved, without those inside of them."""
        for body in system.bodies:
            self.judgement(body)
        found: list[UsedCopy] = []
        number, copies = 0, system.copies
        while number < len(copies):
            copy = copies[number]
            judgement = self.judgement(copy.body)
            if judgement.verdict is Verdict.PROVED:
                found.append(_used(number, copy, judgement, self._visible_rows(copy.body)))
                number += system.nested[number] if system.nested else 0
            number += 1
        return found

    def _visible_rows(self, body: System) -> tuple[int, ...]:
        if id(body) not in self._visible:
            self._visible[id(body)] = tuple(visible_sums(body))
        return self._visible[id(body)]

    def steps(self, system: System, own: Certificate) -> Certificate:
        """Return the steps that prove the bodies of the copies that a certificate uses, those inside them first."""
        found: Certificate = []
        self._add_steps(system, own, (), found, set())
        return found

    def _add_steps(
        self, system: System, own: Certificate, path: tuple[int, ...], found: Certificate, seen: set[int]
    ) -> None:  # fmt: skip
        for number in copies_in(own):
            body = system.copies[number].body
            if id(body) not in seen:
                seen.add(id(body))
                steps = self.judgement(body).certificate
                self._add_steps(body, steps, (*path, number), found, seen)
                if id(body) in self._believed:
                    contract = self._contracts[body.title]
                    found.append(["contract", [*path, number], contract, digest(body.rows)])
                else:
                    found.append(["template", [*path, number], steps])


def by_contract(body: System) -> Judgement:
    """Return the judgement that a contract stands for: unique results, with the bounds of their types."""
    outputs = tuple(OutputVerdict(wire, Verdict.PROVED) for wire in body.outputs)
    return Judgement(outputs, [], body.inputs | {0, *body.outputs}, dict(body.promises), ())


def copies_in(steps: Sequence[object]) -> Iterator[int]:
    """Yield the numbers of the copies that steps use, those within cases too."""
    for step in steps:
        if isinstance(step, list):
            if step[:1] == ["copy"]:
                yield step[1]
            else:
                yield from copies_in(step)


def visible_sums(body: System) -> Iterator[int]:
    """Yield the rows that say of a sum of ports and results that it is one of two values, as of the last bit of a decomposition."""
    seen = {0, *body.inputs, *body.outputs}
    for k in range(len(body.rows)):
        a, b, c = body.rows[k]
        if not c and len(a.keys() - {0}) > 1 and a.keys() <= seen and b.keys() <= seen:
            yield k


def _used(
    number: int, copy: StampedCopy, judgement: Judgement, visible: tuple[int, ...]
) -> UsedCopy:
    body, wires = copy.body, copy.wires
    own = [w for w in body.outputs if w not in body.inputs]
    found = judgement.bounds
    bounds = [(int(wires[w]), found[w]) for w in own if w in found]
    bounds += [
        (next(iter(port)), found[k])
        for k, port in enumerate(copy.ports, start=1)
        if k in found and k not in body.given and list(port.values()) == [1] and 0 not in port
    ]
    return UsedCopy(
        number,
        frozenset(wire for port in copy.ports for wire in port),
        tuple(int(wires[w]) for w in own),
        tuple(bounds),
        tuple((port, copy.ports[port - 1], bound) for port, bound in body.given.items()),
        tuple(copy.first_row + k for k in visible),
    )


class OpenRows:
    """The rows outside of used copies, by their numbers in the system, and rows appended to them."""

    def __init__(self, rows: Sequence[Row], covered: bytearray) -> None:
        self._rows = rows
        self._covered = covered
        self._read: dict[int, Row] = {}
        self._more: list[Row] = []

    def __len__(self) -> int:
        return len(self._rows) + len(self._more)

    def __getitem__(self, k: int) -> Row:
        n = len(self._rows)
        if k >= n:
            return self._more[k - n]
        if self._covered[k]:
            return _NO_ROW
        row = self._read.get(k)
        if row is None:
            row = self._read[k] = self._rows[k]
        return row

    def append(self, row: Row) -> None:
        """Add a row."""
        self._more.append(row)

    def pop(self) -> Row:
        """Remove the row added last."""
        return self._more.pop()

    def uncover(self, system: System, used: Sequence[UsedCopy]) -> list[int]:
        """Put the rows of copies in view; return the numbers of those that were not."""
        found: list[int] = []
        for each in used:
            copy = system.copies[each.number]
            end = min(copy.first_row + len(copy.body.rows), len(self._covered))
            rows = range(copy.first_row, end)
            found += [k for k in rows if self._covered[k]]
            for k in rows:
                self._covered[k] = 0
        return found

    def numbers(self) -> list[int]:
        """Return the numbers of the rows outside of copies, appended ones last."""
        own = [k for k, is_covered in enumerate(self._covered) if not is_covered]
        return own + list(range(len(self._rows), len(self)))


def open_rows(system: System, used: Sequence[UsedCopy]) -> OpenRows:
    """Return the rows of a system that are in none of the used copies, or stay in view."""
    covered = bytearray(len(system.rows))
    for each in used:
        copy = system.copies[each.number]
        n = len(copy.body.rows)
        covered[copy.first_row : copy.first_row + n] = b"\x01" * n
        for k in each.open_rows:
            covered[k] = 0
    del covered[len(system.rows) :]  # a copy of a changed file may reach beyond the rows
    return OpenRows(system.rows, covered)
