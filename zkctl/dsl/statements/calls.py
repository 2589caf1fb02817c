"""The calls of gadgets in the block being built, with the arguments and results of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from zkctl.constraints.gadget_calls import BlockContents, Contract, GadgetCall
from zkctl.constraints.linear import Terms


class SignalValue(Protocol):
    """A signal, whose product may still be lazy."""

    def resolve(self) -> tuple[Any, int, Terms]:
        """Return (product, factor, rest), the product None if there is none to be computed."""


class CopyOf(NamedTuple):
    """Of a stamped gadget: the template, its ports, and where the copy stands."""

    template: BlockContents
    ports: Sequence[Terms]
    shift: int
    first_row: int


class _OpenCall(NamedTuple):
    contract: Contract
    received: list[Terms | SignalValue]
    returned: list[Terms | SignalValue]
    rows: tuple[int, int]
    node: int
    caller: int
    copy: CopyOf | None


class OpenCalls:
    """The calls in the order in which they began; products become linear combinations when the block is finished, if ever."""

    def __init__(self) -> None:
        self._calls: list[_OpenCall | None] = []
        self._current = -1

    def begin(self) -> tuple[int, int]:
        """Open a call.  Returns what `end` needs: its position, and that of the call that it is part of."""
        place = len(self._calls), self._current
        self._calls.append(None)
        self._current = place[0]
        return place

    def end(
        self,
        place: tuple[int, int],
        contract: Contract,
        signals: tuple[Iterable[Terms | SignalValue], Iterable[Terms | SignalValue]],
        rows: tuple[int, int],
        node: int,
        copy: CopyOf | None,
    ) -> None:
        """Close a call.  signals: those received and returned, or linear combinations; rows: the number of rows before and after it."""
        position, self._current = place
        received, returned = ([_settled(each) for each in part] for part in signals)
        self._calls[position] = _OpenCall(contract, received, returned, rows, node, place[1], copy)

    def abandon(self, place: tuple[int, int]) -> None:
        """Forget a call that ended with an error."""
        self._current = place[1]

    def closed(self) -> list[GadgetCall]:
        """Return the finished records."""
        found: dict[int, int] = {}
        records: list[GadgetCall] = []
        for k, call in enumerate(self._calls):
            if call is not None:
                found[k] = len(records)
                records.append(_closed(call, found.get(call.caller, -1)))
        return records


def _settled(signal: Terms | SignalValue) -> Terms | SignalValue:
    """Return the linear combination if there is one already: a signal holds more memory."""
    if isinstance(signal, dict):
        return signal
    product, _, terms = signal.resolve()
    return terms if product is None else signal


def _terms(value: Terms | SignalValue) -> Terms | None:
    if isinstance(value, dict):
        return value
    product, _, terms = value.resolve()
    return None if product is not None else terms


def _closed(call: _OpenCall, caller: int) -> GadgetCall:
    before, after = call.rows
    copy = call.copy
    return GadgetCall(
        call.contract,
        tuple(map(_terms, call.received)),
        tuple(map(_terms, call.returned)),
        before if copy is None else copy.first_row,
        after - before,
        call.node,
        None if copy is None else copy.template,
        () if copy is None else tuple(copy.ports),
        0 if copy is None else copy.shift,
        copy is not None and copy.first_row < before,
        caller,
    )
