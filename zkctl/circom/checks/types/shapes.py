"""Types of expressions, and the symbols of a body."""

from __future__ import annotations

from enum import Enum

from zkctl.runtime.records import record


class TypeKind(Enum):
    """The kind of a value."""

    NUMBER = "number"
    BUS = "bus"
    COMPONENT = "component"


class Holder(Enum):
    """The kind of a place that an assignment can reach."""

    VARIABLE = "variable"
    SIGNAL = "signal"
    BUS = "bus"
    COMPONENT = "component"
    TAG = "tag"


@record
class Type:
    """A type: `name` is that of the bus or of the component's template, `dimensions` are 0 for a single value."""

    kind: TypeKind
    dimensions: int = 0
    name: str = ""

    def __str__(self) -> str:
        of = f" {self.name}" if self.name else ""
        if not self.dimensions:
            return f"a {self.kind.value}{of}"
        plural = "" if self.dimensions == 1 else "s"
        return f"an array of {self.dimensions} dimension{plural} of {self.kind.value}{of}"

    @property
    def is_single_number(self) -> bool:
        """True for what operators, conditions and indexes take."""
        return self.kind is TypeKind.NUMBER and self.dimensions == 0


NUMBER = Type(TypeKind.NUMBER)


class DeclaredName:
    """A declared name.  `template` is that of a component, None while the text has not created one."""

    def __init__(
        self,
        holder: Holder,
        dimensions: int,
        *,
        tags: frozenset[str] = frozenset(),
        bus: str = "",
        template: str | None = None,
    ) -> None:
        self.holder = holder
        self.dimensions = dimensions
        self.tags = tags
        self.bus = bus
        self.template = template


class Scopes:
    """The symbols that a statement can see, innermost scope last."""

    def __init__(self) -> None:
        self._scopes: list[dict[str, DeclaredName]] = [{}]

    def open(self) -> None:
        """Begin a scope."""
        self._scopes.append({})

    def close(self) -> None:
        """End the innermost scope."""
        self._scopes.pop()

    def declare(self, name: str, symbol: DeclaredName) -> None:
        """Add a symbol to the innermost scope."""
        self._scopes[-1][name] = symbol

    def find(self, name: str) -> DeclaredName:
        """Return the symbol of a name; the stage of names has made sure that there is one."""
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        raise KeyError(name)
