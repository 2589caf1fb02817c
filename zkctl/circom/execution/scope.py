"""Shows the recorder the names that are visible at a statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from zkctl.circom.code.scope import Access
from zkctl.circom.execution.gathering import Gathered, gathered, gathered_of_components
from zkctl.circom.execution.names import NameKind, Names
from zkctl.circom.execution.positions import part_of
from zkctl.circom.execution.run import Frame, TemplateRun
from zkctl.circom.execution.wires import Wires
from zkctl.circom.nodes import Role
from zkctl.circom.source import Place
from zkctl.circom.values import ArrayValue, nested


class FrameScope:
    """The names visible at a statement, with their values in a frame."""

    def __init__(
        self,
        names: Names | None,
        frame: Frame,
        call: Callable[[TemplateRun, str, list[Any], Place], Any],
        place: Place,
    ) -> None:
        self.names, self.frame, self._call, self.place = names, frame, call, place

    def _find(self, name: str) -> Names:
        found = self.names.find(name) if self.names else None
        if found is None:
            raise self._run.error(self.place, f"{name} is not declared", code="T2021")
        return found

    @property
    def _run(self) -> TemplateRun:
        run: TemplateRun = self.frame[0]
        return run

    def kind(self, name: str) -> str:
        """Return variable, signal, component or bus; "" for a name that is not visible."""
        found = self.names.find(name) if self.names else None
        return found.kind.value if found else ""

    def value(self, name: str) -> Any:
        """Return the value of a variable: nested lists for an array."""
        return nested(self.frame[self._find(name).slot])

    def wires(self, name: str, access: Access) -> tuple[int, tuple[int, ...]]:
        """Return the first number and the shape of the part that an access leads to."""
        found, rest = self._wires(name, access)
        part = part_of(found.shape, found.bus, rest, self._run, self.place)
        shape = part.shape if part.bus is None else (*part.shape, part.bus.size)
        return found.first + part.offset, shape

    def gathered(self, name: str, access: Sequence[int | str | None]) -> Gathered:
        """Return the signals that an access with unknown indexes, None, may mean."""
        found = self.frame[self._find(name).slot]
        if isinstance(found, Wires):
            return gathered(self._run, found, access, self.place)
        n = next(k for k, each in enumerate(access) if isinstance(each, str))
        if None in access[:n]:
            return gathered_of_components(self._run, found, access, self.place)
        wires, rest = self._wires(name, tuple(each for each in access[: n + 1] if each is not None))
        return gathered(self._run, wires, (*rest, *access[n + 1 :]), self.place)

    def is_input(self, name: str) -> bool:
        """Return whether a name is an input of the template that is being executed."""
        found = self.frame[self._find(name).slot]
        return isinstance(found, Wires) and found.role is Role.INPUT

    def tag(self, name: str, access: Access) -> int | None:
        """Return the value of a tag if an access ends in one, else None."""
        found, rest = self._wires(name, access)
        part = part_of(found.shape, found.bus, rest, self._run, self.place)
        if len(part.left) != 1 or found.tags is None:
            return None
        return found.tags.values.get(part.path, {}).get(str(part.left[0]))

    def call(self, function: str, arguments: Sequence[Any]) -> Any:
        """Execute a function whose arguments are all known."""
        values = [_flat(each) for each in arguments]
        return nested(self._call(self._run, function, values, self.place))

    def _wires(self, name: str, access: Access) -> tuple[Wires, Access]:
        entry = self._find(name)
        held = self.frame[entry.slot]
        if entry.kind is not NameKind.COMPONENT:
            return held, access
        n = next(k for k, each in enumerate(access) if isinstance(each, str))
        indexes = tuple(each for each in access[:n] if isinstance(each, int))
        component = held.find(indexes, self._run, self.place)
        return component.port(str(access[n]), self._run, self.place), access[n + 1 :]


def _flat(value: Any) -> Any:
    if not isinstance(value, list | tuple):
        return value
    parts = [_flat(each) for each in value]
    if not parts or not isinstance(parts[0], ArrayValue):
        return ArrayValue((len(parts),), parts)
    return ArrayValue(
        (len(parts), *parts[0].shape), [each for part in parts for each in part.values]
    )
