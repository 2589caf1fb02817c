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
    """A declared name and those declared before it; a later declaration is another object.

    `depth` is the number of declarations, `hidden` what the name meant before.
    """

    name: str
    kind: NameKind
    slot: int
    outer: Names | None
    depth: int
    hidden: Names | None

    def find(self, name: str) -> Names | None:
        """Return the newest declaration of a name."""
        found: Names | None = self
        while found is not None and found.name != name:
            found = found.outer
        return found


class FrameSlots:
    """The frame of a template or function while it is compiled.  Slot 0 is the run.

    `names` may be set to those of another place.
    """

    def __init__(self) -> None:
        self.n = 1
        self.names: Names | None = None
        self._visible: dict[str, Names] = {}  # all names at `_place`
        self._place: Names | None = None

    def new(self) -> int:
        """Return a free slot."""
        self.n += 1
        return self.n - 1

    def declare(self, name: str, kind: NameKind) -> int:
        """Make a name visible; return its slot."""
        slot, outer, hidden = self.new(), self.names, self.find(name)
        depth = outer.depth + 1 if outer else 1
        self.names = self._place = self._visible[name] = Names(
            name, kind, slot, outer, depth, hidden
        )
        return slot

    def find(self, name: str) -> Names | None:
        """Return the declaration that a name means here."""
        if self._place is not self.names:
            self._move()
        return self._visible.get(name)

    def _move(self) -> None:
        """Let `_visible` be the names of here: undo declarations behind an outer place, else walk through all of them."""
        here, place, visible = self.names, self._place, self._visible
        depth = here.depth if here else 0
        while place is not None and place.depth > depth:
            if place.hidden is None:
                del visible[place.name]
            else:
                visible[place.name] = place.hidden
            place = place.outer
        if place is not here:
            visible.clear()
            each = here
            while each is not None:
                visible.setdefault(each.name, each)
                each = each.outer
        self._place = here
