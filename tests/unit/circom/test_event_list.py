"""Events in a column: the same as in objects."""

from __future__ import annotations

from zkctl.circom.event_list import EventList
from zkctl.circom.instance import RunChild, RunCode, RunRow
from zkctl.circom.source import Place

CODE = RunCode("bits", (1, 0), ({1: 1},), (2,), Place(0, 0, 1))
EVENTS = (RunRow(0), RunChild(3), CODE, RunRow(1))


def test_a_column_is_a_sequence_of_events() -> None:
    events = EventList(EVENTS)
    assert tuple(events) == EVENTS
    assert (events[-1], events[1:3], len(events)) == (RunRow(1), EVENTS[1:3], 4)
    assert events.others == [CODE]
    assert EventList.of(events) is events
    assert tuple(EventList.of(EVENTS)) == EVENTS
