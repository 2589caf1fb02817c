"""The names that are visible at a statement, and the place in a frame where each one's value is."""

from __future__ import annotations

from enum import Enum

from zkctl.runtime.records import record


class NameKind(Enum):
    """The meaning of a name."""

    VARIABLE = "variable"
    SIGNAL = "signal"
    BUS = "bus"
    COMPONENT = "component"


@record(eq=False)
class Names:
    """A declared name and those declared before it; a later declaration is another object."""

    name: str
    kind: NameKind
    slot: int
    outer: Names | None

    def find(self, name: str) -> Names | None:
        """Return the newest declaration of a name."""
        found: Names | None = self
        while found is not None and found.name != name:
            found = found.outer
        return found


class FrameSlots:
    """The frame of a template or function while it is compiled.  Slot 0 is the run."""

    def __init__(self) -> None:
        self.n = 1
        self.names: Names | None = None

    def new(self) -> int:
        """Return a free slot."""
        self.n += 1
        return self.n - 1

    def declare(self, name: str, kind: NameKind) -> int:
        """Make a name visible; return its slot."""
        slot = self.new()
        self.names = Names(name, kind, slot, self.names)
        return slot

    def find(self, name: str) -> Names | None:
        """Return the declaration that a name means here."""
        return self.names.find(name) if self.names else None
