"""The events of an instance in a column: most are a constraint or a component."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

from zkctl.circom.instance import Event, RunAssign, RunChild, RunCode, RunRow

ROW, CHILD, OTHER = range(3)  # kinds
N_KINDS = 4  # an event is its kind plus 4 times the number of its constraint, component or entry in `others`


class EventList(Sequence[Event]):
    """Events in order; `others` are those with code."""

    __slots__ = ("codes", "others")

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.codes = array("i")
        self.others: list[RunAssign | RunCode] = []
        for event in events:
            self.append(event)

    @classmethod
    def of(cls, events: Sequence[Event]) -> EventList:
        """Return events as a column."""
        return events if isinstance(events, EventList) else cls(events)

    def append(self, event: Event) -> None:
        """Append an event."""
        match event:
            case RunRow(row):
                self.add_row(row)
            case RunChild(child):
                self.add_child(child)
            case _:
                self.codes.append(OTHER + N_KINDS * len(self.others))
                self.others.append(event)

    def add_row(self, row: int) -> None:
        """Append the evaluation of a constraint."""
        self.codes.append(ROW + N_KINDS * row)

    def add_child(self, child: int) -> None:
        """Append the run of a component."""
        self.codes.append(CHILD + N_KINDS * child)

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, k: int) -> Event: ...
    @overload
    def __getitem__(self, k: slice) -> Sequence[Event]: ...
    def __getitem__(self, k: Any) -> Any:
        found = self.codes[k]
        return tuple(map(self._event, found)) if isinstance(k, slice) else self._event(found)

    def __iter__(self) -> Iterator[Event]:
        return map(self._event, self.codes)

    def _event(self, code: int) -> Event:
        number, kind = divmod(code, N_KINDS)
        if kind == ROW:
            return RunRow(number)
        return RunChild(number) if kind == CHILD else self.others[number]
